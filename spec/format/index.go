package format

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/cfnpipe/cfnpipe/spec/decode"
)

// separable refuses the one thing that needs its spaces: in x.0 .1 they keep
// the two indexes from being read as a number with a fraction, and a canonical layout has none there.
func separable(file decode.Source) hcl.Diagnostics {
	tokens := lex(file)
	for i := 2; i < len(tokens); i++ {
		first, dot, second := tokens[i-2], tokens[i-1], tokens[i]
		if first.Type == hclsyntax.TokenNumberLit && dot.Type == hclsyntax.TokenDot && second.Type == hclsyntax.TokenNumberLit {
			return hcl.Diagnostics{{
				Severity: hcl.DiagError,
				Summary:  "Index cannot be formatted",
				Detail:   "Without spaces this would be one number. Write indexes in brackets, as in x[0][1].",
				Subject:  hcl.RangeBetween(first.Range, second.Range).Ptr(),
			}}
		}
	}
	return nil
}

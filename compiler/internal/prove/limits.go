package prove

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/template"
)

// nearly is the part of a limit, in percent, from which a plan is warned.
const nearly = 80

// limits finds what is over a limit of AWS's, and warns of what comes close, and
// of what an account must have raised.
func limits(s *survey) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, e := range s.ledger(s.size) {
		at := e.Stack.Origin
		if e.Resource != nil {
			at = e.Resource.Origin
		}
		switch {
		case e.Used > max(e.Most, e.Raised):
			diags = append(diags, failure(at, "Over a limit of AWS", "%s", e))
		case e.Used > e.Most:
			diags = append(diags, warning(at, "Over a quota of AWS", "%s", e))
		case !e.fixed && e.Used*100 >= e.Most*nearly:
			diags = append(diags, warning(at, "Close to a limit of AWS", "%s", e))
		}
	}
	return diags
}

// size is how many bytes a stack's template has. It is printed only where that
// may matter, since printing takes longer than all proofs: elsewhere the size is
// a bound that is not reached.
func (s *survey) size(stack *plan.Stack) int {
	// A printed template has at most this many times the bytes of its properties without white space.
	const indented, frame = 4, 1_000 // bytes of a resource around its properties, and of a template around its resources
	bound := frame
	for _, r := range s.own[stack] {
		bound += indented*s.jsonLength(r.Properties) + frame
	}
	if bound*100 < plan.MostBytes*nearly {
		return bound
	}
	return len(template.Stack(s.plan, stack))
}

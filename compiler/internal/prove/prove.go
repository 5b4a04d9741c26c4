// Package prove holds a plan against what must be true of any plan, one proof per file.
package prove

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Plan runs all proofs. What fails is an error, and what comes close to a limit a warning, on the block that caused it.
func Plan(p *plan.Plan) hcl.Diagnostics {
	s := surveyOf(p)
	broken := references(s)
	diags := append(names(s), broken...)
	if broken.HasErrors() {
		return diags // the other proofs follow references
	}
	diags = append(diags, shapes(s)...)
	diags = append(diags, grammar(s)...)
	diags = append(diags, limits(s)...)
	diags = append(diags, order(s)...)
	diags = append(diags, teardown(s)...)
	diags = append(diags, permitted(s)...)
	diags = append(diags, danger(s)...)
	return append(diags, sense(s)...)
}

func failure(at hcl.Range, summary, detail string, args ...any) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(detail, args...), Subject: at.Ptr(),
	}
}

func warning(at hcl.Range, summary, detail string, args ...any) *hcl.Diagnostic {
	d := failure(at, summary, detail, args...)
	d.Severity = hcl.DiagWarning
	return d
}

// Package prove holds a plan against what must be true of any plan, one proof per file.
package prove

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Plan runs all proofs. What fails is an error, and what comes close to a limit a warning, on the block that caused it.
// size tells how many bytes the template of a stack has; it is asked only where that may matter.
func Plan(p *plan.Plan, size func(*plan.Stack) int) hcl.Diagnostics {
	s := surveyOf(p)
	var diags hcl.Diagnostics
	diags = append(diags, names(s)...)
	diags = append(diags, references(s)...)
	diags = append(diags, limits(s, size)...)
	diags = append(diags, order(s)...)
	diags = append(diags, teardown(s)...)
	diags = append(diags, sense(s)...)
	return diags
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

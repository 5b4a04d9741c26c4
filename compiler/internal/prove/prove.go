// Package prove holds a plan against what must be true of any plan, one proof per file.
package prove

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Plan runs all proofs. What fails is an error on the block that caused it.
func Plan(p *plan.Plan) hcl.Diagnostics {
	var diags hcl.Diagnostics
	diags = append(diags, names(p)...)
	diags = append(diags, references(p)...)
	diags = append(diags, limits(p)...)
	return diags
}

func failure(at hcl.Range, summary, detail string, args ...any) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(detail, args...), Subject: at.Ptr(),
	}
}

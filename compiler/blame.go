package compiler

import (
	"slices"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/prove"
	"github.com/cfnpipe/cfnpipe/spec"
)

// proved holds a plan against the proofs. What fails because of an override is said on its label, wherever in the plan it shows;
// what fails without any resource or override of the configuration stays where it is then.
func proved(config *spec.Config, p *plan.Plan) hcl.Diagnostics {
	if len(config.Resources)+len(config.Overrides) == 0 {
		return prove.Plan(p)
	}
	prove.Complete(p)
	diags := prove.Plan(p)
	if !diags.HasErrors() {
		return diags
	}
	bare := faultsOf(config, false, 0)
	before := map[int]faults{} // by the number of overrides that are there
	for _, diag := range diags {
		if diag.Severity != hcl.DiagError {
			continue
		}
		if _, exact := diag.Extra.(prove.Exact); exact {
			continue
		}
		if same := bare.like(diag); same != nil {
			diag.Subject = same.Subject // An override of the resource moves it.
			continue                    // A fault of a configuration without any is the compiler's.
		}
		diag.Detail = prove.WithoutOurs(diag.Detail)
		if slices.ContainsFunc(config.Resources, func(r *spec.Resource) bool { return r.Label.Range == *diag.Subject }) {
			continue // It is said of a resource of the configuration itself.
		}
		// The first override with which it fails. Each is applied to what those before it have left.
		n := sort.Search(len(config.Overrides), func(n int) bool {
			if _, known := before[n]; !known {
				before[n] = faultsOf(config, true, n)
			}
			return before[n].like(diag) != nil
		})
		if n > 0 {
			diag.Subject = config.Overrides[n-1].Label.Range.Ptr()
		}
		if _, ours := diag.Extra.(prove.Ours); ours {
			diag.Severity = hcl.DiagWarning
		}
	}
	return diags
}

// faults are what fails in a plan, by what they say.
type faults map[string]*hcl.Diagnostic

func (f faults) like(diag *hcl.Diagnostic) *hcl.Diagnostic { return f[gist(diag)] }

// gist is what a diagnostic says without its numbers, which another change may change.
func gist(diag *hcl.Diagnostic) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return -1
		}
		return r
	}, diag.Summary+": "+prove.WithoutOurs(diag.Detail))
}

// faultsOf are the faults of a configuration with its resources, or without them, and with so many of its overrides; none if it
// does not expand so.
func faultsOf(config *spec.Config, resources bool, overrides int) faults {
	part := *config
	part.Overrides = slices.Clone(config.Overrides[:overrides])
	if !resources {
		part.Resources, part.Outputs = nil, nil
	}
	p, diags := expanded(&part)
	if diags.HasErrors() {
		return nil
	}
	prove.Complete(p)
	out := faults{}
	for _, diag := range prove.Plan(p) {
		if diag.Severity == hcl.DiagError {
			out[gist(diag)] = diag
		}
	}
	return out
}

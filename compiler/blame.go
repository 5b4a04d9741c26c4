package compiler

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/expand"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/prove"
	"github.com/cfnpipe/cfnpipe/spec"
)

// proved holds a plan against the proofs. What fails because of a resource or an override of the configuration is said on its
// label, wherever in the plan it shows: without that block it would not be there.
func proved(config *spec.Config, p *plan.Plan) hcl.Diagnostics {
	if len(config.Resources)+len(config.Overrides) == 0 {
		return prove.Plan(p)
	}
	prove.Complete(p)
	diags := prove.Plan(p)
	all := hatches(config)
	for _, diag := range diags {
		if slices.ContainsFunc(all, func(h hatch) bool { return h.label.String() == diag.Subject.String() }) {
			diag.Extra = blamed{} // It stands on such a block already.
		}
	}
	for _, without := range all {
		if !slices.ContainsFunc(diags, unblamed) {
			break
		}
		rest, more := expand.Config(without.config)
		if more.HasErrors() {
			continue // Others need the block, so it tells nothing.
		}
		prove.Complete(rest)
		left := prove.Plan(rest)
		for _, diag := range diags {
			if unblamed(diag) && !slices.ContainsFunc(left, func(other *hcl.Diagnostic) bool { return same(diag, other) }) {
				diag.Subject, diag.Extra = without.label.Ptr(), blamed{}
				diag.Detail = prove.WithoutOurs(diag.Detail)
			}
		}
	}
	return diags
}

// blamed marks a diagnostic whose block has been found.
type blamed struct{}

func unblamed(diag *hcl.Diagnostic) bool {
	_, done := diag.Extra.(blamed)
	return !done && diag.Severity == hcl.DiagError
}

func same(a, b *hcl.Diagnostic) bool { return a.Summary == b.Summary && a.Detail == b.Detail }

// hatch is a configuration without one of its resources or overrides.
type hatch struct {
	config *spec.Config
	label  hcl.Range
}

func hatches(config *spec.Config) []hatch {
	var out []hatch
	for i, o := range config.Overrides {
		without := *config
		without.Overrides = slices.Delete(slices.Clone(config.Overrides), i, i+1)
		out = append(out, hatch{&without, o.Label.Range})
	}
	for i, r := range config.Resources {
		without := *config
		without.Resources = slices.Delete(slices.Clone(config.Resources), i, i+1)
		out = append(out, hatch{&without, r.Label.Range})
	}
	return out
}

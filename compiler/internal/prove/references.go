package prove

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// references finds what CloudFormation could not resolve: a reference to a
// resource that is not in the plan, or to one in another account, and resources
// that wait for each other.
func references(p *plan.Plan) hcl.Diagnostics {
	var diags hcl.Diagnostics
	state := map[*plan.Resource]int{}
	var visit func(r *plan.Resource)
	visit = func(r *plan.Resource) {
		state[r] = 1
		for _, to := range append(plan.References(r.Properties), r.DependsOn...) {
			switch {
			case p.Resource(to.ID) != to:
				diags = append(diags, failure(r.Origin, "Reference to nothing", "%s refers to %s, which is not there.", r.ID, to.ID))
			case to.Stack.Account != r.Stack.Account:
				diags = append(diags, failure(r.Origin, "Reference to another account",
					"%s in account %s refers to %s in account %s. CloudFormation passes no value between accounts.",
					r.ID, r.Stack.Account.Label, to.ID, to.Stack.Account.Label))
			case state[to] == 1:
				diags = append(diags, failure(r.Origin, "Resources that wait for each other",
					"%s and %s need each other, so CloudFormation can make neither.", r.ID, to.ID))
			case state[to] == 0:
				visit(to)
			}
		}
		state[r] = 2
	}
	for _, r := range p.Resources {
		if state[r] == 0 {
			visit(r)
		}
	}
	return append(diags, stackOrder(p)...)
}

// stackOrder finds stacks that import from a stack that comes later in the plan:
// an export has to be there before its import.
func stackOrder(p *plan.Plan) hcl.Diagnostics {
	var diags hcl.Diagnostics
	rank := make(map[*plan.Stack]int, len(p.Stacks))
	for i, stack := range p.Stacks {
		rank[stack] = i
	}
	for _, r := range p.Resources {
		for _, to := range plan.References(r.Properties) {
			if rank[to.Stack] > rank[r.Stack] {
				diags = append(diags, failure(r.Origin, "Stacks out of order",
					"%s in the stack %s refers to %s in the stack %s, which is made later.",
					r.ID, r.Stack.Name, to.ID, to.Stack.Name))
			}
		}
	}
	return diags
}

package prove

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// references finds what CloudFormation could not resolve: a reference to a
// resource that is not in the plan, or is in another account, or in a stack that
// is made later, and resources that wait for each other.
func references(p *plan.Plan) hcl.Diagnostics {
	w := walk{plan: p, state: make(map[*plan.Resource]visit, len(p.Resources)), rank: make(map[*plan.Stack]int, len(p.Stacks))}
	for i, stack := range p.Stacks {
		w.rank[stack] = i
	}
	for _, r := range p.Resources {
		if w.state[r] == unseen {
			w.visit(r)
		}
	}
	return w.diags
}

// visit is how far the walk is with a resource.
type visit int

const (
	unseen visit = iota
	begun
	done
)

type walk struct {
	plan  *plan.Plan
	state map[*plan.Resource]visit
	rank  map[*plan.Stack]int // the place of a stack in the order of creation
	diags hcl.Diagnostics
}

func (w *walk) visit(r *plan.Resource) {
	w.state[r] = begun
	for _, to := range plan.References(r.Properties) {
		// An export has to be there before its import.
		if w.rank[to.Stack] > w.rank[r.Stack] {
			w.fail(r, "Stacks out of order", "%s in the stack %s refers to %s in the stack %s, which is made later.",
				r.ID, r.Stack.Name, to.ID, to.Stack.Name)
		}
		w.edge(r, to)
	}
	for _, to := range r.DependsOn {
		w.edge(r, to)
	}
	w.state[r] = done
}

func (w *walk) edge(r, to *plan.Resource) {
	switch {
	case w.plan.Resource(to.ID) != to:
		w.fail(r, "Reference to nothing", "%s refers to %s, which is not there.", r.ID, to.ID)
	case to.Stack.Account != r.Stack.Account:
		w.fail(r, "Reference to another account",
			"%s in account %s refers to %s in account %s. CloudFormation passes no value between accounts.",
			r.ID, r.Stack.Account.Label, to.ID, to.Stack.Account.Label)
	case w.state[to] == begun:
		w.fail(r, "Resources that wait for each other", "%s and %s need each other, so CloudFormation can make neither.", r.ID, to.ID)
	case w.state[to] == unseen:
		w.visit(to)
	}
}

func (w *walk) fail(r *plan.Resource, summary, detail string, args ...any) {
	w.diags = append(w.diags, failure(r.Origin, summary, detail, args...))
}

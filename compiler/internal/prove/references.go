package prove

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// references finds what CloudFormation could not resolve: a reference to a
// resource that is not in the plan, or is in another account, or in a stack that
// is made later, and resources that wait for each other.
func references(s *survey) hcl.Diagnostics {
	w := walk{survey: s, state: make([]visit, len(s.plan.Resources))}
	for i, r := range s.plan.Resources {
		if w.state[i] == unseen {
			w.visit(i, r)
		}
	}
	for _, o := range s.plan.Outputs {
		for _, to := range plan.References(o.Value) {
			if s.plan.Resource(to.ID) != to {
				w.fail(o.Stack.Origin, "Reference to nothing", "The output %s shows %s, which is not there.", o.ID, to.ID)
			} else if to.Stack.Account != o.Stack.Account {
				w.fail(o.Stack.Origin, "Reference to another account", "The output %s of account %s shows %s of account %s. %s",
					o.ID, o.Stack.Account.Label, to.ID, to.Stack.Account.Label, nothingPasses)
			}
		}
	}
	return w.diags
}

const nothingPasses = "CloudFormation passes no value between accounts."

// visit is how far the walk is with a resource.
type visit int

const (
	unseen visit = iota
	begun
	done
)

type walk struct {
	*survey
	state []visit // by index
	diags hcl.Diagnostics
}

func (w *walk) visit(i int, r *plan.Resource) {
	w.state[i] = begun
	for _, to := range w.refs[i] {
		w.edge(r, to)
	}
	for _, to := range r.DependsOn {
		w.edge(r, to)
	}
	w.state[i] = done
}

func (w *walk) edge(r, to *plan.Resource) {
	i, known := w.index[to]
	switch {
	case !known:
		w.fail(r.Origin, "Reference to nothing", "%s refers to %s, which is not there.", r.ID, to.ID)
	case to.Stack.Account != r.Stack.Account:
		w.fail(r.Origin, "Reference to another account", "%s in account %s refers to %s in account %s. %s",
			r.ID, r.Stack.Account.Label, to.ID, to.Stack.Account.Label, nothingPasses)
	case to.Stack != r.Stack && (to.Stack.ByPipeline() || r.Stack.ByPipeline()):
		w.fail(r.Origin, "Reference between what a pipeline deploys and the rest", "%s in the stack %s needs %s in the stack %s. The one is there before a release, the other is not.",
			r.ID, r.Stack.Name, to.ID, to.Stack.Name)
	case w.rank[to.Stack] > w.rank[r.Stack]:
		// An export has to be there before its import.
		w.fail(r.Origin, "Stacks out of order", "%s in the stack %s needs %s in the stack %s, which is made later.",
			r.ID, r.Stack.Name, to.ID, to.Stack.Name)
	case w.state[i] == begun:
		w.fail(r.Origin, "Resources that wait for each other", "%s and %s need each other, so CloudFormation can make neither.", r.ID, to.ID)
	case w.state[i] == unseen:
		w.visit(i, to)
	}
}

func (w *walk) fail(at hcl.Range, summary, detail string, args ...any) {
	w.diags = append(w.diags, failure(at, summary, detail, args...))
}

package prove

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// edge is an order between two resources that CloudFormation does not infer from
// references, or infers only as long as one of them refers to the other instead
// of writing its name down. Read backwards it is the order of a teardown.
type edge struct {
	later   string // the type of what is made later
	earlier func(s *survey, r *plan.Resource) []*plan.Resource
	because string // what happens otherwise
	source  string
}

// order finds edges of the table that a plan lacks.
func order(s *survey) hcl.Diagnostics {
	var diags hcl.Diagnostics
	s.missing(func(e edge, r, before *plan.Resource) {
		switch {
		case !r.Written && !before.Written:
			diags = append(diags, failure(r.Origin, "Order that CloudFormation does not see",
				"%s has to be made after %s, and so deleted before it: %s. Neither a reference nor DependsOn says so. Source: %s.%s",
				r.ID, before.ID, e.because, e.source, ours))
		case s.after(before, r):
			// The two cannot be parted otherwise: CloudFormation's own examples have it so.
		default:
			own, other := r, before
			if !own.Written {
				own, other = before, r
			}
			diags = append(diags, failure(own.Origin, "Order that CloudFormation does not see",
				"%s has to be made after %s, and so deleted before it: %s. But the stack %s is made before %s. With stack = %q in the block of %s they are made together. Source: %s.",
				r.ID, before.ID, e.because, s.operated(r).Name, before.Stack.Name, s.operated(other).Name, own.ID, e.source))
		}
	})
	return diags
}

// operated is the stack that an operator makes a resource with.
func (s *survey) operated(r *plan.Resource) *plan.Stack {
	if keeper := s.makes[r.Stack]; keeper != nil {
		return keeper.Stack
	}
	return r.Stack
}

// printed is what a template shows of a resource: itself, or the custom resource that makes it.
func (s *survey) printed(r *plan.Resource) *plan.Resource {
	if maker := s.makers[r]; maker != nil {
		return maker
	}
	return r
}

// missing calls found for each edge of the table that the plan lacks.
func (s *survey) missing(found func(e edge, r, before *plan.Resource)) {
	for _, r := range s.resources {
		for _, e := range edges[r.Type] {
			for _, before := range once(e.earlier(s, r)) {
				if before != r && before.Stack.Account == r.Stack.Account && !s.after(r, before) {
					found(e, r, before)
				}
			}
		}
	}
}

// Complete adds the edges of the table that what the configuration itself adds or changes makes necessary, where CloudFormation can
// follow them. A stack that is the configuration's own is made later for it, unless something waits for it.
func Complete(p *plan.Plan) {
	s := surveyOf(p)
	if references(s).HasErrors() {
		return
	}
	type missing struct{ later, earlier *plan.Resource }
	var add []missing
	s.missing(func(_ edge, r, before *plan.Resource) {
		if !r.Written && !before.Written || before.Stack.ByPipeline() && before.Stack != r.Stack {
			return
		}
		// What a pipeline makes is made after what makes its stack, and nothing in it can wait for another stack.
		if keeper := s.makes[r.Stack]; keeper != nil && r.Stack != before.Stack {
			r = keeper
		}
		if s.makeLater(r.Stack, before.Stack) {
			add = append(add, missing{s.printed(r), s.printed(before)})
		}
	})
	for _, edge := range add {
		// Each edge that is added may be what the next would turn into a circle.
		if !s.after(edge.later, edge.earlier) && !s.after(edge.earlier, edge.later) {
			edge.later.After(edge.earlier)
			s.searched = nil // What was found before no longer holds.
		}
	}
	p.Sort()
}

// makeLater has a stack made after another, if it is not already; ok is false if that cannot be.
func (s *survey) makeLater(stack, other *plan.Stack) (ok bool) {
	if s.rank[other] <= s.rank[stack] {
		return true
	}
	if stack.Kind != plan.Resources || stack.Account != other.Account {
		return false
	}
	for _, r := range s.plan.Resources {
		if r.Stack == stack || s.rank[r.Stack] > s.rank[other] {
			continue
		}
		for _, to := range slices.Concat(s.refs[s.index[r]], r.DependsOn) {
			if to.Stack == stack {
				return false
			}
		}
	}
	stacks := slices.DeleteFunc(s.plan.Stacks, func(one *plan.Stack) bool { return one == stack })
	s.plan.Stacks = slices.Insert(stacks, slices.Index(stacks, other)+1, stack)
	for i, one := range s.plan.Stacks {
		s.rank[one] = i
	}
	return true
}

// edges is the table, by the type of what is made later.
var edges = byType(networkEdges, fleetEdges, bucketEdges, roleEdges, pipelineEdges, functionEdges, releaseEdges, canaryEdges, blueGreenEdges)

func byType(tables ...[]edge) map[string][]edge {
	out := map[string][]edge{}
	for _, table := range tables {
		for _, e := range table {
			out[e.later] = append(out[e.later], e)
		}
	}
	return out
}

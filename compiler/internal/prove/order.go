package prove

import (
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
	for _, r := range s.plan.Resources {
		for _, e := range edges[r.Type] {
			for _, before := range once(e.earlier(s, r)) {
				if before == r || before.Stack.Account != r.Stack.Account || s.after(r, before) {
					continue
				}
				diags = append(diags, failure(r.Origin, "Order that CloudFormation does not see",
					"%s has to be made after %s, and so deleted before it: %s. Neither a reference nor DependsOn says so. Source: %s.%s",
					r.ID, before.ID, e.because, e.source, ours))
			}
		}
	}
	return diags
}

// edges is the table, by the type of what is made later.
var edges = byType(networkEdges, fleetEdges, bucketEdges, roleEdges, pipelineEdges, functionEdges)

func byType(tables ...[]edge) map[string][]edge {
	out := map[string][]edge{}
	for _, table := range tables {
		for _, e := range table {
			out[e.later] = append(out[e.later], e)
		}
	}
	return out
}

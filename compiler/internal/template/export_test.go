package template

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// Tree is what Single prints, and Print is nothing but the printing: the floor of the benchmarks.
func Tree(p *plan.Plan) any {
	d := document{renderer{plan: p, uses: map[*plan.Parameter]bool{}}}
	return d.build("floor", p.Accounts, p.Resources, p.Outputs)
}

func Print(tree any, size int) []byte { return appendJSON(make([]byte, 0, size), tree, 0) }

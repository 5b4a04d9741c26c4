package prove

import (
	"slices"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

var referenceDamages = []damages{
	func(p *plan.Plan) []damage {
		var out []damage
		for _, r := range p.Resources {
			ghost := &plan.Resource{ID: "Ghost", Type: r.Type, Stack: r.Stack}
			out = append(out,
				damage{r.ID + " refers to nothing", "references", "Reference to nothing", func() { put(r, plan.Ref{To: ghost}, "Further") }},
				damage{r.ID + " waits for nothing", "references", "Reference to nothing", func() { r.After(ghost) }},
			)
			for _, other := range p.Resources {
				if other.Stack.Account != r.Stack.Account {
					out = append(out, damage{r.ID + " refers to " + other.ID, "references", "Reference to another account", func() {
						put(r, plan.Attr{Of: other, Name: "Arn"}, "Further")
					}})
					break
				}
			}
			for _, other := range slices.Backward(p.Resources) {
				if other.Stack.Account == r.Stack.Account && other.Stack != r.Stack && !surveyOf(p).after(other, r) {
					says := "Stacks out of order"
					if other.Stack.ByPipeline() || r.Stack.ByPipeline() {
						says = "what a pipeline deploys and the rest"
					}
					if surveyOf(p).rank[other.Stack] > surveyOf(p).rank[r.Stack] {
						out = append(out, damage{r.ID + " waits for " + other.ID, "references", says, func() { r.After(other) }})
					}
					break
				}
			}
			if r.Stack.ByPipeline() {
				service := surveyOf(p).makes[r.Stack]
				out = append(out, damage{r.ID + " refers to " + service.ID, "references", "what a pipeline deploys and the rest", func() {
					put(r, plan.Ref{To: service}, "Further")
				}})
			}
			for _, to := range r.DependsOn {
				if to.Stack == r.Stack {
					out = append(out, damage{to.ID + " waits for " + r.ID + " too", "references", "wait for each other", func() {
						to.DependsOn = append(slices.Clone(to.DependsOn), r)
					}})
				}
			}
		}
		for _, o := range p.Outputs {
			ghost := &plan.Resource{ID: "Ghost", Stack: o.Stack}
			value := o.Value
			out = append(out, damage{"the output " + o.ID + " shows nothing", "references", "Reference to nothing", func() {
				p.Outputs = append(slices.Clone(p.Outputs), &plan.Output{ID: o.ID, Stack: o.Stack, Value: list(value, plan.Ref{To: ghost})})
			}})
		}
		return out
	},
}

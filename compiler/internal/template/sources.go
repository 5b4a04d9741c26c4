package template

import (
	"slices"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// SingleSources says what in the configuration decided the parts of Single, in the order of that template. Places lead by JSON
// pointers from the top of the template, and on into documents that stand in it as a text.
func SingleSources(p *plan.Plan) []plan.Place {
	outputs := slices.DeleteFunc(slices.Clone(p.Outputs), func(o *plan.Output) bool { return o.Stack.ByPipeline() })
	return sources(p, p.Accounts, p.Operated(), outputs)
}

// StackSources is SingleSources for a template of Stack.
func StackSources(p *plan.Plan, stack *plan.Stack) []plan.Place {
	outputs := slices.DeleteFunc(slices.Clone(p.Outputs), func(o *plan.Output) bool { return o.Stack != stack })
	out := sources(p, []*plan.Account{stack.Account}, p.Of(stack), outputs)
	for _, e := range exports(p, stack) {
		path := "/Outputs/" + exportID(e.of, e.attr)
		out = append(out, plan.Place{Path: path, At: e.of.Origin})
		for _, place := range e.of.Sources {
			if place.Path == "" {
				out = append(out, plan.Place{Path: path, At: place.At})
			}
		}
	}
	return out
}

func sources(p *plan.Plan, accounts []*plan.Account, resources []*plan.Resource, outputs []*plan.Output) []plan.Place {
	var out []plan.Place
	below := func(path string, places []plan.Place) {
		for _, place := range places {
			out = append(out, plan.Place{Path: path + place.Path, At: place.At})
		}
	}
	for _, account := range accounts {
		out = append(out, plan.Place{Path: "/Description", At: account.IDAt})
	}
	used := p.Uses(resources, outputs)
	for _, parameter := range p.Parameters {
		if path := "/Parameters/" + parameter.Name; used[parameter] && parameter.Declared {
			below(path, append([]plan.Place{{At: parameter.Origin}}, parameter.Sources...))
		}
	}
	for _, account := range accounts {
		out = append(out, plan.Place{Path: "/Rules/AccountIsKnown", At: account.IDAt})
	}
	if !p.RegionAt.Empty() {
		out = append(out, plan.Place{Path: "/Rules/RegionIsKnown", At: p.RegionAt})
	}
	for _, account := range accounts {
		if len(accounts) > 1 {
			out = append(out, plan.Place{Path: "/Conditions/" + Condition(account), At: account.IDAt})
		}
	}
	for _, r := range resources {
		below("/Resources/"+r.ID, append([]plan.Place{{At: r.Origin}}, r.Sources...))
	}
	for _, o := range outputs {
		below("/Outputs/"+o.ID, append([]plan.Place{{At: o.Origin}}, o.Sources...))
	}
	return out
}

package expand

import (
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// text is a string with the parts that CloudFormation fills in, and with its place.
func (x *expander) text(d spec.Deferred) plan.Value { return from(x.joined(d), d.Range) }

func (x *expander) joined(d spec.Deferred) plan.Value {
	out := plan.Concat{}
	for _, part := range d.Parts {
		switch part := part.(type) {
		case spec.Literal:
			out = append(out, plan.String(part))
		case spec.ParameterValue:
			out = append(out, plan.Param{Of: x.plan.Parameter(part.Name)})
		case spec.PseudoValue:
			out = append(out, plan.PseudoOf(string(part.Of)))
		case spec.ResourceValue:
			x.pending = true
			out = append(out, plan.Pending{ID: part.ID, Attribute: part.Attribute, Origin: d.Range})
		}
	}
	switch len(out) {
	case 0:
		return plan.String("")
	case 1:
		return out[0]
	}
	return out
}

func (x *expander) texts(list spec.DeferredList) []plan.Value {
	out := make([]plan.Value, len(list.Items))
	for i, item := range list.Items {
		out[i] = x.text(item)
	}
	return out
}

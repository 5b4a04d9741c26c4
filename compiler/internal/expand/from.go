package expand

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// from is a value with the places in the configuration that decide it. A default at the top of a file has none.
func from(v plan.Value, at ...hcl.Range) plan.Value {
	for _, place := range slices.Backward(at) {
		if !place.Empty() {
			v = plan.From{Of: v, At: place}
		}
	}
	return v
}

// textOf is what an attribute says, with its place; nil, which leaves a property out, if that is nothing.
func textOf(t spec.Text) plan.Value {
	if t.Value == "" {
		return nil
	}
	return from(plan.String(t.Value), t.Range)
}

// numberOf is textOf for a number.
func numberOf(n spec.Number) plan.Value {
	if n.Value == 0 {
		return nil
	}
	return from(plan.Int(n.Value), n.Range)
}

// textsOf is textOf for a list. Each of its items has its own place.
func textsOf(t spec.Texts) plan.Value {
	if len(t.Items) == 0 {
		return nil
	}
	out := make(plan.List, len(t.Items))
	for i, item := range t.Items {
		out[i] = textOf(item)
	}
	return from(out, t.Range)
}

// textsOrNone is textsOf where an empty list is written down.
func textsOrNone(t spec.Texts) plan.Value {
	if len(t.Items) == 0 {
		return from(plan.List{}, t.Range)
	}
	return textsOf(t)
}

// of is the scope for what is there because of attributes, or of a block inside the scope's own.
func (s scope) of(at ...hcl.Range) scope {
	s.because = at
	return s
}

package decode

import (
	"cmp"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/spec"
)

// texts reads a StringList. Items that are wrong are left out.
func (b *block) texts(name string) spec.Texts {
	list := b.deferreds(name)
	out := spec.Texts{Range: list.Range}
	for _, item := range list.Items {
		text, _ := item.Text()
		out.Items = append(out.Items, spec.Text{Value: text, Range: item.Range})
	}
	return out
}

// deferreds reads a StringList whose items CloudFormation may complete.
func (b *block) deferreds(name string) spec.DeferredList {
	v, ok := b.value(name)
	if !ok {
		return spec.DeferredList{Range: b.header}
	}
	out := spec.DeferredList{Range: v.place(v.expr)}
	items, ok := v.items()
	if !ok {
		return out
	}
	v.checkCount(len(items))
	first := map[string]hcl.Range{}
	for _, expr := range items {
		item := value{d: v.d, row: v.row, expr: expr, origin: v.origin}
		text, ok := item.deferred()
		if !ok {
			continue
		}
		if at, twice := first[text.String()]; twice && v.row.Unique && v.origin == nil {
			v.d.duplicate(text.Range, at, fmt.Sprintf("%q stands twice in %q", item.show(text.String()), v.row.Name), cmp.Or(v.row.Once, "Once is enough."))
			continue
		}
		first[text.String()] = text.Range
		out.Items = append(out.Items, text)
	}
	return out
}

func (v value) checkCount(n int) {
	if n < v.row.Min {
		v.d.reportValue(v, fmt.Sprintf("Too few items in %q", v.row.Name), fmt.Sprintf("It takes at least %d, such as %s.", v.row.Min, v.row.Example))
	}
	if v.row.Max > 0 && n > v.row.Max {
		v.d.reportValue(v, fmt.Sprintf("Too many items in %q", v.row.Name), fmt.Sprintf("It takes at most %d.", v.row.Max))
	}
}

// listed reads one string of a list.
func (v value) listed() (spec.Text, bool) {
	out := spec.Text{Range: v.place(v.expr)}
	val, ok := v.evaluate()
	if !ok {
		return out, false
	}
	text, ok := v.scalar(val)
	if !ok || !v.checkText(text) {
		return out, false
	}
	out.Value = text
	return out, true
}

// items takes a list apart, so that each item keeps its own range where it was written as one.
func (v value) items() ([]hcl.Expression, bool) {
	if items, diags := hcl.ExprList(unwrapped(v.expr)); !diags.HasErrors() {
		return items, true
	}
	val, ok := v.evaluate()
	if !ok {
		return nil, false
	}
	if t := val.Type(); !t.IsTupleType() && !t.IsListType() && !t.IsSetType() {
		v.wrongType(val, "a list of strings")
		return nil, false
	}
	return staticItems(val, v.expr.Range()), true
}

func staticItems(val cty.Value, at hcl.Range) []hcl.Expression {
	var out []hcl.Expression
	for it := val.ElementIterator(); it.Next(); {
		_, item := it.Element()
		out = append(out, hcl.StaticExpr(item, at))
	}
	return out
}

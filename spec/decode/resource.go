package decode

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec"
)

func (d *decoder) resources(root *block) []*spec.Resource {
	var out []*spec.Resource
	for _, n := range d.labelled(root, "resource") {
		b := d.open(n)
		r := &spec.Resource{Type: n.labels[0], Label: n.label, Range: n.header}
		r.Account, r.AccountRange = b.reference(fmt.Sprintf("Resource %q stands in", n.label.Value))
		r.Stack, r.Properties, r.DependsOn, r.DeletionPolicy = b.text("stack"), b.object("properties"), b.texts("depends_on"), b.text("deletion_policy")
		if strings.HasPrefix(r.Type.Value, "AWS::Serverless::") {
			d.report(r.Type.Range, fmt.Sprintf("Resource type %q needs a transform", r.Type.Value),
				"Templates of cfnpipe have none; write the resources that it stands for, such as AWS::Lambda::Function.")
		}
		out = append(out, r)
	}
	return out
}

func (d *decoder) overrides(root *block) []*spec.Override {
	var out []*spec.Override
	for _, n := range d.labelled(root, "override") {
		b := d.open(n)
		before := len(d.diags)
		o := &spec.Override{Label: n.label, Set: b.object("set"), Add: b.object("add"), Remove: b.texts("remove"), DependsOn: b.texts("depends_on"), Range: n.header}
		if len(o.Set.Members)+len(o.Add.Members)+len(o.Remove.Items)+len(o.DependsOn.Items) == 0 && len(d.diags) == before {
			d.report(n.header, "Override that changes nothing", `Write set = { "/Properties/NAME" = VALUE }, add or remove, or leave the block out.`)
		}
		out = append(out, o)
	}
	return out
}

func (d *decoder) outputs(root *block) []*spec.Output {
	var out []*spec.Output
	for _, n := range d.labelled(root, "output") {
		b := d.open(n)
		o := &spec.Output{Label: n.label, Value: b.deferred("value"), Description: b.text("description"), AccountRange: n.header, Range: n.header}
		if b.has("account") {
			o.Account, o.AccountRange = b.reference(fmt.Sprintf("Output %q stands in", n.label.Value))
		}
		out = append(out, o)
	}
	return out
}

// object reads an object of values of any type.
func (b *block) object(name string) spec.Object {
	v, ok := b.value(name)
	if !ok {
		return spec.Object{Range: b.header}
	}
	return v.object()
}

func (v value) object() spec.Object {
	out := spec.Object{Range: v.place(v.expr)}
	for _, e := range v.entries() {
		if fault := nameFault(e.key.Value); fault != "" {
			v.d.report(e.key.Range, fmt.Sprintf("Name %q cannot be used in %q", shorten(e.key.Value), v.row.Name), fault)
			continue
		}
		if isNull(e.expr) || v.d.becomesNull(e.expr) {
			continue
		}
		item := value{d: v.d, row: v.row, expr: e.expr}
		if member, ok := item.any(); ok {
			out.Members = append(out.Members, spec.Member{Name: e.key, Value: member})
		}
	}
	return out
}

// nameFault says why a name cannot be used in an object that goes into a template. CloudFormation takes intrinsic functions for
// what they are at any depth, and nothing would hold these against what there is.
func nameFault(name string) string {
	switch {
	case name == "":
		return "A name cannot be empty."
	case name == "Ref" || strings.HasPrefix(name, "Fn::"):
		return "Write a reference instead: resource.ID, resource.ID.ATTRIBUTE, param.NAME or aws.region, which may stand in a string: \"${aws.region}\"."
	}
	return hostile(name, schema.Line)
}

// any reads a value of whatever type. Each part keeps its own range where it was written as one.
func (v value) any() (spec.Value, bool) {
	if items, diags := hcl.ExprList(unwrapped(v.expr)); !diags.HasErrors() {
		return v.listOf(items), true
	}
	if _, diags := hcl.ExprMap(unwrapped(v.expr)); !diags.HasErrors() {
		return v.object(), true
	}
	val, ok := v.evaluateDeferred()
	if !ok {
		return nil, false
	}
	at := v.place(v.expr)
	switch t := val.Type(); {
	case t == cty.Bool:
		return spec.Flag{Value: val.True(), Range: at}, true
	case t == cty.Number:
		return spec.Decimal{Digits: val.AsBigFloat().Text('f', -1), Range: at}, true
	case t.IsObjectType() || t.IsMapType():
		return value{d: v.d, row: v.row, expr: hcl.StaticExpr(val, at)}.object(), true
	case val.CanIterateElements():
		return v.listOf(staticItems(val, at)), true
	}
	return v.deferred()
}

func (v value) listOf(items []hcl.Expression) spec.List {
	out := spec.List{Range: v.place(v.expr)}
	for _, expr := range items {
		item := value{d: v.d, row: v.row, expr: expr}
		if one, ok := item.any(); ok {
			out.Items = append(out.Items, one)
		}
	}
	return out
}

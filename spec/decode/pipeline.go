package decode

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/spec"
)

func (d *decoder) pipelines(root *block) []*spec.Pipeline {
	var out []*spec.Pipeline
	for _, n := range d.labelled(root, "pipeline") {
		b := d.open(n)
		if !b.has("for_each") {
			out = append(out, b.pipeline())
			continue
		}
		for _, i := range b.instances() {
			// The names of its resources come from the key, and from nothing that changes when another key joins.
			n.label.Value = i.key
			out = append(out, d.within("each", cty.StringVal(i.key), i.value).open(n).pipeline())
		}
	}
	return out
}

// instance is one pipeline of a block with for_each.
type instance struct {
	key   string
	value cty.Value
}

// instances takes for_each apart, in the order of the keys.
func (b *block) instances() []instance {
	v, _ := b.value("for_each")
	val, ok := v.evaluate()
	if !ok {
		return nil
	}
	t := val.Type()
	set := t.IsSetType() && t.ElementType() == cty.String
	if !set && !t.IsMapType() && !t.IsObjectType() {
		detail := fmt.Sprintf("It takes a map or a set of strings, and this is %s.", typeName(t))
		if t.IsTupleType() || t.IsListType() {
			detail += " Write toset(...) around a list of strings."
		}
		b.d.reportValue(v, `Wrong type for "for_each"`, detail)
		return nil
	}
	if val.LengthInt() > maxInstances {
		b.d.reportValue(v, `Too many items in "for_each"`, fmt.Sprintf("It takes at most %d.", maxInstances))
		return nil
	}
	var out []instance
	for it := val.ElementIterator(); it.Next(); {
		key, item := it.Element()
		name := key.AsString()
		if !b.d.fitsLabel(b.row.Labels[0], name) {
			b.d.reportValue(v, fmt.Sprintf("Key %q of for_each cannot be a pipeline's name", v.show(name)),
				fmt.Sprintf("A name is made of %s, at most %d characters.", b.row.Labels[0].Words, b.row.Labels[0].MaxLength))
			continue
		}
		out = append(out, instance{name, item})
	}
	return out
}

// maxInstances is far more pipelines than a Region takes (CodePipeline user guide, "Quotas": 1,000).
const maxInstances = 1000

func (b *block) pipeline() *spec.Pipeline {
	out := &spec.Pipeline{Label: b.label, Range: b.header, LogRetentionDays: b.number("log_retention_days")}
	out.Account, out.AccountRange = b.reference(fmt.Sprintf("Pipeline %q runs in", b.label.Value))
	if source, found := b.one("source", "codecommit"); found {
		out.Source = source.sourceCodeCommit()
	}
	artifacts, own := b.one("artifacts", "")
	out.Artifacts = artifacts.artifacts()
	switch shared := out.Account != nil && out.Account.Artifacts != nil; {
	case shared && !own:
		out.Artifacts = out.Account.Artifacts
	case shared:
		b.d.duplicate(out.Artifacts.Range, out.Account.Artifacts.Range, fmt.Sprintf("Pipeline %q has two stores", b.label.Value),
			fmt.Sprintf("Account %q has one that its pipelines share; keep one of the two.", out.Account.Label.Value))
	}
	for _, n := range b.of("stage") {
		out.Stages = append(out.Stages, b.d.open(n).stage())
	}
	besideDeploys(out)
	if notifications, found := b.one("notifications", ""); found {
		out.Notifications = notifications.notifications()
	}
	return out
}

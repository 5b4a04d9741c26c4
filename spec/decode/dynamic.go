package decode

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/schema"
)

// dynamic returns the blocks that a dynamic block stands for.
func (b *block) dynamic(found *hcl.Block) []nested {
	typeName := found.Labels[0]
	if !slices.Contains(blockTypes(b.row), typeName) {
		b.d.report(found.LabelRanges[0], fmt.Sprintf("Unknown block %q", shorten(typeName)),
			fmt.Sprintf("%s takes: %s.%s", subjectOf(b.row), list(blockTypes(b.row)), didYouMean(typeName, blockTypes(b.row))))
		return nil
	}
	b.seen[typeName] = true
	opened := b.d.content(schema.Dynamic(), found.Body, found.DefRange)
	opened.checkOccurrences()
	iterator, named := opened.iterator(typeName)
	items, ok := opened.each()
	contents := opened.of("content")
	if !named || !ok || len(contents) == 0 {
		return nil
	}
	b.none = b.none || len(items) == 0
	var out []nested
	for _, item := range items {
		inner := b.d.within(iterator, item.key, item.value)
		written := *found
		written.Type, written.Body = typeName, contents[0].body
		if written.Labels, written.LabelRanges, ok = opened.labels(inner); !ok {
			return out
		}
		if n, ok := inner.instance(b.row, &written); ok {
			out = append(out, n)
		}
	}
	return out
}

// iterator is the name by which the content refers to an item: that of the block's type, if it has none of its own.
func (b *block) iterator(typeName string) (string, bool) {
	attribute, set := b.attributes["iterator"]
	if !set {
		return typeName, true
	}
	name := hcl.ExprAsKeyword(attribute.Expr)
	if name == "" || slices.Contains([]string{"var", "local", "account", "each", "param", "aws", "resource"}, name) {
		b.d.report(attribute.Expr.Range(), "Not the name of an iterator", "Write one word without quotes that nothing else is called.")
		return "", false
	}
	return name, true
}

// item is what one of the blocks is made for.
type item struct{ key, value cty.Value }

func (b *block) each() ([]item, bool) {
	v, ok := b.value("for_each")
	if !ok {
		return nil, false
	}
	val, ok := v.evaluate()
	if !ok {
		return nil, false
	}
	if !val.CanIterateElements() || val.Type().IsPrimitiveType() {
		v.wrongType(val, "a list, a map or a set")
		return nil, false
	}
	if val.LengthInt() > maxInstances {
		b.d.reportValue(v, `Too many items in "for_each"`, fmt.Sprintf("It takes at most %d.", maxInstances))
		return nil, false
	}
	var out []item
	for it := val.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if val.Type().IsSetType() {
			key = value
		}
		out = append(out, item{key, value})
	}
	return out, true
}

// labels are the labels of one of the blocks, worked out with its iterator.
func (b *block) labels(inner *decoder) (labels []string, at []hcl.Range, ok bool) {
	attribute, set := b.attributes["labels"]
	if !set {
		return nil, nil, true
	}
	v := value{d: inner, row: schema.Attribute{Name: "labels", Type: schema.StringList}, expr: attribute.Expr}
	items, ok := v.items()
	if !ok {
		return nil, nil, false
	}
	for _, expr := range items {
		text, ok := value{d: inner, row: v.row, expr: expr}.listed()
		if !ok {
			return nil, nil, false
		}
		labels, at = append(labels, text.Value), append(at, text.Range)
	}
	return labels, at, true
}

// instance finds the row of one of the blocks, as nest does of one that is written as it is.
func (d *decoder) instance(parent schema.Block, found *hcl.Block) (nested, bool) {
	at := slices.IndexFunc(parent.Blocks, func(row schema.Block) bool { return row.Type == found.Type })
	if wanted := labelNames(parent.Blocks[at]); len(found.Labels) != len(wanted) {
		d.report(found.DefRange, fmt.Sprintf("Wrong labels for dynamic %q", found.Type),
			fmt.Sprintf("A block %s takes %s; write labels = [...] with as many.", parent.Blocks[at].Header(), labelCount(len(wanted))))
		return nested{}, false
	}
	n, ok := d.nest(parent, found)
	n.d = d
	return n, ok
}

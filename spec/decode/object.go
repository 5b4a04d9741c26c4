package decode

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec"
)

// entry is a name in an object with the expression behind it.
type entry struct {
	key  spec.Text
	expr hcl.Expression
}

// pairs reads a StringMap, or an Object whose members are strings, in the order of the source.
func (b *block) pairs(name string) []spec.Pair {
	v, ok := b.value(name)
	if !ok {
		return nil
	}
	var out []spec.Pair
	for _, e := range v.entries() {
		item, ok := v.member(e)
		if !ok {
			continue
		}
		if text, ok := item.deferred(); ok {
			out = append(out, spec.Pair{Key: e.key, Value: text})
		}
	}
	return out
}

// member is the value behind one name, with the row that it is held against.
func (v value) member(e entry) (value, bool) {
	item := value{d: v.d, row: v.row, expr: e.expr, origin: v.origin}
	item.row.Name = v.row.Name + "." + e.key.Value
	if v.row.Type == schema.Object {
		row, ok := v.row.Member(e.key.Value)
		if !ok {
			v.unknownMember(e)
			return item, false
		}
		item.row = row
		item.row.Name = v.row.Name + "." + row.Name
		return item, !isNull(e.expr)
	}
	if v.origin == nil && !v.d.matches(v.row.Keys, e.key.Value) {
		v.d.report(e.key.Range, fmt.Sprintf("Name %q cannot be used in %q", shorten(e.key.Value), v.row.Name),
			"Write a name of two or more letters, digits and underscores that begins with a letter, such as LOG_LEVEL.")
		return item, false
	}
	return item, !isNull(e.expr)
}

func (v value) unknownMember(e entry) {
	var members []string
	for _, member := range v.row.Members {
		members = append(members, member.Name)
	}
	v.d.report(e.key.Range, fmt.Sprintf("Unknown name %q in %q", shorten(e.key.Value), v.row.Name),
		fmt.Sprintf("%q takes: %s.%s", v.row.Name, list(members), didYouMean(e.key.Value, members)))
}

// entries takes an object apart, so that each name and value keeps its own range where it was written as one. A name that
// stands twice is reported and counts once.
func (v value) entries() []entry {
	pairs, diags := hcl.ExprMap(unwrapped(v.expr))
	if diags.HasErrors() {
		return v.evaluatedEntries()
	}
	first := map[string]hcl.Range{}
	var out []entry
	for _, pair := range pairs {
		key, ok := v.key(pair.Key)
		if !ok {
			continue
		}
		if at, twice := first[key.Value]; twice {
			v.d.duplicate(key.Range, at, fmt.Sprintf("%q stands twice in %q", shorten(key.Value), v.row.Name), "Keep one of the two.")
			continue
		}
		first[key.Value] = key.Range
		out = append(out, entry{key: key, expr: pair.Value})
	}
	return out
}

func (v value) key(expr hcl.Expression) (spec.Text, bool) {
	out := spec.Text{Range: v.place(expr)}
	// In parentheses it is an expression like any other, and not a name.
	if wrapped, ok := expr.(*hclsyntax.ObjectConsKeyExpr); ok {
		if computed, ok := wrapped.Wrapped.(*hclsyntax.ParenthesesExpr); ok {
			expr = computed.Expression
		}
	}
	key := value{d: v.d, row: v.row, expr: expr, origin: v.origin}
	val, ok := key.evaluate()
	if !ok {
		return out, false
	}
	if val.Type() != cty.String {
		v.d.report(out.Range, fmt.Sprintf("A name in %q is not a string", v.row.Name), "Write a name, such as LOG_LEVEL, before the equals sign.")
		return out, false
	}
	out.Value = val.AsString()
	return out, true
}

func (v value) evaluatedEntries() []entry {
	val, ok := v.evaluate()
	if !ok {
		return nil
	}
	if t := val.Type(); !t.IsObjectType() && !t.IsMapType() {
		v.wrongType(val, "an object, such as "+v.row.Example)
		return nil
	}
	var out []entry
	for it := val.ElementIterator(); it.Next(); {
		name, item := it.Element()
		key := spec.Text{Value: name.AsString(), Range: v.expr.Range()}
		out = append(out, entry{key: key, expr: hcl.StaticExpr(item, v.expr.Range())})
	}
	return out
}

// unwrapped takes off the parentheses, which HCL's own static analysis stops at.
func unwrapped(expr hcl.Expression) hcl.Expression {
	for {
		parentheses, ok := expr.(*hclsyntax.ParenthesesExpr)
		if !ok {
			return expr
		}
		expr = parentheses.Expression
	}
}

// numbers reads an Object whose members are whole numbers, all of them needed.
func (b *block) numbers(name string) (members map[string]spec.Number, at hcl.Range) {
	members = map[string]spec.Number{}
	v, ok := b.value(name)
	if !ok {
		return members, b.header
	}
	at = v.place(v.expr)
	for _, member := range v.row.Members {
		members[member.Name] = spec.Number{Range: at}
	}
	before, found := len(b.d.diags), map[string]bool{}
	for _, e := range v.entries() {
		if item, ok := v.member(e); ok {
			found[e.key.Value] = true
			members[e.key.Value] = item.number()
		}
	}
	if len(found) < len(v.row.Members) && len(b.d.diags) == before {
		for _, member := range v.row.Members {
			if !found[member.Name] {
				b.d.reportValue(v, fmt.Sprintf("Missing %q in %q", member.Name, v.row.Name),
					fmt.Sprintf("Both are needed; write %s = %s.", v.row.Name, v.row.Example))
			}
		}
	}
	return members, at
}

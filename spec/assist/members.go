package assist

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec/decode"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// attributesOf are the names of the attributes of an object's type; none of another.
func attributesOf(t cty.Type) []string {
	if !t.IsObjectType() {
		return nil
	}
	return slices.Sorted(maps.Keys(t.AttributeTypes()))
}

// chainType is the type of what a chain of names stands for, as far as types and literals say.
func (c *Config) chainType(p place, names []string) cty.Type {
	if len(names) < 2 {
		return cty.DynamicPseudoType
	}
	return within(c.typeOf(p, names[0], names[1]), names[2:])
}

// within is the type of what names lead to in a value of a type.
func within(t cty.Type, names []string) cty.Type {
	for _, name := range names {
		switch {
		case t.IsObjectType() && t.HasAttribute(name):
			t = t.AttributeType(name)
		case t.IsCollectionType() || t.IsTupleType():
			t = itemType(t)
		default:
			return cty.DynamicPseudoType
		}
	}
	return t
}

// loopOf is what the for expressions around a position go over for which a name stands. Of two names the first is that of the key, of which
// there is nothing to say.
func loopOf(frames []frame, name string) (over outline.Span, ok bool) {
	for _, f := range slices.Backward(frames) {
		if i := slices.Index(f.names, name); i >= 0 && f.bound {
			if i == len(f.names)-1 {
				over = f.over
			}
			return over, true
		}
	}
	return outline.Span{}, false
}

// typeOf is the type of a variable, a local, or an item of for_each; cty.DynamicPseudoType if nothing says it.
func (c *Config) typeOf(p place, root, name string) cty.Type {
	switch {
	case root == "var":
		return c.variableType(name)
	case root == "local":
		if s, ok := c.find(Local, name); ok {
			return literalType(s.File.Text, s.Attribute.Value)
		}
	case root == "each" && name == "value" && inForEach(p):
		return c.itemsOf(p, 0)
	case name == "value":
		if block := p.iterators()[root]; block != nil {
			return c.itemsOf(p, slices.Index(p.path, block))
		}
	}
	return cty.DynamicPseudoType
}

// itemsOf is the type of the items of for_each of a block around. That may speak of blocks further out only.
func (c *Config) itemsOf(p place, block int) cty.Type {
	a := p.path[block].Body.Attribute("for_each")
	if a == nil {
		return cty.DynamicPseudoType
	}
	return itemType(c.expressionType(place{file: p.file, path: p.path[:block+1], attribute: a}, a.Value))
}

// expressionType is the type of an expression that is a reference or a literal.
func (c *Config) expressionType(p place, span outline.Span) cty.Type {
	text := p.file.Text
	for span.Start < span.End && text[span.Start] == ' ' {
		span.Start++
	}
	for span.Start < span.End && text[span.End-1] == ' ' {
		span.End--
	}
	out := cty.DynamicPseudoType
	references(text, span, func(r reference) {
		if r.Span == span {
			var names []string
			for _, name := range r.names {
				names = append(names, name.Text)
			}
			out = c.chainType(p, names)
		}
	})
	if out == cty.DynamicPseudoType {
		return literalType(text, span)
	}
	return out
}

func itemType(t cty.Type) cty.Type {
	switch {
	case t.IsCollectionType():
		return t.ElementType()
	case t.IsObjectType():
		for _, attribute := range t.AttributeTypes() {
			return attribute
		}
	case t.IsTupleType() && t.Length() > 0:
		return t.TupleElementType(0)
	}
	return cty.DynamicPseudoType
}

func (c *Config) variableType(name string) cty.Type {
	s, ok := c.find(Variable, name)
	if !ok || s.Block.Body == nil {
		return cty.DynamicPseudoType
	}
	if a := s.Block.Body.Attribute("type"); a != nil {
		if expr := parse(s.File.Text, a.Value); expr != nil {
			if t, _, diags := typeexpr.TypeConstraintWithDefaults(expr); !diags.HasErrors() {
				return t
			}
		}
	}
	if a := s.Block.Body.Attribute("default"); a != nil {
		return literalType(s.File.Text, a.Value)
	}
	return cty.DynamicPseudoType
}

// typed is a type as a row of the schema.
func typed(name string, t cty.Type) schema.Attribute {
	row := schema.Attribute{Name: name, Type: schema.Any, Example: "null"}
	switch {
	case t == cty.String:
		row.Type, row.Example = schema.String, `""`
	case t == cty.Bool:
		row.Type, row.Example = schema.Bool, "true"
	case t == cty.Number:
		row.Example = "0"
	case t.IsListType() && t.ElementType() == cty.String, t.IsSetType() && t.ElementType() == cty.String:
		row.Type, row.Example = schema.StringList, `[""]`
	case t.IsListType(), t.IsSetType(), t.IsTupleType():
		row.Example = "[]"
	case t.IsMapType():
		row.Example = "{}"
	case t.IsObjectType():
		row.Type, row.Example = schema.Object, "{}"
		for _, member := range slices.Sorted(maps.Keys(t.AttributeTypes())) {
			inner := typed(member, t.AttributeType(member))
			inner.Required = !t.AttributeOptional(member)
			row.Members = append(row.Members, inner)
		}
	}
	return row
}

// itemOf is the type of what stands at a position in a value of a type, by the brackets around it; false if the type says nothing of it.
func itemOf(t cty.Type, frames []frame) (cty.Type, bool) {
	for i, f := range frames {
		switch last := i == len(frames)-1; {
		case f.loop || f.open != '{' && f.open != '[' && !(f.open == '"' && last):
			return t, false
		case f.open == '"' || f.open == '{' && f.key:
		case t.IsObjectType() && f.open == '{' && t.HasAttribute(f.name):
			t = t.AttributeType(f.name)
		case t.IsMapType() && f.open == '{', (t.IsListType() || t.IsSetType()) && f.open == '[':
			t = t.ElementType()
		default:
			return t, false
		}
	}
	return t, true
}

// literalType is the type of an expression without references; of an object that has some, the names that it has.
func literalType(text []byte, span outline.Span) cty.Type {
	expr := parse(text, span)
	if expr == nil {
		return cty.DynamicPseudoType
	}
	return shapeOf(expr)
}

func shapeOf(expr hcl.Expression) cty.Type {
	switch e := expr.(type) {
	case *hclsyntax.ObjectConsExpr:
		attributes := map[string]cty.Type{}
		for _, item := range e.Items {
			key, diags := item.KeyExpr.Value(nil)
			if diags.HasErrors() || key.Type() != cty.String || !key.IsKnown() || key.IsNull() {
				return cty.DynamicPseudoType
			}
			attributes[key.AsString()] = shapeOf(item.ValueExpr)
		}
		return cty.Object(attributes)
	case *hclsyntax.TupleConsExpr:
		var items []cty.Type
		for _, item := range e.Exprs {
			items = append(items, shapeOf(item))
		}
		return cty.Tuple(items)
	}
	return cty.DynamicPseudoType
}

// parse reads an expression within the limits of a configuration; nil if it is none.
func parse(text []byte, span outline.Span) hcl.Expression {
	ended := append(text[span.Start:span.End:span.End], '\n') // A text of several lines ends with its line.
	expr, diags := decode.Expression(decode.Source{Bytes: ended})
	if diags.HasErrors() {
		return nil
	}
	return expr
}

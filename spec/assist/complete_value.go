package assist

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// values are what may stand at a position of an attribute's value.
func (c *Config) values(p place) []Item {
	span := outline.Span{Start: p.attribute.Value.Start, End: max(p.attribute.Value.End, p.at)}
	if p.at < span.Start {
		span.Start = p.at
	}
	cur := locate(p.file.Text, span, p.at)
	row, known := c.inThis(p.row, p.path).Attribute(p.attribute.Name.Text)
	if !known {
		row = schema.Attribute{Name: p.attribute.Name.Text, Type: schema.Any, Deferred: schema.AnyCharacter}
	}
	switch {
	case cur.lines, cur.behind && !cur.inText:
		return nil
	case row.Type == schema.Constraint:
		return typeItems(cur)
	case p.row.Type == schema.DynamicType && row.Name == "iterator":
		return nil
	case p.constant():
		return c.constants(p, cur)
	case len(cur.before) > 0:
		return c.members(p, cur)
	}
	if all := c.ownProperties(p); row.Name == "properties" && len(cur.frames) == 0 && len(all) > 0 {
		object := Item{Kind: ValueItem, Label: "{ }", Detail: "object", Insert: propertiesSnippet(all), Replace: cur.word}
		row.Example = ""
		return slices.Concat([]Item{object}, c.roots(p, row, cur), calls(cur))
	}
	if p.row.Type == "resource" && row.Name == "stack" {
		row.Values = c.stacks()
	}
	if row.Unique {
		row.Values = slices.DeleteFunc(slices.Clone(row.Values), func(v string) bool { return p.lists(v) })
	}
	row, inKey, expression := c.descend(p, row, cur)
	switch {
	case inKey:
		return c.keys(p, row, cur)
	case cur.inText:
		return c.texts(p, row, cur)
	case expression:
		return slices.Concat(c.roots(p, row, cur), calls(cur))
	case row.Name == "depends_on":
		return c.dependsOn(p, row, cur)
	case c.isPointer(p, cur):
		return quotedItems(c.pointers(p, ""), cur)
	case row.Type == schema.AccountRef:
		return c.accounts(cur.word)
	}
	out := slices.Concat(valueItems(row, cur), c.propertyValues(p, cur), c.roots(p, row, cur))
	if choices := len(row.Values) > 0 || row.Type == schema.Bool; choices && cur.word.Start == cur.word.End {
		return out // What is called to find one of a few values is called on purpose.
	}
	return append(out, calls(cur)...)
}

// constant tells whether a value may refer to nothing: one for a variable.
func (p place) constant() bool {
	if len(p.path) == 0 {
		return p.file.assignments
	}
	return p.row.Type == "variable" && p.attribute.Name.Text == "default"
}

// constants are what the type of a variable says about its value.
func (c *Config) constants(p place, cur cursor) []Item {
	name := p.attribute.Name.Text
	if len(p.path) > 0 {
		name = ""
		if labels := p.path[len(p.path)-1].Labels; len(labels) > 0 {
			name = labels[0].Text
		}
	}
	t, known := itemOf(c.variableType(name), cur.frames)
	if !known || cur.inText {
		return nil
	}
	row := typed("", t)
	if n := len(cur.frames); n > 0 && cur.frames[n-1].open == '{' && cur.frames[n-1].key {
		return c.keys(p, row, cur)
	}
	row.Example = ""
	return valueItems(row, cur)
}

// descend follows the brackets around a position into a row: whether a key of an object is expected, and whether the position is
// in an expression of which the row says nothing.
func (c *Config) descend(p place, row schema.Attribute, cur cursor) (_ schema.Attribute, key, expression bool) {
	for i, f := range cur.frames {
		last := i == len(cur.frames)-1
		switch {
		case f.loop:
			return row, false, true
		case f.open == '{':
			if f.key {
				return row, last, !last
			}
			member, ok := row.Member(f.name)
			if row.Type == schema.StringMap {
				member, ok = row, true
				member.Type, member.Default, member.Example = schema.String, "", ""
			}
			if !ok {
				member = schema.Attribute{Name: f.name, Type: schema.Any, Deferred: row.Deferred}
			}
			row = member
		case f.open == '[' && row.Type == schema.StringList && f.name == "":
			row.Type, row.Default, row.Example = schema.String, "", ""
		case f.open == '[' && row.Type == schema.Any && f.name == "":
		case f.open == '"' && last:
		default:
			return row, false, true
		}
	}
	return row, false, false
}

// quotedItems are values to be written in quotes, unless those are there.
func quotedItems(values []string, cur cursor) []Item {
	var out []Item
	for _, v := range values {
		item := Item{Kind: ValueItem, Label: v, Insert: escape(v), Replace: cur.text}
		if !cur.inText {
			item.Label, item.Insert, item.Replace = strconv.Quote(v), escape(strconv.Quote(v)), cur.word
		} else if !cur.closed {
			item.Insert += `"`
		}
		out = append(out, item)
	}
	return out
}

// texts are what may stand between the quotes around a position.
func (c *Config) texts(p place, row schema.Attribute, cur cursor) []Item {
	switch {
	case len(cur.indexed) > 0:
		var names []string
		for _, item := range c.members(p, cursor{before: cur.indexed}) {
			names = append(names, item.Label)
		}
		return quotedItems(names, cur)
	case row.Name == "depends_on":
		return c.idItems(p, cur)
	case c.isPointer(p, cur):
		return quotedItems(c.pointers(p, string(p.file.Text[cur.text.Start:p.at])), cur)
	case row.Type == schema.String:
		return chosen(quotedItems(row.Values, cur), strings.Trim(row.Default, `"`))
	}
	return c.propertyValues(p, cur)
}

func chosen(items []Item, label string) []Item {
	for i := range items {
		if strings.Trim(items[i].Label, `"`) == label {
			items[i].Chosen, items[i].Detail = true, "default"
		}
	}
	return items
}

// valueItems are the values that a row itself speaks of.
func valueItems(row schema.Attribute, cur cursor) []Item {
	var out []Item
	word := cur.word
	value := func(text, detail string) {
		out = append(out, Item{Kind: ValueItem, Label: text, Detail: detail, Insert: escape(text), Replace: word})
	}
	switch {
	case row.Type == schema.String && len(row.Values) > 0 && !bareValues(row):
		return chosen(quotedItems(row.Values, cur), strings.Trim(row.Default, `"`))
	case len(row.Values) > 0 && (row.Type == schema.Integer || row.Type == schema.String):
		for _, v := range row.Values {
			value(v, "")
		}
		return chosen(out, row.Default)
	case row.Type == schema.Bool:
		value("true", "")
		value("false", "")
		return chosen(out, row.Default)
	case row.Type == schema.Object && len(row.Members) > 0:
		out = append(out, Item{Kind: ValueItem, Label: "{ }", Detail: "object", Insert: "{ " + objectSnippet(row) + " }", Replace: word, Doc: attributeDoc(row)})
	}
	if row.Example != "" && !isReference(row.Example) {
		value(row.Example, "example")
	}
	if row.Default != "" && row.Default != row.Example && row.Default != `""` && row.Default != "{}" && row.Default != "[]" {
		value(row.Default, "default")
	}
	return out
}

func typeItems(cur cursor) []Item {
	top := frame{}
	if n := len(cur.frames); n > 0 {
		top = cur.frames[n-1]
	}
	if cur.inText || top.open == '{' && top.key || len(cur.before) > 0 {
		return nil
	}
	var out []Item
	for _, t := range [][2]string{
		{"string", "string"},
		{"number", "number"},
		{"bool", "bool"},
		{"any", "any"},
		{"list()", "list(${1:string})"},
		{"set()", "set(${1:string})"},
		{"map()", "map(${1:string})"},
		{"object({})", "object({ ${1:name} = ${2:string} })"},
		{"tuple([])", "tuple([${1:string}])"},
		{"optional()", "optional(${1:string}, ${2:\"\"})"},
	} {
		if t[0] == "optional()" && top.open != '{' { // It is for members of objects.
			continue
		}
		if word, _, called := strings.Cut(t[1], "("); called && cur.follow == '(' {
			t[1] = word
		}
		out = append(out, Item{Kind: TypeItem, Label: t[0], Insert: t[1], Replace: cur.word})
	}
	return out
}

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
	row, known := p.row.Attribute(p.attribute.Name.Text)
	if !known {
		row = schema.Attribute{Name: p.attribute.Name.Text, Type: schema.Any}
	}
	if len(cur.before) > 0 && !cur.inText {
		return c.members(p, cur)
	}
	row, inKey, expression := c.descend(p, row, cur)
	switch {
	case inKey:
		return c.keys(p, row, cur)
	case cur.inText:
		return c.texts(p, row, cur)
	case expression:
		return slices.Concat(c.roots(p, cur), calls(cur))
	}
	out := valueItems(row, cur.word)
	if row.Type == schema.AccountRef {
		return append(out, c.accounts(cur.word)...)
	}
	if row.Type == schema.Constraint {
		return typeItems(cur.word)
	}
	return slices.Concat(out, c.propertyValues(p, cur), c.roots(p, cur), calls(cur))
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
				member = schema.Attribute{Name: f.name, Type: schema.Any}
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

// keys are the names that an object may have at a position.
func (c *Config) keys(p place, row schema.Attribute, cur cursor) []Item {
	word := cur.word
	if cur.inText {
		return nil
	}
	have := keysOf(p.file.Text, cur)
	var out []Item
	for _, member := range row.Members {
		if slices.Contains(have, member.Name) {
			continue
		}
		item := attributeItem(member, word)
		if member.Required {
			item.Detail = "required, " + item.Detail
		}
		out = append(out, item)
	}
	for _, property := range c.properties(p, cur) {
		if slices.Contains(have, property.Name) {
			continue
		}
		detail := property.Type
		if property.Required {
			detail = "required, " + detail
		}
		out = append(out, Item{Kind: AttributeItem, Label: property.Name, Detail: detail, Replace: word, Insert: escape(property.Name) + " = $0"})
	}
	return out
}

// keysOf are the keys that the innermost object at a position has already, the one at the position left out.
func keysOf(text []byte, cur cursor) []string {
	f := cur.frames[len(cur.frames)-1]
	end := f.start
	for depth := 0; end < len(text); end++ {
		switch text[end] {
		case '{', '[', '(':
			depth++
			continue
		case '}', ']', ')':
			depth--
		}
		if depth < 0 {
			break
		}
	}
	var out []string
	w := &walker{frames: []frame{{open: '{', start: f.start, key: true}}}
	for _, token := range lex(text, outline.Span{Start: f.start, End: end}) {
		w.step(token)
		if top := w.top(); len(w.frames) == 1 && !top.key && top.name != "" && !slices.Contains(out, top.name) {
			out = append(out, top.name)
		}
	}
	return out
}

// properties are what AWS takes at a position inside the properties of a resource.
func (c *Config) properties(p place, cur cursor) []Property {
	n := len(p.path)
	if n != 1 || p.path[0].Type.Text != "resource" || p.attribute.Name.Text != "properties" || c.Known.Properties == nil || len(p.path[0].Labels) == 0 {
		return nil
	}
	var path []string
	for _, f := range cur.frames {
		switch {
		case f.open == '{' && f.name != "" && !f.key:
			path = append(path, f.name)
		case f.open == '{' || f.open == '[' || f.open == '"':
		default:
			return nil
		}
	}
	return c.Known.Properties(p.path[0].Labels[0].Text, path)
}

// propertyValues are the values that AWS lists for the property whose value a position is in.
func (c *Config) propertyValues(p place, cur cursor) []Item {
	path := slices.Clone(cur.frames)
	for i := len(path) - 1; i >= 0; i-- {
		if path[i].open != '{' || path[i].key {
			continue
		}
		name := path[i].name
		path[i].name, path[i].key = "", true
		for _, property := range c.properties(p, cursor{frames: path[:i+1]}) {
			if property.Name == name {
				return quotedItems(property.Values, cur)
			}
		}
		break
	}
	return nil
}

// quotedItems are values to be written in quotes, unless those are there.
func quotedItems(values []string, cur cursor) []Item {
	var out []Item
	for _, v := range values {
		item := Item{Kind: ValueItem, Label: v, Insert: escape(v), Replace: cur.text}
		if !cur.inText {
			item.Label, item.Insert, item.Replace = strconv.Quote(v), escape(strconv.Quote(v)), cur.word
		}
		out = append(out, item)
	}
	return out
}

// texts are what may stand between the quotes around a position.
func (c *Config) texts(p place, row schema.Attribute, cur cursor) []Item {
	if p.attribute.Name.Text == "depends_on" && (p.row.Type == "resource" || p.row.Type == "override") {
		var out []Item
		for _, id := range c.logicalIDs() {
			out = append(out, Item{Kind: ReferenceItem, Label: id.ID, Detail: id.Type, Doc: id.Why, Insert: escape(id.ID), Replace: cur.text})
		}
		return out
	}
	if row.Type == schema.String {
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
func valueItems(row schema.Attribute, word outline.Span) []Item {
	cur := cursor{word: word}
	var out []Item
	value := func(text, detail string) {
		out = append(out, Item{Kind: ValueItem, Label: text, Detail: detail, Insert: escape(text), Replace: word})
	}
	switch {
	case row.Type == schema.String && len(row.Values) > 0:
		return chosen(quotedItems(row.Values, cur), strings.Trim(row.Default, `"`))
	case row.Type == schema.Integer && len(row.Values) > 0:
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
	if row.Example != "" && row.Type != schema.AccountRef && row.Type != schema.Constraint {
		value(row.Example, "example")
	}
	if row.Default != "" && row.Default != row.Example && row.Default != `""` && row.Default != "{}" && row.Default != "[]" {
		value(row.Default, "default")
	}
	return out
}

// objectSnippet is the members of an object that have to be there, or a stop.
func objectSnippet(row schema.Attribute) string {
	var parts []string
	for _, member := range row.Members {
		if member.Required {
			parts = append(parts, escape(member.Name)+" = "+valueSnippet(member, len(parts)+1))
		}
	}
	if len(parts) == 0 {
		return "$1"
	}
	return strings.Join(parts, ", ")
}

func typeItems(word outline.Span) []Item {
	var out []Item
	for _, t := range [][2]string{
		{"string", "string"}, {"number", "number"}, {"bool", "bool"}, {"any", "any"},
		{"list()", "list(${1:string})"}, {"set()", "set(${1:string})"}, {"map()", "map(${1:string})"},
		{"object({})", "object({ ${1:name} = ${2:string} })"}, {"tuple([])", "tuple([${1:string}])"}, {"optional()", "optional(${1:string}, ${2:\"\"})"},
	} {
		out = append(out, Item{Kind: TypeItem, Label: t[0], Insert: t[1], Replace: word})
	}
	return out
}

func (c *Config) accounts(word outline.Span) []Item {
	var out []Item
	for _, s := range c.declared(Account) {
		out = append(out, Item{Kind: ReferenceItem, Label: "account." + s.Name.Text, Detail: c.accountID(s), Insert: "account." + escape(s.Name.Text), Replace: word})
	}
	return out
}

func (c *Config) accountID(s Symbol) string {
	if s.Block.Body == nil {
		return ""
	}
	if id := s.Block.Body.Attribute("id"); id != nil {
		return strings.Trim(id.Value.Of(s.File.Text), `"`)
	}
	return ""
}

// roots are the references that an expression may begin with.
func (c *Config) roots(p place, cur cursor) []Item {
	if p.file.assignments || p.row.Type == "variable" {
		return nil
	}
	var out []Item
	add := func(label, detail, doc string) {
		out = append(out, Item{Kind: ReferenceItem, Label: label, Detail: detail, Doc: doc, Insert: escape(label), Replace: cur.word})
	}
	for _, f := range cur.frames {
		for _, name := range f.names {
			if name != "" {
				add(name, "of the for expression", "")
			}
		}
	}
	for _, name := range iterators(p.path) {
		add(name+".key", "of the dynamic block", "")
		add(name+".value", "of the dynamic block", "")
	}
	if inForEach(p.path) {
		add("each.key", "the name of this pipeline", "")
		add("each.value", "the item of for_each", "")
	}
	for _, kind := range []Kind{Variable, Local, Account} {
		for _, s := range c.declared(kind) {
			label := kind.root() + "." + s.Name.Text
			if kind == Account {
				label += ".id"
			}
			add(label, c.detail(s), c.description(s))
		}
	}
	for _, s := range c.declared(ParameterKind) {
		add("param."+s.Name.Text, "known when the stack is made", c.description(s))
	}
	add("param.EnvironmentSuffix", "known when the stack is made", "")
	for _, name := range pseudo() {
		add("aws."+name, "known when the stack is made", "")
	}
	return append(out, Item{Kind: KeywordItem, Label: "resource", Detail: "a value of a resource", Insert: "resource.", Replace: cur.word, Again: true})
}

func pseudo() []string { return []string{"account_id", "region", "partition", "stack_name"} }

func inForEach(path []*outline.Block) bool {
	return len(path) > 0 && path[0].Type.Text == "pipeline" && path[0].Body.Attribute("for_each") != nil
}

// detail is what a declaration says in a line.
func (c *Config) detail(s Symbol) string {
	var span outline.Span
	switch s.Kind {
	case Local:
		span = s.Attribute.Value
	case Account:
		return c.accountID(s)
	case Variable:
		if s.Block.Body == nil {
			return ""
		}
		for _, name := range []string{"type", "default"} {
			if a := s.Block.Body.Attribute(name); a != nil && span.End == 0 {
				span = a.Value
			}
		}
	}
	text := strings.Join(strings.Fields(span.Of(s.File.Text)), " ")
	if runes := []rune(text); len(runes) > 60 {
		text = string(runes[:59]) + "…"
	}
	return text
}

// calls are the functions that an expression may call.
func calls(cur cursor) []Item {
	var out []Item
	for _, f := range functions() {
		signature, _ := f.Signature()
		insert := escape(f.Name) + "($1)"
		if cur.follow == '(' {
			insert = escape(f.Name)
		}
		out = append(out, Item{Kind: FunctionItem, Label: f.Name, Detail: signature, Doc: functionDoc(f), Insert: insert, Replace: cur.word})
	}
	return out
}

// members are what may follow the names before a position.
func (c *Config) members(p place, cur cursor) []Item {
	var out []Item
	add := func(name, detail, doc string) {
		out = append(out, Item{Kind: ReferenceItem, Label: name, Detail: detail, Doc: doc, Insert: escape(name), Replace: cur.word})
	}
	root := cur.before[0]
	if len(cur.before) > 1 {
		switch {
		case root == "account" && len(cur.before) == 2:
			add("id", "the account's id", "")
		case root == "resource" && len(cur.before) == 2 && c.Known.Attributes != nil:
			for _, name := range c.Known.Attributes(c.resourceType(cur.before[1])) {
				add(name, "what Fn::GetAtt gives", "")
			}
		default:
			for _, name := range c.attributesOf(p, cur.before) {
				add(name, "", "")
			}
		}
		return out
	}
	for kind := range Output {
		if kind.root() != root || kind == ResourceKind {
			continue
		}
		for _, s := range c.declared(kind) {
			add(s.Name.Text, c.detail(s), c.description(s))
		}
	}
	switch {
	case root == "param":
		add("EnvironmentSuffix", "the parameter that every template has", "")
	case root == "aws":
		for _, name := range pseudo() {
			add(name, "", "")
		}
	case root == "resource":
		for _, r := range c.logicalIDs() {
			add(r.ID, r.Type, r.Why)
		}
	case root == "each" && inForEach(p.path), slices.Contains(iterators(p.path), root):
		add("key", "", "")
		add("value", "", "")
	}
	return out
}

// logicalIDs are the resources that references may name: those of the plan, and those that the text has already.
func (c *Config) logicalIDs() []Resource {
	out := slices.Clone(c.resources())
	for _, s := range c.declared(ResourceKind) {
		if !slices.ContainsFunc(out, func(r Resource) bool { return r.ID == s.Name.Text }) {
			out = append(out, Resource{ID: s.Name.Text, Type: s.Block.Labels[0].Text})
		}
	}
	return out
}

func (c *Config) resourceType(id string) string {
	for _, r := range c.logicalIDs() {
		if r.ID == id {
			return r.Type
		}
	}
	return ""
}

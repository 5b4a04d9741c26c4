package assist

import (
	"bytes"
	"maps"
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
		row = schema.Attribute{Name: p.attribute.Name.Text, Type: schema.Any, Deferred: schema.AnyCharacter}
	}
	switch {
	case cur.lines:
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

// dependsOn are the ids that may stand in a list of resources, outside of quotes.
func (c *Config) dependsOn(p place, row schema.Attribute, cur cursor) []Item {
	if len(cur.frames) == 0 {
		return valueItems(row, cur)
	}
	return c.idItems(p, cur)
}

// lists tells whether the value has a text in quotes already, elsewhere than at the position.
func (p place) lists(text string) bool {
	return slices.ContainsFunc(quotedWords(p.file.Text, p.attribute.Value), func(w outline.Word) bool { return w.Text == text && !w.Holds(p.at) })
}

// idItems are the logical ids that a list of them does not have yet.
func (c *Config) idItems(p place, cur cursor) []Item {
	var out []Item
	for _, r := range c.logicalIDs() {
		itself := len(p.path) > 0 && slices.ContainsFunc(p.path[0].Labels, func(l outline.Label) bool { return l.Text == r.ID })
		if p.lists(r.ID) || itself {
			continue
		}
		item := quotedItems([]string{r.ID}, cur)[0]
		item.Kind, item.Detail, item.Doc = ReferenceItem, r.Type, literally(r.Why)
		out = append(out, item)
	}
	return out
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

// keys are the names that an object may have at a position.
func (c *Config) keys(p place, row schema.Attribute, cur cursor) (out []Item) {
	word := cur.word
	if cur.inText {
		return nil
	}
	have := keysOf(p.file.Text, cur)
	add := func(item Item, required bool) {
		if required {
			item.Detail = "required, " + item.Detail
		}
		if followedBy(p.file.Text, word.End, "=:") { // It has a value already.
			item.Insert = escape(item.Label)
		}
		out = append(out, item)
	}
	for _, member := range row.Members {
		if slices.Contains(have, member.Name) {
			continue
		}
		add(attributeItem(member, word), member.Required)
	}
	for _, property := range c.properties(p, cur) {
		if slices.Contains(have, property.Name) {
			continue
		}
		add(Item{
			Kind: AttributeItem, Label: property.Name, Detail: property.Type, Doc: propertyDoc(p.path[0].Labels[0].Text, property), Replace: word,
			Insert: escape(property.Name) + " = " + property.snippet(),
		}, property.Required)
	}
	slices.SortStableFunc(out, func(a, b Item) int { return rank(a) - rank(b) })
	return out
}

// rank puts what has to be there before the rest.
func rank(i Item) int {
	if strings.HasPrefix(i.Detail, "required") {
		return 0
	}
	return 1
}

// followedBy tells whether one of some characters is the next behind a position that is no blank.
func followedBy(text []byte, at int, characters string) bool {
	rest := bytes.TrimLeft(text[at:], " \t")
	return len(rest) > 0 && strings.IndexByte(characters, rest[0]) >= 0
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
	at := 0
	for _, token := range lex(text, outline.Span{Start: f.start, End: end}) {
		expected := w.top() != nil && w.top().key
		w.step(token)
		if top := w.top(); expected && len(w.frames) == 1 && !top.key && top.name != "" && at != cur.word.Start {
			out = append(out, top.name)
		}
		at = spanOf(token).Start
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
			switch {
			case property.Name != name:
			case property.Type == "a list" && cur.frames[len(cur.frames)-1].open == '{':
				return nil
			case property.Type == "true or false" && !cur.inText:
				return valueItems(schema.Attribute{Type: schema.Bool}, cur)
			default:
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
		{"string", "string"}, {"number", "number"}, {"bool", "bool"}, {"any", "any"},
		{"list()", "list(${1:string})"}, {"set()", "set(${1:string})"}, {"map()", "map(${1:string})"},
		{"object({})", "object({ ${1:name} = ${2:string} })"}, {"tuple([])", "tuple([${1:string}])"}, {"optional()", "optional(${1:string}, ${2:\"\"})"},
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
		return textOf(s.File.Text, id.Value)
	}
	return ""
}

// roots are the references that an expression may begin with. Those to what only CloudFormation knows stand where a value may wait.
func (c *Config) roots(p place, row schema.Attribute, cur cursor) []Item {
	var out []Item
	add := func(label, detail, doc string) {
		span := outline.Span{Start: cur.word.Start, End: chainEnd(p.file.Text, cur.word.End, strings.Count(label, "."))}
		out = append(out, Item{Kind: ReferenceItem, Label: label, Detail: detail, Doc: literally(doc), Insert: escape(label), Replace: span})
	}
	for _, f := range cur.frames {
		for _, name := range f.names {
			if name != "" {
				add(name, "of the for expression", "")
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.iterators())) {
		add(name+".key", "of the dynamic block", "")
		add(name+".value", "of the dynamic block", "")
	}
	if inForEach(p) {
		add("each.key", "the name of this pipeline", "")
		add("each.value", "the item of for_each", "")
	}
	for _, kind := range []Kind{Variable, Local, Account} {
		if kind == Account && (row.Type == schema.Bool || row.Type == schema.Integer) {
			continue
		}
		for _, s := range c.visible(p, kind) {
			label := kind.root() + "." + s.Name.Text
			if kind == Account {
				label += ".id"
			}
			add(label, c.detail(s), c.description(s))
		}
	}
	if row.Deferred == "" {
		return out
	}
	const later = "known when the stack is made"
	for _, s := range c.visible(p, ParameterKind) {
		add("param."+s.Name.Text, later, c.description(s))
	}
	add("param.EnvironmentSuffix", later, "")
	for _, name := range pseudo() {
		add("aws."+name, later, "")
	}
	return append(out, Item{Kind: KeywordItem, Label: "resource", Detail: "a value of a resource", Insert: "resource.", Replace: cur.word, Again: true})
}

// visible are the names of a kind that an expression may speak of: the condition of a variable only of that.
func (c *Config) visible(p place, kind Kind) []Symbol {
	if n := len(p.path); n > 1 && p.row.Type == "validation" {
		return slices.DeleteFunc(c.declared(kind), func(s Symbol) bool { return s.Block != p.path[n-2] })
	}
	return c.declared(kind)
}

func pseudo() []string { return []string{"account_id", "region", "partition", "stack_name"} }

// inForEach tells whether a value may speak of the item that its pipeline is made for.
func inForEach(p place) bool {
	if len(p.path) == 0 || p.path[0].Type.Text != "pipeline" {
		return false
	}
	a := p.path[0].Body.Attribute("for_each")
	return a != nil && a != p.attribute
}

// chainEnd is where a reference ends of which some names follow.
func chainEnd(text []byte, at, names int) int {
	for ; names > 0 && at < len(text) && text[at] == '.' && wordEnd(text, at+1) > at+1; names-- {
		at = wordEnd(text, at+1)
	}
	return at
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
		sensitive := s.Block.Body.Attribute("sensitive") != nil
		for _, name := range []string{"type", "default"} {
			if a := s.Block.Body.Attribute(name); a != nil && span.End == 0 && !(sensitive && name == "default") {
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
		out = append(out, Item{Kind: ReferenceItem, Label: name, Detail: detail, Doc: literally(doc), Insert: escape(name), Replace: cur.word})
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
		for _, s := range c.visible(p, kind) {
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
	case root == "each" && inForEach(p), iterates(p, root):
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

package assist

import (
	"maps"
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

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
			if f.bound {
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
		if kind == Account && (row.Type == schema.Bool || row.Type == schema.Integer || p.row.Type == "account") {
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
	if over, ok := loopOf(cur.frames, root); ok {
		for _, name := range attributesOf(within(itemType(c.expressionType(p, over)), cur.before[1:])) {
			add(name, "", "")
		}
		return out
	}
	if len(cur.before) > 1 {
		switch {
		case root == "account" && len(cur.before) == 2:
			add("id", "the account's id", "")
		case root == "resource" && len(cur.before) == 2 && c.Known.Attributes != nil:
			for _, name := range c.Known.Attributes(c.resourceType(cur.before[1])) {
				add(name, "what Fn::GetAtt gives", "")
			}
		default:
			for _, name := range attributesOf(c.chainType(p, cur.before)) {
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

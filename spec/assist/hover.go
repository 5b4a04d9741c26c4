package assist

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// Hint is what is said about a part of a file, in Markdown.
type Hint struct {
	outline.Span
	Markdown string
}

// Hover says what stands at a position; false if there is nothing to say.
func (c *Config) Hover(file *File, at int) (Hint, bool) {
	p := c.place(file, at)
	if p.role == noRole {
		return Hint{}, false
	}
	hint := Hint{}
	switch {
	case p.block != nil:
		return c.hoverHeader(p)
	case p.attribute == nil:
		return Hint{}, false
	case p.role == valueRole:
		return c.hoverValue(p)
	}
	hint.Span = p.attribute.Name.Span
	name := p.attribute.Name.Text
	row, known := p.row.Attribute(name)
	switch {
	case p.file.assignments && len(p.path) == 0:
		hint.Markdown = c.declarationDoc("var", name)
	case known:
		hint.Markdown = attributeDoc(row)
	case p.row.Type == "locals":
		hint.Markdown = code("local." + name)
	}
	if hint.Markdown == "" {
		return Hint{}, false
	}
	hint.Markdown += c.valueDoc(file, p.attribute.Value)
	return hint, true
}

func (c *Config) hoverHeader(p place) (Hint, bool) {
	hint := Hint{Span: p.block.Type.Span}
	own, known := child(p.row, p.block)
	if p.block.Type.Text == schema.DynamicType && p.row.Type != "" {
		own, known = schema.Dynamic(), true
	}
	if !known {
		return Hint{}, false
	}
	hint.Markdown = blockDoc(own)
	if p.role == labelRole {
		if p.label >= len(p.block.Labels) {
			return Hint{}, false
		}
		label := p.block.Labels[p.label]
		if hint.Span = label.Span; label.Quoted {
			hint.Span = outline.Span{Start: label.Start - 1, End: min(label.End+1, len(p.file.Text))}
		}
		if names, first := nameLabels(own); p.label >= first && p.label-first < len(names) {
			hint.Markdown = c.nameDoc(p, label, names[p.label-first])
		} else if p.block.Type.Text == schema.DynamicType {
			hint.Markdown = blockDoc(generates(p.row, p.block))
		}
	}
	return Hint{hint.Span, hint.Markdown + c.becomes(p)}, hint.Holds(p.at)
}

// nameDoc describes what the author has called something.
func (c *Config) nameDoc(p place, label outline.Label, row schema.Label) string {
	out := code(header(p.file.Text, p.block))
	if s, ok := symbol(p.file, p.block); ok && s.Name.Span == label.Span {
		if doc := c.description(s); doc != "" {
			out += "\n\n" + literally(doc)
		}
	}
	if p.block.Type.Text == "override" {
		out += "\n\n" + c.resourceDoc(label.Text)
	}
	return out + "\n\n" + labelDoc(row) + c.valueDoc(p.file, outline.Span{Start: label.Start - 1, End: min(label.End+1, len(p.file.Text))})
}

// mostBecome is how many resources a hint lists.
const mostBecome = 12

// becomes lists what a block stands for.
func (c *Config) becomes(p place) string {
	if c.Known.Becomes == nil || p.block.Body == nil {
		return ""
	}
	resources := c.Known.Becomes(p.file, p.block.Header())
	if len(resources) == 0 {
		return ""
	}
	var out strings.Builder
	fmt.Fprintf(&out, "\n\n---\n\nBecomes %s:\n", counted(len(resources), "resource"))
	for _, r := range resources[:min(len(resources), mostBecome)] {
		fmt.Fprintf(&out, "\n- %s (%s) in %s", code(r.ID), code(r.Type), code(r.Account))
		if r.PhysicalName != "" {
			out.WriteString(": " + code(r.PhysicalName))
		}
	}
	if more := len(resources) - mostBecome; more > 0 {
		fmt.Fprintf(&out, "\n- and %d more", more)
	}
	return out.String()
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (c *Config) hoverValue(p place) (Hint, bool) {
	file, span := p.file, p.attribute.Value
	if !span.Holds(p.at) {
		return Hint{}, false
	}
	if hint, ok := c.hoverReference(p); ok {
		return hint, true
	}
	cur := locate(file.Text, span, p.at)
	word := outline.Span{Start: wordStart(file.Text, p.at), End: wordEnd(file.Text, p.at)}
	if f, ok := function(word.Of(file.Text)); ok && !cur.inText && !cur.lines && word.End < len(file.Text) && file.Text[word.End] == '(' {
		return Hint{word, functionDoc(f)}, true
	}
	if row, known := p.row.Attribute(p.attribute.Name.Text); known {
		row, inKey, expression := c.descend(p, row, cur)
		switch {
		case inKey && word.Start < word.End:
			if doc := c.keyDoc(p, row, cur, word.Of(file.Text)); doc != "" {
				return Hint{word, doc}, true
			}
		case cur.inText && len(row.Values) > 0 && !expression:
			return Hint{cur.text, attributeDoc(row)}, true
		}
	}
	if cur.inText && c.isPointer(p, cur) {
		doc := c.pointerDoc(p, cur.text)
		return Hint{cur.text, doc}, doc != ""
	}
	for _, id := range c.dependencies(p) {
		if id.Holds(p.at) {
			doc := c.resourceDoc(id.Text)
			return Hint{id.Span, doc}, doc != ""
		}
	}
	if doc := c.valueDoc(file, span); doc != "" {
		return Hint{span, strings.TrimPrefix(doc, "\n\n")}, true
	}
	return Hint{}, false
}

// dependencies are the logical ids in the value of a depends_on.
func (c *Config) dependencies(p place) []outline.Word {
	if p.attribute == nil || p.attribute.Name.Text != "depends_on" {
		return nil
	}
	return quotedWords(p.file.Text, p.attribute.Value)
}

// keyDoc describes a member of an object; empty if nothing is known of it.
func (c *Config) keyDoc(p place, row schema.Attribute, cur cursor, name string) string {
	if member, ok := row.Member(name); ok {
		return attributeDoc(member)
	}
	for _, property := range c.properties(p, cur) {
		if property.Name == name {
			return propertyDoc(p.path[0].Labels[0].Text, property)
		}
	}
	return ""
}

// hoverReference describes the reference at a position.
func (c *Config) hoverReference(p place) (Hint, bool) {
	found, ok := p.reference()
	if !ok {
		return Hint{}, false
	}
	root, name := found.names[0].Text, found.names[1].Text
	hint := Hint{Span: found.Span}
	title := code(hint.Of(p.file.Text))
	switch {
	case iterates(p, root):
		hint.Markdown = fmt.Sprintf("%s: of the dynamic block", title)
	case root == "each":
		hint.Markdown = fmt.Sprintf("%s: of `for_each` of the pipeline", title)
	case root == "aws":
		hint.Markdown = fmt.Sprintf("%s: CloudFormation's pseudo parameter, known when a stack is made", title)
	case root == "resource":
		hint.Markdown = c.resourceDoc(name)
	default:
		hint.Markdown = c.declarationDoc(root, name)
	}
	if hint.Markdown == "" {
		return Hint{}, false
	}
	if value := c.valueDoc(p.file, hint.Span); !strings.HasSuffix(hint.Markdown, strings.TrimPrefix(value, "\n\nValue")) {
		hint.Markdown += value // It is not what the declaration says already.
	}
	return hint, true
}

func (c *Config) resourceDoc(id string) string {
	for _, r := range c.resources() {
		if r.ID == id {
			return fmt.Sprintf("%s (%s) in %s\n\n%s", code(r.ID), code(r.Type), code(r.Account), literally(r.Why))
		}
	}
	if s, ok := c.find(ResourceKind, id); ok {
		return fmt.Sprintf("%s (%s)", code(id), code(s.Block.Labels[0].Text))
	}
	return ""
}

func (c *Config) declarationDoc(root, name string) string {
	if root == "param" && name == "EnvironmentSuffix" {
		return "`param.EnvironmentSuffix`: the parameter that every template has and every name ends in, known when a stack is made"
	}
	for kind := range Output {
		if kind.root() != root {
			continue
		}
		s, ok := c.find(kind, name)
		if !ok {
			return ""
		}
		out := code(root + "." + name)
		if detail := c.detail(s); detail != "" {
			out += ": " + code(detail)
		}
		if doc := c.description(s); doc != "" {
			out += "\n\n" + literally(doc)
		}
		return out
	}
	return ""
}

// mostValues is how many values a hint shows of an expression that has several.
const mostValues = 3

// valueDoc is what the expression at a span comes to, to follow something else; empty if that is plain to see.
func (c *Config) valueDoc(file *File, span outline.Span) string {
	if c.Known.Values == nil || span.End <= span.Start {
		return ""
	}
	values := c.Known.Values(file, span)
	switch {
	case len(values) == 0 || len(values) == 1 && plainly(values[0]) == plainly(span.Of(file.Text)):
		return ""
	case len(values) == 1 && strings.HasPrefix(values[0], "("): // It says why there is none.
		return "\n\nValue: " + strings.Trim(values[0], "()")
	case len(values) == 1 && !strings.Contains(values[0], "\n"):
		return "\n\nValue: " + code(values[0])
	case len(values) == 1:
		return "\n\nValue:\n\n" + fenced("cfnpipe", values[0])
	}
	text := strings.Join(values[:min(len(values), mostValues)], "\n")
	if more := len(values) - mostValues; more > 0 {
		text += fmt.Sprintf("\n# and %d more", more)
	}
	return "\n\nValues:\n\n" + fenced("cfnpipe", text)
}

// plainly is an expression without its blanks and commas, to compare what is written with what that comes to.
func plainly(text string) string { return strings.Join(strings.FieldsFunc(text, isSeparator), "") }

func isSeparator(r rune) bool { return r == ',' || unicode.IsSpace(r) }

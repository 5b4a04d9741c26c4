package assist

import (
	"fmt"
	"strings"

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
	hint := Hint{Span: outline.Span{Start: wordStart(file.Text, at), End: wordEnd(file.Text, at)}}
	switch {
	case p.block != nil:
		return c.hoverHeader(p)
	case p.attribute == nil:
		return Hint{}, false
	case p.role == valueRole:
		return c.hoverValue(p)
	}
	hint.Span = p.attribute.Name.Span
	row, known := p.row.Attribute(p.attribute.Name.Text)
	switch {
	case known:
		hint.Markdown = attributeDoc(row)
	case p.row.Type == "locals":
		hint.Markdown = fmt.Sprintf("**local.%s**", p.attribute.Name.Text)
	default:
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
	hint.Markdown = fmt.Sprintf("**%s** (%s)\n\n%s", own.Signature(), own.Occurrences(), own.Doc)
	if p.role == labelRole && p.label < len(p.block.Labels) {
		hint.Span = p.block.Labels[p.label].Span
		if names, first := nameLabels(own); p.label >= first && p.label-first < len(names) {
			hint.Markdown = fmt.Sprintf("**%s**\n\n%s", header(p.file.Text, p.block), labelDoc(names[p.label-first]))
			hint.Markdown += c.valueDoc(p.file, outline.Span{Start: hint.Start - 1, End: hint.End + 1})
		}
	}
	return Hint{hint.Span, hint.Markdown + c.becomes(p)}, true
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
		fmt.Fprintf(&out, "\n- `%s` (%s) in %s", r.ID, r.Type, r.Account)
		if r.PhysicalName != "" {
			fmt.Fprintf(&out, ": `%s`", r.PhysicalName)
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
	file := p.file
	span := p.attribute.Value
	cur := locate(file.Text, span, p.at)
	word := outline.Span{Start: wordStart(file.Text, p.at), End: wordEnd(file.Text, p.at)}
	if hint, ok := c.hoverReference(p, span); ok {
		return hint, true
	}
	if f, ok := function(word.Of(file.Text)); ok && !cur.inText && word.End < len(file.Text) && file.Text[word.End] == '(' {
		return Hint{word, functionDoc(f)}, true
	}
	row, known := p.row.Attribute(p.attribute.Name.Text)
	if len(cur.frames) > 0 && known {
		if f := cur.frames[len(cur.frames)-1]; f.open == '{' && f.key {
			if member, ok := row.Member(word.Of(file.Text)); ok {
				return Hint{word, attributeDoc(member)}, true
			}
		}
	}
	if doc := c.valueDoc(file, span); doc != "" {
		return Hint{span, strings.TrimPrefix(doc, "\n\n")}, true
	}
	return Hint{}, false
}

// hoverReference describes the reference at a position.
func (c *Config) hoverReference(p place, span outline.Span) (Hint, bool) {
	var found *reference
	references(p.file.Text, span, func(r reference) {
		if r.span().Holds(p.at) {
			found = &r
		}
	})
	if found == nil {
		return Hint{}, false
	}
	root, name := found.names[0].Text, found.names[1].Text
	hint := Hint{Span: found.span()}
	title := hint.Of(p.file.Text)
	switch {
	case iterates(p.path, root):
		hint.Markdown = fmt.Sprintf("**%s**: of the dynamic block", title)
	case root == "each":
		hint.Markdown = fmt.Sprintf("**%s**: of for_each of the pipeline", title)
	case root == "aws":
		hint.Markdown = fmt.Sprintf("**%s**: CloudFormation's pseudo parameter, known when a stack is made", title)
	case root == "resource":
		hint.Markdown = c.resourceDoc(name)
	default:
		hint.Markdown = c.declarationDoc(root, name)
	}
	if hint.Markdown == "" {
		return Hint{}, false
	}
	hint.Markdown += c.valueDoc(p.file, hint.Span)
	return hint, true
}

func (c *Config) resourceDoc(id string) string {
	for _, r := range c.resources() {
		if r.ID == id {
			return fmt.Sprintf("**%s** (%s) in %s\n\n%s", r.ID, r.Type, r.Account, r.Why)
		}
	}
	if s, ok := c.find(ResourceKind, id); ok {
		return fmt.Sprintf("**%s** (%s)", id, s.Block.Labels[0].Text)
	}
	return ""
}

func (c *Config) declarationDoc(root, name string) string {
	if root == "param" && name == "EnvironmentSuffix" {
		return "**param.EnvironmentSuffix**: the parameter that every template has and every name ends in, known when a stack is made"
	}
	for kind := range Output {
		if kind.root() != root {
			continue
		}
		s, ok := c.find(kind, name)
		if !ok {
			return ""
		}
		out := fmt.Sprintf("**%s.%s**", root, name)
		if detail := c.detail(s); detail != "" {
			out += fmt.Sprintf(": `%s`", detail)
		}
		if doc := c.description(s); doc != "" {
			out += "\n\n" + doc
		}
		return out
	}
	return ""
}

// valueDoc is what the expression at a span comes to, to follow something else; empty if that is plain to see.
func (c *Config) valueDoc(file *File, span outline.Span) string {
	if c.Known.Value == nil || span.End <= span.Start {
		return ""
	}
	text, ok := c.Known.Value(file, span)
	if !ok || text == span.Of(file.Text) {
		return ""
	}
	return "\n\n```cfnpipe\n" + text + "\n```"
}

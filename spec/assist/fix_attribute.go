package assist

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// attributeRules write attributes and members, here or in another block that the message names.
func attributeRules() []rule {
	const literal = `("(?:[^"\\]|\\.)*"|\d+)`
	return []rule{
		about(`^Missing attribute "([^"]+)"$`, ``, missingAttribute),
		about(`^Missing "([^"]+)" in "([^"]+)"$`, `; write \w+ = (\{.*\})\.`, missingMember),
		about(`^Output "[^"]*" without a place$`, ``, func(c *Config, p Problem, _ []string) []Fix {
			var out []Fix
			for _, account := range c.accountsBehind(nil) {
				out = append(out, c.setIn(p.File, c.blockOf(p), "account", account)...)
			}
			return out
		}),
		on(`(?:Write|, or|Set) (\w+)(?: =|, such as) `+literal+`(?:[.,]| if)`, set),
		on(`(?:It is for|what) (\w+) = `+literal+`.* Write that,`, set),
		on(`write (vpc_id) as well`, func(c *Config, p Problem, found []string) []Fix {
			own, _ := row(c.place(p.File, p.Start).path)
			attribute, _ := own.Attribute(found[1])
			return set(c, p, append(found, attribute.Example))
		}),
		on(`such as (cidr) = `+literal, set),
		on(`With (stack) = `+literal+` in the block of`, set),
		about(`^Block "paths" says nothing$`, `(include) = (\[.*\])\.`, set),
		on(`declare it with (type) = (\w+)\.`, func(c *Config, p Problem, found []string) []Fix {
			return c.setDeclared(Variable, strings.TrimPrefix(p.text(), "var."), found[1], found[2])
		}),
		about(`^param\.(\w+) may hold `, `, or (allowed_pattern) = `+quotedWord, func(c *Config, _ Problem, found []string) []Fix {
			return c.setDeclared(ParameterKind, found[1], found[2], found[3])
		}),
		on(`Write (min_length) = (1) into parameter "(\w+)"`, func(c *Config, _ Problem, found []string) []Fix {
			return c.setDeclared(ParameterKind, found[3], found[1], found[2])
		}),
		on(`^Give the parameter (allowed_values) = \[`+quotedWord+`, \.\.\.\]`, allowedValues),
		on(`\b([A-Z][A-Za-z]+) has to be (true|false|\d+|[A-Z][A-Z0-9_]+)[.:,]`, setProperty),
		about(`^Unknown (variable|local) "([A-Za-z_][A-Za-z0-9_-]*)"`, ``, declaration),
		about(`(?i)unknown account "([A-Za-z_][A-Za-z0-9_-]*)"`, ``, declaration),
	}
}

// missingAttribute writes an attribute into the block that lacks it: with the value of the message, or an example.
func missingAttribute(c *Config, p Problem, found []string) []Fix {
	name := found[1]
	path := blockAt(p)
	own, _ := row(path)
	attribute, known := own.Attribute(name)
	if path == nil || !known {
		return nil
	}
	block := path[len(path)-1]
	values := []string{attribute.Example}
	if regexp.MustCompile(`\b(?:var|resource)\.`).MatchString(attribute.Example) { // It is of another configuration.
		return nil
	}
	if said := regexp.MustCompile(`write account = (account\.[A-Za-z0-9_-]+)\.`).FindStringSubmatch(p.Detail); said != nil {
		values = c.accountsBehind(said[1:])
	}
	var out []Fix
	for _, value := range values {
		out = append(out, c.setIn(p.File, block, name, value)...)
	}
	return out
}

// missingMember adds a member to an object, with the value that the message writes.
func missingMember(c *Config, p Problem, found []string) []Fix {
	text := p.text()
	value := regexp.MustCompile(`\b` + regexp.QuoteMeta(found[1]) + ` = ([^ ,}]+)`).FindStringSubmatch(found[3])
	if value == nil || !strings.HasPrefix(text, "{") || !strings.HasSuffix(text, "}") {
		return nil
	}
	if there, ok := c.memberOf(p, found[1]); ok { // It is null.
		return one("Change to "+value[0], Edit{Location{p.File, there}, value[1]})
	}
	title := "Add " + value[0]
	object, _ := collectionOf(parseNative(p.File.Text, p.Span), p.Start)
	if len(object.items) == 0 {
		return one(title, Edit{p.Location, "{ " + value[0] + " }"})
	}
	return one(title, object.with(p.File, value[0]))
}

// memberOf is the value of a member of the object that stands at a place.
func (c *Config) memberOf(p Problem, name string) (outline.Span, bool) {
	found, _ := collectionOf(parseNative(p.File.Text, p.Span), p.Start)
	for _, item := range found.items {
		if strings.Trim(item.key.Of(p.File.Text), `"`) == name {
			return item.value, true
		}
	}
	return outline.Span{}, false
}

// set gives an attribute a value: in the block that the message is about, or the one around it that takes such an attribute.
func set(c *Config, p Problem, found []string) []Fix {
	name, value := found[1], found[2]
	path := c.place(p.File, p.Start).path
	if at := c.place(p.File, p.Start).block; at != nil {
		path = append(path[:len(path):len(path)], at)
	}
	for len(path) > 0 {
		if own, known := row(path); known {
			if _, takes := own.Attribute(name); takes {
				return c.setIn(p.File, path[len(path)-1], name, value)
			}
		}
		path = path[:len(path)-1]
	}
	return nil
}

// setIn gives an attribute of a block a value, whether it has one or not.
func (c *Config) setIn(file *File, block *outline.Block, name, value string) []Fix {
	if block == nil || block.Body == nil || value == "" || strings.Contains(value, "...") {
		return nil
	}
	title := fmt.Sprintf("Write %s = %s", name, value)
	if a := block.Body.Attribute(name); a != nil {
		if a.Value.Of(file.Text) == value {
			return nil
		}
		return one(title, Edit{Location{file, a.Value}, value})
	}
	return one("Add "+name+" = "+value, insert(file, block, name+" = "+value)...)
}

func (c *Config) setDeclared(kind Kind, of, name, value string) []Fix {
	s, ok := c.find(kind, of)
	if !ok {
		return nil
	}
	return c.setIn(s.File, s.Block, name, value)
}

// setProperty gives a property a value, of a resource that the configuration writes itself.
func setProperty(c *Config, p Problem, found []string) []Fix {
	name, value := found[1], found[2]
	block := c.place(p.File, p.Start).block
	if block == nil || block.Body == nil || len(block.Labels) < 2 || c.Known.Properties == nil {
		return nil
	}
	isProperty := func(known Property) bool { return known.Name == name }
	if !slices.ContainsFunc(c.Known.Properties(block.Labels[0].Text, nil), isProperty) { // It is one of a part.
		return nil
	}
	if strings.ToUpper(value) == value && value[0] > '9' {
		value = strconv.Quote(value)
	}
	properties := block.Body.Attribute("properties")
	if properties == nil {
		return c.setIn(p.File, block, "properties", "{ "+name+" = "+value+" }")
	}
	all, _ := collectionOf(parseNative(p.File.Text, properties.Value), properties.Value.Start)
	for _, item := range all.items {
		if strings.Trim(item.key.Of(p.File.Text), `"`) == name {
			return one(fmt.Sprintf("Write %s = %s", name, value), Edit{Location{p.File, item.value}, value})
		}
	}
	if len(all.items) == 0 {
		return nil
	}
	return one(fmt.Sprintf("Add %s = %s", name, value), all.with(p.File, name+" = "+value))
}

// allowedValues limits a parameter to its default, or to what the message proposes.
func allowedValues(c *Config, p Problem, found []string) []Fix {
	s, ok := c.find(ParameterKind, strings.TrimPrefix(p.text(), "param."))
	if !ok || s.Block.Body == nil {
		return nil
	}
	value := found[2]
	if a := s.Block.Body.Attribute("default"); a != nil && isString(a.Value.Of(s.File.Text)) {
		value = a.Value.Of(s.File.Text)
	}
	return c.setIn(s.File, s.Block, found[1], "["+value+"]")
}

// declaration declares what is referred to.
func declaration(c *Config, p Problem, found []string) []Fix {
	name := found[len(found)-1]
	switch {
	case p.File.assignments:
	case len(found) == 2 && len(c.declared(Account)) == 0:
		return one(fmt.Sprintf("Declare account %q", name), c.atEnd(p.File, fmt.Sprintf("account %q {\n  id = \"111111111111\"\n\n  network {}\n}", name))...)
	case len(found) == 2:
	case found[1] == "variable":
		return one(fmt.Sprintf("Declare variable %q", name), c.atEnd(p.File, fmt.Sprintf("variable %q {\n  type = string\n}", name))...)
	default:
		return one(fmt.Sprintf("Declare local.%s", name), c.atEnd(p.File, fmt.Sprintf("locals {\n  %s = \"\"\n}", name))...)
	}
	return nil
}

// blockAt is the block whose header a problem is about, with those around it; nil if there is none with a body.
func blockAt(p Problem) []*outline.Block {
	var found []*outline.Block
	p.File.Body.Walk(func(path []*outline.Block) {
		if block := path[len(path)-1]; block.Start == p.Start && block.Body != nil {
			found = path
		}
	})
	return found
}

// blockOf is the block of which a problem is about the header or a label, or else the innermost around it; nil at the top of a file.
func (c *Config) blockOf(p Problem) *outline.Block {
	place := c.place(p.File, p.Start)
	if n := len(place.path); place.block == nil && n > 0 {
		return place.path[n-1]
	}
	return place.block
}

// indentAt is the blank that the line of a position begins with.
func indentAt(text []byte, at int) string {
	line := text[bytes.LastIndexByte(text[:at], '\n')+1:]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// indentIn is the blank that the lines in a block begin with.
func indentIn(file *File, block *outline.Block) string {
	for _, a := range block.Body.Attributes {
		if indent := indentAt(file.Text, a.Start); bytes.IndexByte(file.Text[block.Body.Start:a.Start], '\n') >= 0 {
			return indent
		}
	}
	for _, b := range block.Body.Blocks {
		if indent := indentAt(file.Text, b.Start); bytes.IndexByte(file.Text[block.Body.Start:b.Start], '\n') >= 0 {
			return indent
		}
	}
	around := indentAt(file.Text, block.Start)
	if strings.HasPrefix(around, "\t") {
		return around + "\t"
	}
	return around + "  "
}

// indented is lines behind another, each with an indent before its own.
func indented(lines, indent string) string {
	if strings.HasPrefix(indent, "\t") {
		lines = regexp.MustCompile(`(?m)^(?:  )+`).ReplaceAllStringFunc(lines, func(own string) string {
			return strings.Repeat("\t", len(own)/2)
		})
	}
	text := "\n" + indent + strings.ReplaceAll(lines, "\n", "\n"+indent)
	return regexp.MustCompile(`(?m)^[ \t]+$`).ReplaceAllString(text, "")
}

// insert puts lines at the top of a block.
func insert(file *File, block *outline.Block, lines string) []Edit {
	inside, around := indentIn(file, block), indentAt(file.Text, block.Start)
	text := indented(lines, inside)
	rest := file.Text[block.Body.Start:block.Body.End]
	if bytes.IndexByte(rest, '\n') < 0 { // It is written on one line.
		inner := strings.TrimSpace(string(rest))
		if inner != "" {
			text += "\n" + inside + inner
		}
		return []Edit{{Location{file, block.Body.Span}, text + "\n" + around}}
	}
	at := block.Body.Start // Behind the brace, and a comment on its line.
	if line := bytes.IndexByte(rest, '\n'); bytes.HasPrefix(bytes.TrimLeft(rest, " \t"), []byte("#")) {
		at += len(bytes.TrimRight(rest[:line], "\r"))
	}
	if len(block.Body.Attributes) == 0 && len(block.Body.Blocks) > 0 || strings.Contains(lines, "{\n") || strings.HasSuffix(lines, "{}") {
		text += "\n" // A block, and an attribute before blocks, stand by themselves.
		if next := bytes.TrimLeft(file.Text[at:block.Body.End], " \t\r"); bytes.HasPrefix(next, []byte("\n\n")) || len(bytes.TrimSpace(next)) == 0 {
			text = text[:len(text)-1]
		}
	}
	return []Edit{{Location{file, outline.Span{Start: at, End: at}}, text}}
}

// atEnd puts a block behind everything else in a file.
func (c *Config) atEnd(file *File, text string) []Edit {
	trimmed := len(bytes.TrimRight(file.Text, " \t\r\n"))
	end := outline.Span{Start: trimmed, End: len(file.Text)}
	if trimmed > 0 {
		text = "\n\n" + text
	}
	return []Edit{{Location{file, end}, text + "\n"}}
}

// child of the schema that a header stands for: of several kinds the first.
func childRow(parent schema.Block, name, kind string) (schema.Block, bool) {
	if kinds := parent.Kinds(name); len(kinds) > 0 && kind == "" {
		kind = kinds[0]
	}
	return parent.Block(name, kind)
}

package assist

import (
	"bytes"
	"slices"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// Kind is what a name is a name of.
type Kind int

// The kinds of names.
const (
	Variable Kind = iota
	Local
	Account
	ParameterKind
	Pipeline
	ResourceKind
	Output
	Stage
)

// roots are the words that references to a kind begin with.
func (k Kind) root() string {
	switch k {
	case Variable:
		return "var"
	case Local:
		return "local"
	case Account:
		return "account"
	case ParameterKind:
		return "param"
	case ResourceKind:
		return "resource"
	}
	return ""
}

// String is the word for the kind, as messages use it.
func (k Kind) String() string {
	return [...]string{"variable", "local", "account", "parameter", "pipeline", "resource", "output", "stage"}[k]
}

// Symbol is a name that a configuration declares.
type Symbol struct {
	Kind  Kind
	File  *File
	Name  outline.Word
	Whole outline.Span
	Block *outline.Block // nil for a local

	Attribute *outline.Attribute // of a local
}

// symbols are the names that the configuration declares, in the order of its files.
func (c *Config) symbols() []Symbol {
	var out []Symbol
	for _, file := range c.Files {
		if file.assignments {
			continue
		}
		for _, block := range file.Body.Blocks {
			if block.Type.Text == "locals" && block.Body != nil {
				for _, a := range block.Body.Attributes {
					out = append(out, Symbol{Kind: Local, File: file, Name: a.Name, Whole: a.Span, Attribute: a})
				}
				continue
			}
			if s, ok := symbol(file, block); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

// symbol is the name that a block at the top of a file declares.
func symbol(file *File, block *outline.Block) (Symbol, bool) {
	kinds := map[string]Kind{
		"variable": Variable, "account": Account, "parameter": ParameterKind, "pipeline": Pipeline, "resource": ResourceKind, "output": Output,
	}
	kind, ok := kinds[block.Type.Text]
	n := len(block.Labels)
	if !ok || n == 0 || block.Labels[n-1].Text == "" || kind == ResourceKind && n < 2 {
		return Symbol{}, false
	}
	return Symbol{Kind: kind, File: file, Name: block.Labels[n-1].Word, Whole: block.Span, Block: block}, true
}

func (c *Config) declared(kind Kind) []Symbol {
	return slices.DeleteFunc(c.symbols(), func(s Symbol) bool { return s.Kind != kind })
}

func (c *Config) find(kind Kind, name string) (Symbol, bool) {
	for _, s := range c.declared(kind) {
		if s.Name.Text == name {
			return s, true
		}
	}
	return Symbol{}, false
}

// named is the kind and name that stands at a position, and its place: a declaration or a use of it.
func (c *Config) named(file *File, at int) (kind Kind, name outline.Word, ok bool) {
	for _, s := range c.symbols() {
		if s.File == file && s.Name.Holds(at) {
			return s.Kind, s.Name, true
		}
	}
	p := c.place(file, at)
	if kind, name, ok := c.referred(p); ok && name.Holds(at) {
		return kind, name, true
	}
	for _, id := range c.dependencies(p) {
		if id.Holds(at) {
			return ResourceKind, id, true
		}
	}
	switch {
	case p.role == labelRole && p.block.Type.Text == "override" && p.label == 0 && len(p.block.Labels) > 0 && p.block.Labels[0].Holds(at):
		return ResourceKind, p.block.Labels[0].Word, p.block.Labels[0].Text != ""
	case file.assignments && len(p.path) == 0 && p.attribute != nil && p.attribute.Name.Holds(at):
		return Variable, p.attribute.Name, true
	}
	return 0, outline.Word{}, false
}

// usesIn are the names of a kind that a file refers to.
func (c *Config) usesIn(file *File, kind Kind) []outline.Word {
	return c.uses(file, kind, file.Body.Span)
}

// uses are those in the values that touch a part of the file, and in its labels.
func (c *Config) uses(file *File, kind Kind, part outline.Span) []outline.Word {
	var out []outline.Word
	if file.assignments {
		if kind == Variable {
			for _, a := range file.Body.Attributes {
				out = append(out, a.Name)
			}
		}
		return out
	}
	root := kind.root()
	visit := func(path []*outline.Block, a *outline.Attribute) {
		if a.End < part.Start || a.Start > part.End {
			return
		}
		if kind == ResourceKind && a.Name.Text == "depends_on" {
			out = append(out, quotedWords(file.Text, a.Value)...)
		}
		if root == "" || !bytes.Contains(file.Text[a.Value.Start:a.Value.End], []byte(root)) || iterates(place{file: file, path: path, attribute: a}, root) {
			return
		}
		references(file.Text, a.Value, func(r reference) {
			if r.names[0].Text == root {
				out = append(out, r.names[1])
			}
		})
	}
	for _, a := range file.Body.Attributes {
		visit(nil, a)
	}
	file.Body.Walk(func(path []*outline.Block) {
		block := path[len(path)-1]
		if kind == ResourceKind && len(path) == 1 && block.Type.Text == "override" && len(block.Labels) > 0 && block.Labels[0].Text != "" {
			out = append(out, block.Labels[0].Word)
		}
		if block.Body == nil {
			return
		}
		for _, a := range block.Body.Attributes {
			visit(path, a)
		}
	})
	return out
}

// iterators are the dynamic blocks of a path by the names that they give to their items. Of the attributes of the innermost block only
// its labels may speak of its item.
func iterators(path []*outline.Block, text []byte, labels bool) map[string]*outline.Block {
	out := map[string]*outline.Block{}
	for i, block := range path {
		if block.Type.Text != schema.DynamicType || len(block.Labels) == 0 || block.Body == nil || i == len(path)-1 && !labels {
			continue
		}
		name := block.Labels[0].Text
		if a := block.Body.Attribute("iterator"); a != nil {
			name = a.Value.Of(text)
		}
		out[name] = block
	}
	return out
}

// iterators are those that the value at a place may speak of.
func (p place) iterators() map[string]*outline.Block {
	return iterators(p.path, p.file.Text, p.attribute != nil && p.attribute.Name.Text == "labels")
}

// iterates tells whether a dynamic block around gives a word another meaning.
func iterates(p place, word string) bool { return p.iterators()[word] != nil }

// quotedWords are the texts in quotes of a list.
func quotedWords(text []byte, span outline.Span) []outline.Word {
	var out []outline.Word
	w := &walker{}
	for _, token := range lex(text, span) {
		if f := w.top(); f != nil && f.open == '"' && f.start == spanOf(token).Start && len(w.frames) == 2 {
			out = append(out, outline.Word{Span: spanOf(token), Text: string(token.Bytes)})
		}
		w.step(token)
	}
	return out
}

// referred is the kind and the name of the reference that a position is in, be it on its first word or on what follows the name.
func (c *Config) referred(p place) (kind Kind, name outline.Word, ok bool) {
	r, found := p.reference()
	if !found || iterates(p, r.names[0].Text) {
		return 0, outline.Word{}, false
	}
	for kind := range Output {
		if kind.root() == r.names[0].Text {
			return kind, r.names[1], true
		}
	}
	return 0, outline.Word{}, false
}

// reference is the one that the position is in.
func (p place) reference() (out reference, ok bool) {
	if p.role != valueRole || p.file.assignments {
		return reference{}, false
	}
	references(p.file.Text, p.attribute.Value, func(r reference) {
		if r.Holds(p.at) {
			out, ok = r, true
		}
	})
	return out, ok
}

// origin is where the item comes from that the reference at a position speaks of: for_each of a pipeline, or the name of a dynamic block's.
func (c *Config) origin(p place) []Location {
	r, ok := p.reference()
	if !ok {
		return nil
	}
	if block := p.iterators()[r.names[0].Text]; block != nil {
		if a := block.Body.Attribute("iterator"); a != nil {
			return []Location{{p.file, a.Value}}
		}
		return []Location{{p.file, block.Labels[0].Span}}
	}
	if r.names[0].Text == "each" && inForEach(p) {
		return []Location{{p.file, p.path[0].Body.Attribute("for_each").Name.Span}}
	}
	return nil
}

// Definition is where what stands at a position is declared, or the block that a generated resource is made for; none if it is no
// reference.
func (c *Config) Definition(file *File, at int) []Location {
	kind, name, ok := c.named(file, at)
	if !ok {
		p := c.place(file, at)
		if kind, name, ok = c.referred(p); !ok {
			return c.origin(p)
		}
	}
	var out []Location
	for _, s := range c.declared(kind) {
		if s.Name.Text == name.Text {
			out = append(out, Location{s.File, s.Name.Span})
		}
	}
	if kind == ResourceKind && len(out) == 0 && c.Known.Origin != nil {
		if origin, ok := c.Known.Origin(name.Text); ok {
			out = append(out, origin)
		}
	}
	return out
}

// References are the places that refer to what stands at a position, with the declaration if that is wanted.
func (c *Config) References(file *File, at int, declaration bool) []Location {
	kind, name, ok := c.named(file, at)
	if !ok {
		kind, name, ok = c.referred(c.place(file, at))
	}
	if !ok {
		return nil
	}
	return c.references(kind, name.Text, declaration)
}

func (c *Config) references(kind Kind, name string, declaration bool) []Location {
	var out []Location
	if declaration {
		for _, s := range c.declared(kind) {
			if s.Name.Text == name {
				out = append(out, Location{s.File, s.Name.Span})
			}
		}
	}
	for _, file := range c.Files {
		for _, use := range c.usesIn(file, kind) {
			if use.Text == name {
				out = append(out, Location{file, use.Span})
			}
		}
	}
	return out
}

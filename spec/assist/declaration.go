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
	if !ok || n == 0 || kind == ResourceKind && n < 2 {
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
	for kind := range Output {
		for _, use := range c.uses(file, kind, outline.Span{Start: at, End: at}) {
			if use.Holds(at) {
				return kind, use, true
			}
		}
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
		if root == "" || !bytes.Contains(file.Text[a.Value.Start:a.Value.End], []byte(root)) || iterates(path, root) {
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
		if kind == ResourceKind && len(path) == 1 && block.Type.Text == "override" && len(block.Labels) > 0 {
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

// iterates tells whether a dynamic block around gives a word another meaning.
func iterates(path []*outline.Block, word string) bool {
	return slices.Contains(iterators(path), word)
}

// iterators are the names by which the dynamic blocks of a path call their items.
func iterators(path []*outline.Block) []string {
	var out []string
	for i, block := range path {
		if block.Type.Text != schema.DynamicType || len(block.Labels) == 0 || block.Body == nil || i == len(path)-1 {
			continue
		}
		out = append(out, block.Labels[0].Text)
	}
	return out
}

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

// Definition is where what stands at a position is declared; none if it is no reference.
func (c *Config) Definition(file *File, at int) []Location {
	kind, name, ok := c.named(file, at)
	if !ok {
		return nil
	}
	var out []Location
	for _, s := range c.declared(kind) {
		if s.Name.Text == name.Text {
			out = append(out, Location{s.File, s.Name.Span})
		}
	}
	return out
}

// References are the places that refer to what stands at a position, with the declaration if that is wanted.
func (c *Config) References(file *File, at int, declaration bool) []Location {
	kind, name, ok := c.named(file, at)
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

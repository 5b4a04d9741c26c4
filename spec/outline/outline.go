// Package outline finds the blocks and attributes of a file, whatever else is wrong with it.
//
// An editor holds half a file most of the time, and of that HCL's parser keeps what stands before the first mistake. The outline of
// a file that HCL accepts is what HCL finds in it. Where braces or quotes do not match, it goes by how the lines are indented.
package outline

import "sort"

// Span is a part of a text, in bytes.
type Span struct{ Start, End int }

// Holds tells whether a position is in the span or at one of its ends.
func (s Span) Holds(at int) bool { return s.Start <= at && at <= s.End }

// Of is the part of a text.
func (s Span) Of(text []byte) string { return string(text[s.Start:s.End]) }

// Body is what stands in a block, or in the file itself.
type Body struct {
	Span       // between the braces
	Attributes []*Attribute
	Blocks     []*Block
}

// Attribute is a name with a value.
type Attribute struct {
	Span  // with the value
	Name  Word
	Value Span // without the blanks around it; empty while there is none
}

// Block is a block, or the beginning of one.
type Block struct {
	Span
	Type   Word
	Labels []Label
	Body   *Body // nil while no brace is opened
	Closed bool  // whether it has a closing brace
}

// Header is the type of the block with its labels.
func (b *Block) Header() Span {
	if n := len(b.Labels); n > 0 {
		return Span{b.Type.Start, b.Labels[n-1].End}
	}
	return b.Type.Span
}

// Word is a word and where it stands.
type Word struct {
	Span
	Text string
}

// Label is a label of a block. Its span is that of its text, without the quotes.
type Label struct {
	Word
	Quoted bool
}

// File finds the blocks and attributes of a text. The span of the body is the whole text.
func File(text []byte) *Body {
	s := &scanner{text: text}
	body := s.file()
	if s.unbalanced {
		s = &scanner{text: text, tolerant: true}
		body = s.file()
	}
	return body
}

// Balanced tells whether every brace, bracket, quote and comment of a text has its end in it.
func Balanced(text []byte) bool {
	s := &scanner{text: text}
	s.file()
	return !s.unbalanced
}

// Attribute finds an attribute by its name, or nil.
func (b *Body) Attribute(name string) *Attribute {
	for _, a := range b.Attributes {
		if a.Name.Text == name {
			return a
		}
	}
	return nil
}

// Path is the blocks around a position, from the outside to the inside.
func (b *Body) Path(at int) []*Block {
	var path []*Block
	for body := b; body != nil; {
		i := sort.Search(len(body.Blocks), func(i int) bool { return body.Blocks[i].Start > at }) - 1
		if i < 0 {
			break
		}
		inner := body.Blocks[i]
		if at > inner.End || at == inner.End && inner.Closed {
			break
		}
		path, body = append(path, inner), inner.Body
	}
	return path
}

// Walk calls visit for every block with those around it, the outermost first.
func (b *Body) Walk(visit func(path []*Block)) { b.walk(nil, visit) }

func (b *Body) walk(around []*Block, visit func([]*Block)) {
	for _, block := range b.Blocks {
		path := append(around[:len(around):len(around)], block)
		visit(path)
		if block.Body != nil {
			block.Body.walk(path, visit)
		}
	}
}

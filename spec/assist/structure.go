package assist

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// Node is a block or attribute as the outline of a file shows it.
type Node struct {
	outline.Span
	Name     string // pipeline "storefront"
	Detail   string
	Select   outline.Span // what to put the cursor on
	Block    bool
	Children []Node
}

// Outline is the blocks and attributes of a file, in the order of the text.
func (f *File) Outline() []Node { return nodes(f.Text, f.Body) }

func nodes(text []byte, body *outline.Body) []Node {
	var out []Node
	for _, a := range body.Attributes {
		detail := a.Value.Of(text)
		if i := strings.IndexByte(detail, '\n'); i >= 0 {
			detail = strings.TrimSpace(detail[:i]) + " …"
		}
		out = append(out, Node{Span: a.Span, Name: a.Name.Text, Detail: detail, Select: a.Name.Span})
	}
	for _, b := range body.Blocks {
		node := Node{Span: b.Span, Name: header(text, b), Select: b.Header(), Block: true}
		if b.Body != nil {
			node.Children = nodes(text, b.Body)
		}
		out = append(out, node)
	}
	slices.SortStableFunc(out, func(a, b Node) int { return a.Start - b.Start })
	return out
}

// Declaration is a name that a search over all files finds.
type Declaration struct {
	Location
	Name string // pipeline "storefront", or local.domain
}

// Search finds the blocks at the top of the files, the stages and the locals whose names hold the letters of a query in its order.
func (c *Config) Search(query string) []Declaration {
	var out []Declaration
	add := func(file *File, span outline.Span, name string) {
		if matches(name, query) {
			out = append(out, Declaration{Location{file, span}, name})
		}
	}
	for _, file := range c.Files {
		if file.assignments {
			continue
		}
		for _, block := range file.Body.Blocks {
			if block.Type.Text != "locals" {
				add(file, block.Header(), header(file.Text, block))
			}
			if block.Body == nil {
				continue
			}
			for _, a := range block.Body.Attributes {
				if block.Type.Text == "locals" {
					add(file, a.Name.Span, "local."+a.Name.Text)
				}
			}
			for _, inner := range block.Body.Blocks {
				if inner.Type.Text == "stage" {
					add(file, inner.Header(), header(file.Text, inner))
				}
			}
		}
	}
	return out
}

// matches tells whether a name has the letters of a query in its order, whatever their case.
func matches(name, query string) bool {
	rest := strings.ToLower(name)
	for _, r := range strings.ToLower(query) {
		i := strings.IndexRune(rest, r)
		if i < 0 {
			return false
		}
		rest = rest[i+len(string(r)):]
	}
	return true
}

// Fold is a part of a file that can be folded: from the end of its first line to its last line.
type Fold struct {
	outline.Span
	Comment bool
}

// Folds are the blocks, values and comments of more than one line, in the order of the text.
func (f *File) Folds() []Fold {
	var out []Fold
	add := func(span outline.Span) {
		if bytes.IndexByte(f.Text[span.Start:span.End], '\n') >= 0 {
			out = append(out, Fold{Span: span})
		}
	}
	values := func(body *outline.Body) {
		for _, a := range body.Attributes {
			add(a.Span)
		}
	}
	values(f.Body)
	f.Body.Walk(func(path []*outline.Block) {
		block := path[len(path)-1]
		add(block.Span)
		if block.Body != nil {
			values(block.Body)
		}
	})
	out = append(out, f.comments()...)
	for _, token := range f.lexed() {
		if span := spanOf(token); token.Type == hclsyntax.TokenComment && bytes.HasPrefix(token.Bytes, []byte("/*")) && bytes.Contains(token.Bytes, []byte("\n")) {
			out = append(out, Fold{span, true})
		}
	}
	slices.SortFunc(out, func(a, b Fold) int { return a.Start - b.Start })
	return out
}

// comments are runs of at least two lines that begin with # or //.
func (f *File) comments() []Fold {
	var out []Fold
	at, begin, end, lines := 0, 0, 0, 0
	flush := func() {
		if lines > 1 {
			out = append(out, Fold{outline.Span{Start: begin, End: end}, true})
		}
		lines = 0
	}
	for line := range bytes.Lines(f.Text) {
		text := bytes.TrimSpace(line)
		if bytes.HasPrefix(text, []byte("#")) || bytes.HasPrefix(text, []byte("//")) {
			if lines == 0 {
				begin = at + bytes.Index(line, text)
			}
			lines++
			end = at + len(bytes.TrimRight(line, "\r\n"))
		} else {
			flush()
		}
		at += len(line)
	}
	flush()
	return out
}

// Selections are the parts of a file around a position, from the inside to the outside.
func (f *File) Selections(at int) []outline.Span {
	var out []outline.Span
	add := func(s outline.Span) {
		if s.Holds(at) && s.End > s.Start && (len(out) == 0 || out[len(out)-1] != s) {
			out = append(out, s)
		}
	}
	path := f.Body.Path(at)
	body := f.Body
	if n := len(path); n > 0 && path[n-1].Body != nil {
		body = path[n-1].Body
	}
	add(outline.Span{Start: wordStart(f.Text, at), End: wordEnd(f.Text, at)})
	for _, a := range body.Attributes {
		if !a.Holds(at) {
			continue
		}
		if a.Value.Holds(at) {
			for _, s := range brackets(f.Text, a.Value, at) {
				add(s)
			}
			add(a.Value)
		}
		add(a.Span)
	}
	for _, block := range slices.Backward(path) {
		for _, label := range block.Labels {
			add(label.Span)
		}
		add(outline.Span{Start: block.Start, End: headerEnd(f.Text, block)})
		if block.Body != nil {
			add(block.Body.Span)
		}
		add(block.Span)
	}
	add(f.Body.Span)
	slices.SortStableFunc(out, func(a, b outline.Span) int { return (a.End - a.Start) - (b.End - b.Start) })
	nested := out[:0]
	for _, s := range out {
		if n := len(nested); n == 0 || nested[n-1] != s && s.Start <= nested[n-1].Start && nested[n-1].End <= s.End {
			nested = append(nested, s)
		}
	}
	return nested
}

// headerEnd is where a header ends, with the quote behind its last label.
func headerEnd(text []byte, block *outline.Block) int {
	end := block.Header().End
	if n := len(block.Labels); n > 0 && block.Labels[n-1].Quoted && closes(text, end) {
		end++
	}
	return end
}

// brackets are what brackets and quotes of a value hold around a position, without and with them.
func brackets(text []byte, value outline.Span, at int) []outline.Span {
	var out []outline.Span
	var open []outline.Span
	w := &walker{}
	for _, token := range lex(text, value) {
		s, depth := spanOf(token), len(w.frames)
		w.step(token)
		for len(w.frames) > len(open) {
			open = append(open, s)
		}
		for len(w.frames) < len(open) {
			begin := open[len(open)-1]
			open = open[:len(open)-1]
			inner, outer := outline.Span{Start: begin.End, End: s.Start}, outline.Span{Start: begin.Start, End: s.End}
			if depth > len(w.frames) && inner.Holds(at) {
				out = append(out, inner, outer)
				if text[begin.Start] == '(' { // What is called belongs to the call.
					out = append(out, outline.Span{Start: wordStart(text, begin.Start), End: outer.End})
				}
			}
		}
	}
	return out
}

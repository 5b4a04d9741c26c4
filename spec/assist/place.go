package assist

import (
	"bytes"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// role is the part that a position has in its block.
type role int

const (
	nameRole  role = iota // of an attribute or block, or where one may begin
	labelRole             // in the labels of a block
	valueRole             // in the value of an attribute
	noRole                // in a comment, or where nothing may stand
)

// place is a position with what is around it.
type place struct {
	file  *File
	at    int
	role  role
	path  []*outline.Block // around it, the outermost first; with labelRole, and on the type of a block, without that block
	body  *outline.Body
	row   schema.Block // of the body
	known bool         // whether the schema knows the body

	block     *outline.Block     // whose type or labels the position is in
	label     int                // which of them
	attribute *outline.Attribute // whose name or value it is in
}

// place finds out where a position is.
func (c *Config) place(file *File, at int) place {
	p := place{file: file, at: at, path: file.Body.Path(at)}
	for len(p.path) > 0 {
		inner := p.path[len(p.path)-1]
		if inner.Body != nil && inner.Body.Start <= at && at <= inner.Body.End {
			break
		}
		p.path, p.block = p.path[:len(p.path)-1], inner
	}
	p.body = file.Body
	if n := len(p.path); n > 0 {
		p.body = p.path[n-1].Body
	}
	if p.block == nil {
		p.block = unopened(file.Text, p.body, at)
	}
	p.row, p.known = row(p.path)
	if file.assignments && len(p.path) == 0 {
		p.row, p.known = c.assignments(), true
	}
	switch {
	case p.block != nil:
		p.inHeader()
	default:
		p.inBody()
	}
	if inComment(file.Text, p) {
		p.role = noRole
	}
	return p
}

// unopened is the block whose header, which has no brace yet, the line of a position ends with.
func unopened(text []byte, body *outline.Body, at int) *outline.Block {
	for _, block := range body.Blocks {
		if block.Body == nil && block.End < at && onLine(text, block.End, at) {
			return block
		}
	}
	return nil
}

// word is the name at the position.
func (p place) word() outline.Span {
	return outline.Span{Start: wordStart(p.file.Text, p.at), End: wordEnd(p.file.Text, p.at)}
}

// headed tells whether the block whose type the position is in has more than that.
func (p place) headed() bool {
	return p.block != nil && (len(p.block.Labels) > 0 || p.block.Body != nil)
}

// inHeader tells the type of a block from its labels.
func (p *place) inHeader() {
	if p.at <= p.block.Type.End {
		return
	}
	p.role = labelRole
	for i, label := range p.block.Labels {
		if p.at <= label.End {
			p.label = i
			return
		}
	}
	p.label = len(p.block.Labels)
	if n := len(p.block.Labels); n > 0 && bytes.IndexByte([]byte(" \t"), p.file.Text[p.at-1]) < 0 {
		p.label = n - 1
	}
	if p.block.Body != nil && p.at >= p.block.Body.Start {
		p.role = noRole
	}
}

func (p *place) inBody() {
	for _, a := range p.body.Attributes {
		if a.Start > p.at || p.at > a.End && !onLine(p.file.Text, a.End, p.at) {
			continue
		}
		p.attribute = a
		if p.at > a.Name.End {
			p.role = valueRole
			if bytes.IndexByte(p.file.Text[a.Name.End:min(p.at, len(p.file.Text))], '=') < 0 {
				p.role = noRole
			}
		}
	}
	if p.attribute == nil && !beginsLine(p.file.Text, p.body, p.at) {
		p.role = noRole
	}
}

// onLine tells whether only blanks stand between two positions.
func onLine(text []byte, from, to int) bool {
	return from <= to && len(bytes.Trim(text[from:to], " \t\r")) == 0
}

// beginsLine tells whether a name may begin where the word at a position does: on a new line, or behind the brace of its block.
func beginsLine(text []byte, body *outline.Body, at int) bool {
	begin := wordStart(text, at)
	line := bytes.LastIndexByte(text[:begin], '\n') + 1
	return len(bytes.TrimSpace(text[min(max(line, body.Start), begin):begin])) == 0
}

// inComment tells whether a position is in a comment: in a value by its tokens, and elsewhere going by its line.
func inComment(text []byte, p place) bool {
	if p.role == valueRole {
		for _, token := range lex(text, p.attribute.Value) {
			end := token.Range.Start.Byte + len(bytes.TrimRight(token.Bytes, "\r\n"))
			if token.Type == hclsyntax.TokenComment && token.Range.Start.Byte < p.at && p.at <= end {
				return true
			}
		}
		return false
	}
	line := text[bytes.LastIndexByte(text[:p.at], '\n')+1 : p.at]
	quoted := false
	for i, c := range line {
		switch {
		case c == '"':
			quoted = !quoted
		case !quoted && (c == '#' || c == '/' && i+1 < len(line) && line[i+1] == '/'):
			return true
		}
	}
	return false
}

// assignments is what a file with values for variables takes: each variable as an attribute.
func (c *Config) assignments() schema.Block {
	out := schema.Block{Doc: "Values for variables."}
	for _, s := range c.declared(Variable) {
		row := typed(s.Name.Text, c.variableType(s.Name.Text))
		row.Doc = literally(c.description(s))
		row.Required = s.Block.Body != nil && s.Block.Body.Attribute("default") == nil
		out.Attributes = append(out.Attributes, row)
	}
	return out
}

// description is what a variable, parameter or output says of itself.
func (c *Config) description(s Symbol) string {
	if s.Block == nil || s.Block.Body == nil {
		return ""
	}
	a := s.Block.Body.Attribute("description")
	if a == nil {
		return ""
	}
	return textOf(s.File.Text, a.Value)
}

// textOf is the text that an expression is, if it is one; and otherwise the expression.
func textOf(text []byte, span outline.Span) string {
	if expr := parse(text, span); expr != nil {
		if val, diags := expr.Value(nil); !diags.HasErrors() && val.Type() == cty.String && val.IsKnown() && !val.IsNull() {
			return val.AsString()
		}
	}
	return strings.Trim(span.Of(text), `"`)
}

// header is a word for a block with its labels, as messages speak of it: pipeline "storefront".
func header(text []byte, block *outline.Block) string {
	var out strings.Builder
	out.WriteString(block.Type.Text)
	for _, label := range block.Labels {
		out.WriteString(` "` + label.Text + `"`)
	}
	return out.String()
}

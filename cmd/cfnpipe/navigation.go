package main

import (
	"bytes"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// navigation names the top-level block around a place in a file. It goes by
// tokens: the parser, which hcl's own navigation needs, must not see a file
// that was refused because it is nested too deeply.
type navigation struct {
	source compiler.Source
	blocks []header
	done   bool
}

type header struct {
	text       string
	start, end int
}

// ContextString implements what hcl's diagnostic writer looks for in hcl.File.Nav.
func (n *navigation) ContextString(offset int) string {
	if !n.done {
		n.done = true
		n.read()
	}
	next := sort.Search(len(n.blocks), func(i int) bool { return n.blocks[i].start > offset })
	if next > 0 && offset < n.blocks[next-1].end {
		return n.blocks[next-1].text
	}
	return ""
}

func (n *navigation) read() {
	if n.source.IsJSON() {
		return
	}
	tokens, _ := hclsyntax.LexConfig(n.source.Bytes, n.source.Name, hcl.InitialPos)
	depth, begin := 0, 0 // begin: the first token of the current line at depth 0
	for i, token := range tokens {
		switch token.Type {
		case hclsyntax.TokenNewline, hclsyntax.TokenComment:
			// A comment to the end of a line has the line's end in it.
			if depth == 0 && bytes.HasSuffix(token.Bytes, []byte("\n")) {
				begin = i + 1
			}
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			if depth == 0 && token.Type == hclsyntax.TokenOBrace {
				n.open(tokens[begin:i])
			}
			depth++
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd:
			if depth = max(depth-1, 0); depth == 0 && len(n.blocks) > 0 {
				n.close(token.Range.End.Byte)
			}
		}
	}
}

// open begins a block if the tokens are a header: a type and labels in quotes, and no equals sign.
func (n *navigation) open(tokens hclsyntax.Tokens) {
	var words []string
	start := 0
	for _, token := range tokens {
		switch token.Type {
		case hclsyntax.TokenComment:
		case hclsyntax.TokenIdent:
			if len(words) == 0 {
				start = token.Range.Start.Byte
			}
			words = append(words, string(token.Bytes))
		case hclsyntax.TokenOQuote, hclsyntax.TokenCQuote:
		case hclsyntax.TokenQuotedLit:
			words = append(words, `"`+string(token.Bytes)+`"`)
		default:
			return
		}
	}
	if len(words) > 0 {
		n.blocks = append(n.blocks, header{text: visible(strings.Join(words, " ")), start: start, end: len(n.source.Bytes) + 1})
	}
}

func (n *navigation) close(end int) {
	if last := &n.blocks[len(n.blocks)-1]; last.end > len(n.source.Bytes) {
		last.end = end
	}
}

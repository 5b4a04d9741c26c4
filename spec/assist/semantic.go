package assist

import (
	"bytes"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// TokenType is what a part of the text is to a reader.
type TokenType int

// The types of tokens, in the order of TokenNames.
const (
	BlockToken TokenType = iota
	LabelToken
	AttributeToken
	KeywordToken
	FunctionToken
	RootToken
	NameToken
	StringToken
	NumberToken
	CommentToken
	TypeToken
)

// TokenNames are the types by the names that the Language Server Protocol has for them (3.17, "SemanticTokenTypes").
func TokenNames() []string {
	return []string{"keyword", "enumMember", "property", "keyword", "function", "namespace", "variable", "string", "number", "comment", "type"}
}

// Token is a part of the text with its type. None goes over the end of a line.
type Token struct {
	outline.Span
	Type TokenType
}

// Tokens are the parts of a file that have a type, in the order of the text.
func (f *File) Tokens() []Token {
	t := &tokenizer{file: f, names: map[int]TokenType{}, values: map[int]bool{}}
	t.body(f.Body, false)
	lexed := f.lexed()
	for i, token := range lexed {
		t.token(lexed, i, token)
	}
	return t.out
}

// lexed is the tokens of a file. Each value is taken by itself, and each line behind a quote that is not closed: that would make texts of
// what is none, and the other way round, down to the end of the file.
func (f *File) lexed() hclsyntax.Tokens {
	var out hclsyntax.Tokens
	take := func(begin, end int) {
		for begin < end {
			tokens, _ := hclsyntax.LexConfig(f.Text[begin:end], "", hcl.Pos{Byte: begin, Line: 1, Column: 1})
			begin = end
			for _, token := range tokens {
				if token.Type == hclsyntax.TokenEOF {
					break
				}
				out = append(out, token)
				if token.Type == hclsyntax.TokenQuotedNewline {
					begin = token.Range.End.Byte
					break
				}
			}
		}
	}
	at := 0
	for _, value := range f.values() {
		take(at, value.Start)
		at = value.End
		if n := bytes.IndexByte(f.Text[at:], '\n'); n >= 0 && onLine(f.Text, at, at+n) { // which a text of several lines ends with
			at += n + 1
		}
		take(value.Start, at)
	}
	take(at, len(f.Text))
	return out
}

// values are where the values of all attributes stand, in the order of the text.
func (f *File) values() []outline.Span {
	var out []outline.Span
	add := func(body *outline.Body) {
		for _, a := range body.Attributes {
			out = append(out, a.Value)
		}
	}
	add(f.Body)
	f.Body.Walk(func(path []*outline.Block) {
		if body := path[len(path)-1].Body; body != nil {
			add(body)
		}
	})
	slices.SortFunc(out, func(a, b outline.Span) int { return a.Start - b.Start })
	return out
}

type tokenizer struct {
	file   *File
	names  map[int]TokenType // where the outline knows what begins
	values map[int]bool      // where a type constraint begins
	out    []Token
}

func (t *tokenizer) body(body *outline.Body, variable bool) {
	for _, a := range body.Attributes {
		t.names[a.Name.Start] = AttributeToken
		if variable && a.Name.Text == "type" {
			for _, token := range lex(t.file.Text, a.Value) {
				if token.Type == hclsyntax.TokenIdent && slices.Contains(constraints(), string(token.Bytes)) {
					t.names[spanOf(token).Start] = TypeToken
				}
			}
		}
	}
	for _, b := range body.Blocks {
		t.names[b.Type.Start] = BlockToken
		for _, label := range b.Labels {
			t.names[label.Start] = LabelToken
		}
		if b.Body != nil {
			t.body(b.Body, b.Type.Text == "variable")
		}
	}
}

func constraints() []string {
	return []string{"string", "number", "bool", "any", "list", "set", "map", "object", "tuple", "optional"}
}

func (t *tokenizer) token(all hclsyntax.Tokens, i int, token hclsyntax.Token) {
	s := spanOf(token)
	switch token.Type {
	case hclsyntax.TokenComment:
		t.add(s, CommentToken)
	case hclsyntax.TokenNumberLit:
		t.add(s, NumberToken)
	case hclsyntax.TokenQuotedLit, hclsyntax.TokenStringLit, hclsyntax.TokenOQuote, hclsyntax.TokenCQuote, hclsyntax.TokenOHeredoc, hclsyntax.TokenCHeredoc:
		if known, ok := t.names[s.Start]; ok && token.Type == hclsyntax.TokenQuotedLit {
			t.add(s, known)
			return
		}
		t.add(s, StringToken)
	case hclsyntax.TokenIdent:
		t.add(s, t.identifier(all, i, token))
	}
}

func (t *tokenizer) identifier(all hclsyntax.Tokens, i int, token hclsyntax.Token) TokenType {
	if known, ok := t.names[token.Range.Start.Byte]; ok {
		return known
	}
	before, after := near(all, i-1), near(all, i+1)
	switch word := string(token.Bytes); {
	case after == hclsyntax.TokenOParen:
		return FunctionToken
	case before == hclsyntax.TokenDot:
		return NameToken
	case slices.Contains([]string{"true", "false", "null", "for", "in", "if", "else", "endif", "endfor"}, word):
		return KeywordToken
	case after == hclsyntax.TokenDot:
		return RootToken
	case after == hclsyntax.TokenEqual || after == hclsyntax.TokenColon:
		return AttributeToken
	}
	return NameToken
}

func near(all hclsyntax.Tokens, i int) hclsyntax.TokenType {
	if i < 0 || i >= len(all) {
		return hclsyntax.TokenNil
	}
	return all[i].Type
}

// add notes a token, line by line.
func (t *tokenizer) add(s outline.Span, of TokenType) {
	for at := s.Start; at < s.End; {
		end := at
		for end < s.End && t.file.Text[end] != '\n' {
			end++
		}
		stop := end
		if stop > at && t.file.Text[stop-1] == '\r' {
			stop--
		}
		if stop > at {
			t.out = append(t.out, Token{outline.Span{Start: at, End: stop}, of})
		}
		at = end + 1
	}
}

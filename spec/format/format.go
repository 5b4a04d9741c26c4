// Package format lays HCL source out in its canonical form.
package format

import (
	"bytes"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/cfnpipe/cfnpipe/spec/decode"
)

const byteOrderMark = "\xef\xbb\xbf"

// Source returns a file laid out as terraform fmt does, ending in one line end.
// Nothing but white space changes; JSON is returned as it is. A file that does
// not parse, or that cannot have that layout, has diagnostics and no result. The
// error is a fault of this package.
func Source(file decode.Source) ([]byte, hcl.Diagnostics, error) {
	if file.IsJSON() {
		return file.Bytes, nil, nil
	}
	if diags := decode.Syntax(file); diags.HasErrors() {
		return nil, diags, nil
	}
	if diags := append(separable(file), alignable(file)...); diags.HasErrors() {
		return nil, diags, nil
	}
	mark, text := cutMark(file.Bytes)
	out := append(mark, hclwrite.Format(endOnce(text))...)
	if line, same := compare(file.Bytes, out); !same {
		return nil, nil, fmt.Errorf("a new layout would change more than white space in line %d", line)
	}
	// Spaces that align may make a file so large that nobody reads it any more.
	if diags := decode.Syntax(decode.Source{Name: file.Name, Bytes: out}); diags.HasErrors() {
		return nil, tooWide(file.Name), nil
	}
	return out, nil, nil
}

// cutMark separates the byte order mark, which hclwrite would drop.
func cutMark(source []byte) (mark, text []byte) {
	if text, ok := bytes.CutPrefix(source, []byte(byteOrderMark)); ok {
		return []byte(byteOrderMark), text
	}
	return nil, source
}

// endOnce gives a text one line end at its end, of the kind that it uses; none if there is nothing in it.
func endOnce(text []byte) []byte {
	tokens := significant(text)
	if len(tokens) == 0 {
		return nil
	}
	last := tokens[len(tokens)-1]
	if bytes.HasSuffix(last.Bytes, []byte("\n")) {
		return text[:last.Range.End.Byte] // a comment, which has its line end in it
	}
	return append(bytes.Clone(text[:last.Range.End.Byte]), lineEnd(text)...)
}

func lineEnd(text []byte) string {
	if first := bytes.IndexByte(text, '\n'); first > 0 && text[first-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// significant is the tokens of a source but for the line ends after the last of them.
func significant(source []byte) hclsyntax.Tokens {
	tokens := lex(decode.Source{Bytes: source})
	end := len(tokens)
	for end > 0 && (tokens[end-1].Type == hclsyntax.TokenEOF || tokens[end-1].Type == hclsyntax.TokenNewline) {
		end--
	}
	return tokens[:end]
}

// compare tells whether two sources are made of the same tokens, and if not, in which line of the first they part.
func compare(before, after []byte) (line int, same bool) {
	old, laidOut := significant(before), significant(after)
	line = 1
	for i, token := range old {
		line = token.Range.Start.Line
		if i == len(laidOut) || !alike(token, laidOut[i], i == len(old)-1) {
			return line, false
		}
	}
	return line, len(old) == len(laidOut)
}

// alike compares two tokens. The last one of a file may be a comment that lacked its line end.
func alike(a, b hclsyntax.Token, last bool) bool {
	if last && a.Type == hclsyntax.TokenComment {
		return a.Type == b.Type && bytes.Equal(bytes.TrimRight(a.Bytes, "\r\n"), bytes.TrimRight(b.Bytes, "\r\n"))
	}
	return a.Type == b.Type && bytes.Equal(a.Bytes, b.Bytes)
}

func lex(file decode.Source) hclsyntax.Tokens {
	tokens, _ := hclsyntax.LexConfig(file.Bytes, file.Name, hcl.InitialPos)
	return tokens
}

package format

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/cfnpipe/cfnpipe/spec/decode"
)

// mostAligned is how many bytes alignment may lead to, by an estimate from above.
const mostAligned = 32 << 20

// alignable refuses a text whose alignment would take gigabytes.
func alignable(file decode.Source) hcl.Diagnostics {
	tokens := lex(file)
	var values, comments column
	start := 0
	for i, token := range tokens {
		if !endsLine(token) {
			continue
		}
		line := tokens[start : i+1]
		values.add(beforeValue(line))
		comments.add(beforeComment(line))
		start = i + 1
	}
	values.add(0)
	comments.add(0)
	if values.total+comments.total > mostAligned {
		return tooWide(file.Name)
	}
	return nil
}

// column adds up lines that follow one another and have something to align: each is made as wide as the widest.
type column struct{ lines, widest, total int }

// add takes the width of a line up to what is aligned, 0 if there is nothing.
func (c *column) add(width int) {
	if width == 0 {
		*c = column{total: c.total + c.lines*c.widest}
		return
	}
	c.lines, c.widest = c.lines+1, max(c.widest, width)
}

func beforeValue(line hclsyntax.Tokens) int {
	for i, token := range line {
		if token.Type == hclsyntax.TokenEqual {
			return widthOf(line[:i])
		}
	}
	return 0
}

func beforeComment(line hclsyntax.Tokens) int {
	if last := len(line) - 1; line[last].Type == hclsyntax.TokenComment {
		return widthOf(line[:last])
	}
	return 0
}

// widthOf is how wide tokens may become: formatting puts at most one space behind each.
func widthOf(tokens hclsyntax.Tokens) int {
	if len(tokens) == 0 {
		return 0
	}
	return tokens[len(tokens)-1].Range.End.Byte - tokens[0].Range.Start.Byte + len(tokens)
}

func endsLine(token hclsyntax.Token) bool {
	return token.Type == hclsyntax.TokenNewline || token.Type == hclsyntax.TokenEOF ||
		token.Type == hclsyntax.TokenComment && bytes.HasSuffix(token.Bytes, []byte("\n"))
}

func tooWide(name string) hcl.Diagnostics {
	return hcl.Diagnostics{{
		Severity: hcl.DiagError,
		Summary:  "File is too large when it is formatted",
		Detail: "With the spaces that indent and align its lines it would have more than 1 MiB. " +
			"Shorten its longest lines, or set them apart by blank lines.",
		Subject: &hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos},
	}}
}

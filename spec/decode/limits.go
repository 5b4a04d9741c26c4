package decode

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// HCL's parser is recursive without a bound, and a stack overflow cannot be recovered from: hcl v2.25.0 dies of
// 100,000 nested brackets. What is over these limits is found before HCL sees the file (hashicorp/hcl issue 809).
const (
	maxFile     = 1 << 20
	maxDepth    = 128
	maxRun      = 1000 // unary operators, conditionals and template directives of one expression
	maxBinary   = 100  // further operators of one expression: each can make a number 300 digits longer
	maxExponent = 308
	maxDigits   = 40
	maxPieces   = 5000 // of one string: its interpolations, and what lies between them, line ends and escapes
)

// limits reports a file that is too much for HCL's parser.
func limits(file Source) hcl.Diagnostics {
	at := scanner{name: file.Name, source: file.Bytes}
	switch {
	case len(file.Bytes) > maxFile:
		at.fault(0, 0, "File is too large", fmt.Sprintf("A file may have at most 1 MiB, and this one has %d KiB.", (len(file.Bytes)+1023)>>10))
	case !utf8.Valid(file.Bytes):
		bad := firstInvalid(file.Bytes)
		at.fault(bad, bad+1, "File is not UTF-8", fmt.Sprintf("The byte 0x%02X is not part of a UTF-8 character. Save the file as UTF-8.", file.Bytes[bad]))
	case file.IsJSON() && bytes.HasPrefix(file.Bytes, []byte("\ufeff")):
		at.fault(0, len("\ufeff"), "File begins with a byte order mark", "JSON has none (RFC 8259, section 8.1). Save the file as UTF-8 without it.")
	case file.IsJSON():
		at.json()
	default:
		tokens, _ := hclsyntax.LexConfig(file.Bytes, file.Name, hcl.InitialPos)
		at.tokens(tokens)
	}
	return at.diags
}

func firstInvalid(source []byte) int {
	for i := 0; i < len(source); {
		r, size := utf8.DecodeRune(source[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return 0
}

// scanner looks for the first thing that is beyond a limit.
type scanner struct {
	name   string
	source []byte
	diags  hcl.Diagnostics
}

func (s *scanner) fault(start, end int, summary, detail string) {
	s.faultAt(hcl.Range{Filename: s.name, Start: s.position(start), End: s.position(end)}, summary, detail)
}

func (s *scanner) faultAt(at hcl.Range, summary, detail string) {
	s.diags = append(s.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at})
}

func (s *scanner) position(offset int) hcl.Pos {
	before := s.source[:min(offset, len(s.source))]
	line := bytes.LastIndexByte(before, '\n') + 1
	return hcl.Pos{Line: bytes.Count(before, []byte("\n")) + 1, Column: utf8.RuneCount(before[line:]) + 1, Byte: len(before)}
}

// operators counts what one expression is made of.
type operators struct{ run, binary int }

// bracket is an open bracket with what the expression around it is made of.
type bracket struct {
	opened hclsyntax.TokenType
	around operators
	pieces int // of a string
}

// tokens follows nesting and the operators of each expression.
func (s *scanner) tokens(tokens hclsyntax.Tokens) {
	var open []bracket
	var current operators
	whole := 0 // pieces outside of all brackets, in the text of a template
	for _, token := range tokens {
		pieces := &whole
		if len(open) > 0 {
			pieces = &open[len(open)-1].pieces
		}
		switch token.Type {
		case hclsyntax.TokenQuotedLit, hclsyntax.TokenStringLit, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			// HCL puts neighbours together one by one, in time that grows with their square.
			if *pieces++; *pieces > maxPieces {
				s.faultAt(token.Range, "String in too many pieces",
					fmt.Sprintf("A string may have at most %d lines, interpolations and escapes. Put it into a file, or build it in parts.", maxPieces))
				return
			}
		}
		switch token.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc,
			hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			current.count(token.Type)
			open = append(open, bracket{token.Type, current, 0})
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc,
			hclsyntax.TokenTemplateSeqEnd:
			if len(open) > 0 {
				open = open[:len(open)-1] // What stood inside counts on: f(-1)(-1) is one expression.
			}
		case hclsyntax.TokenComma, hclsyntax.TokenNewline, hclsyntax.TokenComment:
			current = restart(current, open, token)
		case hclsyntax.TokenNumberLit:
			if fault := number(string(token.Bytes)); fault != "" {
				s.faultAt(token.Range, "Number is too large", fault)
				return
			}
		default:
			current.count(token.Type)
		}
		if len(open) > maxDepth {
			s.faultAt(token.Range, "Nesting is too deep", fmt.Sprintf("Brackets and blocks may be nested %d deep.", maxDepth))
			return
		}
		if current.run > maxRun || current.binary > maxBinary {
			s.faultAt(token.Range, "Expression is too long",
				fmt.Sprintf("An expression may have at most %d operators of arithmetic and logic. Write its value instead.", maxBinary))
			return
		}
	}
}

// restart gives a new item or attribute the operators that stand around it. Line ends mean nothing inside parentheses, square
// brackets and templates; a comment of one line has its line end in it.
func restart(current operators, open []bracket, token hclsyntax.Token) operators {
	if token.Type == hclsyntax.TokenComment && !bytes.HasSuffix(token.Bytes, []byte("\n")) {
		return current
	}
	if len(open) == 0 {
		return operators{}
	}
	innermost := open[len(open)-1]
	if token.Type != hclsyntax.TokenComma && innermost.opened != hclsyntax.TokenOBrace {
		return current
	}
	return innermost.around
}

func (o *operators) count(token hclsyntax.TokenType) {
	switch token {
	case hclsyntax.TokenMinus, hclsyntax.TokenBang, hclsyntax.TokenQuestion, hclsyntax.TokenTemplateControl:
		o.run++
	case hclsyntax.TokenPlus, hclsyntax.TokenStar, hclsyntax.TokenSlash, hclsyntax.TokenPercent, hclsyntax.TokenAnd, hclsyntax.TokenOr,
		hclsyntax.TokenEqualOp, hclsyntax.TokenNotEqual, hclsyntax.TokenLessThan, hclsyntax.TokenLessThanEq, hclsyntax.TokenGreaterThan,
		hclsyntax.TokenGreaterThanEq:
		o.binary++
	}
}

// number says what is wrong with a number literal; go-cty would compute 1e10000000 for half a minute.
func number(literal string) string {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(literal), "e")
	if value, err := strconv.Atoi(exponent); exponent != "" && (err != nil || value > maxExponent || value < -maxExponent) {
		return fmt.Sprintf("The exponent of a number may be at most %d.", maxExponent)
	}
	if digits := len(mantissa) - strings.Count(mantissa, ".") - strings.Count(mantissa, "-"); digits > maxDigits {
		return fmt.Sprintf("A number may have at most %d digits, and this one has %d. Write it in quotes if it is text.", maxDigits, digits)
	}
	return ""
}

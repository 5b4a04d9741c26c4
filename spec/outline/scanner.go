package outline

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// mostDepth is how deep blocks are looked into: no block of the language stands in so many others.
const mostDepth = 64

// mostNamed is the longest word that ends a heredoc.
const mostNamed = 200

// scanner goes through a text once.
type scanner struct {
	text       []byte
	at         int
	tolerant   bool // whether the lines' indentation ends what no brace, bracket or quote does
	unbalanced bool // whether a brace, bracket or quote has no other
	depth      int

	line  line           // the last one that was asked about
	words map[string]int // where a word last stands on a line of its own, as the end of a heredoc does; for the tolerant
}

// line is a line of the text: where it begins, with how much blank, and up to where it is known to go.
type line struct{ start, indent, seen int }

func (s *scanner) file() *Body {
	s.at = len(s.text) - len(bytes.TrimPrefix(s.text, []byte("\ufeff")))
	body := &Body{Span: Span{0, len(s.text)}}
	s.items(body, -1)
	return body
}

// items reads a body up to its closing brace, which it leaves. A block that begins with so much indentation ends, if need be,
// where a line has no more.
func (s *scanner) items(body *Body, indent int) {
	for {
		s.blanks(true)
		c := s.peek(0)
		switch {
		case s.at >= len(s.text):
			s.unbalanced = s.unbalanced || indent >= 0
			return
		case s.tolerant && indent >= 0 && s.endsBlock(indent, c):
			return
		case c == '}' && indent >= 0:
			return
		case s.startsName():
			s.item(body)
		case c == '"':
			s.quoted()
		default:
			s.unbalanced = s.unbalanced || bytes.IndexByte([]byte("{}[]()"), c) >= 0
			s.at++
		}
	}
}

// endsBlock tells whether a line that begins here shows that a block before it was never closed.
func (s *scanner) endsBlock(indent int, c byte) bool {
	own, first := s.indent()
	if !first {
		return false
	}
	if c == '}' {
		return own < indent
	}
	return own <= indent
}

func (s *scanner) item(body *Body) {
	name := s.name()
	s.blanks(false)
	if s.peek(0) == '=' && s.peek(1) != '=' && s.peek(1) != '>' {
		s.at++
		value := s.value(name.Start)
		body.Attributes = append(body.Attributes, &Attribute{Span: Span{name.Start, value.End}, Name: name, Value: value})
		return
	}
	block := &Block{Type: name}
	for {
		if s.startsName() {
			block.Labels = append(block.Labels, Label{Word: s.name()})
		} else if s.peek(0) == '"' {
			block.Labels = append(block.Labels, s.label())
		} else {
			break
		}
		s.blanks(false)
	}
	block.Span = block.Header()
	if n := len(block.Labels); n > 0 && block.Labels[n-1].Quoted && block.End < len(s.text) && s.text[block.End] == '"' {
		block.End++
	}
	body.Blocks = append(body.Blocks, block)
	if s.peek(0) != '{' {
		if s.peek(0) != '}' {
			s.senseless()
		}
		return
	}
	s.at++
	block.Body = &Body{Span: Span{s.at, s.at}}
	indent := s.indentOf(name.Start)
	if s.depth++; s.depth < mostDepth {
		s.items(block.Body, indent)
	} else {
		s.at = len(s.text)
	}
	s.depth--
	block.Body.End, block.End = s.at, s.at
	if s.peek(0) == '}' && !s.leaves(indent) {
		s.at++
		block.Closed, block.End = true, s.at
		return
	}
	// What is not closed ends behind its last line: the blanks before the next block belong to neither.
	block.Body.End = block.Body.Start + len(bytes.TrimRight(s.text[block.Body.Start:s.at], " \t\r\n"))
	if s.at >= len(s.text) {
		block.Body.End = len(s.text)
	}
	block.Body.End = s.blankLines(block.Body.End, indent)
	for _, a := range block.Body.Attributes { // One without a value yet may end in those blanks.
		block.Body.End = max(block.Body.End, a.End)
	}
	for _, b := range block.Body.Blocks {
		block.Body.End = max(block.Body.End, b.End)
	}
	block.End = block.Body.End
}

// blankLines is behind the blank lines from the end of a line on that have more indentation than a block: something is about to be
// written into it there.
func (s *scanner) blankLines(end, indent int) int {
	for at := end; at < s.at && (s.text[at] == '\n' || s.text[at] == '\r'); {
		line := s.text[at+1 : min(s.at, len(s.text))]
		if n := bytes.IndexByte(line, '\n'); n >= 0 {
			line = line[:n]
		} else {
			break
		}
		blank := bytes.TrimRight(line, "\r")
		if len(bytes.Trim(blank, " \t")) > 0 {
			break
		}
		at += 1 + len(line)
		if len(blank) > indent {
			end = at
		}
	}
	return end
}

// leaves tells whether the brace here closes a block further out.
func (s *scanner) leaves(indent int) bool {
	return s.tolerant && s.endsBlock(indent, '}')
}

// senseless goes to the end of a line that makes no sense.
func (s *scanner) senseless() {
	for s.at < len(s.text) && s.text[s.at] != '\n' {
		switch c := s.text[s.at]; {
		case c == '"':
			s.quoted()
		case c == '}' || s.comment():
			return
		default:
			s.unbalanced = s.unbalanced || bytes.IndexByte([]byte("{[]()"), c) >= 0
			s.at++
		}
	}
}

// label reads a quoted label.
func (s *scanner) label() Label {
	begin := s.at + 1
	s.quoted()
	end := s.at
	if end > begin && s.text[end-1] == '"' {
		end--
	}
	end = max(end, begin)
	return Label{Word: Word{Span{begin, end}, string(s.text[begin:end])}, Quoted: true}
}

// value reads the expression of an attribute that begins at a position.
func (s *scanner) value(attribute int) Span {
	s.blanks(false)
	out := Span{s.at, s.at}
	open, indent := 0, -1
	for s.at < len(s.text) {
		c := s.text[s.at]
		switch {
		case c == '\n':
			if open == 0 {
				return out
			}
			if s.tolerant {
				if indent < 0 {
					indent = s.indentOf(attribute)
				}
				next, ends := s.endsValue(indent)
				if ends {
					return out
				}
				s.at = next
				continue
			}
			s.at++
			continue
		case c == ' ' || c == '\t' || c == '\r':
			s.at++
			continue
		case s.comment():
			continue
		case c == '"':
			s.quoted()
		case c == '<' && s.heredoc():
		case bytes.IndexByte([]byte("([{"), c) >= 0:
			open++
			s.at++
		case bytes.IndexByte([]byte(")]}"), c) >= 0:
			if open == 0 {
				if c == '}' {
					return out
				}
				s.unbalanced = true
			}
			open = max(open-1, 0)
			s.at++
		default:
			s.at++
		}
		out.End = s.at
	}
	s.unbalanced = s.unbalanced || open > 0
	return out
}

// endsValue tells whether the next line with anything on it shows that the brackets of a value were never closed, and where that is.
func (s *scanner) endsValue(indent int) (next int, ends bool) {
	ahead := &scanner{text: s.text, at: s.at}
	ahead.blanks(true)
	own, _ := ahead.indent()
	next = ahead.at
	switch {
	case ahead.at >= len(s.text):
		return next, true
	case ahead.peek(0) == '}' || ahead.peek(0) == ']' || ahead.peek(0) == ')':
		return next, own < indent
	case own > indent || !ahead.startsName():
		return next, false
	}
	ahead.name()
	ahead.blanks(false)
	c := ahead.peek(0)
	return next, c == '=' && ahead.peek(1) != '=' || c == '"' || c == '{' || ahead.startsName()
}

// quoted reads a template in quotes, or what is there of it.
func (s *scanner) quoted() {
	for s.at++; s.at < len(s.text); {
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			return
		case c == '\n':
			s.unbalanced = true
			return
		case c == '\\' && s.peek(1) != '\n':
			s.at = min(s.at+2, len(s.text))
		case c == '$' || c == '%':
			s.marker(c)
		default:
			s.at++
		}
	}
	s.unbalanced = true
}

// marker reads ${...} or %{...}, or the character itself.
func (s *scanner) marker(c byte) {
	switch {
	case s.peek(1) == c && s.peek(2) == '{':
		s.at += 3
	case s.peek(1) != '{':
		s.at++
	default:
		s.at += 2
		s.interpolation()
	}
}

// interpolation reads up to the brace that closes it.
func (s *scanner) interpolation() {
	for open := 1; s.at < len(s.text); {
		switch c := s.text[s.at]; {
		case c == '"':
			s.quoted()
		case c == '\n' && s.tolerant:
			return
		case c == '<' && s.heredoc(), s.comment():
		case c == '{':
			open++
			s.at++
		case c == '}':
			s.at++
			if open--; open == 0 {
				return
			}
		default:
			s.at++
		}
	}
	s.unbalanced = true
}

// heredoc reads a text of several lines; false if there is none here.
func (s *scanner) heredoc() bool {
	rest := &scanner{text: s.text, at: s.at + 2}
	if s.peek(1) != '<' {
		return false
	}
	if rest.peek(0) == '-' {
		rest.at++
	}
	if !rest.startsName() {
		return false
	}
	end := rest.name().Text
	if rest.peek(0) == '\r' {
		rest.at++
	}
	if rest.peek(0) != '\n' {
		return false
	}
	if s.tolerant {
		s.at = s.endOf(end, rest.at)
		return true
	}
	for rest.at < len(s.text) {
		rest.at++ // the end of the line before
		stop := rest.lineEnd()
		if line := s.text[rest.at:stop]; string(bytes.TrimSpace(line)) == end {
			s.at = rest.at + len(bytes.TrimRight(line, " \t\r"))
			return true
		}
		for rest.at < stop {
			if c := s.text[rest.at]; c != '$' && c != '%' {
				rest.at++
				continue
			}
			rest.marker(s.text[rest.at])
			if rest.at > stop { // It went on over the end of the line.
				stop = rest.lineEnd()
			}
		}
	}
	s.unbalanced = true
	s.at = len(s.text)
	return true
}

// lineEnd is where the line ends.
func (s *scanner) lineEnd() int {
	at := min(s.at, len(s.text))
	if n := bytes.IndexByte(s.text[at:], '\n'); n >= 0 {
		return at + n
	}
	return len(s.text)
}

// endOf is behind the first line from a position that is a word alone; the position itself if there is none.
func (s *scanner) endOf(word string, from int) int {
	if s.words == nil {
		s.words = map[string]int{}
		at := 0
		for line := range bytes.Lines(s.text) {
			if text := bytes.TrimSpace(line); len(text) > 0 && len(text) <= mostNamed {
				s.words[string(text)] = at
			}
			at += len(line)
		}
	}
	if s.words[word] <= from {
		return from
	}
	for line := range bytes.Lines(s.text[from:]) {
		if string(bytes.TrimSpace(line)) == word {
			return from + len(bytes.TrimRight(line, " \t\r\n"))
		}
		from += len(line)
	}
	return from
}

// blanks goes over blanks and comments, and over the ends of lines where those mean nothing.
func (s *scanner) blanks(lines bool) {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == ' ' || c == '\t' || c == '\r', c == '\n' && lines:
			s.at++
		case lines && s.comment(), !lines && c == '/' && s.peek(1) == '*' && s.comment():
		default:
			return
		}
	}
}

// comment goes over a comment; false if there is none here. The end of a line stays.
func (s *scanner) comment() bool {
	switch c := s.peek(0); {
	case c == '#', c == '/' && s.peek(1) == '/':
		n := bytes.IndexByte(s.text[s.at:], '\n')
		if n < 0 {
			n = len(s.text) - s.at
		}
		s.at += n
	case c == '/' && s.peek(1) == '*':
		n := bytes.Index(s.text[s.at+2:], []byte("*/"))
		if n < 0 {
			s.unbalanced = true
			s.at = len(s.text)
			return true
		}
		s.at += n + 4
	default:
		return false
	}
	return true
}

func (s *scanner) peek(n int) byte {
	if s.at+n >= len(s.text) {
		return 0
	}
	return s.text[s.at+n]
}

// startsName tells whether an identifier begins here. Source: HCL Native Syntax Specification, "Identifiers".
func (s *scanner) startsName() bool {
	c := s.peek(0)
	if c < utf8.RuneSelf {
		return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	}
	r, _ := utf8.DecodeRune(s.text[s.at:])
	return unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_ID_Start, r)
}

func (s *scanner) name() Word {
	begin := s.at
	for s.at < len(s.text) {
		r, size := rune(s.text[s.at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(s.text[s.at:])
		}
		if !InName(r) {
			break
		}
		s.at += size
	}
	return Word{Span{begin, s.at}, string(s.text[begin:s.at])}
}

// InName tells whether a character may stand in an identifier.
func InName(r rune) bool {
	if r < utf8.RuneSelf {
		return r == '_' || r == '-' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nl, unicode.Pc, unicode.Other_ID_Start, unicode.Other_ID_Continue)
}

// indent is how much blank stands before the position, and whether nothing else does.
func (s *scanner) indent() (indent int, first bool) {
	l := s.lineOf(s.at)
	return l.indent, l.start+l.indent >= s.at
}

// indentOf is how much blank the line of a position begins with.
func (s *scanner) indentOf(at int) int { return s.lineOf(at).indent }

// lineOf finds the line of a position. Positions are asked about in their order, or nearly.
func (s *scanner) lineOf(at int) line {
	if at < s.line.start {
		s.line = line{}
	}
	if at <= s.line.seen && s.line.seen > 0 {
		return s.line
	}
	newline := bytes.LastIndexByte(s.text[s.line.seen:at], '\n')
	if newline < 0 && s.line.seen > 0 {
		s.line.seen = at
		return s.line
	}
	begin := s.line.seen + newline + 1
	indent := begin
	for indent < len(s.text) && (s.text[indent] == ' ' || s.text[indent] == '\t') {
		indent++
	}
	s.line = line{begin, indent - begin, at}
	return s.line
}

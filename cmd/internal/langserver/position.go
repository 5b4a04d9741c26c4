package langserver

import (
	"sort"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// text is the text of a document with its lines. Positions count lines and, in a line, UTF-16 units, as the protocol has it.
type text struct {
	bytes []byte
	lines []int // where each begins
}

func newText(bytes []byte) *text {
	t := &text{bytes: bytes, lines: []int{0}}
	for i, c := range bytes {
		if c == '\n' || c == '\r' && (i+1 == len(bytes) || bytes[i+1] != '\n') {
			t.lines = append(t.lines, i+1)
		}
	}
	return t
}

// offset is a position in bytes. What lies outside of the text is the nearest place in it.
func (t *text) offset(p Position) int {
	if p.Line < 0 {
		return 0
	}
	if p.Line >= len(t.lines) {
		return len(t.bytes)
	}
	at, end := t.lines[p.Line], t.lineEnd(p.Line)
	for units := 0; at < end && units < p.Character; {
		r, size := utf8.DecodeRune(t.bytes[at:])
		if units += utf16.RuneLen(r); units > p.Character {
			break // in the middle of a character
		}
		at += size
	}
	return at
}

// lineEnd is where a line ends, without the characters that end it.
func (t *text) lineEnd(line int) int {
	end := len(t.bytes)
	if line+1 < len(t.lines) {
		end = t.lines[line+1] - 1
		if end > t.lines[line] && t.bytes[end] == '\n' && t.bytes[end-1] == '\r' {
			end--
		}
	}
	return end
}

// position is an offset as the protocol counts.
func (t *text) position(at int) Position {
	at = min(max(at, 0), len(t.bytes))
	line := sort.Search(len(t.lines), func(i int) bool { return t.lines[i] > at }) - 1
	units := 0
	for i := t.lines[line]; i < at; {
		r, size := utf8.DecodeRune(t.bytes[i:])
		units += utf16.RuneLen(r)
		i += size
	}
	return Position{line, units}
}

func (t *text) rng(s outline.Span) Range { return Range{t.position(s.Start), t.position(s.End)} }

// change puts a text in the place of a range.
func (t *text) change(r Range, with string) *text {
	begin, end := t.offset(r.Start), t.offset(r.End)
	if end < begin {
		begin, end = end, begin
	}
	out := make([]byte, 0, len(t.bytes)-(end-begin)+len(with))
	out = append(append(append(out, t.bytes[:begin]...), with...), t.bytes[end:]...)
	return newText(out)
}

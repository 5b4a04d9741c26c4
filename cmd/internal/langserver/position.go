package langserver

import (
	"sort"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// text is the text of a document with its lines. Positions count lines and, in a line, UTF-16 units, as the protocol has it.
type text struct {
	bytes []byte
	lines []int         // where each begins
	marks func() []mark // one for each stride of the text, for lines that are longer
}

// mark is how many UTF-16 units stand before a place.
type mark struct{ at, units int }

// stride is how far is counted from a mark.
const stride = 256

func newText(bytes []byte) *text {
	t := &text{bytes: bytes, lines: []int{0}}
	t.marks = sync.OnceValue(t.mark)
	for i, c := range bytes {
		if c == '\n' || c == '\r' && (i+1 == len(bytes) || bytes[i+1] != '\n') {
			t.lines = append(t.lines, i+1)
		}
	}
	return t
}

func (t *text) mark() []mark {
	var out []mark
	for m := (mark{}); m.at < len(t.bytes) || len(out) == 0; {
		out = append(out, m)
		next := min(len(out)*stride, len(t.bytes))
		m.at, m.units = t.count(m, next)
	}
	return out
}

// count counts on from a mark up to the character that a place is at or in, and the end of that.
func (t *text) count(from mark, to int) (at, units int) {
	at, units = from.at, from.units
	for at < to {
		r, size := utf8.DecodeRune(t.bytes[at:])
		units += utf16.RuneLen(r)
		at += size
	}
	return at, units
}

// units is how many UTF-16 units stand between the beginning of a line and a place in it.
func (t *text) units(line, at int) int {
	if at-line <= stride {
		_, units := t.count(mark{line, 0}, at)
		return units
	}
	return t.before(at) - t.before(line)
}

// before is how many UTF-16 units stand before a place.
func (t *text) before(at int) int {
	marks := t.marks()
	i := min(at/stride, len(marks)-1)
	if marks[i].at > at {
		i--
	}
	_, units := t.count(marks[i], at)
	return units
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
	units := 0
	if character := min(p.Character, end-at); character > stride {
		line, marks := t.before(at), t.marks()
		i := sort.Search(len(marks), func(i int) bool { return marks[i].units > line+character }) - 1
		if i >= 0 && marks[i].at > at && marks[i].at <= end {
			at, units = marks[i].at, marks[i].units-line
		}
	}
	for at < end && units < p.Character {
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
	return Position{line, t.units(t.lines[line], at)}
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

package template

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// node is JSON that is about to be written: a string, int, bool, []node, members,
// or a plan.Value, which is rendered while it is written.
type node any

// member is one name of a JSON object with its value.
type member struct {
	key   string
	value node
}

type members []member

// appendJSON appends n in the form that people read in a template: two blanks a
// level, and on one line what fits on one.
func (r *renderer) appendJSON(out []byte, n node, indent int) []byte {
	switch v := n.(type) {
	case string:
		return appendString(out, v)
	case plan.String:
		return appendString(out, string(v))
	case int:
		return strconv.AppendInt(out, int64(v), 10)
	case bool:
		return strconv.AppendBool(out, v)
	case members:
		return r.appendObject(out, len(v), func(i int) (string, node) { return v[i].key, v[i].value }, indent)
	case plan.Object:
		return r.appendObject(out, len(v), func(i int) (string, node) { return v[i].Key, v[i].Value }, indent)
	case []node:
		return r.appendList(out, len(v), func(i int) node { return v[i] }, indent)
	case plan.List:
		return r.appendList(out, len(v), func(i int) node { return v[i] }, indent)
	case plan.Decimal:
		return append(out, v...)
	case plan.Value:
		return r.appendJSON(out, r.value(v), indent)
	}
	return append(out, "null"...)
}

func (r *renderer) appendList(out []byte, length int, at func(int) node, indent int) []byte {
	if length == 0 {
		return append(out, "[]"...)
	}
	c := collection{start: len(out), indent: indent}
	out = append(out, '[')
	for i := range length {
		out = c.next(out, i)
		out = r.appendJSON(out, at(i), indent+1)
		c.added(out)
	}
	if c.fits(out, lineWidth) {
		return append(c.joined(out, ""), ']')
	}
	return append(newline(out, indent), ']')
}

func (r *renderer) appendObject(out []byte, length int, at func(int) (string, node), indent int) []byte {
	if length == 0 {
		return append(out, "{}"...)
	}
	c := collection{start: len(out), indent: indent}
	out = append(out, '{')
	width := lineWidth
	for i := range length {
		key, value := at(i)
		if length == 1 && (strings.HasPrefix(key, "Fn::") || key == "Ref") {
			width = longestLine // an intrinsic reads best on one line
		}
		out = c.next(out, i)
		out = appendString(out, key)
		out = append(out, ": "...)
		out = r.appendJSON(out, value, indent+1)
		c.added(out)
	}
	if c.fits(out, width) {
		return append(c.joined(out, " "), " }"...)
	}
	return append(newline(out, indent), '}')
}

// Widths of a line, in bytes: of an ordinary one, and of an intrinsic.
const (
	lineWidth   = 120
	longestLine = 1 << 20
)

// mostOnALine is how many items a line may hold.
const mostOnALine = 16

// collection is a list or object that was written with a line for each item, and
// may turn out to fit on one.
type collection struct {
	start, indent int
	items         [mostOnALine]struct{ from, to int }
	count         int
	lines         bool // an item has several lines itself
}

// next begins the line of item i.
func (c *collection) next(out []byte, i int) []byte {
	if i > 0 {
		out = append(out, ',')
	}
	out = newline(out, c.indent+1)
	if c.count < mostOnALine {
		c.items[c.count].from = len(out)
	}
	return out
}

// added ends the item that next began.
func (c *collection) added(out []byte) {
	if c.count < mostOnALine {
		c.items[c.count].to = len(out)
		c.lines = c.lines || bytes.IndexByte(out[c.items[c.count].from:], '\n') >= 0
	}
	c.count++
}

func (c *collection) fits(out []byte, width int) bool {
	if c.lines || c.count > mostOnALine {
		return false
	}
	blanks := c.count * (len("\n") + 2*(c.indent+1))
	return 2*c.indent+len(out)-c.start-blanks+c.count+len(" }") <= width
}

// joined puts the items behind each other; edge stands before the first. The
// result is shorter than what was there, so the items move to the left only.
func (c *collection) joined(out []byte, edge string) []byte {
	moved := append(out[:c.start+1], edge...)
	for i, item := range c.items[:c.count] {
		if i > 0 {
			moved = append(moved, ", "...)
		}
		moved = append(moved, out[item.from:item.to]...)
	}
	return moved
}

// lineStart is a line end and the blanks of the deepest level that is usual.
const lineStart = "\n                                                                "

func newline(out []byte, indent int) []byte {
	out = append(out, lineStart[:1+min(2*indent, len(lineStart)-1)]...)
	for range 2*indent - (len(lineStart) - 1) {
		out = append(out, ' ')
	}
	return out
}

const hex = "0123456789abcdef"

// appendString appends s as a JSON string; unlike encoding/json it leaves <, > and & as they are.
func appendString(out []byte, s string) []byte {
	out = append(out, '"')
	for len(s) > 0 {
		plain := 0
		for plain < len(s) && s[plain] >= ' ' && s[plain] != '"' && s[plain] != '\\' && s[plain] < 0x7f {
			plain++
		}
		out = append(out, s[:plain]...)
		s = s[plain:]
		if len(s) > 0 {
			r, size := utf8.DecodeRuneInString(s)
			out = appendRune(out, r, s[:size])
			s = s[size:]
		}
	}
	return append(out, '"')
}

// StringLength is how many bytes appendString appends.
func StringLength(s string) int {
	var special [8]byte
	length := len(`""`)
	for i := 0; i < len(s); {
		if c := s[i]; c >= ' ' && c != '"' && c != '\\' && c < 0x7f {
			i++
			length++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		length += len(appendRune(special[:0], r, s[i:i+size]))
		i += size
	}
	return length
}

// appendRune appends a rune that is written in some special way, or not of ASCII.
func appendRune(out []byte, r rune, text string) []byte {
	switch r {
	case '"', '\\':
		return append(out, '\\', byte(r))
	case '\n':
		return append(out, `\n`...)
	case '\r':
		return append(out, `\r`...)
	case '\t':
		return append(out, `\t`...)
	}
	// U+2028 and U+2029 end a line in JavaScript; a byte that is no text is no JSON either.
	broken := r == utf8.RuneError && len(text) == 1
	if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' || broken {
		return append(out, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
	}
	return append(out, text...)
}

package template

import (
	"strconv"
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
// level, an intrinsic of one member on one line.
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
	case plan.Value:
		return r.appendJSON(out, r.value(v), indent)
	}
	return append(out, "null"...)
}

func (r *renderer) appendList(out []byte, length int, at func(int) node, indent int) []byte {
	if length == 0 {
		return append(out, "[]"...)
	}
	out = append(out, '[')
	for i := range length {
		if i > 0 {
			out = append(out, ',')
		}
		out = newline(out, indent+1)
		out = r.appendJSON(out, at(i), indent+1)
	}
	out = newline(out, indent)
	return append(out, ']')
}

func (r *renderer) appendObject(out []byte, length int, at func(int) (string, node), indent int) []byte {
	if length == 0 {
		return append(out, "{}"...)
	}
	if length == 1 {
		if key, value := at(0); inline(key, value) {
			out = append(out, "{ "...)
			out = appendString(out, key)
			out = append(out, ": "...)
			out = r.appendFlat(out, value)
			return append(out, " }"...)
		}
	}
	out = append(out, '{')
	for i := range length {
		if i > 0 {
			out = append(out, ',')
		}
		key, value := at(i)
		out = newline(out, indent+1)
		out = appendString(out, key)
		out = append(out, ": "...)
		out = r.appendJSON(out, value, indent+1)
	}
	out = newline(out, indent)
	return append(out, '}')
}

// inline tells whether an object of one member is an intrinsic that reads best on one line.
func inline(key string, value node) bool {
	switch key {
	case "Ref", "Fn::Sub":
		_, text := value.(string)
		return text
	case "Fn::GetAtt", "Fn::GetAZs", "Fn::ImportValue":
		return true
	}
	return false
}

func (r *renderer) appendFlat(out []byte, n node) []byte {
	switch v := n.(type) {
	case []node:
		out = append(out, '[')
		for i, item := range v {
			if i > 0 {
				out = append(out, ", "...)
			}
			out = r.appendFlat(out, item)
		}
		return append(out, ']')
	case members:
		out = append(out, "{ "...)
		for i, m := range v {
			if i > 0 {
				out = append(out, ", "...)
			}
			out = appendString(out, m.key)
			out = append(out, ": "...)
			out = r.appendFlat(out, m.value)
		}
		return append(out, " }"...)
	case plan.Value:
		return r.appendFlat(out, r.value(v))
	}
	return r.appendJSON(out, n, 0)
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

package access

import "strings"

// literal makes the character after it stand for itself in a pattern.
const literal = 0

// Covers tells whether a pattern matches everything that a text stands for, which may be a pattern itself: a star stands for any
// text, a question mark for any one character (IAM user guide, "IAM JSON policy elements: Resource", wildcards).
func Covers(pattern, text string) bool {
	if !strings.ContainsAny(pattern, "*?\x00") {
		return pattern == text
	}
	p, t, star, tried := 0, 0, -1, 0
	for t < len(text) {
		escaped := p+1 < len(pattern) && pattern[p] == literal
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, tried = p, t
			p++
		case escaped && pattern[p+1] == text[t]:
			p += 2
			t++
		case !escaped && p < len(pattern) && (pattern[p] == text[t] || pattern[p] == '?' && text[t] != '*'):
			p++
			t++
		case star >= 0: // the last star takes one more
			tried++
			p, t = star+1, tried
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// Overlaps tells whether some text matches both patterns.
func Overlaps(a, b string) bool {
	a, b = unescaped(a), unescaped(b)
	if Covers(a, b) || Covers(b, a) {
		return true
	}
	for a != "" && b != "" && a[0] == b[0] && a[0] != '*' {
		a, b = a[1:], b[1:]
	}
	if a != "" && b != "" && !strings.ContainsRune("*?", rune(a[0])) && !strings.ContainsRune("*?", rune(b[0])) {
		return false
	}
	// last[j] tells whether a so far and b up to j can match one text.
	last := make([]bool, len(b)+1)
	for i := range len(a) + 1 {
		this := make([]bool, len(b)+1)
		for j := range len(b) + 1 {
			switch {
			case i == 0 && j == 0:
				this[j] = true
			case i > 0 && a[i-1] == '*':
				this[j] = last[j] || j > 0 && this[j-1]
			case j > 0 && b[j-1] == '*':
				this[j] = this[j-1] || i > 0 && last[j]
			case i > 0 && j > 0:
				this[j] = last[j-1] && (a[i-1] == b[j-1] || a[i-1] == '?' || b[j-1] == '?')
			}
		}
		last = this
	}
	return last[len(b)]
}

// filledIn is a pattern with what its variables stand for; known is false if a variable has no value (IAM user guide, "IAM policy
// elements: Variables and tags").
func (s *Statement) filledIn(pattern string, q *Request) (out string, known bool) {
	if !s.variables || !strings.Contains(pattern, "${") {
		return pattern, true
	}
	var text strings.Builder
	for {
		before, rest, found := strings.Cut(pattern, "${")
		text.WriteString(before)
		name, after, closed := strings.Cut(rest, "}")
		if !found {
			return text.String(), true
		}
		if !closed {
			return "", false
		}
		value, ok := q.variable(name)
		if !ok {
			return "", false
		}
		for i := range len(value) {
			if value[i] == '*' || value[i] == '?' {
				text.WriteByte(literal)
			}
			text.WriteByte(value[i])
		}
		pattern = after
	}
}

func (q *Request) variable(name string) (value string, ok bool) {
	if name == "*" || name == "?" || name == "$" {
		return name, true
	}
	name, otherwise, hasDefault := strings.Cut(name, ",")
	if values, said := q.said(strings.TrimSpace(name)); said && len(values) == 1 {
		return values[0], true
	}
	return strings.Trim(strings.TrimSpace(otherwise), "'"), hasDefault
}

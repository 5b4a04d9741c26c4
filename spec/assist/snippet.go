package assist

import (
	"fmt"
	"strings"

	"github.com/cfnpipe/cfnpipe/schema"
)

// escape writes text so that a snippet means it. Source: Language Server Protocol 3.17, "Snippet Syntax".
func escape(text string) string {
	return strings.NewReplacer(`\`, `\\`, `$`, `\$`, `}`, `\}`).Replace(text)
}

// placeholder is the n-th stop of a snippet, with a text that stands there until another is typed.
func placeholder(n int, text string) string {
	if text == "" {
		return fmt.Sprintf("$%d", n)
	}
	return fmt.Sprintf("${%d:%s}", n, escape(text))
}

// choice is a stop of which a list is offered.
func choice(n int, values []string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = strings.NewReplacer(`\`, `\\`, `,`, `\,`, `|`, `\|`, `$`, `\$`, `}`, `\}`).Replace(v)
	}
	return fmt.Sprintf("${%d|%s|}", n, strings.Join(out, ","))
}

// Plain is a snippet as text, for an editor that knows no snippets.
func Plain(snippet string) string {
	var out strings.Builder
	for i := 0; i < len(snippet); i++ {
		switch c := snippet[i]; {
		case c == '\\' && i+1 < len(snippet):
			i++
			out.WriteByte(snippet[i])
		case c == '$' && i+1 < len(snippet) && '0' <= snippet[i+1] && snippet[i+1] <= '9':
			i++
		case c == '$' && i+1 < len(snippet) && snippet[i+1] == '{':
			end := stopEnd(snippet, i)
			body := snippet[i+2 : end]
			if at := strings.IndexAny(body, ":|"); at >= 0 {
				inner := body[at+1:]
				if body[at] == '|' {
					inner = firstChoice(inner)
				}
				out.WriteString(Plain(inner))
			}
			i = end
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

// stopEnd is where a stop that begins at a position has its brace.
func stopEnd(snippet string, at int) int {
	for i := at + 2; i < len(snippet); i++ {
		switch snippet[i] {
		case '\\':
			i++
		case '}':
			return i
		}
	}
	return len(snippet)
}

func firstChoice(choices string) string {
	for i := 0; i < len(choices); i++ {
		switch choices[i] {
		case '\\':
			i++
		case ',', '|':
			return choices[:i]
		}
	}
	return choices
}

// valueSnippet is a value to begin with, with stops from n on.
func valueSnippet(row schema.Attribute, n int) string {
	switch {
	case len(row.Values) > 0 && row.Type == schema.AccountRef:
		return "account." + choice(n, row.Values)
	case len(row.Values) > 0 && row.Type == schema.String && !bareValues(row):
		return choice(n, quotedAll(row.Values))
	case len(row.Values) > 0 && (row.Type == schema.Integer || row.Type == schema.String):
		return choice(n, row.Values)
	}
	if isReference(row.Example) {
		return fmt.Sprintf("$%d", n) // What there is to refer to is offered there.
	}
	switch row.Type {
	case schema.AccountRef:
		return fmt.Sprintf("account.$%d", n)
	case schema.Bool:
		if row.Default == "true" {
			return choice(n, []string{"false", "true"})
		}
		return choice(n, []string{"true", "false"})
	case schema.Integer, schema.Constraint:
		return placeholder(n, first(row.Example, row.Default))
	case schema.String:
		if text := strings.Trim(row.Example, `"`); strings.HasPrefix(row.Example, `"`) && !strings.ContainsAny(text, "\"\\") {
			return `"` + placeholder(n, text) + `"`
		}
		return placeholder(n, row.Example)
	}
	return placeholder(n, row.Example)
}

// isReference tells whether an example speaks of a variable, which need not be there.
func isReference(example string) bool { return strings.HasPrefix(example, "var.") }

// bareValues tells whether the values of a string are written as the numbers that they look like.
func bareValues(row schema.Attribute) bool {
	return row.Scalars && !strings.HasPrefix(row.Example, `"`)
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func quotedAll(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = `"` + v + `"`
	}
	return out
}

// snippet is a value to begin with, with the n-th stop in it.
func (p Property) snippet(n int) string {
	switch {
	case len(p.Values) > 0 && p.Type == "a text":
		return choice(n, quotedAll(p.Values))
	case p.Type == "true or false":
		return choice(n, []string{"true", "false"})
	case p.Type == "a text":
		return fmt.Sprintf(`"$%d"`, n)
	case p.Type == "an object":
		return fmt.Sprintf("{\n\t$%d\n}", n)
	case p.Type == "a list":
		return fmt.Sprintf("[$%d]", n)
	}
	return fmt.Sprintf("$%d", n)
}

// propertiesSnippet is an object with the properties that a resource has to have.
func propertiesSnippet(all []Property) string {
	var out strings.Builder
	n := 0
	for _, p := range all {
		if p.Required {
			n++
			value := strings.ReplaceAll(p.snippet(n), "\n", "\n\t")
			fmt.Fprintf(&out, "\n\t%s = %s", escape(p.Name), value)
		}
	}
	if n == 0 {
		out.WriteString("\n\t$1")
	}
	return "{" + out.String() + "\n}"
}

// blockSnippet is a block with what it has to have. n counts the stops.
func blockSnippet(row schema.Block, n *int, indent string) string {
	var out strings.Builder
	out.WriteString(escape(row.Header()))
	for _, label := range row.Labels {
		*n++
		out.WriteString(` "` + placeholder(*n, first(label.Example, "example")) + `"`)
	}
	var parts []string
	inner := indent + "\t"
	for _, a := range row.Attributes {
		if a.Required {
			*n++
			parts = append(parts, inner+escape(a.Name)+" = "+valueSnippet(a, *n)+"\n")
		}
	}
	done := map[string]bool{}
	for _, b := range row.Blocks {
		if b.Min > 0 && !done[b.Type] {
			done[b.Type] = true
			block := inner + blockSnippet(b, n, inner) + "\n"
			if len(parts) > 0 {
				block = "\n" + block
			}
			parts = append(parts, block)
		}
	}
	if len(parts) == 0 {
		*n++
		return out.String() + fmt.Sprintf(" {\n%s$%d\n%s}", inner, *n, indent)
	}
	return out.String() + " {\n" + strings.Join(parts, "") + indent + "}"
}

package draw

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Mermaid writes the graph as a flowchart, which GitHub and many others draw where it stands in a block of Markdown.
func (g *Graph) Mermaid() []byte {
	c := g.chart()
	m := &indented{}
	m.line("flowchart TB")
	m.depth++
	for i, at := range c.places {
		m.subgraph(fmt.Sprintf("account%d", i+1), at.in.name+", "+at.in.id)
		for j, p := range at.charted {
			m.mermaid(fmt.Sprintf("account%dpipeline%d", i+1, j+1), p)
		}
		for _, t := range at.targets {
			m.line("%s[%s]", t.id, mermaidText(t.node.target.words()...))
		}
		m.depth--
		m.line("end")
	}
	var crossing []string
	for i, e := range c.edges {
		m.line("%s %s %s", e.from, [...]string{then: "-->", acts: "==>", crosses: "-.->"}[e.way], e.to)
		if e.way == crosses {
			crossing = append(crossing, fmt.Sprint(i))
		}
	}
	if len(crossing) > 0 {
		m.line("linkStyle %s stroke:%s,stroke-width:2px", strings.Join(crossing, ","), light("far"))
	}
	m.line("classDef approval fill:%s,stroke:%s,color:%s", light("asktint"), light("ask"), light("ask"))
	return []byte(m.out.String())
}

// mermaid writes a pipeline as a subgraph, and each stage as one in it.
func (m *indented) mermaid(id string, p *charted) {
	m.subgraph(id, p.heading())
	m.line("%s([%s])", p.source.id, mermaidText(p.source.node.words()...))
	m.notes(id, p.notes)
	for i, stage := range p.stages {
		of, id := p.pipeline.stages[i], fmt.Sprintf("%sstage%d", id, i+1)
		m.subgraph(id, short(of.name))
		m.notes(id, of.badges)
		for _, v := range stage {
			switch {
			case v.node == nil:
				m.line("%s(( ))", v.id)
			case v.node.kind == approval:
				m.line("%s{{%s}}:::approval", v.id, mermaidText(v.node.words()...))
			default:
				m.line("%s(%s)", v.id, mermaidText(v.node.words()...))
			}
		}
		m.depth--
		m.line("end")
	}
	m.depth--
	m.line("end")
}

// notes writes remarks as a box that nothing leads to: Mermaid gives a title of several lines no room.
func (m *indented) notes(id string, badges []badge) {
	if len(badges) > 0 {
		m.line("%snotes>%s]", id, mermaidText(lines("", "", badges)[1:]...))
	}
}

func (m *indented) subgraph(id string, words ...string) {
	m.line("subgraph %s[%s]", id, mermaidText(words...))
	m.depth++
}

// mermaidText is a text in quotes, below each other.
func mermaidText(words ...string) string {
	out := make([]string, len(words))
	for i, text := range words {
		out[i] = mermaidLine(text)
	}
	return `"` + strings.Join(out, "<br/>") + `"`
}

// mermaidLine writes what Mermaid, Markdown in it or HTML could take for its own as the number of its character.
func mermaidLine(text string) string {
	var out strings.Builder
	for i, r := range text {
		before, after := text[:i], text[i+utf8.RuneLen(r):]
		switch {
		case harmless(r, before, after):
			out.WriteRune(r)
		case r == '\\', r == '$' && strings.HasPrefix(after, "$"):
			// A backslash and n are a line end, and two dollars begin a formula, however they are written. A space of no width parts them.
			fmt.Fprintf(&out, "#%d;\u200b", r)
		default:
			fmt.Fprintf(&out, "#%d;", r)
		}
	}
	return out.String()
}

// harmless tells whether a character means itself where it stands. A point does not where it may end the number of a list: Mermaid refuses lists.
func harmless(r rune, before, after string) bool {
	switch {
	case r > 0x7F, 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', strings.ContainsRune(" ,/?:", r):
		return true
	case r == '%':
		return !strings.HasSuffix(before, "%") && !strings.HasPrefix(after, "%")
	}
	return strings.ContainsRune(".-@", r) && before != "" && !strings.HasPrefix(after, " ")
}

// indented is a text of lines.
type indented struct {
	out   strings.Builder
	depth int
}

func (t *indented) line(format string, args ...any) {
	t.out.WriteString(strings.Repeat("  ", t.depth) + fmt.Sprintf(format, args...) + "\n")
}

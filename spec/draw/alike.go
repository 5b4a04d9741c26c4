package draw

import (
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"
)

// eachName stands for the name of each of several pipelines.
const eachName = "{name}"

// shown is the pipelines with those of one for_each joined that differ in nothing but their name: thirty services that are
// alike are one picture, and the two that are not have one each.
func (g *Graph) shown() []*pipeline {
	var out, patterns []*pipeline
next:
	for _, p := range g.pipelines {
		pattern := p.pattern()
		for i, other := range patterns {
			if other.block == p.block && reflect.DeepEqual(other, pattern) {
				if len(out[i].names) == 1 {
					joined := *pattern
					joined.names = out[i].names
					out[i] = &joined
				}
				out[i].names = append(out[i].names[:len(out[i].names):len(out[i].names)], p.names[0])
				continue next
			}
		}
		out, patterns = append(out, p), append(patterns, pattern)
	}
	return out
}

// pattern is a pipeline with its name taken out of every text.
func (p *pipeline) pattern() *pipeline {
	name := p.names[0]
	out := *p
	out.names = nil
	out.source = p.source.pattern(name)
	out.stages = nil
	for _, s := range p.stages {
		stage := &stage{name: s.name, badges: badgesOf(s.badges, name)}
		for _, step := range s.steps {
			var nodes []*node
			for _, n := range step {
				nodes = append(nodes, n.pattern(name))
			}
			stage.steps = append(stage.steps, nodes)
		}
		out.stages = append(out.stages, stage)
	}
	out.notes = badgesOf(p.notes, name)
	return &out
}

func (n *node) pattern(name string) *node {
	out := *n
	out.title, out.detail = without(n.title, name), without(n.detail, name)
	if n.target != nil {
		t := *n.target
		t.title, t.detail, t.badges = without(t.title, name), without(t.detail, name), badgesOf(t.badges, name)
		out.target = &t
	}
	return &out
}

func badgesOf(badges []badge, name string) []badge {
	var out []badge
	for _, b := range badges {
		out = append(out, badge{b.kind, without(b.text, name)})
	}
	return out
}

// without puts eachName in the place of a name where it stands as a word of its own.
func without(text, name string) string {
	var out strings.Builder
	for at := 0; at < len(text); {
		found := strings.Index(text[at:], name)
		if found < 0 || name == "" {
			out.WriteString(text[at:])
			break
		}
		begin, end := at+found, at+found+len(name)
		before, _ := utf8.DecodeLastRuneInString(text[:begin])
		after, _ := utf8.DecodeRuneInString(text[end:])
		out.WriteString(text[at:begin])
		if partOfWord(before) || partOfWord(after) {
			out.WriteString(name)
		} else {
			out.WriteString(eachName)
		}
		at = end
	}
	return out.String()
}

func partOfWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_')
}

package compiler

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/handbook"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/template"
)

// sourceMap is which attribute or block of the configuration decides which part of the templates, as JSON.
type sourceMap struct {
	Version   int           `json:"version"`
	Sources   []string      `json:"sources"`
	Templates []mapTemplate `json:"templates"`
}

type mapTemplate struct {
	File     string    `json:"file"`
	Mappings []mapping `json:"mappings"`
}

// mapping is one part of a template, by its JSON pointer, and where what decides it is written. Lines and columns count from 1,
// columns in characters; the end is the first character behind.
type mapping struct {
	Pointer string   `json:"pointer"`
	Source  int      `json:"source"` // an index of Sources
	Start   position `json:"start"`
	End     position `json:"end"`
}

type position struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// SourceMap returns the source map of Template, for a template that is written under a name, or, with an empty name, that of the
// templates of Folder.
func (s *System) SourceMap(name string) []byte {
	out := sourceMap{Version: 1, Sources: []string{}, Templates: []mapTemplate{}}
	if name != "" {
		out.add(name, template.Single(s.plan), template.SingleSources(s.plan))
	} else {
		for _, stack := range s.plan.Stacks {
			out.add(handbook.Path(stack), template.Stack(s.plan, stack), template.StackSources(s.plan, stack))
		}
	}
	return out.json()
}

// add adds a template. What its text does not have is left out; what leads into a text of it belongs to that text.
func (m *sourceMap) add(file string, text []byte, places []plan.Place) {
	added := mapTemplate{file, []mapping{}}
	var document any
	if json.Unmarshal(text, &document) != nil {
		return // What is printed is JSON.
	}
	seen := map[mapping]bool{}
	for _, place := range places {
		at := resolved(document, place.Path)
		if at.missing != "" && !at.text {
			continue
		}
		next := mapping{at.found, m.source(place.At.Filename), positionOf(place.At.Start), positionOf(place.At.End)}
		if !seen[next] {
			seen[next] = true
			added.Mappings = append(added.Mappings, next)
		}
	}
	m.Templates = append(m.Templates, added)
}

func (m *sourceMap) source(name string) int {
	if i := slices.Index(m.Sources, name); i >= 0 {
		return i
	}
	m.Sources = append(m.Sources, name)
	return len(m.Sources) - 1
}

func positionOf(p hcl.Pos) position { return position{p.Line, p.Column} }

// json writes a line for each mapping.
func (m *sourceMap) json() []byte {
	var out bytes.Buffer
	quoted := func(v any) string {
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(v) // Texts and numbers always can be.
		return strings.TrimSuffix(text.String(), "\n")
	}
	fmt.Fprintf(&out, "{\n  \"version\": %d,\n  \"sources\": %s,\n  \"templates\": [", m.Version, quoted(m.Sources))
	for i, t := range m.Templates {
		fmt.Fprintf(&out, "%s\n    {\n      \"file\": %s,\n      \"mappings\": [", separator(i), quoted(t.File))
		for j, one := range t.Mappings {
			fmt.Fprintf(&out, "%s\n        %s", separator(j), quoted(one))
		}
		out.WriteString("\n      ]\n    }")
	}
	out.WriteString("\n  ]\n}\n")
	return out.Bytes()
}

func separator(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

// resolution is how far a JSON pointer leads into a document.
type resolution struct {
	found   string   // as far as it leads
	missing string   // the rest; empty if all of it is there
	value   any      // what stands where it ends
	text    bool     // it ends at one value, a text or what CloudFormation makes one of
	there   []string // the members of the object where it ends
}

func resolved(document any, pointer string) resolution {
	at := resolution{value: document}
	for rest := pointer; rest != ""; {
		step, after := rest[1:], ""
		if i := strings.IndexByte(step, '/'); i >= 0 {
			step, after = step[:i], step[i:]
		}
		next, ok := at.next(strings.NewReplacer("~1", "/", "~0", "~").Replace(step))
		if !ok {
			at.missing = rest
			return at
		}
		at = resolution{found: at.found + "/" + step, value: next}
		rest = after
	}
	return at
}

// next follows one step, or says what is there.
func (r *resolution) next(step string) (value any, ok bool) {
	switch v := r.value.(type) {
	case map[string]any:
		if value, ok = v[step]; ok {
			return value, true
		}
		for name := range v {
			r.there = append(r.there, name)
			r.text = len(v) == 1 && (name == "Ref" || strings.HasPrefix(name, "Fn::"))
		}
		slices.Sort(r.there)
		return nil, false
	case []any:
		i, err := strconv.Atoi(step)
		if err == nil && 0 <= i && i < len(v) && strconv.Itoa(i) == step {
			return v[i], true
		}
		return nil, false
	}
	r.text = true
	return nil, false
}

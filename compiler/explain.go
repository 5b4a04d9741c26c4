package compiler

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/template"
	"github.com/cfnpipe/cfnpipe/spec"
)

// Explanation is the other side of something: of a part of the templates, what in the configuration decides it; of a line of the
// configuration, what it decides.
type Explanation struct {
	Kind      string              `json:"kind"`                // resource, part or line
	At        *Spot               `json:"at,omitempty"`        // of a line: where it begins
	Pointer   string              `json:"pointer,omitempty"`   // of a part: its JSON pointer in the template
	Value     json.RawMessage     `json:"value,omitempty"`     // of a part: what stands there
	Of        string              `json:"of,omitempty"`        // of a part that nothing decides by itself: the pointer of what it belongs to
	DecidedBy []Spot              `json:"decidedBy,omitempty"` // of a part
	Resources []ExplainedResource `json:"resources"`           // the one that is asked for or that the part is of; those that a line is about
	Decides   []string            `json:"decides,omitempty"`   // of a line: pointers of what it decides outside of resources
}

// ExplainedResource is a resource and where it comes from.
type ExplainedResource struct {
	ID      string          `json:"id"`
	Type    string          `json:"type"`
	Stack   string          `json:"stack"`
	Account string          `json:"account"`
	Why     string          `json:"why"`
	Name    string          `json:"name,omitempty"`
	MadeFor Spot            `json:"madeFor"`
	Parts   []ExplainedPart `json:"parts,omitempty"`
	Removed []ExplainedPart `json:"removed,omitempty"`
}

// ExplainedPart is a part of a resource, by its JSON pointer in the resource; empty: that it is there.
type ExplainedPart struct {
	Pointer   string `json:"pointer"`
	DecidedBy []Spot `json:"decidedBy"`
}

// Spot is a place in the configuration. Lines and columns count from 1, columns in characters; the end is the first character behind.
type Spot struct {
	Source string   `json:"source"`
	Start  position `json:"start"`
	End    position `json:"end"`
}

func spot(at hcl.Range) Spot { return Spot{at.Filename, positionOf(at.Start), positionOf(at.End)} }

// String is how messages call it: file, line and column.
func (s Spot) String() string { return fmt.Sprintf("%s:%d:%d", s.Source, s.Start.Line, s.Start.Column) }

// Line is the line that the spot begins on.
func (s Spot) Line() int { return s.Start.Line }

// NothingError says why there is nothing to explain.
type NothingError struct {
	text string
	Near *Spot // of a line: what decides something before it, or else behind it
}

func (e *NothingError) Error() string { return e.text }

func nothing(format string, args ...any) error {
	return &NothingError{text: fmt.Sprintf(format, args...)}
}

// Explain answers for a logical id, a JSON pointer into a template, with or without /Resources, or FILE:LINE; where one file is all, LINE
// is enough. The error is a *NothingError.
func (s *System) Explain(what string) (*Explanation, error) {
	if file, line, ok := fileAndLine(what); ok {
		return s.explainLine(file, line)
	}
	path := "/" + strings.Trim(what, "/")
	first, _, below := strings.Cut(path[1:], "/")
	switch {
	case slices.Contains([]string{"AWSTemplateFormatVersion", "Description", "Parameters", "Rules", "Conditions", "Resources", "Outputs"}, first):
	case s.plan.Resource(first) != nil:
		path = "/Resources" + path
	case !below && slices.ContainsFunc(s.plan.Outputs, func(o *plan.Output) bool { return o.ID == first }):
		path = "/Outputs" + path
	case !below && s.plan.Parameter(first) != nil:
		path = "/Parameters" + path
	default:
		return nil, s.noResource(first)
	}
	if id, ok := strings.CutPrefix(path, "/Resources/"); ok && !strings.Contains(id, "/") {
		r := s.plan.Resource(id)
		if r == nil {
			return nil, s.noResource(id)
		}
		return &Explanation{Kind: "resource", Resources: []ExplainedResource{explained(r, r.Sources, r.Removed)}}, nil
	}
	return s.explainPart(path)
}

var linePattern = regexp.MustCompile(`^(?:(.*):)?([0-9]{1,9})$`)

func fileAndLine(what string) (file string, line int, ok bool) {
	found := linePattern.FindStringSubmatch(what)
	if found == nil || strings.HasPrefix(what, "/Resources/") {
		return "", 0, false
	}
	line, _ = strconv.Atoi(found[2])
	return found[1], line, true
}

func (s *System) noResource(id string) error {
	var ids []string
	for _, r := range s.plan.Resources {
		ids = append(ids, r.ID)
	}
	hint := ""
	if best := spec.Closest(id, ids, max(3, len(id)/3)); best != "" {
		hint = fmt.Sprintf(" Did you mean %q?", best)
	}
	return nothing("there is no resource %.80q.%s", id, hint)
}

func explained(r *plan.Resource, sources, removed []plan.Place) ExplainedResource {
	return ExplainedResource{
		ID: r.ID, Type: r.Type, Stack: r.Stack.Name, Account: r.Stack.Account.Label, Why: r.Why, Name: physicalName(r),
		MadeFor: spot(r.Origin), Parts: parts(sources), Removed: parts(removed),
	}
}

// parts puts together what decides one part, in the order in which parts appear.
func parts(places []plan.Place) []ExplainedPart {
	var out []ExplainedPart
	number := map[string]int{}
	for _, place := range places {
		i, known := number[place.Path]
		if !known {
			i = len(out)
			number[place.Path] = i
			out = append(out, ExplainedPart{Pointer: place.Path})
		}
		if at := spot(place.At); !slices.Contains(out[i].DecidedBy, at) {
			out[i].DecidedBy = append(out[i].DecidedBy, at)
		}
	}
	return out
}

// explainPart answers for a JSON pointer from the top of the template that has the part.
func (s *System) explainPart(pointer string) (*Explanation, error) {
	out := &Explanation{Kind: "part", Pointer: pointer, Resources: []ExplainedResource{}}
	text, places := template.Single(s.plan), template.SingleSources(s.plan)
	if rest, ok := strings.CutPrefix(pointer, "/Resources/"); ok {
		id, _, _ := strings.Cut(rest, "/")
		r := s.plan.Resource(id)
		if r == nil {
			return nil, s.noResource(id)
		}
		if r.Stack.ByPipeline() {
			text, places = template.Stack(s.plan, r.Stack), template.StackSources(s.plan, r.Stack)
		}
		inside := slices.DeleteFunc(slices.Clone(r.Sources), func(p plan.Place) bool { return !strings.HasPrefix(id+p.Path, rest+"/") })
		out.Resources = append(out.Resources, explained(r, inside, nil))
		for _, removed := range r.Removed {
			if "/Resources/"+id+removed.Path == pointer {
				out.DecidedBy = append(out.DecidedBy, spot(removed.At))
				return out, nil
			}
		}
	}
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, nothing("the template is no JSON: %s. This is a fault of cfnpipe: report it.", err)
	}
	at := resolved(document, pointer)
	if inside := slices.ContainsFunc(places, func(p plan.Place) bool { return p.Path == pointer || strings.HasPrefix(p.Path, pointer+"/") }); at.missing != "" && !inside {
		return nil, noPart(at)
	}
	if at.missing == "" {
		out.Value, _ = json.Marshal(at.value)
	}
	path := pointer
	for ; path != "" && len(out.DecidedBy) == 0; path = path[:strings.LastIndexByte(path, '/')] {
		for _, place := range places {
			if found := spot(place.At); place.Path == path && !slices.Contains(out.DecidedBy, found) {
				out.DecidedBy, out.Of = append(out.DecidedBy, found), path
			}
		}
	}
	if out.Of == pointer {
		out.Of = ""
	}
	return out, nil
}

// noPart says how far a pointer leads, and what is there.
func noPart(at resolution) error {
	next, _, _ := strings.Cut(at.missing[1:], "/")
	found := at.found
	if found == "" {
		found = "the template"
	}
	if items, ok := at.value.([]any); ok {
		return nothing("there is no %.80q in %s, which has %d items, counted from 0.", next, found, len(items))
	}
	if at.text || len(at.there) == 0 {
		return nothing("there is no %.80q in %s, which is one value.", next, found)
	}
	return nothing("there is no %.80q in %s.%s It has: %s.", next, found, spec.DidYouMean(next, at.there), spec.Listed(at.there))
}

// explainLine answers for a line of a file.
func (s *System) explainLine(file string, line int) (*Explanation, error) {
	name, err := s.sourceNamed(file)
	if err != nil {
		return nil, err
	}
	on := func(places []plan.Place) []plan.Place {
		return slices.DeleteFunc(slices.Clone(places), func(p plan.Place) bool {
			return p.At.Filename != name || p.At.Start.Line > line || p.At.End.Line < line
		})
	}
	all := template.SingleSources(s.plan)
	for _, r := range s.plan.Resources {
		if r.Stack.ByPipeline() {
			all = append(all, plan.Place{Path: "/Resources/" + r.ID, At: r.Origin})
			for _, place := range r.Sources {
				all = append(all, plan.Place{Path: "/Resources/" + r.ID + place.Path, At: place.At})
			}
		}
		for _, place := range r.Removed {
			all = append(all, plan.Place{Path: "/Resources/" + r.ID + place.Path, At: place.At})
		}
	}
	here := tightest(on(all), line)
	if len(here) == 0 {
		return nil, noLine(all, name, line)
	}
	begin := position{line, 1}
	out := &Explanation{Kind: "line", At: &Spot{name, begin, begin}, Resources: []ExplainedResource{}}
	for _, r := range s.plan.Resources {
		top := "/Resources/" + r.ID
		var sources, removed []plan.Place
		for _, place := range here {
			rest, ok := strings.CutPrefix(place.Path, top)
			switch {
			case !ok || rest != "" && rest[0] != '/':
			case slices.Contains(r.Removed, plan.Place{Path: rest, At: place.At}):
				removed = append(removed, plan.Place{Path: rest, At: place.At})
			default:
				sources = append(sources, plan.Place{Path: rest, At: place.At})
			}
		}
		if len(sources)+len(removed) > 0 {
			out.Resources = append(out.Resources, explained(r, sources, removed))
		}
	}
	for _, place := range here {
		if !strings.HasPrefix(place.Path, "/Resources/") && !slices.Contains(out.Decides, place.Path) {
			out.Decides = append(out.Decides, place.Path)
		}
	}
	return out, nil
}

// tightest are the places that begin on a line; where none does, the shortest of those that the line is in.
func tightest(places []plan.Place, line int) []plan.Place {
	begin := slices.DeleteFunc(slices.Clone(places), func(p plan.Place) bool { return p.At.Start.Line != line })
	if len(begin) > 0 || len(places) == 0 {
		return begin
	}
	lines := func(p plan.Place) int { return p.At.End.Line - p.At.Start.Line }
	least := lines(slices.MinFunc(places, func(a, b plan.Place) int { return lines(a) - lines(b) }))
	return slices.DeleteFunc(places, func(p plan.Place) bool { return lines(p) > least })
}

func noLine(all []plan.Place, name string, line int) error {
	var near *hcl.Range
	for i := range all {
		at := &all[i].At
		if at.Filename != name {
			continue
		}
		before := near != nil && near.Start.Line < line
		switch {
		case near == nil, at.Start.Line < line && (!before || at.Start.Line > near.Start.Line), !before && at.Start.Line < near.Start.Line:
			near = at
		}
	}
	out := &NothingError{text: fmt.Sprintf("line %d of %s decides nothing in the templates by itself.", line, name)}
	if near != nil {
		place := spot(*near)
		out.Near = &place
	}
	return out
}

// sourceNamed is the name of the file of the configuration that is meant: its name, the end of its path, or nothing if there is one.
func (s *System) sourceNamed(file string) (string, error) {
	var names []string
	for _, name := range s.sources {
		if name == file {
			return name, nil
		}
		if file == "" || strings.HasSuffix(filepath.ToSlash(name), "/"+strings.TrimPrefix(filepath.ToSlash(file), "./")) || "./"+name == file {
			names = append(names, name)
		}
	}
	switch {
	case len(names) == 1:
		return names[0], nil
	case file == "":
		return "", nothing("the configuration has %d files: %s. Write FILE:LINE.", len(s.sources), spec.Listed(s.sources))
	case len(names) > 1:
		return "", nothing("%.200s may be each of these: %s. Write more of its path.", file, spec.Listed(names))
	}
	return "", nothing("%.200s is no file of the configuration, which has: %s.%s", file, spec.Listed(s.sources), spec.DidYouMean(file, s.sources))
}

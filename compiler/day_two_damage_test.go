package compiler_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// judge lists what is wrong with a printed system.
type judge func(p *printed) []string

// holds has a judge pass the examples, in both layouts.
func (judge judge) holds(t *testing.T) {
	t.Helper()
	for _, name := range examples(t) {
		for layout, p := range layouts(t, example(t, name)) {
			for _, fault := range judge(p) {
				t.Errorf("%s, %s: %s", name, layout, fault)
			}
		}
	}
}

// catches has a judge find each of the damages to the storefront, in both layouts and with hosts for good in production. A damage
// tells whether it found its place.
func (judge judge) catches(t *testing.T, damages map[string]func(p *printed) bool) {
	t.Helper()
	for layout, p := range layouts(t, compile(t, standing(source(t, "storefront")))) {
		judge.catchesIn(t, layout, p, damages)
	}
}

// standing makes the hosts of a configuration such for good.
func standing(text []byte) []byte {
	return bytes.ReplaceAll(text, []byte(`"blue_green"`), []byte(`"rolling"`))
}

func (judge judge) catchesIn(t *testing.T, layout string, p *printed, damages map[string]func(p *printed) bool) {
	t.Helper()
	if faults := judge(p); len(faults) > 0 {
		t.Fatalf("%s: not sound before the damage: %q", layout, faults)
	}
	for _, what := range slices.Sorted(maps.Keys(damages)) {
		spoilt := p.clone()
		if !damages[what](spoilt) {
			t.Errorf("%s, %s: found nothing to damage", what, layout)
		} else if len(judge(spoilt)) == 0 {
			t.Errorf("%s, %s: nobody notices", what, layout)
		}
	}
}

// clone is a copy whose resources can be changed.
func (p *printed) clone() *printed {
	out := *p
	out.resources = map[string]*resource{}
	templates := map[string]document{} // by a resource's place in them
	for id, r := range p.resources {
		again := *r
		again.body = copied(r.body).(map[string]any)
		place := fmt.Sprintf("%p", r.beside.Resources)
		if _, known := templates[place]; !known {
			beside := r.beside
			beside.Resources = map[string]map[string]any{}
			templates[place] = beside
		}
		again.beside = templates[place]
		again.beside.Resources[id] = again.body
		out.resources[id] = &again
	}
	return &out
}

func copied(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = copied(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = copied(item)
		}
		return out
	}
	return value
}

// set makes a damage that puts a value below Properties of one resource. A path through a list names an index.
func set(id, path string, value any) func(p *printed) bool {
	return change(id, path, func(any) any { return value })
}

// drop makes a damage that takes a member out.
func drop(id, path string) func(p *printed) bool {
	return change(id, path, func(any) any { return nil })
}

// change makes a damage that replaces the value at a path of a resource; nil takes a member out.
func change(id, path string, to func(old any) any) func(p *printed) bool {
	return func(p *printed) bool {
		r := p.resources[id]
		if r == nil {
			return false
		}
		steps := strings.Split(path, "/")
		last := steps[len(steps)-1]
		old, found := at(r.body, steps)
		parent, _ := at(r.body, steps[:len(steps)-1])
		value := to(old)
		switch v := parent.(type) {
		case map[string]any:
			if value != nil {
				v[last] = value
				return true
			}
			delete(v, last)
		case []any:
			if i, err := strconv.Atoi(last); err == nil && i < len(v) {
				v[i] = value
			}
		}
		return found
	}
}

// without makes a damage that takes the members out of a list that hold a text.
func without(id, path, text string) func(p *printed) bool {
	return change(id, path, func(old any) any {
		list, _ := old.([]any)
		return slices.DeleteFunc(list, func(item any) bool { return strings.Contains(show(item), text) })
	})
}

// replaced makes a damage that changes the text of a value anywhere below a resource.
func replaced(id, old, by string) func(p *printed) bool {
	return func(p *printed) bool {
		r := p.resources[id]
		if r == nil {
			return false
		}
		before := show(r.body)
		after := strings.ReplaceAll(before, old, by)
		clear(r.body)
		return after != before && json.Unmarshal([]byte(after), &r.body) == nil
	}
}

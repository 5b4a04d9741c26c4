package assist

import (
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// isPointer tells whether a JSON pointer into the resource of an override is expected at a position: as a key of what is set or added,
// or in the list of what is removed.
func (c *Config) isPointer(p place, cur cursor) bool {
	frames := slices.Clone(cur.frames)
	if n := len(frames); n > 0 && frames[n-1].open == '"' {
		frames = frames[:n-1]
	}
	if p.row.Type != "override" || len(frames) != 1 {
		return false
	}
	if p.attribute.Name.Text == "remove" {
		return frames[0].open == '['
	}
	return frames[0].open == '{' && frames[0].key
}

// pointers are those that go one step further than what is written of one.
func (c *Config) pointers(p place, written string) []string {
	from := written[:max(strings.LastIndexByte(written, '/'), 0)]
	if from == "" {
		from = "/Properties"
	}
	var out []string
	for _, property := range c.pointed(p, from) {
		out = append(out, from+"/"+property.Name)
	}
	return out
}

// pointed are the properties of what a pointer leads to.
func (c *Config) pointed(p place, pointer string) []Property {
	steps := strings.Split(pointer, "/")
	if c.Known.Properties == nil || len(p.path) == 0 || len(p.path[0].Labels) == 0 || len(steps) < 2 || steps[1] != "Properties" {
		return nil
	}
	path := slices.DeleteFunc(steps[2:], func(step string) bool { return step == "-" || strings.Trim(step, "0123456789") == "" })
	return c.Known.Properties(c.resourceType(p.path[0].Labels[0].Text), path)
}

// pointerDoc describes the property that the pointer at a position leads to; empty if there is none.
func (c *Config) pointerDoc(p place, text outline.Span) string {
	from, name := cutLast(text.Of(p.file.Text), "/")
	for _, property := range c.pointed(p, from) {
		if property.Name == name {
			return propertyDoc(c.resourceType(p.path[0].Labels[0].Text), property)
		}
	}
	return ""
}

func cutLast(text, separator string) (before, after string) {
	i := max(strings.LastIndex(text, separator), 0)
	return text[:i], strings.TrimPrefix(text[i:], separator)
}

// stacks are those of the plan.
func (c *Config) stacks() []string {
	var out []string
	for _, r := range c.resources() {
		if r.Stack != "" && !slices.Contains(out, r.Stack) {
			out = append(out, r.Stack)
		}
	}
	return out
}

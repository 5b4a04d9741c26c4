package shape

import (
	"maps"
	"slices"
	"strings"
)

// Property is a property that an object of a resource takes.
type Property struct {
	Name, Type string
	Required   bool
	Values     []string // the only ones; none: any
}

// Takes are the properties of the object at a path in the properties of a resource, in the order of their names; none if AWS's schema
// names none there. The items of a list are no steps of their own.
func (s *Schema) Takes(path []string) []Property {
	all := s.objects(&s.node)
	for _, name := range path {
		var below []*node
		for _, n := range all {
			if n.Properties[name] != nil {
				below = append(below, s.objects(n.Properties[name].read())...)
			}
		}
		all = below
	}
	found := map[string]Property{}
	for _, n := range all {
		for name, p := range n.Properties {
			if len(path) == 0 && slices.Contains(s.ReadOnly, "/properties/"+name) {
				continue
			}
			property := found[name]
			property.Name = name
			property.Required = property.Required || slices.Contains(n.Required, name)
			if of := s.resolved(p.read()); of != nil {
				property.Type, property.Values = of.word(), of.values()
				if items := s.resolved(of.Items); items != nil {
					property.Values = items.values()
				}
			}
			found[name] = property
		}
	}
	out := slices.Collect(maps.Values(found))
	slices.SortFunc(out, func(a, b Property) int { return compareNames(a, b) })
	return out
}

// compareNames puts what has to be there first.
func compareNames(a, b Property) int {
	switch {
	case a.Required && !b.Required:
		return -1
	case b.Required && !a.Required:
		return 1
	case a.Name < b.Name:
		return -1
	}
	return 1
}

// objects are the parts of a schema that say what an object may hold: itself, the items of a list, and what it is made of.
func (s *Schema) objects(n *node) []*node {
	if n = s.resolved(n); n == nil {
		return nil
	}
	out := []*node{n}
	if n.Items != nil {
		out = append(out, s.objects(n.Items)...)
	}
	for _, parts := range [][]*node{n.AllOf, n.AnyOf, n.OneOf} {
		for _, part := range parts {
			out = append(out, s.objects(part)...)
		}
	}
	return out
}

func (n *node) word() string {
	if len(n.Type) == 0 {
		return ""
	}
	return n.Type.words()
}

// values are the texts that a part allows.
func (n *node) values() []string {
	var out []string
	for _, v := range n.Enum {
		if text, ok := v.(string); ok {
			out = append(out, text)
		}
	}
	if n.Type.take("boolean") && len(n.Type) == 1 {
		return nil
	}
	if text, ok := n.Const.(string); ok {
		out = append(out, text)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Gives are the attributes that Fn::GetAtt gives of a resource type, but for those that are patterns.
func (s *Schema) Gives() []string {
	out := slices.DeleteFunc(slices.Clone(s.Attributes), func(a string) bool { return strings.Contains(a, "*") })
	slices.Sort(out)
	return out
}

package assist

import (
	"bytes"
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// keys are the names that an object may have at a position.
func (c *Config) keys(p place, row schema.Attribute, cur cursor) (out []Item) {
	word := cur.word
	if cur.inText {
		return nil
	}
	have := keysOf(p.file.Text, cur)
	if c.isPointer(p, cur) {
		out = quotedItems(c.pointers(p, ""), cur)
		for i := range out {
			if !followedBy(p.file.Text, word.End, "=:") {
				out[i].Insert += " = $1"
			}
		}
		return out
	}
	add := func(item Item, required bool) {
		if required {
			item.Detail = "required, " + item.Detail
		}
		if followedBy(p.file.Text, word.End, "=:") { // It has a value already.
			item.Insert = escape(item.Label)
		}
		out = append(out, item)
	}
	for _, member := range row.Members {
		if slices.Contains(have, member.Name) {
			continue
		}
		add(attributeItem(member, word), member.Required)
	}
	for _, property := range c.properties(p, cur) {
		if slices.Contains(have, property.Name) {
			continue
		}
		add(Item{
			Kind: AttributeItem, Label: property.Name, Detail: property.Type, Doc: propertyDoc(p.path[0].Labels[0].Text, property), Replace: word,
			Insert: escape(property.Name) + " = " + property.snippet(1),
		}, property.Required)
	}
	slices.SortStableFunc(out, func(a, b Item) int { return rank(a) - rank(b) })
	return out
}

// rank puts what has to be there before the rest.
func rank(i Item) int {
	if strings.HasPrefix(i.Detail, "required") {
		return 0
	}
	return 1
}

// followedBy tells whether one of some characters is the next behind a position that is no blank.
func followedBy(text []byte, at int, characters string) bool {
	rest := bytes.TrimLeft(text[at:], " \t")
	return len(rest) > 0 && strings.IndexByte(characters, rest[0]) >= 0
}

// keysOf are the keys that the innermost object at a position has already, the one at the position left out.
func keysOf(text []byte, cur cursor) []string {
	f := cur.frames[len(cur.frames)-1]
	end := f.start
	for depth := 0; end < len(text); end++ {
		switch text[end] {
		case '{', '[', '(':
			depth++
			continue
		case '}', ']', ')':
			depth--
		}
		if depth < 0 {
			break
		}
	}
	var out []string
	w := &walker{frames: []frame{{open: '{', start: f.start, key: true}}}
	at := 0
	for _, token := range lex(text, outline.Span{Start: f.start, End: end}) {
		expected := w.top() != nil && w.top().key
		w.step(token)
		if top := w.top(); expected && len(w.frames) == 1 && !top.key && top.name != "" && at != cur.word.Start {
			out = append(out, top.name)
		}
		at = spanOf(token).Start
	}
	return out
}

// ownProperties are what AWS takes at the top of the properties of the resource around.
func (c *Config) ownProperties(p place) []Property {
	if p.row.Type != "resource" || c.Known.Properties == nil || len(p.path[0].Labels) == 0 {
		return nil
	}
	return c.Known.Properties(p.path[0].Labels[0].Text, nil)
}

// properties are what AWS takes at a position inside the properties of a resource.
func (c *Config) properties(p place, cur cursor) []Property {
	n := len(p.path)
	if n != 1 || p.path[0].Type.Text != "resource" || p.attribute.Name.Text != "properties" || c.Known.Properties == nil || len(p.path[0].Labels) == 0 {
		return nil
	}
	path := []string{}
	for _, f := range cur.frames {
		switch {
		case f.open == '{' && f.name != "" && !f.key:
			path = append(path, f.name)
		case f.open == '{' || f.open == '[' || f.open == '"':
		default:
			return nil
		}
	}
	return c.Known.Properties(p.path[0].Labels[0].Text, path)
}

// propertyValues are the values that AWS lists for the property whose value a position is in.
func (c *Config) propertyValues(p place, cur cursor) []Item {
	path := slices.Clone(cur.frames)
	for i := len(path) - 1; i >= 0; i-- {
		if path[i].open != '{' || path[i].key {
			continue
		}
		name := path[i].name
		path[i].name, path[i].key = "", true
		for _, property := range c.properties(p, cursor{frames: path[:i+1]}) {
			switch {
			case property.Name != name:
			case property.Type == "a list" && cur.frames[len(cur.frames)-1].open == '{':
				return nil
			case property.Type == "true or false" && !cur.inText:
				return valueItems(schema.Attribute{Type: schema.Bool}, cur)
			default:
				return quotedItems(property.Values, cur)
			}
		}
		break
	}
	return nil
}

// objectSnippet is the members of an object that have to be there, or a stop.
func objectSnippet(row schema.Attribute) string {
	var parts []string
	for _, member := range row.Members {
		if member.Required {
			parts = append(parts, escape(member.Name)+" = "+valueSnippet(member, len(parts)+1))
		}
	}
	if len(parts) == 0 {
		return "$1"
	}
	return strings.Join(parts, ", ")
}

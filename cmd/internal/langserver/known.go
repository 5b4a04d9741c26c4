package langserver

import (
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler"
	"github.com/cfnpipe/cfnpipe/spec/assist"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

type resource = assist.Resource

// know lets a snapshot answer what its text does not say. The plan is that of the last configuration that was looked at as a
// whole: its blocks are known by their labels, so that it is right about every block whose labels are still the same.
func (u *unit) know(s *snapshot) {
	s.blockKeys = sync.OnceValue(func() map[*outline.Block]string { return keysOf(s.config) })
	s.config.Known = assist.Known{
		ResourceTypes: compiler.ResourceTypes,
		Attributes:    compiler.Attributes,
		LogicalID:     compiler.LogicalID,
		Properties: func(resourceType string, path []string) []assist.Property {
			var out []assist.Property
			for _, p := range compiler.Properties(resourceType, path) {
				out = append(out, assist.Property(p))
			}
			return out
		},
		Resources: func() []resource {
			var out []resource
			if r := u.settled(); r != nil {
				out = r.becomes[everything]
			}
			return out
		},
		Becomes: func(file *assist.File, header outline.Span) []resource {
			r := u.settled()
			if r == nil || len(r.becomes) == 0 {
				return nil
			}
			return r.becomes[s.keyAt(file, header.Start)]
		},
		Origin: func(id string) (assist.Location, bool) {
			r := u.settled()
			if r == nil || r.origins[id] == "" {
				return assist.Location{}, false
			}
			return s.blockOf(r.origins[id])
		},
		Values: s.values(),
	}
}

// values finds what expressions come to. It is worked out when it is first asked for.
func (s *snapshot) values() func(*assist.File, outline.Span) []string {
	var known map[place][]string
	return func(file *assist.File, at outline.Span) []string {
		if known == nil {
			known = map[place][]string{}
			for _, e := range compiler.Values(s.sources, s.inputs...) {
				key := place{e.Range.Filename, spanOf(e.Range)}
				known[key] = append(known[key], e.Value)
			}
		}
		return known[place{file.Name, at}]
	}
}

// place is a part of a file.
type place struct {
	file string
	span outline.Span
}

// everything is the key of all resources.
const everything = "*"

// resources are what the blocks of a snapshot become, by their keys: what a block becomes, the blocks around it do, too; and the keys of
// the blocks that they are made for, by their logical ids.
func (s *snapshot) resources(system *compiler.System) (out map[string][]resource, origins map[string]string) {
	out, origins = map[string][]resource{}, map[string]string{}
	if system == nil {
		return out, origins
	}
	for _, o := range system.Origins() {
		r := resource{ID: o.ID, Type: o.Type, Account: o.Account, Stack: o.Stack, Why: o.Why, PhysicalName: o.Name}
		out[everything] = append(out[everything], r)
		origins[o.ID] = s.origin(o)
		keys := map[string]bool{}
		s.keys(keys, o.At)
		for _, part := range o.Parts {
			if part.Pointer == "" {
				s.keys(keys, part.At)
			}
		}
		for key := range keys {
			out[key] = append(out[key], r)
		}
	}
	return out, origins
}

// origin is the key of the block that a resource is made for, and not of an override that changes it.
func (s *snapshot) origin(o compiler.Origin) string {
	places := []hcl.Range{o.At}
	for _, part := range o.Parts {
		if part.Pointer == "" {
			places = append(places, part.At)
		}
	}
	for _, at := range places {
		if file := s.file(at.Filename); file != nil {
			if key := s.keyAt(file, at.Start.Byte); !strings.HasPrefix(key, "\x00\"override\" ") {
				return key
			}
		}
	}
	return ""
}

// blockOf is the header of the block that a key names.
func (s *snapshot) blockOf(key string) (found assist.Location, ok bool) {
	keys := s.blockKeys()
	for _, file := range s.config.Files {
		file.Body.Walk(func(path []*outline.Block) {
			block := path[len(path)-1]
			if !ok && keys[block] == key {
				found, ok = assist.Location{File: file, Span: block.Header()}, true
			}
		})
	}
	return found, ok
}

// keys adds the keys of the blocks around a place.
func (s *snapshot) keys(to map[string]bool, at hcl.Range) {
	if file := s.file(at.Filename); file != nil {
		for key := s.keyAt(file, at.Start.Byte); key != ""; key = parentKey(key) {
			to[key] = true
		}
	}
}

// keyAt names the innermost block at a position by its labels and those of the blocks around it; of several that are called alike, by
// their order.
func (s *snapshot) keyAt(file *assist.File, at int) string {
	path := file.Body.Path(at)
	if len(path) == 0 {
		return ""
	}
	return s.blockKeys()[path[len(path)-1]]
}

// keysOf are the keys of all blocks of the configuration.
func keysOf(config *assist.Config) map[*outline.Block]string {
	out := map[*outline.Block]string{}
	var add func(around string, body *outline.Body)
	add = func(around string, body *outline.Body) {
		alike := map[string]int{}
		for _, block := range body.Blocks {
			var name strings.Builder
			fmt.Fprintf(&name, "\x00%q", block.Type.Text)
			for _, label := range block.Labels {
				fmt.Fprintf(&name, " %q", label.Text)
			}
			header := name.String()
			key := fmt.Sprintf("%s%s %d", around, header, alike[header])
			alike[header]++
			out[block] = key
			if block.Body != nil {
				add(key, block.Body)
			}
		}
	}
	for _, file := range config.Files {
		add("", file.Body)
	}
	return out
}

func parentKey(key string) string { return key[:max(strings.LastIndexByte(key, 0), 0)] }

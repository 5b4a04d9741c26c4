package plan

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// From is a value with the place in the configuration that decided it. It stands wherever its value could, so that the place goes
// wherever the value goes. A complete plan has none: Settle takes them off.
type From struct {
	Of Value
	At hcl.Range
}

func (From) value() {}

// Bare returns a value without the places around it; those inside it stay.
func Bare(v Value) Value {
	for {
		from, ok := v.(From)
		if !ok {
			return v
		}
		v = from.Of
	}
}

// Settle takes every From out of the plan and notes in Sources what it said.
func (p *Plan) Settle() {
	var carried []archived
	var s settler
	for _, r := range p.Resources {
		s.sources, s.archives = s.sources[:0], s.archives[:0]
		s.part("/CreationPolicy", &r.CreationPolicy)
		s.part("/UpdatePolicy", &r.UpdatePolicy)
		s.part("/Metadata", &r.Metadata)
		s.part("/Properties", &r.Properties)
		if len(p.Accounts) < 2 || r.Stack.ByPipeline() {
			r.Sources = unconditional(r.Sources)
		}
		r.Sources = slices.Concat(r.Sources, s.sources)
		for i, v := range r.Reads {
			r.Reads[i], _ = s.settle(v) // no part of the template
		}
		for _, archive := range s.archives {
			archive.in = r
			carried = append(carried, archive)
		}
	}
	for _, o := range p.Outputs {
		s.sources, s.path = s.sources[:0], append(s.path[:0], "/Value"...)
		o.Value, _ = s.settle(o.Value)
		if len(p.Accounts) < 2 || o.Stack.ByPipeline() {
			o.Sources = unconditional(o.Sources)
		}
		o.Sources = slices.Concat(o.Sources, s.sources)
	}
	// What carries the templates of stacks is decided by all that decides them.
	for _, archive := range carried {
		for _, stack := range archive.stacks {
			archive.in.Sources = append(archive.in.Sources, Place{archive.path, stack.Account.IDAt})
		}
		for _, inside := range p.Resources {
			if !slices.Contains(archive.stacks, inside.Stack) {
				continue
			}
			for _, source := range inside.Sources {
				archive.in.Sources = append(archive.in.Sources, Place{archive.path, source.At})
			}
		}
	}
}

// unconditional leaves out what decides in which account something is, where no template asks.
func unconditional(places []Place) []Place {
	return slices.DeleteFunc(places, func(place Place) bool { return place.Path == "/Condition" })
}

// settler takes values apart, and knows the JSON pointer of where it is.
type settler struct {
	path     []byte
	sources  []Place
	archives []archived
}

// archived is where the templates of stacks stand.
type archived struct {
	in     *Resource
	path   string
	stacks []*Stack
}

func (s *settler) part(path string, of *Object) {
	if len(*of) == 0 {
		return
	}
	s.path = append(s.path[:0], path...)
	if settled, changed := s.settle(*of); changed {
		*of, _ = settled.(Object)
	}
}

// settle returns a value without any From. Where there is none it is the value itself; otherwise what is around it is copied, since
// parts of a value may stand in others, too.
func (s *settler) settle(v Value) (settled Value, changed bool) {
	switch v := v.(type) {
	case From:
		s.note(v.At)
		settled, _ = s.settle(v.Of)
		return settled, true
	case List:
		return s.list(v)
	case Object:
		return s.object(v)
	case Concat:
		return s.concat(v)
	case JSONText:
		v.Of, changed = s.settle(v.Of)
		return v, changed
	case Select:
		v.From, changed = s.settle(v.From)
		return v, changed
	case Base64:
		v.Of, changed = s.settle(v.Of)
		return v, changed
	case Archive:
		s.archives = append(s.archives, archived{path: string(s.path), stacks: v.Of})
	}
	return v, false
}

// note makes no second text of a path that several places decide.
func (s *settler) note(at hcl.Range) {
	if last := len(s.sources) - 1; last >= 0 && s.sources[last].Path == string(s.path) {
		s.sources = append(s.sources, Place{s.sources[last].Path, at})
		return
	}
	s.sources = append(s.sources, Place{string(s.path), at})
}

func (s *settler) list(v List) (Value, bool) {
	length, copied := len(s.path), false
	for i := range v {
		s.path = strconv.AppendInt(append(s.path, '/'), int64(i), 10)
		item, changed := s.settle(v[i])
		s.path = s.path[:length]
		if changed && !copied {
			v, copied = slices.Clone(v), true
		}
		if changed {
			v[i] = item
		}
	}
	return v, copied
}

// step is Step without a text of its own.
func (s *settler) step(name string) {
	if strings.ContainsAny(name, "~/") {
		s.path = append(s.path, Step(name)...)
		return
	}
	s.path = append(append(s.path, '/'), name...)
}

func (s *settler) object(v Object) (Value, bool) {
	length, copied := len(s.path), false
	for i := range v {
		s.step(v[i].Key)
		member, changed := s.settle(v[i].Value)
		key, keyChanged := v[i].KeyText, false
		if key != nil {
			key, keyChanged = s.settle(key)
		}
		s.path = s.path[:length]
		if (changed || keyChanged) && !copied {
			v, copied = slices.Clone(v), true
		}
		if changed || keyChanged {
			v[i].Value, v[i].KeyText = member, key
		}
	}
	return v, copied
}

// concat joins what was in one piece only because of its place: parts of a Concat stand side by side.
func (s *settler) concat(v Concat) (Value, bool) {
	var out Concat
	for i, part := range v {
		settled, changed := s.settle(part)
		if changed && out == nil {
			out = append(make(Concat, 0, len(v)+2), v[:i]...)
		}
		if out == nil {
			continue
		}
		if inner, ok := settled.(Concat); ok && changed {
			out = append(out, inner...)
		} else {
			out = append(out, settled)
		}
	}
	if out == nil {
		return v, false
	}
	return out, true
}

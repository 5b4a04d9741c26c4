package compiler_test

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/cfnpipe/cfnpipe/schema"
)

// exception is where the source map may say something else than the attribute that was changed.
type exception struct {
	attribute string // a pattern of names of places
	pointer   string // a pattern of JSON pointers
	reason    string
}

func exceptions() []exception {
	return []exception{
		{`.`, `/DependsOn(/\d+)?$`, "the order of resources follows from what there is"},
		{`.`, `^/Outputs(/Export\w+)?$`, "what stacks tell each other follows from who refers to whom"},
		{`deploy "lambda"\.(vpc|dead_letter_queue)$`, `/BuildSpec$`, "the archive of a template in which neither is asked for has nothing of theirs"},
		{`.`, `^/Parameters/[^/]+$`, "a parameter stands in the templates that use it"},
		{`\.secrets$`, `/Statement/\d+/Resource$`, "one ARN stands by itself, several stand in a list"},
		{`\.account$`, `.`, "an account decides what nearly every value is made of; its resources name it at their condition"},
	}
}

// perturbation is one attribute with two values.
type perturbation struct {
	name       string
	old, new   *version
	was, is    hcl.Range // where the values stand
	exceptions []exception
	used       map[int]bool
	credited   bool
	changes    int
}

// hold compares the templates, and reports each part that changed and is not said to be decided by the attribute.
func (p *perturbation) hold(t *testing.T) {
	t.Helper()
	for file, after := range p.new.templates {
		old, both := p.old.templates[file]
		if !both || bytes.Equal(old, after) {
			continue
		}
		for _, d := range differences(t, old, after) {
			p.changes++
			whole := d.before == "" || d.after == ""
			credited := (d.before == "" || p.old.credits(file, d.before, p.was, whole)) && (d.after == "" || p.new.credits(file, d.after, p.is, whole))
			p.credited = p.credited || credited
			if !credited && !p.excused(d) {
				t.Errorf("%s: %s: %s -> %s changes, and the source map names %v", p.name, file, d.before, d.after, p.new.nearest(file, d))
			}
		}
	}
}

func (v *version) nearest(file string, d unlike) string {
	path := d.after
	for ; path != ""; path = path[:strings.LastIndexByte(path, '/')] {
		if listed := v.decided[file][path]; len(listed) > 0 {
			return fmt.Sprintf("%v for %s", listed, path)
		}
	}
	return "nothing"
}

func (p *perturbation) excused(d unlike) bool {
	for i, e := range p.exceptions {
		pointer := d.after
		if pointer == "" {
			pointer = d.before
		}
		if regexp.MustCompile(e.attribute).MatchString(p.name) && regexp.MustCompile(e.pointer).MatchString(pointer) {
			p.used[i] = true
			return true
		}
	}
	return false
}

// TestEveryAttributeIsInTheSourceMap gives each attribute of the schema several values, and holds that whatever they change in a template is
// said to be decided by it.
func TestEveryAttributeIsInTheSourceMap(t *testing.T) {
	used := map[int]bool{}
	all := exceptions()
	t.Parallel()
	for _, place := range places(t) {
		if place.isLabel || place.isKey || elsewhere()[place.name] != "" {
			continue
		}
		place = prepared(t, place)
		var versions []*version
		for _, value := range legal(place) {
			if len(versions) == 3 {
				break
			}
			if v := versionOf(t, place.with(value)); v != nil {
				versions = append(versions, v)
			}
		}
		changes, credited := 0, false
		for i := 1; i < len(versions); i++ {
			at := bytes.Index(place.base, []byte(standIn))
			length := func(v *version) int { return len(v.text) - len(place.base) + len(standIn) }
			p := perturbation{
				name: place.name, old: versions[i-1], new: versions[i], exceptions: all, used: used,
				was: span(versions[i-1].text, at, at+length(versions[i-1])), is: span(versions[i].text, at, at+length(versions[i])),
			}
			p.hold(t)
			changes, credited = changes+p.changes, credited || p.credited
		}
		switch {
		case len(versions) < 2:
			t.Errorf("%s: %d of %q compile; further needs a row for it", place.name, len(versions), legal(place))
		case changes == 0:
			t.Errorf("%s: %q change nothing", place.name, legal(place))
		case !credited:
			t.Errorf("%s: no part is said to be decided by it", place.name)
		}
	}
	for i, e := range all {
		if !used[i] {
			t.Errorf("exception %v excuses nothing", e)
		}
	}
}

// TestAttributesOfExamplesAreInTheSourceMap changes each attribute of each example.
func TestAttributesOfExamplesAreInTheSourceMap(t *testing.T) {
	t.Parallel()
	for _, name := range examples(t) {
		text := source(t, name)
		file, diags := hclsyntax.ParseConfig(text, "pipeline.hcl", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		base, tried := versionOf(t, text), 0
		attributesOf(file.Body.(*hclsyntax.Body), schema.Root(), func(block schema.Block, row schema.Attribute, at hcl.Range) {
			place := place{name: strings.TrimPrefix(block.Header()+"."+row.Name, "."), row: row}
			if elsewhere()[place.name] != "" {
				return
			}
			for _, value := range legal(place)[:min(1, len(legal(place)))] {
				if place.name == "account.id" && bytes.Contains(text, []byte(value)) {
					continue // Two labels would become one account.
				}
				changed := versionOf(t, slices.Concat(text[:at.Start.Byte], []byte(value), text[at.End.Byte:]))
				if changed == nil {
					continue
				}
				p := perturbation{
					name: name + ": " + place.name, old: base, new: changed, exceptions: exceptions(), used: map[int]bool{},
					was: at, is: span(changed.text, at.Start.Byte, at.Start.Byte+len(value)),
				}
				p.hold(t)
				tried++
			}
		})
		if tried == 0 {
			t.Errorf("%s: nothing was changed", name)
		}
		t.Logf("%s: %d changes", name, tried)
	}
}

// attributesOf visits the attributes of a body with their rows in the schema.
func attributesOf(body *hclsyntax.Body, block schema.Block, visit func(schema.Block, schema.Attribute, hcl.Range)) {
	for _, name := range slices.Sorted(maps.Keys(body.Attributes)) {
		if row, known := block.Attribute(name); known {
			visit(block, row, body.Attributes[name].Expr.Range())
		}
	}
	for _, nested := range body.Blocks {
		kind := ""
		if len(block.Kinds(nested.Type)) > 0 && len(nested.Labels) > 0 {
			kind = nested.Labels[0]
		}
		if row, known := block.Block(nested.Type, kind); known {
			attributesOf(nested.Body, row, visit)
		}
	}
}

// TestLabelsAreInTheSourceMap holds that what a block stands for is said to come from its label.
func TestLabelsAreInTheSourceMap(t *testing.T) {
	t.Parallel()
	for _, p := range places(t) {
		if !p.isLabel || strings.HasPrefix(p.name, "variable") {
			continue
		}
		p = prepared(t, p)
		at := bytes.Index(p.base, []byte(standIn))
		v := versionOf(t, p.with(p.row.Example))
		if v == nil {
			t.Errorf("%s: does not compile", p.name)
			continue
		}
		label := span(v.text, at, at+len(p.row.Example))
		found := false
		for _, places := range v.decided {
			for _, listed := range places {
				found = found || slices.ContainsFunc(listed, func(r hcl.Range) bool { return meets(r, label) })
			}
		}
		if !found {
			t.Errorf("%s: no part is said to come from it\n%s", p.name, v.text)
		}
	}
}

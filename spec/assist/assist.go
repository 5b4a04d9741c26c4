// Package assist says what may stand at a position of a configuration, what stands there and where it comes from.
//
// It goes by the outline of the files and by the schema, so that it has an answer for half a file, and it knows no protocol:
// positions are bytes of a file.
package assist

import (
	"strings"
	"sync"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec/decode"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// File is one file as an author has it before them.
type File struct {
	Name string
	Text []byte
	Body *outline.Body

	assignments bool // whether it gives values to variables, and is no part of a configuration
}

// NewFile outlines a file. Of one that ends in .vars.hcl the attributes are values for variables.
func NewFile(name string, text []byte) *File {
	return &File{Name: name, Text: text, Body: outline.File(text), assignments: strings.HasSuffix(name, decode.AssignmentsEnding)}
}

// Location is a part of a file.
type Location struct {
	File *File
	outline.Span
}

// Config is the files of one configuration, with those beside them that give values to its variables.
type Config struct {
	Files []*File
	Known Known
}

// Known answers what the text alone does not say. Everything in it may be left out.
type Known struct {
	ResourceTypes func() []string                                              // the names of AWS's resource types
	Resources     func() []Resource                                            // of the plan, as far as there is one
	Properties    func(resourceType string, path []string) []Property          // what an object of a resource takes
	Attributes    func(resourceType string) []string                           // what Fn::GetAtt gives
	Values        func(file *File, at outline.Span) []string                   // what an expression comes to, as HCL; "(why)" if that is not to be seen
	LogicalID     func(labels ...string) string                                // what a template calls what labels name
	Origin        func(id string) (Location, bool)                             // the header of the block that a resource is made for
	Becomes       func(file *File, header outline.Span) (resources []Resource) // what a block stands for
}

// Resource is a resource of the plan.
type Resource struct {
	ID, Type, Account, Stack, Why string
	PhysicalName                  string // with ${EnvironmentSuffix} in it; empty if AWS chooses
}

// Property is a property of a resource type.
type Property struct {
	Name, Type string
	Required   bool
	Values     []string // that it takes, or the items of it
}

func function(name string) (decode.Function, bool) {
	for _, f := range functions() {
		if f.Name == name {
			return f, true
		}
	}
	return decode.Function{}, false
}

// functions are those that expressions may call. To describe them takes a while.
var functions = sync.OnceValue(decode.Functions)

// root is the schema, which takes a while to write down.
var root = sync.OnceValue(schema.Root)

func (c *Config) resources() []Resource {
	if c.Known.Resources == nil {
		return nil
	}
	return c.Known.Resources()
}

// row finds what the schema says of the innermost block of a path; false if it says nothing.
func row(path []*outline.Block) (schema.Block, bool) {
	current, known := root(), true
	var generated schema.Block // what the content of a dynamic block is
	for _, block := range path {
		switch {
		case !known:
			return schema.Block{}, false
		case block.Type.Text == schema.DynamicType && current.Type != "" && len(current.Blocks) > 0:
			generated = generates(current, block)
			current = schema.Dynamic()
		case current.Type == schema.DynamicType:
			if known = block.Type.Text == "content"; known {
				current = generated
			}
		default:
			current, known = child(current, block)
		}
	}
	return current, known
}

// child is the row of a block in another. While its kind is not written it is taken for the first.
func child(parent schema.Block, block *outline.Block) (schema.Block, bool) {
	kind := ""
	if kinds := parent.Kinds(block.Type.Text); len(kinds) > 0 {
		kind = kinds[0]
		for _, k := range kinds {
			if len(block.Labels) > 0 && block.Labels[0].Text == k {
				kind = k
			}
		}
	}
	return parent.Block(block.Type.Text, kind)
}

// generates is what the content of a dynamic block is held against.
func generates(parent schema.Block, dynamic *outline.Block) schema.Block {
	if len(dynamic.Labels) > 0 {
		for _, nested := range parent.Blocks {
			if nested.Type == dynamic.Labels[0].Text {
				return nested
			}
		}
	}
	return schema.Block{Type: "content", Open: true}
}

// nameLabels says which of the labels of a block are names, and the first of them.
func nameLabels(row schema.Block) (labels []schema.Label, first int) {
	if row.Kind != "" {
		first = 1
	}
	return row.Labels, first
}

package decode

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Input is what comes from outside of the files: a value for a variable, a file of several, or the folder that file() reads.
type Input struct {
	Variable string // empty for a file
	Value    string // as it was written: the text itself for a string, a number or a boolean, and an expression for any other type
	Origin   string // where it was written, for messages: "--var", or the name of an environment variable

	Folder Folder // nil: no folder

	File    *Source // a body of attributes, each named after a variable
	Lenient bool    // whether it may name variables that are not declared, as the environment and files may
}

// Folder reads a file below the folder of the configuration, by its path from there with forward slashes. Its error says in one
// sentence what to do.
type Folder func(path string) ([]byte, error)

// given is a value for a variable before its type is known.
type given struct {
	text  string         // of one that is not from a file
	expr  hcl.Expression // of one from a file
	at    *hcl.Range     // in the file; nil outside of files
	from  string
	known bool
}

// readInputs finds the last value for each variable: later ones win.
func (d *decoder) readInputs(inputs []Input, declared []string) map[string]given {
	out := map[string]given{}
	for _, input := range inputs {
		if input.Folder != nil {
			d.scope.folder = input.Folder
			continue
		}
		if input.File != nil {
			d.readInputFile(*input.File, declared, out)
			continue
		}
		if !slices.Contains(declared, input.Variable) {
			if !input.Lenient {
				d.report(d.start, fmt.Sprintf("Value for unknown variable %q", shorten(input.Variable)),
					fmt.Sprintf("%s gives it a value, and no variable block declares it.%s", input.Origin, didYouMean(input.Variable, declared)))
			}
			continue
		}
		out[input.Variable] = given{text: input.Value, from: input.Origin, known: true}
	}
	return out
}

func (d *decoder) readInputFile(file Source, declared []string, out map[string]given) {
	d.sources[file.Name] = file.Bytes
	parsed, diags := read(file)
	d.diags = append(d.diags, diags...)
	if parsed == nil || parsed.Body == nil {
		return
	}
	attributes, diags := parsed.Body.JustAttributes()
	d.diags = append(d.diags, diags...)
	for _, name := range sortedNames(attributes) {
		attribute := attributes[name]
		if !slices.Contains(declared, name) {
			diag := d.report(attribute.NameRange, fmt.Sprintf("Value for unknown variable %q", shorten(name)),
				"No variable block declares it."+didYouMean(name, declared))
			diag.Severity = hcl.DiagWarning // one file may serve several configurations
			continue
		}
		out[name] = given{expr: attribute.Expr, at: attribute.Expr.Range().Ptr(), from: file.Name, known: true}
	}
}

// sortedNames is the names of attributes in the order of the source.
func sortedNames(attributes hcl.Attributes) []string {
	names := make([]string, 0, len(attributes))
	for name := range attributes {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return attributes[a].NameRange.Start.Byte - attributes[b].NameRange.Start.Byte
	})
	return names
}

// evaluate gives the value that was written. Values from outside refer to nothing.
func (g given) evaluate(d *decoder, want cty.Type, at hcl.Range) (cty.Value, bool) {
	if g.expr == nil && (want.IsPrimitiveType() || want == cty.DynamicPseudoType) {
		return cty.StringVal(g.text), true
	}
	expr := g.expr
	if expr == nil {
		parsed, diags := Expression(Source{Name: g.from, Bytes: []byte(g.text)})
		if diags.HasErrors() {
			d.relocate(diags, g.from, at)
			return cty.NilVal, false
		}
		expr = parsed
	}
	if !d.constant(expr, "A value from outside", at) {
		return cty.NilVal, false
	}
	val, diags := protected(expr, nil)
	if g.at == nil {
		d.relocate(diags, g.from, at)
	} else {
		d.diags = append(d.diags, diags...)
	}
	return val, !diags.HasErrors()
}

// relocate reports what is wrong with a value that stands in no file at the variable that it is for, and where it comes from.
func (d *decoder) relocate(diags hcl.Diagnostics, from string, at hcl.Range) {
	for _, diag := range diags {
		d.report(at, diag.Summary, fmt.Sprintf("%s In the value that %s gives.", diag.Detail, from))
	}
}

// constant tells whether an expression refers to nothing, and reports where it does.
func (d *decoder) constant(expr hcl.Expression, what string, at hcl.Range) bool {
	references := expr.Variables()
	if len(references) == 0 {
		return value{d: d, expr: expr}.checkLoops()
	}
	rng := references[0].SourceRange()
	if _, known := d.sources[rng.Filename]; !known {
		rng = at
	}
	d.report(rng, what+" refers to something", "It has to be a value by itself; write text in quotes.")
	return false
}

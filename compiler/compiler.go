// Package compiler turns the files of one configuration into CloudFormation templates.
package compiler

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/expand"
	"github.com/cfnpipe/cfnpipe/compiler/internal/handbook"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/template"
	"github.com/cfnpipe/cfnpipe/spec"
	"github.com/cfnpipe/cfnpipe/spec/check"
	"github.com/cfnpipe/cfnpipe/spec/decode"
)

// Source is one file of a configuration.
type Source = decode.Source

// Input gives values to the variables of a configuration.
type Input = decode.Input

// System is a configuration that compiled: every template can be printed from it.
type System struct {
	config  *spec.Config
	plan    *plan.Plan
	sources []string // the names of the files
}

// Compile reads, checks and expands the files of one configuration, with values
// for its variables; of several values for one the last counts. The system is
// nil if a diagnostic is an error; warnings may come with a system.
func Compile(files []Source, inputs ...Input) (*System, hcl.Diagnostics) {
	system, diags := prepare(files, inputs)
	if diags.HasErrors() {
		return nil, diags
	}
	return system, diags
}

// prepare is Compile, but a system that was expanded is returned with its mistakes.
func prepare(files []Source, inputs []Input) (*System, hcl.Diagnostics) {
	config, diags := checked(files, inputs)
	if diags.HasErrors() {
		return nil, diags
	}
	p, more := expanded(config)
	diags = append(diags, more...)
	if diags.HasErrors() {
		return nil, diags
	}
	system := &System{config: config, plan: p}
	for _, file := range files {
		system.sources = append(system.sources, file.Name)
	}
	return system, append(diags, proved(config, p)...)
}

// checked is a configuration that was read and checked, and not expanded.
func checked(files []Source, inputs []Input) (*spec.Config, hcl.Diagnostics) {
	config, diags := decode.Files(files, inputs...)
	if diags.HasErrors() {
		return nil, diags
	}
	return config, append(diags, check.Config(config)...)
}

// expanded is the plan of a configuration, complete if no diagnostic is an error.
func expanded(config *spec.Config) (*plan.Plan, hcl.Diagnostics) {
	p, diags := expand.Config(config)
	if !diags.HasErrors() {
		template.Embed(p)
	}
	return p, diags
}

// Template returns the complete system as one CloudFormation template in JSON.
// The error is a *TooLargeError if CloudFormation does not accept one so large.
func (s *System) Template() ([]byte, error) {
	text := template.Single(s.plan)
	return text, tooLarge("The whole system", len(s.plan.Operated()), len(s.plan.Outputs), len(text),
		"Write one template per stack: cfnpipe compile -o FOLDER/")
}

// File is one file of a system's folder.
type File struct {
	Path  string // relative, with forward slashes
	Bytes []byte
}

// Folder returns the files of the layout with one template per stack:
// ACCOUNT/STACK.template.json, manifest.json and DEPLOY.md. Templates that a
// pipeline deploys are there to be read. The error is a *TooLargeError if CloudFormation does not accept one of them.
func (s *System) Folder() ([]File, error) {
	var files []File
	var printed handbook.Templates
	for _, stack := range s.plan.Stacks {
		file := File{handbook.Path(stack), template.Stack(s.plan, stack)}
		if err := tooLarge("The stack "+stack.Name, len(s.plan.Of(stack)), 0, len(file.Bytes), "Shorten the tests of the build."); err != nil {
			return nil, err
		}
		files = append(files, file)
		printed.Add(handbook.Template{Stack: stack, Path: file.Path, Bytes: file.Bytes})
	}
	return append(files,
		File{"manifest.json", handbook.Manifest(s.plan, printed)},
		File{"DEPLOY.md", handbook.Deploy(s.config, s.plan, printed)},
	), nil
}

// TooLargeError says that a template is over a quota of CloudFormation.
type TooLargeError struct{ text string }

func (e *TooLargeError) Error() string { return e.text }

func tooLarge(what string, resources, outputs, bytes int, way string) error {
	if resources <= plan.MostResources && outputs <= plan.MostOutputs && bytes <= plan.MostBytes {
		return nil
	}
	return &TooLargeError{fmt.Sprintf(
		"%s has %d resources, %d outputs and %d bytes; CloudFormation accepts %d, %d and %d in one template. %s",
		what, resources, outputs, bytes, plan.MostResources, plan.MostOutputs, plan.MostBytes, way)}
}

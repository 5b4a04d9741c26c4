package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cfnpipe/cfnpipe/compiler"
)

func newExplain(c *console) *cobra.Command {
	var asJSON bool
	var values given
	cmd := &cobra.Command{
		Use:   "explain WHAT [PATH]",
		Short: "Show what in the configuration a part of the templates comes from, or the other way round",
		Long: `explain shows the other side of something.

Of a resource of the templates, given by its logical id, it shows what it is and why
it is there, the block that it is made for, and the attributes that decide its parts.

Of a part of a template, given by its JSON pointer with or without /Resources, it
shows the attribute that decides it, or the block if no attribute does by itself. A
pointer may lead on into a document that the template holds as a text, as the paths
of an override do.

Of a line of the configuration, given as FILE:LINE, it shows the resources and parts
that the block or attribute on it decides. LINE is enough where the configuration is
one file.

PATH is a file, a folder whose files ending in .hcl and .hcl.json form one
configuration, or - for standard input. Without it, it is the current folder.

The exit status is 0, 1 if there is nothing to explain or the configuration has
errors, 2 if the command line is wrong, and 3 if something could not be read or
written.`,
		Example: `  cfnpipe explain StorefrontPipeline
  cfnpipe explain StorefrontProductionFleet/Properties/MinSize pipeline.hcl
  cfnpipe explain pipeline.hcl:31
  cfnpipe explain --json 31 pipeline.hcl | jq -r '.resources[].id'`,
		Args:              whatAndPath,
		ValidArgsFunction: completeSecondPath,
		RunE: func(_ *cobra.Command, args []string) error {
			in, inputs, err := c.readWith(args[1:], values)
			if err != nil {
				return err
			}
			return c.explain(in.sources, in.with(inputs), inputs, args[0], asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the answer as JSON")
	addVariables(cmd, &values)
	return cmd
}

func whatAndPath(_ *cobra.Command, args []string) error {
	switch {
	case len(args) == 0 || args[0] == "":
		return usage("WHAT is missing: give a logical id, a JSON pointer into a template, or FILE:LINE.")
	case len(args) > 2:
		return usage("there are %d arguments. Give what to explain, and one file or folder.", len(args))
	}
	return nil
}

func (c *console) explain(sources, all []compiler.Source, inputs []compiler.Input, what string, asJSON bool) error {
	system, diags := compiler.Inspect(sources, inputs...)
	if diags.HasErrors() { // warnings are for validate to give
		c.report(diags, all)
	}
	if system == nil {
		return &failure{status: statusDiagnostics}
	}
	explanation, err := system.Explain(what)
	var none *compiler.NothingError
	switch {
	case errors.As(err, &none) && none.Near != nil:
		return &failure{statusDiagnostics, fmt.Sprintf("%s%s", err, nearest(sources, *none.Near))}
	case err != nil:
		return &failure{statusDiagnostics, err.Error()}
	case asJSON:
		if err := c.printJSON(explanation); err != nil {
			return err
		}
	default:
		fmt.Fprint(c.stdout, visibleLines(describer{sources}.lines(explanation)))
	}
	if diags.HasErrors() {
		return &failure{status: statusDiagnostics}
	}
	return nil
}

// nearest is a sentence that says where something is decided, with a space before it.
func nearest(sources []compiler.Source, at compiler.Spot) string {
	d := describer{sources}
	out := fmt.Sprintf(" Nearest is line %d: %s", at.Line(), d.text(at))
	for _, source := range sources {
		if source.Name == at.Source {
			if block := (&navigation{source: source}).ContextString(offsetOf(source, at.Line())); block != "" && !strings.HasPrefix(d.text(at), block) {
				out += ", in " + block
			}
		}
	}
	return out
}

// offsetOf is where a line begins.
func offsetOf(source compiler.Source, line int) int {
	offset := 0
	for range line - 1 {
		next := strings.IndexByte(string(source.Bytes[offset:]), '\n')
		if next < 0 {
			return offset
		}
		offset += next + 1
	}
	return offset
}

// describer writes explanations for people.
type describer struct{ sources []compiler.Source }

// text is the line of the configuration that a spot begins on.
func (d describer) text(at compiler.Spot) string {
	for _, source := range d.sources {
		if source.Name == at.Source {
			line, _, _ := strings.Cut(string(source.Bytes[offsetOf(source, at.Line()):]), "\n")
			return strings.TrimSpace(line)
		}
	}
	return ""
}

func (d describer) spot(at compiler.Spot) string { return at.String() + "  " + d.text(at) }

func (d describer) lines(e *compiler.Explanation) []string {
	switch e.Kind {
	case "part":
		return d.part(e)
	case "line":
		return d.line(e)
	}
	r := e.Resources[0]
	out := append(head(r), "  made for "+d.spot(r.MadeFor))
	out = append(out, d.decided(r.Parts)...)
	for _, part := range r.Removed {
		out = append(out, "  "+part.Pointer+" taken away by")
		for _, at := range part.DecidedBy {
			out = append(out, "    "+d.spot(at))
		}
	}
	return out
}

// decided are parts of a resource with what decides them.
func (d describer) decided(parts []compiler.ExplainedPart) []string {
	var out []string
	for _, part := range parts {
		if part.Pointer == "" {
			out = append(out, "  there because of")
		} else {
			out = append(out, "  "+part.Pointer+" decided by")
		}
		for _, at := range part.DecidedBy {
			out = append(out, "    "+d.spot(at))
		}
	}
	return out
}

// head is what a resource is.
func head(r compiler.ExplainedResource) []string {
	out := []string{
		fmt.Sprintf("%s (%s) in the stack %s of account %s", r.ID, r.Type, r.Stack, r.Account),
		"  " + r.Why,
	}
	if r.Name != "" {
		out = append(out, "  called "+r.Name)
	}
	return out
}

func (d describer) part(e *compiler.Explanation) []string {
	out := []string{e.Pointer}
	if len(e.Value) > 0 {
		out[0] += " = " + shortened(string(e.Value))
	}
	switch {
	case len(e.DecidedBy) == 0:
		out = append(out, "  decided by nothing in the configuration")
	case e.Of != "":
		out = append(out, "  decided by no attribute of its own; it belongs to "+e.Of+", decided by")
	default:
		out = append(out, "  decided by")
	}
	for _, at := range e.DecidedBy {
		out = append(out, "    "+d.spot(at))
	}
	for _, r := range e.Resources {
		out = append(append(out, d.decided(r.Parts)...), "")
		out = append(out, head(r)...)
	}
	return out
}

// shortened is a value as far as it fits a line.
func shortened(text string) string {
	const most = 100
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return text
}

func (d describer) line(e *compiler.Explanation) []string {
	out := []string{fmt.Sprintf("%s:%d  %s", e.At.Source, e.At.Line(), d.text(*e.At))}
	for _, r := range e.Resources {
		out = append(append(out, ""), head(r)...)
		for _, part := range r.Parts {
			if part.Pointer == "" {
				out = append(out, "    that it is there")
			} else {
				out = append(out, "    "+part.Pointer)
			}
		}
		for _, part := range r.Removed {
			out = append(out, "    without "+part.Pointer)
		}
	}
	if len(e.Decides) > 0 {
		out = append(out, "")
	}
	return append(out, e.Decides...)
}

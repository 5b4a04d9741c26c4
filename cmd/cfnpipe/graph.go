package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/cfnpipe/cfnpipe/compiler"
)

func newGraph(c *console) *cobra.Command {
	var output, format, pipeline string
	var values given
	cmd := &cobra.Command{
		Use:   "graph [PATH]",
		Short: "Draw the pipelines of a configuration and their accounts",
		Long: `graph draws what a configuration says: each pipeline with its stages in order, who
is asked in between, and what is deployed to which account. Arrows into another
account look different from those within one.

PATH is a file, a folder whose files ending in .hcl and .hcl.json form one
configuration, or - for standard input. Without it, it is the current folder.

--format mermaid is text that GitHub draws in Markdown, between ` + "```mermaid and ```" + `.
--format svg is a picture that needs nothing else, light or dark as what is around
it. --format dot is for Graphviz. Without --format, the ending of the file that -o
names decides (.svg, .dot or .gv, .mmd), and otherwise it is mermaid.

Pipelines of one for_each that differ in nothing but their name are drawn once.
--pipeline draws one alone.

The exit status is 0, 1 if the configuration has errors, 2 if the command line is
wrong, and 3 if something could not be read or written. What AWS would refuse is
drawn as well: validate finds it.`,
		Example: `  cfnpipe graph pipeline.hcl
  cfnpipe graph -o pipeline.svg
  cfnpipe graph --pipeline storefront --format svg pipeline.hcl > storefront.svg
  cfnpipe graph --format dot | dot -Tpdf > pipeline.pdf`,
		Args:              onePath,
		ValidArgsFunction: completePath,
		RunE: func(cmd *cobra.Command, args []string) error {
			to, err := destinationOf(output, cmd.Flags().Changed("output"))
			if err != nil {
				return err
			}
			if to.layout == toFolder {
				return usage("-o %s is a folder, and a graph is one file. Give -o a file.", to.path)
			}
			if !cmd.Flags().Changed("format") {
				format = formatOf(to.path)
			}
			write, err := writer(format)
			if err != nil {
				return err
			}
			only := &pipeline
			if !cmd.Flags().Changed("pipeline") {
				only = nil
			}
			return c.graph(args, values, to, write, only)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to this file (- is standard output)")
	cmd.Flags().StringVar(&format, "format", "mermaid", "mermaid, dot or svg")
	cmd.Flags().StringVar(&pipeline, "pipeline", "", "draw the pipeline of this `NAME` alone")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"mermaid", "dot", "svg"}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("pipeline", cobra.NoFileCompletions)
	addVariables(cmd, &values)
	return cmd
}

// formatOf is the format that the name of a file asks for.
func formatOf(path string) string {
	switch {
	case strings.HasSuffix(path, ".svg"):
		return "svg"
	case strings.HasSuffix(path, ".dot"), strings.HasSuffix(path, ".gv"):
		return "dot"
	}
	return "mermaid"
}

func writer(format string) (func(*compiler.Drawing) []byte, error) {
	switch format {
	case "mermaid":
		return (*compiler.Drawing).Mermaid, nil
	case "dot":
		return (*compiler.Drawing).DOT, nil
	case "svg":
		return (*compiler.Drawing).SVG, nil
	}
	return nil, usage("there is no format %q. Give --format mermaid, dot or svg.", format)
}

// graph draws a configuration, or the one pipeline of it that is meant.
func (c *console) graph(args []string, values given, to destination, write func(*compiler.Drawing) []byte, only *string) error {
	in, inputs, err := c.readWith(args, values)
	if err != nil {
		return err
	}
	drawing, diags := compiler.Graph(in.sources, inputs...)
	if diags.HasErrors() { // warnings are for validate to give
		c.report(diags, in.with(inputs))
		return &failure{status: statusDiagnostics}
	}
	if only != nil {
		if drawing, err = drawing.Only(*only); err != nil {
			return usage("%s.", err)
		}
	}
	text := write(drawing)
	if to.layout == toFile {
		return c.writeFile(in, to, text, mapFile{})
	}
	_, _ = c.stdout.Write(text) // c.stdout remembers the error
	return nil
}

package main

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cfnpipe/cfnpipe/compiler"
)

func newCompile(c *console) *cobra.Command {
	var output string
	var check bool
	var values given
	cmd := &cobra.Command{
		Use:   "compile [PATH]",
		Short: "Write the CloudFormation templates of a configuration",
		Long: `compile checks a configuration and writes what it stands for as CloudFormation
templates in JSON.

PATH is a file, a folder whose files ending in .hcl and .hcl.json form one
configuration, or - for standard input. Without it, it is the current folder.

Without -o the complete system is printed as one template, which is deployed to
each of its accounts. With -o FILE it is written to a file. With -o DIR/ (a path
that ends in a slash, or a folder that exists) each stack becomes a template of
its own, beside manifest.json and DEPLOY.md, which has the commands that deploy
them. Templates that an earlier run left there and that are no longer made are
removed.

Nothing is written unless everything succeeded. With --check nothing is written
at all: the files that compile would change are listed.

The exit status is 0, 1 if the configuration has errors or --check finds a
difference, 2 if the command line is wrong, and 3 if something could not be read
or written.`,
		Example: `  cfnpipe compile pipeline.hcl
  cfnpipe compile -o system.template.json pipeline.hcl
  cfnpipe compile -o out/
  cfnpipe compile -o out/ --check`,
		Args:              onePath,
		ValidArgsFunction: completePath,
		RunE: func(cmd *cobra.Command, args []string) error {
			to, err := destinationOf(output, cmd.Flags().Changed("output"))
			if err != nil {
				return err
			}
			if check && to.layout == toStream {
				return usage("--check needs -o, the file or folder to compare with.")
			}
			return c.compile(args, values, to, check)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to this file, or one template per stack into this folder (- is standard output)")
	cmd.Flags().BoolVar(&check, "check", false, "write nothing; exit with 1 if what -o names is stale")
	addVariables(cmd, &values)
	return cmd
}

func (c *console) compile(args []string, values given, to destination, check bool) error {
	in, err := c.read(args)
	if err != nil {
		return err
	}
	inputs, err := in.inputs(values)
	if err != nil {
		return err
	}
	system, diags := compiler.Compile(in.sources, inputs...)
	c.report(diags, in.with(inputs))
	if diags.HasErrors() {
		return &failure{status: statusDiagnostics}
	}
	files, err := filesFor(system, to)
	if err != nil {
		return &failure{statusDiagnostics, err.Error()}
	}
	switch {
	case to.layout == toStream:
		_, _ = c.stdout.Write(files[0].Bytes) // c.stdout remembers the error
		return nil
	case check:
		return c.compare(to, files, strings.Join(append([]string{"cfnpipe compile -o", to.path}, args...), " "))
	case to.layout == toFile:
		return c.writeFile(in, to.path, files[0].Bytes)
	}
	return c.writeFolder(in, to.path, files)
}

// filesFor prints a system in the layout of a destination.
func filesFor(system *compiler.System, to destination) ([]compiler.File, error) {
	if to.layout != toStream && to.layout != toFile {
		return system.Folder()
	}
	text, err := system.Template()
	return []compiler.File{{Path: filepath.Base(to.path), Bytes: text}}, err
}

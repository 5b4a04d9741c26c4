package main

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cfnpipe/cfnpipe/compiler"
)

func newCompile(c *console) *cobra.Command {
	var output, sourceMap string
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

With --source-map FILE a further file says which attribute or block of the
configuration decides which part of which template: a JSON pointer into the template,
and file, line and column of the beginning and the end. Lines and columns count from
1, columns in characters, as in messages; the end is the first character behind. A
part that is not listed belongs to the nearest one around it that is; one that is
listed several times is decided by several attributes.

Nothing is written unless everything succeeded. With --check nothing is written
at all: the files that compile would change are listed.

The exit status is 0, 1 if the configuration has errors or --check finds a
difference, 2 if the command line is wrong, and 3 if something could not be read
or written.`,
		Example: `  cfnpipe compile pipeline.hcl
  cfnpipe compile -o system.template.json pipeline.hcl
  cfnpipe compile -o out/
  cfnpipe compile -o out/ --source-map out/source.map.json
  cfnpipe compile -o out/ --check`,
		Args:              onePath,
		ValidArgsFunction: completePath,
		RunE: func(cmd *cobra.Command, args []string) error {
			to, err := destinationOf(output, cmd.Flags().Changed("output"))
			if err != nil {
				return err
			}
			if sourceMap == "" && cmd.Flags().Changed("source-map") {
				return usage("--source-map is empty. Give it a file.")
			}
			if check && to.layout == toStream {
				return usage("--check needs -o, the file or folder to compare with.")
			}
			return c.compile(args, values, to, sourceMap, check)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to this file, or one template per stack into this folder (- is standard output)")
	cmd.Flags().StringVar(&sourceMap, "source-map", "", "write to this file which attribute decides which part of the templates")
	cmd.Flags().BoolVar(&check, "check", false, "write nothing; exit with 1 if what -o names is stale")
	addVariables(cmd, &values)
	return cmd
}

func (c *console) compile(args []string, values given, to destination, sourceMap string, check bool) error {
	in, inputs, err := c.readWith(args, values)
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
	if err := in.checkSourceMap(sourceMap, to, files); err != nil {
		return err
	}
	m := mapFile{path: sourceMap}
	if m.path != "" {
		m.data = system.SourceMap(mapped(to, files))
	}
	switch {
	case to.layout == toStream:
		if err := c.writeMap(m); err != nil {
			return err
		}
		_, _ = c.stdout.Write(files[0].Bytes) // c.stdout remembers the error
		return nil
	case check:
		command := []string{"cfnpipe compile -o", to.path}
		if m.path != "" {
			command = append(command, "--source-map", m.path)
		}
		return c.compare(to, files, m, strings.Join(append(command, args...), " "))
	case to.layout == toFile:
		return c.writeFile(in, to, files[0].Bytes, m)
	}
	return c.writeFolder(in, to, files, m)
}

// mapped is how the source map calls the one template; empty if there are several, which have paths.
func mapped(to destination, files []compiler.File) string {
	switch to.layout {
	case toStream:
		return "-"
	case toFile:
		return files[0].Path
	}
	return ""
}

// filesFor prints a system in the layout of a destination.
func filesFor(system *compiler.System, to destination) ([]compiler.File, error) {
	if to.layout != toStream && to.layout != toFile {
		return system.Folder()
	}
	text, err := system.Template()
	return []compiler.File{{Path: filepath.Base(to.path), Bytes: text}}, err
}

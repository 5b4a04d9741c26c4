package main

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/cfnpipe/cfnpipe/cmd/internal/langserver"
	"github.com/cfnpipe/cfnpipe/compiler"
)

func newLSP(c *console) *cobra.Command {
	return &cobra.Command{
		Use:   "lsp",
		Short: "Serve an editor",
		Long: `lsp is a language server: it speaks the Language Server Protocol, version 3.17,
on standard input and output, and ends when the editor does. It looks at files
as the editor has them, saved or not, runs nothing of theirs and writes nothing.

The files of a folder that holds a pipeline.hcl or *.pipeline.hcl are one
configuration, as for cfnpipe validate. A file by itself has to be called so, or
the editor has to say that its language is cfnpipe. Values for variables come from
*.auto.vars.hcl and the environment.

The exit status is 0, or 1 if the editor goes away without a word.`,
		Example: `  cfnpipe lsp    # as an editor starts it`,
		Args:    cobra.NoArgs,

		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			langserver.MakeRoom()
			err := langserver.Serve(cmd.Context(), c.stdin, c.stdout, langserver.Host{
				Read: readForEditor, Visible: visible, Version: readBuild().Version,
			})
			if errors.Is(err, langserver.ErrNoShutdown) {
				return &failure{status: statusDiagnostics}
			}
			return err
		},
	}
}

// readForEditor reads a folder, which may be new and have nothing in it.
func readForEditor(folder string) (langserver.Reading, error) {
	in := &input{folder: folder}
	if err := in.readFiles(); err != nil {
		if _, gone := os.Stat(folder); missing(gone) {
			return langserver.Reading{}, nil
		}
		return langserver.Reading{}, err
	}
	out := langserver.Reading{Sources: in.sources}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return langserver.Reading{}, err
	}
	values := &input{}
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || !compiler.IsAssignments(name) {
			continue
		}
		if err := values.readFile(filepath.Join(folder, name)); err != nil {
			return langserver.Reading{}, err
		}
	}
	out.Assignments = values.sources
	var given []compiler.Input
	if given, err = in.inputs(nil); err != nil {
		return langserver.Reading{}, err
	}
	out.Inputs = given
	return out, nil
}

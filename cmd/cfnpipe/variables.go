package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cfnpipe/cfnpipe/compiler"
)

const (
	variablePrefix = "CFNPIPE_VAR_"
	automaticFile  = ".auto.vars.hcl" // is read without being named
)

// given is the values that the command line gives to variables, in its order.
type given []flagValue

// flagValue is one --var or --var-file.
type flagValue struct {
	variable, value string
	file            string
}

// addVariables adds the flags that give values to variables.
func addVariables(cmd *cobra.Command, to *given) {
	cmd.Flags().Var(&variableFlag{to}, "var", "give a variable a value, as NAME=VALUE; may be given several times")
	cmd.Flags().Var(&fileFlag{to}, "var-file", "give variables the values in this file; may be given several times")
	_ = cmd.RegisterFlagCompletionFunc("var", cobra.NoFileCompletions)
	_ = cmd.MarkFlagFilename("var-file", "hcl", "hcl.json")
}

// variableFlag and fileFlag share one list, because the later of the two wins.
type (
	variableFlag struct{ given *given }
	fileFlag     struct{ given *given }
)

func (f *variableFlag) String() string { return "" }
func (f *variableFlag) Type() string   { return "NAME=VALUE" }

func (f *variableFlag) Set(text string) error {
	name, value, found := strings.Cut(text, "=")
	if !found || strings.TrimSpace(name) == "" {
		return fmt.Errorf("write it as NAME=VALUE")
	}
	*f.given = append(*f.given, flagValue{variable: strings.TrimSpace(name), value: value})
	return nil
}

func (f *fileFlag) String() string { return "" }
func (f *fileFlag) Type() string   { return "FILE" }

func (f *fileFlag) Set(text string) error {
	*f.given = append(*f.given, flagValue{file: text})
	return nil
}

// readWith reads the configuration at a path, as read does, and the values for its variables.
func (c *console) readWith(args []string, flags given) (*input, []compiler.Input, error) {
	in, err := c.read(args)
	if err != nil {
		return nil, nil, err
	}
	inputs, err := in.inputs(flags)
	return in, inputs, err
}

// inputs lists the values for variables, the weakest first: the environment,
// files that are read without being named in the order of their names, and what
// the command line says, in its order.
func (in *input) inputs(flags given) ([]compiler.Input, error) {
	var out []compiler.Input
	if in.place() != "" {
		out = append(out, compiler.Input{Folder: in.readBelow})
	}
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		if variable, ours := strings.CutPrefix(name, variablePrefix); ours {
			out = append(out, compiler.Input{Variable: variable, Value: value, Origin: name, Lenient: true})
		}
	}
	slices.SortStableFunc(out, func(a, b compiler.Input) int { return strings.Compare(a.Variable, b.Variable) })
	automatic, err := in.automaticFiles()
	if err != nil {
		return nil, err
	}
	for _, path := range automatic {
		if out, err = appendFile(out, path); err != nil {
			return nil, err
		}
	}
	for _, flag := range flags {
		if flag.file == "" {
			out = append(out, compiler.Input{Variable: flag.variable, Value: flag.value, Origin: "--var"})
			continue
		}
		if out, err = appendFile(out, flag.file); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func appendFile(out []compiler.Input, path string) ([]compiler.Input, error) {
	file := &input{}
	if err := file.readFile(path); err != nil {
		return nil, err
	}
	return append(out, compiler.Input{File: &file.sources[0], Origin: path, Lenient: true}), nil
}

// automaticFiles are those in the folder of the configuration; there are none beside standard input.
func (in *input) automaticFiles() ([]string, error) {
	folder := in.place()
	if folder == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, cannot("cannot read the folder %s: %s. Check its permissions.", folder, cause(err))
	}
	var out []string
	for _, entry := range entries {
		if name := entry.Name(); !entry.IsDir() && !strings.HasPrefix(name, ".") && strings.HasSuffix(name, automaticFile) {
			out = append(out, filepath.Join(folder, name))
		}
	}
	return out, nil
}

// with is the configuration's files together with those that give values, for messages that point into them.
func (in *input) with(inputs []compiler.Input) []compiler.Source {
	out := slices.Clip(in.sources)
	for _, i := range inputs {
		if i.File != nil {
			out = append(out, *i.File)
		}
	}
	return out
}

// place is the folder that the configuration stands in; empty for standard input.
func (in *input) place() string {
	if in.folder == "" && len(in.files) > 0 {
		return filepath.Dir(in.sources[0].Name)
	}
	return in.folder
}

// readBelow reads a file for file(): one below the folder of the configuration, and nothing that a link outside of it leads to.
func (in *input) readBelow(path string) ([]byte, error) {
	root, err := os.OpenRoot(in.place())
	if err != nil {
		return nil, fmt.Errorf("the folder of the configuration cannot be read: %s", cause(err))
	}
	defer root.Close()
	info, err := root.Stat(filepath.FromSlash(path))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %s; give the path of a file below the folder of the configuration", path, cause(err))
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is %s, and no file", path, kindOf(info.Mode()))
	}
	file, err := root.Open(filepath.FromSlash(path))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %s", path, cause(err))
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %s", path, cause(err))
	}
	return data, nil
}

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/cfnpipe/cfnpipe/compiler"
	"github.com/cfnpipe/cfnpipe/spec/format"
)

// The further exit statuses of fmt are those of terraform fmt, which scripts know.
const (
	statusUnparsed    = 2
	statusUnformatted = 3
)

func newFmt(c *console) *cobra.Command {
	f := &formatting{console: c, seen: map[string]bool{}}
	cmd := &cobra.Command{
		Use:   "fmt [PATH...]",
		Short: "Lay configuration files out in canonical form",
		Long: `fmt lays files of HCL out as terraform fmt does, with one line end at the end of
each. Nothing but white space changes: comments, strings and the kind of line
ends stay. The names of the files that changed are printed.

PATH is a file, a folder for its files ending in .hcl, or - for standard input,
whose canonical form goes to standard output. Without it, it is the current
folder. Files in JSON, and hidden files and folders, are left alone.

Each file is for itself: one that does not parse is reported and left as it is,
and the others are formatted. A file is replaced at once and keeps its mode.

The exit status is 0, 2 if a file does not parse or the command line is wrong, and
3 if something could not be read or written, or if --check finds a file that is not
in canonical form.`,
		Example: `  cfnpipe fmt
  cfnpipe fmt --recursive
  cfnpipe fmt --check --diff pipeline.hcl
  cfnpipe fmt - <pipeline.hcl`,
		Args:              somePaths,
		ValidArgsFunction: completeFormatted,
		RunE:              func(_ *cobra.Command, args []string) error { return f.run(args) },
	}
	cmd.Flags().BoolVar(&f.check, "check", false, "write nothing; exit with 3 if a file is not in canonical form")
	cmd.Flags().BoolVar(&f.diff, "diff", false, "print what changes, as a unified diff")
	cmd.Flags().BoolVar(&f.list, "list", true, "print the names of files that are not in canonical form")
	cmd.Flags().BoolVar(&f.write, "write", true, "write files; --check and standard input never do")
	cmd.Flags().BoolVar(&f.recursive, "recursive", false, "format the files in folders below, too")
	return cmd
}

// formatting is one run of fmt.
type formatting struct {
	*console
	check, diff, list, write, recursive bool

	seen                              map[string]bool
	unparsed, unformatted, unreadable int // files
}

func (f *formatting) run(args []string) error {
	switch {
	case len(args) == 0:
		f.folder(".")
	case args[0] == "-":
		f.stream()
	}
	for _, path := range args {
		if path != "-" {
			f.path(path)
		}
	}
	return f.conclusion(args)
}

// path formats a file, or those of a folder.
func (f *formatting) path(path string) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		f.failed(cannot("cannot read %s: %s. Give the path of a file or folder that exists, or - for standard input.", path, cause(err)))
	case info.IsDir():
		f.folder(path)
	default:
		f.file(path)
	}
}

func (f *formatting) folder(folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		f.failed(cannot("cannot read the folder %s: %s. Check its permissions.", folder, cause(err)))
		return
	}
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		switch {
		case entry.IsDir():
			if f.recursive && !strings.HasPrefix(entry.Name(), ".") {
				f.folder(path)
			}
		case strings.HasSuffix(entry.Name(), ".hcl") && !strings.HasPrefix(entry.Name(), "."): // also what gives values to variables
			f.file(path)
		}
	}
}

func (f *formatting) file(path string) {
	if path = filepath.Clean(path); f.seen[path] {
		return
	}
	f.seen[path] = true
	in := &input{}
	if err := in.readFile(path); err != nil {
		f.failed(err)
		return
	}
	text, changes := f.lay(in)
	if !changes {
		return
	}
	if f.write && !f.check {
		if err := f.pending.replaceFile(path, text); err != nil {
			f.failed(cannot("cannot write %s: %s. The file is as it was.", path, err))
			return
		}
	}
	if f.list {
		fmt.Fprintln(f.stdout, visible(path))
	}
	if f.diff {
		f.printDiff(in.sources[0], text)
	}
}

func (f *formatting) stream() {
	in, err := readStream(f.stdin)
	if err != nil {
		f.failed(err)
		return
	}
	text, changes := f.lay(in)
	switch {
	case f.diff && changes:
		f.printDiff(in.sources[0], text)
	case !f.diff && !f.check:
		_, _ = f.stdout.Write(text) // f.stdout remembers the error
	}
}

// lay returns the canonical form of a file, nil if there is none, and whether it is another than the present one.
func (f *formatting) lay(in *input) (text []byte, changes bool) {
	source := in.sources[0]
	text, diags, err := format.Source(source)
	f.report(diags, in.sources)
	switch {
	case err != nil:
		f.failed(cannot("cannot format %s: %s. The file is as it was. This is a fault of cfnpipe: report it.", source.Name, err))
		return nil, false
	case diags.HasErrors():
		f.unparsed++
		return nil, false
	}
	changes = !bytes.Equal(source.Bytes, text)
	if changes {
		f.unformatted++
	}
	return text, changes
}

// failed says at once what is wrong with a file: others follow.
func (f *formatting) failed(err error) {
	f.unreadable++
	f.complain(err.Error())
}

// printDiff prints a difference that programs can apply, and that a terminal can bear.
func (f *formatting) printDiff(before compiler.Source, after []byte) {
	name := visible(before.Name)
	text := diff.Diff(name+".orig", before.Bytes, name, after)
	if isTerminal(f.stdout.to) {
		text = []byte(visible(string(text)))
	}
	_, _ = f.stdout.Write(text) // f.stdout remembers the error
}

func (f *formatting) conclusion(args []string) error {
	switch {
	case f.unparsed > 0:
		return &failure{status: statusUnparsed}
	case f.unreadable > 0:
		return &failure{status: statusFiles}
	case f.check && f.unformatted > 0:
		return &failure{statusUnformatted, f.advice(args)}
	case len(f.seen) == 0 && !slices.Contains(args, "-"):
		f.note("There is no file to format: none ends in .hcl.")
	}
	return nil
}

func (f *formatting) advice(args []string) string {
	if slices.Contains(args, "-") {
		return "standard input is not in canonical form. For that form: cfnpipe fmt -"
	}
	command := []string{"cfnpipe fmt"}
	if f.recursive {
		command = append(command, "--recursive")
	}
	for _, path := range args {
		command = append(command, shellWord(path))
	}
	verb := "is"
	if f.unformatted > 1 {
		verb = "are"
	}
	return fmt.Sprintf("%s %s not in canonical form. To format: %s",
		counted(f.unformatted, "file"), verb, strings.Join(command, " "))
}

// somePaths refuses what would be refused halfway otherwise.
func somePaths(cmd *cobra.Command, args []string) error {
	for _, path := range args {
		switch {
		case path == "":
			return errors.New("a PATH is empty. Leave it out for the current folder")
		case path == "-" && len(args) > 1:
			return fmt.Errorf("%s takes - alone: standard input has one result", cmd.CommandPath())
		case isJSON(path):
			return fmt.Errorf("%s is in JSON, which %s leaves alone. Leave it out", path, cmd.CommandPath())
		}
	}
	return nil
}

func isJSON(path string) bool { return compiler.Source{Name: path}.IsJSON() }

// completeFormatted offers folders and the files that fmt formats.
func completeFormatted(_ *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return []string{"hcl"}, cobra.ShellCompDirectiveFilterFileExt
}

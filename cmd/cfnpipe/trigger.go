package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cfnpipe/cfnpipe/compiler"
)

func newTrigger(c *console) *cobra.Command {
	var push compiler.Push
	var asJSON bool
	var values given
	cmd := &cobra.Command{
		Use:   "trigger [PATH]",
		Short: "Say which pipelines a push would start, and why",
		Long: `trigger says for each pipeline of a configuration whether a push would start it,
and why. It asks nobody: what the push changes is given with --changed.

PATH is a file, a folder whose files ending in .hcl and .hcl.json form one
configuration, or - for standard input. Without it, it is the current folder.

--changed FILE names a file that the push adds, changes or deletes, from the top
of the repository; it can be given several times. --changed - reads the names
from standard input, one per line or ended by NUL, as git diff --name-only
writes them. What was moved counts at both ends, which is why git has to be told
--no-renames. A push that makes a branch starts its pipelines whatever is in it.

The exit status is 0 whether pipelines would start or not, 1 if the configuration
has errors, 2 if the command line is wrong, and 3 if something could not be read
or written. With --json the answer is for programs:
jq -r '.pipelines[] | select(.starts).pipeline' lists what would start.`,
		Example: `  cfnpipe trigger --changed services/api/main.go
  cfnpipe trigger --branch main --changed go.mod --changed go.sum pipeline.hcl
  git diff --name-only --no-renames origin/main | cfnpipe trigger --changed -`,
		Args:              onePath,
		ValidArgsFunction: completePath,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !cmd.Flags().Changed("changed") {
				return usage("--changed is missing: name the files that the push changes, or pass their names on standard input with --changed -.")
			}
			var err error
			if push.Changed, err = c.changed(push.Changed, args); err != nil {
				return err
			}
			return c.trigger(args, push, values, asJSON)
		},
	}
	cmd.Flags().StringVar(&push.Branch, "branch", "main", "the branch that is pushed to")
	cmd.Flags().StringVar(&push.Repository, "repository", "", "the repository that is pushed to, as the configuration names it (default: that of each pipeline)")
	cmd.Flags().StringArrayVar(&push.Changed, "changed", nil, "a `FILE` that the push changes; - reads names from standard input")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the answer as JSON")
	addVariables(cmd, &values)
	return cmd
}

// changed is the list of files, with what standard input names in the place of "-".
func (c *console) changed(given, args []string) ([]string, error) {
	var out []string
	read := false
	for _, name := range given {
		if name != "-" {
			out = append(out, name)
			continue
		}
		if read || slices.Contains(args, "-") {
			return nil, usage("standard input can be read once. Leave one - out.")
		}
		read = true
		names, err := c.names()
		if err != nil {
			return nil, err
		}
		out = append(out, names...)
	}
	for i, name := range out {
		out[i] = strings.TrimPrefix(name, "./")
		if name == "" || strings.HasPrefix(name, "/") {
			return nil, usage("%q is no path of a repository. Write it from the top of the repository, without a slash at the beginning.", name)
		}
	}
	return out, nil
}

// names reads names of files as git writes them: ended by NUL, or one per line, in quotes if they hold odd characters.
func (c *console) names() ([]string, error) {
	data, err := io.ReadAll(io.LimitReader(c.stdin, maxTotalBytes+1))
	if err != nil {
		return nil, cannot("cannot read standard input: %s. Name the files with --changed instead.", cause(err))
	}
	if len(data) > maxTotalBytes {
		return nil, cannot("standard input has more than %d MiB, which is more than the names of files should have.", maxTotalBytes>>20)
	}
	end, whole := "\n", bytes.ContainsRune(data, 0)
	if whole {
		end = "\x00"
	}
	var out []string
	for name := range strings.SplitSeq(string(data), end) {
		if !whole {
			name = strings.TrimSuffix(name, "\r")
			if text, err := strconv.Unquote(name); err == nil && strings.HasPrefix(name, `"`) {
				name = text
			}
		}
		if name != "" {
			out = append(out, name)
		}
	}
	return out, nil
}

func (c *console) trigger(args []string, push compiler.Push, values given, asJSON bool) error {
	in, inputs, err := c.readWith(args, values)
	if err != nil {
		return err
	}
	starts, diags := compiler.Starts(in.sources, push, inputs...)
	if diags.HasErrors() { // warnings are for validate to give
		c.report(diags, in.with(inputs))
		return &failure{status: statusDiagnostics}
	}
	if asJSON {
		return c.printJSON(map[string]any{"pipelines": starts})
	}
	for _, start := range starts {
		fmt.Fprint(c.stdout, visibleLines(describeStart(start, push)))
	}
	return nil
}

// describeStart says in a line whether a pipeline starts, and in further lines what its paths make of the files.
func describeStart(s compiler.Start, push compiler.Push) []string {
	switch s.Why {
	case compiler.OtherRepository:
		return []string{fmt.Sprintf("%s does not start: it reads the repository %s, not %s.", s.Pipeline, s.Repository, push.Repository)}
	case compiler.OtherBranch:
		return []string{fmt.Sprintf("%s does not start: it builds the branch %s, not %s.", s.Pipeline, s.Branch, push.Branch)}
	case compiler.EveryPush:
		return []string{fmt.Sprintf("%s starts: it has no paths, so every push to %s starts it.", s.Pipeline, s.Branch)}
	case compiler.FileCounts:
		first := s.Files[slices.IndexFunc(s.Files, func(t compiler.Touch) bool { return t.Counts })]
		return []string{fmt.Sprintf("%s starts: %s fits %s.", s.Pipeline, first.Path, first.Include)}
	}
	const shown = 5
	out := []string{fmt.Sprintf("%s does not start: of %s none counts.", s.Pipeline, counted(len(s.Files), "file"))}
	// What would have counted but for a pattern tells most.
	files := slices.Clone(s.Files)
	slices.SortStableFunc(files, func(a, b compiler.Touch) int { return telling(b) - telling(a) })
	for _, file := range files[:min(len(files), shown)] {
		out = append(out, "  "+describeTouch(file))
	}
	if more := len(files) - shown; more > 0 {
		out = append(out, fmt.Sprintf("  and %d more", more))
	}
	return out
}

func telling(t compiler.Touch) int {
	switch {
	case t.Below != "":
		return 2
	case t.Include != "":
		return 1
	}
	return 0
}

func describeTouch(t compiler.Touch) string {
	switch {
	case t.Include != "":
		return fmt.Sprintf("%s fits %s, and is excluded by %s", t.Path, t.Include, t.Exclude)
	case t.Below != "":
		return fmt.Sprintf("%s fits nothing of include; %s there is a file: write %s/** for all that is in the folder", t.Path, t.Below, t.Below)
	}
	return t.Path + " fits nothing of include"
}

// visibleLines joins lines, each as a terminal may show it.
func visibleLines(lines []string) string {
	var out strings.Builder
	for _, line := range lines {
		out.WriteString(strings.ReplaceAll(visible(line), "\n", " ") + "\n")
	}
	return out.String()
}

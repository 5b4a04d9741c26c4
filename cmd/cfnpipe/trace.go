package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cfnpipe/cfnpipe/compiler"
)

func newTrace(c *console) *cobra.Command {
	var asJSON bool
	var values given
	cmd := &cobra.Command{
		Use:   "trace STAGE [PATH]",
		Short: "Show the chain of permissions behind a stage",
		Long: `trace shows link by link what AWS is asked for when a stage of a pipeline runs: who
calls what, in which account, what for, and by which statements it is allowed on
each side. What AWS would refuse is marked. It asks nobody: the statements are
those of the templates.

STAGE is the label of a stage, or PIPELINE/STAGE where several pipelines have one
of that label and one is meant.

PATH is a file, a folder whose files ending in .hcl and .hcl.json form one
configuration, or - for standard input. Without it, it is the current folder.

The exit status is 0 if every link holds, 1 if one does not or the configuration
has other errors, 2 if the command line is wrong, and 3 if something could not be
read or written.`,
		Example: `  cfnpipe trace production
  cfnpipe trace storefront/production pipeline.hcl
  cfnpipe trace --json production | jq -r '.traces[].links[] | select(.account != .onAccount) | .who'`,
		Args:              stageAndPath,
		ValidArgsFunction: completeSecondPath,
		RunE: func(_ *cobra.Command, args []string) error {
			in, inputs, err := c.readWith(args[1:], values)
			if err != nil {
				return err
			}
			return c.trace(in.sources, in.with(inputs), inputs, args[0], asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the chain as JSON")
	addVariables(cmd, &values)
	return cmd
}

func stageAndPath(_ *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return usage("STAGE is missing: name the stage whose permissions to show.")
	case len(args) > 2:
		return usage("there are %d arguments. Give a stage and one file or folder.", len(args))
	}
	return nil
}

// completeSecondPath completes the path that follows one word.
func completeSecondPath(cmd *cobra.Command, args []string, text string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return completePath(cmd, args[1:], text)
}

func (c *console) trace(sources, all []compiler.Source, inputs []compiler.Input, name string, asJSON bool) error {
	pipeline, stage, both := strings.Cut(name, "/")
	if !both {
		pipeline, stage = "", name
	}
	traces, diags := compiler.Traces(sources, pipeline, stage, inputs...)
	if traces != nil && len(traces) == 0 {
		return usage("%s", compiler.NoStage(sources, name, inputs...))
	}
	if diags.HasErrors() { // warnings are for validate to give
		c.report(diags, all)
	}
	if asJSON && traces != nil {
		if err := c.printJSON(map[string]any{"traces": traces}); err != nil {
			return err
		}
	}
	if !asJSON {
		for i, trace := range traces {
			if i > 0 {
				fmt.Fprintln(c.stdout)
			}
			fmt.Fprint(c.stdout, visibleLines(describeTrace(trace)))
		}
	}
	if diags.HasErrors() {
		return &failure{status: statusDiagnostics}
	}
	return nil
}

func describeTrace(t compiler.Trace) []string {
	out := []string{fmt.Sprintf("%s, stage %q: %s", t.Pipeline, t.Stage, counted(len(t.Links), "link"))}
	part, who := "", ""
	for _, l := range t.Links {
		if l.Part != part {
			out, part, who = append(out, "", l.Part), l.Part, ""
		}
		if named := l.Who + in(l.Account); named != who {
			out, who = append(out, "  "+named), named
		}
		mark := "may"
		if len(l.Refused) > 0 {
			mark = "MAY NOT"
		}
		out = append(out, fmt.Sprintf("    %s %s on %s%s", mark, strings.Join(l.Actions, ", "), l.On, in(l.OnAccount)), "      "+l.Because)
		if 0 < len(l.Refused) && len(l.Refused) < len(l.Actions) {
			out = append(out, "      refused: "+strings.Join(l.Refused, ", "))
		}
		for _, g := range l.AllowedBy {
			out = append(out, "      by "+describeGrant(g))
		}
	}
	return out
}

func in(account string) string {
	if account == "" {
		return ""
	}
	return " in " + account
}

func describeGrant(g compiler.Grant) string {
	return fmt.Sprintf("%s in %s: %s", g.Policy, g.Account, g.Statement)
}

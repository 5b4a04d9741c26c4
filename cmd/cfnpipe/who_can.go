package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cfnpipe/cfnpipe/compiler"
)

func newWhoCan(c *console) *cobra.Command {
	var asJSON bool
	var values given
	cmd := &cobra.Command{
		Use:   "who-can ACTION RESOURCE [PATH]",
		Short: "Show who may do an action on a resource",
		Long: `who-can shows whom the templates let do an action on a resource, or on some of it:
roles, by their policies and the policy on the resource together, and whomever else
the policy on the resource lets in. Conditions are shown with the answer. People and
programs that the templates do not make are not among the answers, whatever their own
policies allow.

ACTION is an action as policies name it, such as s3:GetObject. RESOURCE is a logical
id of the templates, an ARN, or a pattern of ARNs with * in quotes.

PATH is a file, a folder whose files ending in .hcl and .hcl.json form one
configuration, or - for standard input. Without it, it is the current folder.

The exit status is 0 whether somebody may or nobody, 1 if the configuration has
errors, 2 if the command line is wrong, and 3 if something could not be read or
written.`,
		Example: `  cfnpipe who-can kms:Decrypt StorefrontArtifactKey
  cfnpipe who-can s3:PutObject StorefrontArtifactBucket pipeline.hcl
  cfnpipe who-can iam:PassRole '*'`,
		Args:              actionResourceAndPath,
		ValidArgsFunction: completeThirdPath,
		RunE: func(_ *cobra.Command, args []string) error {
			in, inputs, err := c.readWith(args[2:], values)
			if err != nil {
				return err
			}
			return c.whoCan(in.sources, in.with(inputs), inputs, args[0], args[1], asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the answer as JSON")
	addVariables(cmd, &values)
	return cmd
}

func actionResourceAndPath(_ *cobra.Command, args []string) error {
	switch {
	case len(args) < 2:
		return usage("ACTION or RESOURCE is missing: ask, for instance, who-can s3:GetObject LOGICAL_ID.")
	case len(args) > 3:
		return usage("there are %d arguments. Give an action, a resource, and one file or folder. A pattern with * belongs into quotes.", len(args))
	case strings.Count(args[0], ":") != 1 || strings.HasPrefix(args[0], ":") || strings.HasSuffix(args[0], ":"):
		return usage("%q is no action. Write it as policies do, such as s3:GetObject.", args[0])
	}
	return nil
}

func completeThirdPath(cmd *cobra.Command, args []string, text string) ([]string, cobra.ShellCompDirective) {
	if len(args) < 2 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return completePath(cmd, args[2:], text)
}

func (c *console) whoCan(sources, all []compiler.Source, inputs []compiler.Input, action, resource string, asJSON bool) error {
	holders, diags := compiler.WhoCan(sources, action, resource, inputs...)
	if holders != nil && !strings.HasPrefix(resource, "arn:") && resource != "*" {
		if missing := compiler.NoResource(sources, resource, inputs...); missing != "" {
			return usage("%s", missing)
		}
	}
	if diags.HasErrors() { // warnings are for validate to give
		c.report(diags, all)
	}
	if asJSON && holders != nil {
		if err := c.printJSON(map[string]any{"holders": holders}); err != nil {
			return err
		}
	}
	if !asJSON && holders != nil {
		fmt.Fprint(c.stdout, visibleLines(describeHolders(holders, action, resource)))
	}
	if diags.HasErrors() {
		return &failure{status: statusDiagnostics}
	}
	return nil
}

func describeHolders(holders []compiler.Holder, action, resource string) []string {
	if len(holders) == 0 {
		return []string{fmt.Sprintf("The templates let nobody do %s on %s.", action, resource)}
	}
	var out []string
	for _, h := range holders {
		out = append(out, h.Who+in(h.Account))
		for _, g := range h.AllowedBy {
			out = append(out, "  by "+describeGrant(g))
		}
		for _, condition := range h.When {
			out = append(out, "  if "+condition)
		}
	}
	return out
}

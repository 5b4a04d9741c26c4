package main

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/cfnpipe/cfnpipe/compiler"
)

func newValidate(c *console) *cobra.Command {
	var asJSON, limits bool
	var values given
	cmd := &cobra.Command{
		Use:   "validate [PATH]",
		Short: "Check a configuration",
		Long: `validate makes every check that compile makes, and writes nothing. A system that
is valid may be too large for one template; one for each stack is then the way.

PATH is a file, a folder whose files ending in .hcl and .hcl.json form one
configuration, or - for standard input. Without it, it is the current folder.

The exit status is 0 if the configuration is valid (there may be warnings), 1 if
it has errors, 2 if the command line is wrong, and 3 if something could not be
read or written. With --json the result is in the format of terraform validate.

With --limits the ledger follows: for each template and each resource how much it
uses of the limits that AWS sets, also when a limit is what is wrong.`,
		Example: `  cfnpipe validate
  cfnpipe validate pipeline.hcl
  cfnpipe validate --json pipeline.hcl
  cfnpipe validate --limits pipeline.hcl`,
		Args:              onePath,
		ValidArgsFunction: completePath,
		RunE: func(_ *cobra.Command, args []string) error {
			in, inputs, err := c.readWith(args, values)
			if err != nil && asJSON {
				return c.validateUnreadable(err)
			}
			if err != nil {
				return err
			}
			ledger, diags := c.judge(in.sources, inputs, limits)
			if asJSON {
				return c.validateJSON(diags, in.with(inputs), ledger)
			}
			err = c.validateText(diags, in.with(inputs))
			c.printLedger(ledger)
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	cmd.Flags().BoolVar(&limits, "limits", false, "show how much of AWS's limits is used")
	addVariables(cmd, &values)
	return cmd
}

// judge compiles; the ledger is nil if nobody asks for it or there is none.
func (c *console) judge(sources []compiler.Source, inputs []compiler.Input, limits bool) (*compiler.Ledger, hcl.Diagnostics) {
	if limits {
		return compiler.Limits(sources, inputs...)
	}
	_, diags := compiler.Compile(sources, inputs...)
	return nil, diags
}

func (c *console) validateText(diags hcl.Diagnostics, sources []compiler.Source) error {
	c.report(diags, sources)
	failures, warnings := count(diags)
	switch {
	case failures > 0:
		return &failure{status: statusDiagnostics}
	case warnings > 0:
		fmt.Fprintf(c.stdout, "Success! The configuration is valid, with %s.\n", counted(warnings, "warning"))
	default:
		fmt.Fprintln(c.stdout, "Success! The configuration is valid.")
	}
	return nil
}

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cfnpipe/cfnpipe/compiler"
)

func newInit(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Begin a configuration",
		Long: `init writes pipeline.hcl, a configuration to begin with, into DIR, which is made if
it does not exist; without it, into the current folder. The file is valid as it
is. Its comments explain every block and hold settings to switch on.

With a terminal and no options init asks for the name and the account. Otherwise
it asks nothing: the name is that of the folder, and the account is an example.

A folder that has a configuration already is left as it is.

The exit status is 0, 1 if there is a configuration already or no answer, 2 if the
command line is wrong, and 3 if something could not be read or written.`,
		Example: `  cfnpipe init
  cfnpipe init --name storefront --account-id 123456789012 infra
  cfnpipe init --account-id 123456789012 --production-account-id 987654321098`,
		Args: oneFolder,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
	}
	for _, o := range starterOptions() {
		cmd.Flags().String(o.name, "", o.usage)
		_ = cmd.RegisterFlagCompletionFunc(o.name, cobra.NoFileCompletions) // fails for an unknown flag only
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		folder := "."
		if len(args) > 0 {
			folder = args[0]
		}
		var given []option
		for _, o := range starterOptions() {
			if flag := cmd.Flags().Lookup(o.name); flag.Changed {
				o.value = flag.Value.String()
				given = append(given, o)
			}
		}
		return c.begin(folder, given)
	}
	return cmd
}

// option gives the starter a value.
type option struct {
	name, usage string
	set         func(*starter, string)
	value       string
}

// starterOptions is in the order in which they are applied.
func starterOptions() []option {
	return []option{
		{name: "name", usage: "name of the pipeline (default: that of the folder)", set: (*starter).setName},
		{name: "repository", usage: "CodeCommit repository of the source (default: the name)", set: (*starter).setRepository},
		{name: "account-id", usage: "id of the account that runs the pipeline and the service", set: (*starter).setAccount},
		{name: "production-account-id", usage: "id of a second account, for production", set: (*starter).setProduction},
		{name: "region", usage: "AWS region of everything (default: us-east-1)", set: (*starter).setRegion},
	}
}

// begin writes a starter into a folder.
func (c *console) begin(folder string, given []option) error {
	if err := unoccupied(folder); err != nil {
		return err
	}
	s := defaults(nameFrom(base(folder)))
	var err error
	if len(given) == 0 && isTerminal(c.stdin) && isTerminal(c.stderr) {
		err = c.ask(&s)
	} else {
		err = s.take(given)
	}
	if err != nil {
		return err
	}
	if err := c.writeStarter(folder, s); err != nil {
		return err
	}
	c.note("Wrote %s.\n\n%s", filepath.Join(folder, starterName), s.nextSteps(folder))
	return nil
}

// unoccupied refuses a folder to whose configuration the starter would be added.
func unoccupied(folder string) error {
	path := filepath.Join(folder, starterName)
	if _, err := os.Lstat(path); err == nil {
		return &failure{statusDiagnostics, fmt.Sprintf("%s exists already. Nothing was written. Give init another folder, or remove the file.", path)}
	}
	entries, err := os.ReadDir(folder)
	if err != nil && !missing(err) {
		return cannot("cannot read the folder %s: %s. Give init another folder.", folder, cause(err))
	}
	for _, entry := range entries {
		if compiler.IsConfiguration(entry.Name()) {
			return &failure{statusDiagnostics, fmt.Sprintf("%s is a configuration already, and %s would become part of it. Nothing was written. Give init another folder.",
				filepath.Join(folder, entry.Name()), starterName)}
		}
	}
	return nil
}

// base is the name of a folder, also of the current one.
func base(folder string) string {
	if path, err := filepath.Abs(folder); err == nil {
		folder = path
	}
	return filepath.Base(folder)
}

// take puts the values of options in place, and says of each what the compiler has against it.
func (s *starter) take(given []option) error {
	var faults []string
	for _, o := range given {
		if o.value == "" {
			faults = append(faults, "--"+o.name+" is empty. Leave it out for the default.")
		} else if fault := s.accept(o.set, o.value); fault != "" {
			faults = append(faults, fmt.Sprintf("--%s: %s", o.name, fault))
		}
	}
	if len(faults) > 0 {
		return usage("%s", strings.Join(faults, "\n"))
	}
	return nil
}

func (c *console) writeStarter(folder string, s starter) error {
	source, err := s.source()
	if err != nil {
		return cannot("cannot make %s: %s. This is a fault of cfnpipe: report it.", starterName, err)
	}
	if err := c.pending.makeFolder(folder); err != nil {
		c.pending.discard()
		return cannot("cannot make the folder %s: %s. Give init another folder.", folder, cause(err))
	}
	if err := c.pending.replace(folder, []compiler.File{{Path: starterName, Bytes: source.Bytes}}); err != nil {
		c.pending.discard()
		return cannot("cannot write %s: %s. Nothing was written.", filepath.Join(folder, starterName), err)
	}
	return nil
}

// nextSteps says what to do with the starter in a folder.
func (s starter) nextSteps(folder string) string {
	var steps []string
	if s.account == exampleID {
		steps = append(steps, "put the id of your account into it, in place of "+exampleID)
	}
	path := ""
	if folder != "." {
		path = " " + shellWord(folder)
	}
	steps = append(steps,
		"read its comments, and switch on what you need",
		"cfnpipe validate"+path,
		"cfnpipe compile"+path+" -o out/   writes the templates, and DEPLOY.md with the commands that deploy them")
	for i := range steps {
		steps[i] = fmt.Sprintf("  %d. %s", i+1, steps[i])
	}
	return "What comes next:\n" + strings.Join(steps, "\n")
}

// oneFolder refuses a second DIR.
func oneFolder(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) > 1:
		return fmt.Errorf("%s takes one DIR, and these are %d: %s", cmd.CommandPath(), len(args), strings.Join(args, ", "))
	case len(args) == 1 && args[0] == "":
		return errors.New("the DIR is empty. Leave it out for the current folder")
	}
	return nil
}

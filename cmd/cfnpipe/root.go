package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The exit statuses of all commands; fmt has its own besides.
const (
	statusDiagnostics = 1 // the configuration has errors, or what is on disk is stale
	statusUsage       = 2 // the command line is wrong
	statusFiles       = 3 // something could not be read or written
)

// console is what a command talks to.
type console struct {
	stdin   io.Reader
	stdout  *results
	stderr  io.Writer
	plain   bool         // --no-color
	pending *replacement // the files that are being written
	beside  *replacement // the source map, where it stands in another folder
}

// results passes on what is written until something fails, and remembers the failure.
type results struct {
	to  io.Writer
	err error
}

func (r *results) Write(data []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.to.Write(data)
	r.err = err
	return n, err
}

// failure ends a command with a status. The text is empty if everything has been said.
type failure struct {
	status int
	text   string
}

func (f *failure) Error() string { return f.text }

func usage(format string, args ...any) error {
	return &failure{statusUsage, fmt.Sprintf(format, args...)}
}

func cannot(format string, args ...any) error {
	return &failure{statusFiles, fmt.Sprintf(format, args...)}
}

func execute(args []string, c *console) int {
	root := newRoot(c)
	root.SetArgs(args)
	root.SetIn(c.stdin)
	root.SetOut(c.stdout)
	root.SetErr(c.stderr)
	return c.conclude(root.ExecuteC())
}

// conclude says what went wrong and turns it into an exit status.
func (c *console) conclude(cmd *cobra.Command, err error) int {
	var failed *failure
	switch {
	case c.stdout.err != nil:
		// Whoever closes a pipe has read enough, and wants no message.
		if !errors.Is(c.stdout.err, syscall.EPIPE) {
			c.complain("cannot write to standard output: " + cause(c.stdout.err) + ". Make room or send the output elsewhere, and run the command again.")
		}
		return statusFiles
	case err == nil:
		return 0
	case errors.As(err, &failed):
		if failed.text != "" {
			c.complain(failed.text)
		}
		return failed.status
	}
	// Every error of our own is a failure; what is left is cobra's view of the command line.
	c.complain(fmt.Sprintf("%s\nRun %q for usage.", strings.TrimRight(err.Error(), "\n"), cmd.CommandPath()+" --help"))
	return statusUsage
}

func (c *console) complain(text string) { fmt.Fprintln(c.stderr, "Error: "+visible(text)) }

func (c *console) note(format string, args ...any) {
	fmt.Fprintln(c.stderr, visible(fmt.Sprintf(format, args...)))
}

func newRoot(c *console) *cobra.Command {
	root := &cobra.Command{
		Use:   "cfnpipe",
		Short: "Compile a delivery pipeline into CloudFormation",
		Long: `cfnpipe compiles a description of a delivery pipeline, written in HCL, into
CloudFormation templates in JSON: for one account or for several.`,
		Example: `  cfnpipe init                         begin a configuration
  cfnpipe validate pipeline.hcl        check a file
  cfnpipe graph -o pipeline.svg        draw it
  cfnpipe compile pipeline.hcl         print the complete system as one template
  cfnpipe compile pipeline.hcl -o out/ write one template per stack, and DEPLOY.md`,
		Version:                    readBuild().Version,
		SilenceErrors:              true,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: 2,
	}
	root.PersistentFlags().BoolVar(&c.plain, "no-color", false, "do not colour messages; the variable NO_COLOR does the same")
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newCompile(c), newExplain(c), newFmt(c), newGraph(c), newInit(c), newLSP(c), newTrigger(c), newTrace(c), newWhoCan(c), newValidate(c), newVersion(c))
	root.SetHelpCommand(newHelp())
	refuseUnknownShells(root)
	return root
}

// refuseUnknownShells makes an error of "completion nosuchshell", to which cobra answers with help.
func refuseUnknownShells(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
}

// newHelp is cobra's help command, but for its answer to an unknown command: that is an error here.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			about, _, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			if len(args) == 0 {
				for _, sub := range cmd.Root().Commands() {
					if sub.IsAvailableCommand() {
						names = append(names, sub.Name()+"\t"+sub.Short)
					}
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// flagError adds the flag that was probably meant.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	flags := &cobra.Command{SuggestionsMinimumDistance: 2}
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		if !flag.Hidden {
			flags.AddCommand(&cobra.Command{Use: flag.Name, Run: func(*cobra.Command, []string) {}})
		}
	})
	return fmt.Errorf("%w.%s", err, didYouMean(flags, unknown.GetSpecifiedName(), "--"))
}

// didYouMean is cobra's guess, as a sentence with a space before it.
func didYouMean(among *cobra.Command, given, prefix string) string {
	if guesses := among.SuggestionsFor(given); len(given) > 1 && len(guesses) > 0 {
		return fmt.Sprintf(" Did you mean %q?", prefix+guesses[0])
	}
	return ""
}

// onePath refuses a second PATH.
func onePath(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) > 1:
		return fmt.Errorf("%s takes one PATH, and these are %d: %s. To join files into one configuration, put them into one folder",
			cmd.CommandPath(), len(args), strings.Join(args, ", "))
	case len(args) == 1 && args[0] == "":
		return errors.New("the PATH is empty. Leave it out for the current folder")
	}
	return nil
}

// completePath offers folders and the files that a configuration is made of.
func completePath(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return []string{"hcl", "hcl.json"}, cobra.ShellCompDirectiveFilterFileExt
}

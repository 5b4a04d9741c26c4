package handbook

import (
	"fmt"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// Deploy is the operator's handbook, DEPLOY.md.
func Deploy(c *spec.Config, p *plan.Plan, templates Templates) []byte {
	h := &handbook{config: c, plan: p, declared: p.Declared(), templates: inOrder(p, templates.Operated), released: templates.ByPipeline}
	h.overview()
	h.preparation()
	h.prerequisites()
	h.deployment()
	h.failed()
	h.oneTemplate()
	h.afterwards()
	h.firstPush()
	h.approval()
	h.stages()
	h.functions()
	h.canaries()
	h.update()
	h.exchanges()
	h.alarm()
	h.redeploy()
	h.scale()
	h.logs()
	h.teardown()
	return []byte(h.out.String())
}

// handbook is a DEPLOY.md while it is written. Its commands are meant for one
// shell, bash or zsh, in the folder that it stands in.
type handbook struct {
	config    *spec.Config
	plan      *plan.Plan
	declared  []*plan.Parameter // of the configuration
	templates []Template        // in the order of creation
	released  []Template        // of the stacks that pipelines fill
	out       strings.Builder
}

func (h *handbook) heading(text string) { h.out.WriteString("\n## " + text + "\n") }

func (h *handbook) part(text string) { h.out.WriteString("\n### " + text + "\n") }

// prose writes a paragraph.
func (h *handbook) prose(format string, args ...any) {
	h.out.WriteString("\n" + fmt.Sprintf(format, args...) + "\n")
}

// list writes points.
func (h *handbook) list(points ...string) {
	h.out.WriteString("\n")
	for _, point := range points {
		h.out.WriteString("- " + point + "\n")
	}
}

// shell writes a block of commands.
func (h *handbook) shell(lines ...string) {
	text := strings.Join(lines, "\n")
	fence := "```"
	for strings.Contains("\n"+text, "\n"+fence) { // a line of a value that would end the block
		fence += "`"
	}
	h.out.WriteString("\n" + fence + "sh\n" + text + "\n" + fence + "\n")
}

// of returns the resources of a type, in the order of the plan, and those that custom resources make.
func (h *handbook) of(resourceType string, kinds ...plan.StackKind) []*plan.Resource {
	var out []*plan.Resource
	for _, r := range h.plan.Resources {
		fits := len(kinds) == 0
		for _, kind := range kinds {
			fits = fits || r.Stack.Kind == kind
		}
		if !fits {
			continue
		}
		for _, r := range append([]*plan.Resource{r}, aws.Made(r)...) {
			if r.Type == resourceType {
				out = append(out, r)
			}
		}
	}
	return out
}

// account returns the plan's account for one of the configuration; nil if it owns no stack.
func (h *handbook) account(a *spec.Account) *plan.Account {
	for _, account := range h.plan.Accounts {
		if account.ID == a.ID.Value {
			return account
		}
	}
	return nil
}

// uploads lists the accounts in which a template has to be in a bucket.
func (h *handbook) uploads() []*plan.Account {
	var out []*plan.Account
	for _, account := range h.plan.Accounts {
		for _, t := range h.templates {
			if t.Stack.Account == account && t.needsUpload() {
				out = append(out, account)
				break
			}
		}
	}
	return out
}

func (h *handbook) overview() {
	fmt.Fprintf(&h.out, "# Deploying %s\n", h.plan.Name)
	h.prose("`cfnpipe compile` wrote this file together with the templates beside it, and writes it anew each time: " +
		"what is to last belongs into the configuration. Run the commands in one shell, bash or zsh, in the folder of this file.")
	h.heading("What is deployed where")
	h.out.WriteString("\n| account | id | stack | template | resources | bytes |\n| --- | --- | --- | --- | ---: | ---: |\n")
	for _, t := range h.templates {
		fmt.Fprintf(&h.out, "| %s | %s | `%s-$SUFFIX` | [%s](%s) | %d | %d |\n",
			t.Stack.Account.Label, t.Stack.Account.ID, t.Stack.Name, t.Path, t.Path, len(h.plan.Of(t.Stack)), len(t.Bytes))
	}
	h.prose("All stacks are in the region %s. The name of each, and of what is in it, ends in one suffix, so that several copies "+
		"of the system can stand side by side.", h.plan.Region)
}

func (h *handbook) preparation() {
	h.heading("Before you start")
	h.prose("You need version 2 of the AWS CLI, and for each account a profile that may create IAM roles there. " +
		"In these lines write the names of your profiles for those after PROFILE, choose the suffix, and give the path of the " +
		"configuration as it is seen from here. Everything below uses these variables.")
	h.shell(h.variables()...)
	h.prose("The suffix has at most %d characters: %s", h.plan.Suffix.MaxLength, lowerFirst(h.plan.Suffix.ConstraintText))
	h.declaredParameters()
	check := fmt.Sprintf(`printf '%%s\n' "$SUFFIX" | grep -Eqx %s && [ "${#SUFFIX}" -le %d ] || echo "This suffix is not allowed: $SUFFIX" >&2`,
		quote(h.plan.Suffix.AllowedPattern), h.plan.Suffix.MaxLength)
	lines := []string{check}
	for _, account := range h.plan.Accounts {
		lines = append(lines, fmt.Sprintf(`[ %s = %s ] || echo "%s is not a profile of account %s" >&2`,
			result(command(account, "sts get-caller-identity", "--query Account --output text")),
			account.ID, variable(account, "PROFILE"), account.ID))
	}
	h.prose("These commands say nothing if suffix and profiles are right:")
	h.shell(lines...)
}

func (h *handbook) variables() []string {
	lines := []string{"set -u", "export AWS_PAGER=''", "export AWS_REGION=" + quote(h.plan.Region), "SUFFIX=" + quote(literal(h.plan.Suffix.Default))}
	for _, p := range h.declared {
		lines = append(lines, parameterVariable(p)+"="+quote(literal(p.Default)))
	}
	for _, account := range h.plan.Accounts {
		lines = append(lines, variable(account, "PROFILE")+"="+quote(account.Label))
	}
	return append(lines, "CONFIGURATION=..")
}

// parameterVariable is the shell variable that holds the value of a parameter of the configuration. Those of accounts have no
// lower case letters.
func parameterVariable(p *plan.Parameter) string { return "parameter_" + p.Name }

// parameters gives a stack the values of all parameters: the AWS CLI passes over those that a template does not have, and a stack
// that exists keeps what it was given before, whatever the default says (aws/aws-cli, customizations/cloudformation/deploy.py).
func (h *handbook) parameters() string {
	out := "--parameter-overrides " + h.plan.Suffix.Name + `="$SUFFIX"`
	for _, p := range h.declared {
		out += " " + p.Name + `="$` + parameterVariable(p) + `"`
	}
	return out
}

// declaredParameters says what the parameters of the configuration are for, and which of them have to be given a value.
func (h *handbook) declaredParameters() {
	var points []string
	for _, p := range h.declared {
		var said []string
		if p.Description != "" {
			said = append(said, strings.TrimSuffix(oneLine(p.Description), ".")+".")
		}
		if p.Default == nil {
			said = append(said, "It has no default: give it a value above.")
		}
		if p.Type != "String" {
			said = append(said, "Its type is "+code(p.Type)+".")
		}
		if len(said) == 0 {
			said = append(said, "A text.")
		}
		points = append(points, code(parameterVariable(p))+": "+strings.Join(said, " "))
	}
	if len(points) > 0 {
		h.prose("The other variables are parameters of the templates. Use the same values for all stacks, and again in each update: a stack keeps the value that it was given, " +
			"whatever a new template's default says.")
		h.list(points...)
	}
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func lowerFirst(text string) string {
	if text == "" {
		return text
	}
	return strings.ToLower(text[:1]) + text[1:]
}

// deployment makes the stacks one by one.
func (h *handbook) deployment() {
	h.heading("Deploy")
	// CreatePipeline answers InvalidStructureException when the pipeline's role may not assume the role of an action
	// (hashicorp/terraform issue 19264, aws/aws-cdk issue 22489).
	h.prose("Keep this order. Nothing is passed between accounts, because every name that one has to know of another is written down in its " +
		"template; but a stack imports what an earlier one of its account exports, and CodePipeline refuses a pipeline whose " +
		"deploy roles it cannot assume, so what is deployed to comes before what deploys. Two accounts that are only deployed to " +
		"may go side by side. All accounts must exist from the start: AWS refuses policies that name one that does not.")
	if uploads := h.uploads(); len(uploads) > 0 {
		h.prose("CloudFormation takes templates over %d bytes from a bucket only. Make one for the upload:", plan.InlineBytes)
		var lines []string
		for _, account := range uploads {
			lines = append(lines, bucketVariable(account), h.makeBucket(account))
		}
		h.shell(lines...)
	}
	for i, t := range h.templates {
		h.part(fmt.Sprintf("%d. %s in %s", i+1, t.Stack.Name, t.Stack.Account.Label))
		h.prose("%s", t.Stack.Title)
		h.firstDeployment(t.Stack)
		h.shell(h.deploy(t.Stack.Account, stackName(t.Stack), t.Path, t.needsUpload(), capabilities(h.plan, t.Stack)))
	}
	if uploads := h.uploads(); len(uploads) > 0 {
		h.prose("Nothing reads the uploaded templates any more. Remove the bucket, or keep it for the next update:")
		h.shell(h.removeBuckets(uploads)...)
	}
}

// firstDeployment warns, before the command that makes a pipeline, of what the run that starts with it deploys.
func (h *handbook) firstDeployment(stack *plan.Stack) {
	for _, r := range h.runs() {
		if r.pipeline.Stack != stack {
			continue
		}
		at, later := reached(r.pipeline)
		if len(at) == 0 {
			continue
		}
		text := fmt.Sprintf("A pipeline starts when it is made. If the branch %s exists already, it is built and deployed at once: %s.",
			code(r.spec.Source.Branch.Value), strings.Join(at, ", "))
		if len(later) > 0 {
			text += fmt.Sprintf(" What waits for an approval%s: %s.", orEntry(r.pipeline), strings.Join(later, ", "))
		}
		h.prose("%s", text)
	}
}

// orEntry names what else holds up a run of a pipeline, to follow "an approval".
func orEntry(pipeline *plan.Resource) string {
	for _, stage := range stagesOf(pipeline) {
		if stage.Get("BeforeEntry") != nil {
			return ", a window or an alarm"
		}
	}
	return ""
}

// reached parts the actions by which a pipeline deploys: those that a run reaches by itself, and those behind an approval or behind
// what has to hold before a stage.
func reached(pipeline *plan.Resource) (at, later []string) {
	approved := false
	for _, stage := range stagesOf(pipeline) {
		approved = approved || stage.Get("BeforeEntry") != nil
		for _, action := range actionsOf(stage) {
			name := code(literal(stage.Get("Name")) + "/" + literal(action.Get("Name")))
			switch kind := categoryOf(action); {
			case kind == "Approval":
				approved = true
			case kind == "Deploy" && approved:
				later = append(later, name)
			case kind == "Deploy":
				at = append(at, name)
			}
		}
	}
	return at, later
}

// failed is what to do when the creation of a stack fails: CloudFormation updates no stack in ROLLBACK_COMPLETE
// (CloudFormation user guide, "Stack status codes").
func (h *handbook) failed() {
	h.part("If a stack cannot be made")
	h.prose("CloudFormation then deletes what it has made of the stack, and leaves it in ROLLBACK_COMPLETE, in which no command updates it. " +
		"Read why, mend the reason, delete the stack, and run its command above again. Nothing of it keeps a name, but Parameter Store " +
		"gives one out again only after 30 seconds. A stack that existed before and failed in an update is not concerned: it ends in " +
		"UPDATE_ROLLBACK_COMPLETE and can be updated again as it is. Define these two functions; the second deletes only a stack that was never complete:")
	h.shell(
		"cfn_why() {",
		`  aws cloudformation describe-stack-events --profile "$1" --region "$AWS_REGION" --stack-name "$2" \`,
		"    --query \"StackEvents[?ResourceStatus=='CREATE_FAILED'].[LogicalResourceId,ResourceStatusReason]\" --output text",
		"}",
		"cfn_forget() {",
		`  STATUS="$(aws cloudformation describe-stacks --profile "$1" --region "$AWS_REGION" --stack-name "$2" \`,
		`    --query 'Stacks[0].StackStatus' --output text)" || return`,
		"  case $STATUS in",
		"  ROLLBACK_COMPLETE | ROLLBACK_FAILED | CREATE_FAILED)",
		`    aws cloudformation delete-stack --profile "$1" --region "$AWS_REGION" --stack-name "$2" &&`,
		`      aws cloudformation wait stack-delete-complete --profile "$1" --region "$AWS_REGION" --stack-name "$2" && sleep 30 ;;`,
		`  *) echo "$2 is in $STATUS: it stays." ;;`,
		"  esac",
		"}",
	)
	for _, t := range h.templates[:min(len(h.templates), 1)] {
		where := profile(t.Stack.Account) + " " + stackName(t.Stack)
		h.prose("For the first stack above:")
		h.shell("cfn_why " + where)
		h.shell("cfn_forget " + where)
	}
}

// deploy is the command that makes or updates a stack, and waits for it.
func (h *handbook) deploy(account *plan.Account, stack, path string, upload bool, capabilities []string) string {
	arguments := []string{
		"--stack-name " + stack, "--template-file " + quote(path),
		h.parameters(),
	}
	if len(capabilities) > 0 {
		arguments = append(arguments, "--capabilities "+strings.Join(capabilities, " "))
	}
	if upload {
		arguments = append(arguments, "--s3-bucket "+bucket(account))
	}
	return command(account, "cloudformation deploy", arguments...)
}

func bucket(account *plan.Account) string { return `"$` + variable(account, "UPLOADS") + `"` }

func bucketVariable(account *plan.Account) string {
	return variable(account, "UPLOADS") + `="cfnpipe-uploads-` + account.ID + `-$SUFFIX"`
}

func (h *handbook) makeBucket(account *plan.Account) string {
	return command(account, "s3 mb", `"s3://$`+variable(account, "UPLOADS")+`"`)
}

func (h *handbook) removeBuckets(accounts []*plan.Account) []string {
	var lines []string
	for _, account := range accounts {
		lines = append(lines, command(account, "s3 rb", "--force "+`"s3://`+`cfnpipe-uploads-`+account.ID+`-$SUFFIX"`))
	}
	return lines
}

// oneTemplate describes the other layout.
func (h *handbook) oneTemplate() {
	h.part("Instead: one template for everything")
	total := 0
	for _, t := range h.templates {
		total += len(t.Bytes)
	}
	if n := len(h.plan.Operated()); n > plan.MostResources || total > plan.MostBytes {
		h.prose("This system is too large for one template: CloudFormation takes %d resources, and it has %d.", plan.MostResources, n)
		return
	}
	path := h.plan.Name + ".template.json"
	h.prose("The complete system is also to be had as one template, which is deployed to each account; each makes its own part of it. " +
		"Keep this order here, too. Choose one of the two ways: both use the same names, so they cannot stand side by side with one suffix.")
	h.shell("cfnpipe compile -o " + quote(path) + ` "$CONFIGURATION"`)
	for _, account := range h.pipelinesLast() {
		h.prose("Account %s:", account.Label)
		h.shell(bucketVariable(account), h.makeBucket(account),
			h.deploy(account, h.wholeStack(account), path, true, []string{capability}))
	}
	h.shell(h.removeBuckets(h.plan.Accounts)...)
	h.prose("Where a command below names a stack, use that of its account instead.")
}

// wholeStack is the name of the stack that holds an account's part of everything. It does not depend on what else the
// configuration holds: another first pipeline is no other stack.
func (h *handbook) wholeStack(account *plan.Account) string {
	return `"` + plan.PhysicalName(account.Label, "system") + `-$SUFFIX"`
}

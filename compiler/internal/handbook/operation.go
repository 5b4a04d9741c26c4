package handbook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// run is a pipeline of the plan with the block that it came from.
type run struct {
	spec     *spec.Pipeline
	pipeline *plan.Resource
}

// runs pairs pipelines with their blocks by the label that both came from.
func (h *handbook) runs() []run {
	var out []run
	for _, p := range h.config.Pipelines {
		for _, r := range h.of("AWS::CodePipeline::Pipeline", plan.Pipeline) {
			// Pipelines of one for_each come from one place.
			if r.Stack.Origin == p.Label.Range && r.Stack.Name == plan.PhysicalName(p.Label.Value, "pipeline") {
				out = append(out, run{p, r})
			}
		}
	}
	return out
}

// repository is the name of a pipeline's repository as a word of a shell.
func (h *handbook) repository(r run) string {
	for _, repository := range h.of("AWS::CodeCommit::Repository") {
		if repository.Stack == r.pipeline.Stack {
			return h.name(repository)
		}
	}
	return quote(r.spec.Source.Repository.Value)
}

func (h *handbook) afterwards() {
	h.heading("Check")
	h.prose("What the stacks tell of themselves:")
	var lines []string
	for _, account := range h.plan.Accounts {
		var names []string
		for _, t := range h.templates {
			if t.Stack.Account == account {
				names = append(names, stackName(t.Stack))
			}
		}
		lines = append(lines, "for stack in "+strings.Join(names, " ")+"; do\n  "+
			strings.ReplaceAll(command(account, "cloudformation describe-stacks", `--stack-name "$stack"`,
				"--query 'Stacks[0].[StackName,StackStatus,Outputs[].[OutputKey,OutputValue]]' --output text"), "\n", "\n  ")+
			"\ndone")
	}
	h.shell(lines...)
	h.targets()
	h.subscriptions()
	h.firstRun()
}

func (h *handbook) targets() {
	var lines []string
	for _, rule := range h.of("AWS::Events::Rule", plan.Pipeline) {
		lines = append(lines, command(rule.Stack.Account, "events list-targets-by-rule", "--rule "+h.name(rule), "--query 'Targets[].Arn' --output text"))
	}
	if len(lines) > 0 {
		h.prose("What the rules on events send them to, the pipelines, or the functions that start them, first of all:")
		h.shell(lines...)
	}
	lines = nil
	for _, group := range h.of("AWS::ElasticLoadBalancingV2::TargetGroup") {
		lines = append(lines, command(group.Stack.Account, "elbv2 describe-target-health", "--target-group-arn "+h.physicalID(group),
			"--query 'TargetHealthDescriptions[].[Target.Id,TargetHealth.State]' --output text"))
	}
	if len(lines) > 0 {
		about := "What the load balancers send requests to. Until the first release hosts are unhealthy"
		if len(h.released) > 0 {
			about += ", and functions are not there. A function is unavailable here after that, too, since nobody asks for its health"
		}
		h.prose("%s:", about)
		h.shell(lines...)
	}
}

func (h *handbook) subscriptions() {
	topics := h.of("AWS::SNS::Topic", plan.Pipeline)
	var addresses []string
	for _, p := range h.config.Pipelines {
		if p.Notifications == nil {
			continue
		}
		for _, email := range p.Notifications.Emails.Items {
			addresses = append(addresses, code(email.String()))
		}
	}
	if len(topics) == 0 || len(addresses) == 0 {
		return
	}
	h.prose("AWS has sent a message to %s. Nobody hears of anything before the link in it was followed; until then this says PendingConfirmation:",
		strings.Join(addresses, ", "))
	var lines []string
	for _, topic := range topics {
		lines = append(lines, command(topic.Stack.Account, "sns list-subscriptions-by-topic", "--topic-arn "+h.physicalID(topic),
			"--query 'Subscriptions[].[Endpoint,SubscriptionArn]' --output text"))
	}
	h.shell(lines...)
}

// code writes text as code, whatever backticks are in it.
func code(text string) string {
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + text + " " + fence
	}
	return fence + text + fence
}

func (h *handbook) firstRun() {
	h.part("The run that starts by itself")
	h.prose("A pipeline starts once when it is created. If the branch that it builds does not exist yet, its source action fails: " +
		"that is harmless, and the first push starts the next run. If the branch exists, it is built and deployed at once, up to the first approval. " +
		"How the runs stand:")
	var lines []string
	for _, r := range h.runs() {
		lines = append(lines, command(r.pipeline.Stack.Account, "codepipeline get-pipeline-state", "--name "+h.name(r.pipeline),
			"--query 'stageStates[].[stageName,latestExecution.status,actionStates[].latestExecution.errorDetails.message|[0]]' --output text"))
	}
	h.shell(lines...)
	h.prose("To start a run without a push:")
	lines = nil
	for _, r := range h.runs() {
		lines = append(lines, command(r.pipeline.Stack.Account, "codepipeline start-pipeline-execution", "--name "+h.name(r.pipeline)))
	}
	h.shell(lines...)
}

func (h *handbook) firstPush() {
	h.heading("The first push")
	for _, r := range h.runs() {
		h.prose("The pipeline %s builds the branch %s. Its source needs %s. In your clone of it:",
			r.spec.Label.Value, code(r.spec.Source.Branch.Value), dockerfiles(r.spec))
		account := r.pipeline.Stack.Account
		h.shell(
			"URL="+result(command(account, "codecommit get-repository", "--repository-name "+h.repository(r),
				"--query repositoryMetadata.cloneUrlHttp --output text")),
			// The first, empty one shuts out helpers that would keep the password, which is good for minutes only.
			`git config --replace-all "credential.$URL.helper" ''`,
			// In single quotes: an interactive shell looks for "!" between double ones.
			`git config --add "credential.$URL.helper" '!aws --profile "'`+profile(account)+`'" codecommit credential-helper $@'`,
			`git config "credential.$URL.useHttpPath" true`,
			`git push "$URL" `+quote("HEAD:refs/heads/"+r.spec.Source.Branch.Value),
		)
	}
	h.pathFilters()
}

// pathFilters says what a push starts where pipelines look at the files that it touches.
func (h *handbook) pathFilters() {
	var labels, tests, logs []string
	for _, r := range h.runs() {
		if r.spec.Source.Paths == nil {
			continue
		}
		labels = append(labels, r.spec.Label.Value)
		test := "git diff --name-only --no-renames HEAD~1 | cfnpipe trigger --branch " + quote(r.spec.Source.Branch.Value) + ` --changed - "$CONFIGURATION"`
		if !slices.Contains(tests, test) {
			tests = append(tests, test)
		}
		for _, function := range h.of("AWS::Lambda::Function", plan.Pipeline) {
			if variables := environment(function); function.Stack == r.pipeline.Stack && variables.Get("PIPELINE") != nil {
				group, _ := h.text(logGroup(function), function.Stack.Account)
				logs = append(logs, command(function.Stack.Account, "logs tail", `"`+group+`" --since 1h`))
			}
		}
	}
	if len(labels) == 0 {
		return
	}
	h.part("Pushes that start some pipelines only")
	h.prose("A push starts one of these only if it touches files of its paths: %s. A push that makes the branch starts them all, and so does one "+
		"whose files cannot be found out. What the last commit of your clone would start, and why; there, and with CONFIGURATION as a path from there:",
		strings.Join(labels, ", "))
	h.shell(tests...)
	h.prose("What the functions decided about the pushes of the last hour. If one says nothing, no event has reached it:")
	h.shell(logs...)
	h.prose("After a run that failed, or changed paths, no push need come that starts the pipeline again. Start it without one, as above.")
}

func environment(function *plan.Resource) plan.Object {
	of, _ := function.Properties.Get("Environment").(plan.Object)
	variables, _ := of.Get("Variables").(plan.Object)
	return variables
}

func logGroup(function *plan.Resource) plan.Value {
	of, _ := function.Properties.Get("LoggingConfig").(plan.Object)
	return of.Get("LogGroup")
}

func dockerfiles(p *spec.Pipeline) string {
	var files []string
	for _, build := range p.Builds() {
		files = append(files, code(build.Dockerfile.Value))
	}
	if len(files) == 0 {
		return "a commit"
	}
	return "the file " + strings.Join(files, " and ")
}

// gate is an approval as the pipeline calls it.
type gate struct {
	stage, action string
	minutes       plan.Int // that it waits; 0: as long as CodePipeline lets it
}

func gates(pipeline *plan.Resource) []gate {
	var out []gate
	for _, stage := range stagesOf(pipeline) {
		for _, action := range actionsOf(stage) {
			if categoryOf(action) == "Approval" {
				minutes, _ := action.Get("TimeoutInMinutes").(plan.Int)
				out = append(out, gate{literal(stage.Get("Name")), literal(action.Get("Name")), minutes})
			}
		}
	}
	return out
}

func stagesOf(pipeline *plan.Resource) []plan.Object {
	return objects(pipeline.Properties.Get("Stages"))
}

func actionsOf(stage plan.Object) []plan.Object { return objects(stage.Get("Actions")) }

func objects(v plan.Value) []plan.Object {
	list, _ := v.(plan.List)
	var out []plan.Object
	for _, item := range list {
		if o, ok := item.(plan.Object); ok {
			out = append(out, o)
		}
	}
	return out
}

func categoryOf(action plan.Object) string {
	kind, _ := action.Get("ActionTypeId").(plan.Object)
	return literal(kind.Get("Category"))
}

func literal(v plan.Value) string {
	text, _ := v.(plan.String)
	return string(text)
}

func (h *handbook) approval() {
	started := false
	for _, r := range h.runs() {
		for _, g := range gates(r.pipeline) {
			if !started {
				started = true
				h.heading("Approve")
				h.prose("An approval waits for seven days. To reject, write Rejected for Approved.")
			}
			h.approve(r, g)
		}
	}
}

func (h *handbook) approve(r run, g gate) {
	account := r.pipeline.Stack.Account
	waits := ""
	if g.minutes > 0 {
		waits = fmt.Sprintf(", which waits for %d minutes instead", g.minutes)
	}
	h.prose("Stage %s of %s%s:", g.stage, r.spec.Label.Value, waits)
	query := fmt.Sprintf("stageStates[?stageName=='%s'].actionStates[] | [?actionName=='%s'].latestExecution.token | [0]", between(g.stage), between(g.action))
	h.shell(
		"TOKEN="+result(command(account, "codepipeline get-pipeline-state", "--name "+h.name(r.pipeline),
			`--query "`+query+`" --output text`)),
		command(account, "codepipeline put-approval-result", "--pipeline-name "+h.name(r.pipeline),
			"--stage-name "+quote(g.stage)+" --action-name "+quote(g.action),
			"--result summary='Seen and agreed',status=Approved --token \"$TOKEN\""),
	)
}

func (h *handbook) update() {
	h.heading("Update")
	h.prose("Change the configuration and compile it into this folder. The first command writes the templates, the second, " +
		"for CI, fails if somebody forgot the first:")
	h.shell(`cfnpipe compile -o ./ "$CONFIGURATION"`, `cfnpipe compile -o ./ --check "$CONFIGURATION"`)
	h.prose("The commands under Deploy update stacks as well. To look before you leap, define these two functions:")
	h.shell(
		"cfn_preview() {",
		"  CHANGES=",
		`  SAID="$(aws cloudformation deploy --profile "$1" --region "$AWS_REGION" --stack-name "$2" --template-file "$3" \`,
		"    "+h.parameters()+` --capabilities `+capability+` --no-execute-changeset ${4:+--s3-bucket="$4"})" || return`,
		`  CHANGES="$(printf '%s\n' "$SAID" | grep -o 'arn:[^ ]*:changeSet/[^ ]*')" || { echo "$2: no changes"; return 1; }`,
		`  aws cloudformation describe-change-set --profile "$1" --region "$AWS_REGION" --stack-name "$2" --change-set-name "$CHANGES" \`,
		"    --query 'Changes[].ResourceChange.[Action,Replacement,LogicalResourceId,ResourceType]' --output text",
		"}",
		"cfn_execute() {",
		`  aws cloudformation execute-change-set --profile "$1" --region "$AWS_REGION" --stack-name "$2" --change-set-name "$CHANGES" &&`,
		`  aws cloudformation wait stack-update-complete --profile "$1" --region "$AWS_REGION" --stack-name "$2"`,
		"}",
	)
	h.prose("For each stack whose template has changed, in this order: preview, read, execute. True in the second column means that " +
		"the resource is made anew.")
	for _, t := range h.templates {
		where := profile(t.Stack.Account) + " " + stackName(t.Stack)
		preview := "cfn_preview " + where + " " + quote(t.Path)
		var lines []string
		if t.needsUpload() {
			preview += " " + bucket(t.Stack.Account)
			lines = append(lines, bucketVariable(t.Stack.Account), h.makeBucket(t.Stack.Account))
		}
		h.shell(append(lines, preview)...)
		h.shell("cfn_execute " + where)
	}
	h.prose("A stack that is new is made by its command under Deploy, in the order there: these functions wait for updates only.")
	h.exportsInUse()
	h.prose("A stack whose template is gone from this folder after compiling is still in AWS. Where its pipeline stays, first update the stack of the pipeline " +
		"and let the runs that are under way end; then delete the service's stack, and then that of the environment if it is gone, too, with the commands of the " +
		"handbook that came with them. Where the pipeline is gone, delete its stack first. The stack of a pipeline takes its images and its own store of bundles with it, and a host that " +
		"starts later gets neither: a service does not outlast its pipeline for long.")
	h.leftInStores()
	h.beforeUpdating()
}

// leftInStores empties the folder that a pipeline leaves in a store that others share with it.
func (h *handbook) leftInStores() {
	done := map[*plan.Resource]bool{}
	for _, pipeline := range h.of("AWS::CodePipeline::Pipeline") {
		artifacts, _ := pipeline.Properties.Get("ArtifactStore").(plan.Object)
		location, _ := artifacts.Get("Location").(plan.Ref)
		store := location.To
		if store == nil || store.Stack == pipeline.Stack || done[store] {
			continue
		}
		done[store] = true
		h.prose("The store of %s is shared, and keeps the sources and bundles of a pipeline that is gone, below the first 20 characters of "+
			"its name. After the stacks of its services remove them; earlier versions expire by themselves.", store.Stack.Account.Label)
		h.shell("FOLDER=the-first-20-letters", command(store.Stack.Account, "s3 rm", `--recursive "s3://`+strings.Trim(h.name(store), `"`)+`/${FOLDER:?}/"`))
	}
}

// beforeUpdating says what an update does that its author may not expect.
func (h *handbook) beforeUpdating() {
	h.part("What to know before an update")
	fleets := h.of("AWS::AutoScaling::AutoScalingGroup")
	services := slices.DeleteFunc(slices.Clone(fleets), h.isExchanged)
	var points []string
	if len(services) > 0 {
		points = append(points, "Every update of a service's stack looks up the newest machine image. If there is a newer one, or a setting has changed, its hosts are "+
			"replaced one by one, each once its successor serves. Let a release that runs come to its end first: replacing a host "+
			"under it fails the release.")
	}
	points = append(points, h.updatingExchanged()...)
	if len(fleets) > 0 {
		points = append(points,
			"A changed health_check counts for the load balancer before it counts for the hosts: first release a version that answers both paths.",
			"When something shrinks that services use, such as the number of availability zones, update the stacks of the services before those "+
				"of the environments: AWS keeps what is still imported.",
			"A deploy that goes over to blue_green, or back from it, gets other hosts, and is out of service until its next release: right after the stack of its service "+
				"update that of its pipeline, and start a run.",
		)
	}
	h.list(points...)
	h.leavingFunctions()
	h.list(
		"The address range of a VPC cannot change under what runs in it, and a certificate can be added or exchanged, but not taken away: "+
			"the listener that redirects to HTTPS still holds port 80. A pipeline that moves to the artifact store of its account, or back to one of its own, "+
			"leaves its bundles behind, and a host that starts before the next release gets none. Hosts that releases exchange stay in a VPC that their account leaves. "+
			"For any of these, set up a copy under another suffix "+
			"and tear the old one down.",
		"Another suffix is another system, never an update of this one.",
	)
	if len(fleets) == 0 {
		return
	}
	h.prose("Should the rollback of an update end in UPDATE_ROLLBACK_FAILED, because hosts do not become healthy for a reason outside of the stack, " +
		"or a deployment does not end, mend the reason and let it go on. For the last stack with hosts:")
	stack := fleets[len(fleets)-1].Stack
	h.shell(command(stack.Account, "cloudformation continue-update-rollback", "--stack-name "+stackName(stack)))
}

// group is a deployment group with its words for a shell.
type group struct {
	*plan.Resource
	application, name string
}

func (h *handbook) groups() []group {
	var out []group
	for _, r := range h.of("AWS::CodeDeploy::DeploymentGroup") {
		application, ok := h.text(r.Properties.Get("ApplicationName"), r.Stack.Account)
		if ok {
			out = append(out, group{r, `"` + application + `"`, h.name(r)})
		}
	}
	return out
}

// alarms lists the names of a group's alarms, for a place between double quotes.
func (h *handbook) alarms(g group) []string {
	configuration, _ := g.Properties.Get("AlarmConfiguration").(plan.Object)
	alarms, _ := configuration.Get("Alarms").(plan.List)
	var out []string
	for _, a := range alarms {
		alarm, _ := a.(plan.Object)
		if name, ok := h.text(alarm.Get("Name"), g.Stack.Account); ok {
			out = append(out, "{name="+name+"}")
		}
	}
	return out
}

// alarm is the way out when the alarm that guards deployments stops the one that would mend things.
func (h *handbook) alarm() {
	var blocks [][2]string
	var titles []string
	for _, g := range h.groups() {
		alarms := strings.Join(h.alarms(g), ",")
		if alarms == "" {
			continue
		}
		set := func(enabled bool) string {
			return command(g.Stack.Account, "deploy update-deployment-group", "--application-name "+g.application,
				"--current-deployment-group-name "+g.name, fmt.Sprintf(`--alarm-configuration "enabled=%t,alarms=[%s]"`, enabled, alarms))
		}
		blocks = append(blocks, [2]string{set(false), set(true)})
		titles = append(titles, g.ID+" in "+g.Stack.Account.Label)
	}
	if len(blocks) == 0 {
		return
	}
	h.heading("Release a fix while the service fails")
	h.prose("CodeDeploy stops a deployment while an alarm of its group is in ALARM, also the deployment that would mend it. "+
		"Let the group ignore its alarm, release the fix through the pipeline, and switch the alarm on again. "+
		"Do not forget the last step: CloudFormation compares templates, not what is there, so an update of the stack leaves the alarm off.%s",
		h.ofExchanged(" Of a blue/green fleet an update may switch it on, too early: let it wait."))
	for i, block := range blocks {
		h.prose("%s, off:", titles[i])
		h.shell(block[0])
		h.prose("On again:")
		h.shell(block[1])
	}
}

func (h *handbook) redeploy() {
	groups := slices.DeleteFunc(h.groups(), func(g group) bool { return h.shiftsFunction(g.Resource) })
	if len(groups) == 0 {
		return
	}
	h.heading("Deploy the running version again")
	h.prose("This starts the containers anew, with their secrets as they are now%s:",
		h.ofExchanged("; of a blue/green fleet it is a release like any other, with new hosts"))
	for _, g := range groups {
		names := "--application-name " + g.application + " --deployment-group-name " + g.name
		last := result(command(g.Stack.Account, "deploy get-deployment-group", names,
			"--query deploymentGroupInfo.lastSuccessfulDeployment.deploymentId --output text"))
		h.shell(
			"DEPLOYMENT="+last,
			"REVISION="+result(command(g.Stack.Account, "deploy get-deployment", `--deployment-id "$DEPLOYMENT"`,
				"--query deploymentInfo.revision --output json")),
			command(g.Stack.Account, "deploy create-deployment", names, `--revision "$REVISION"`),
		)
	}
}

func (h *handbook) scale() {
	fleets := h.of("AWS::AutoScaling::AutoScalingGroup")
	if len(fleets) == 0 {
		return
	}
	h.heading("Scale")
	h.prose("For good: change `capacity` in the configuration and update the service's stack. For now, to the most that each may have; " +
		"when the load falls, a fleet with room below that shrinks again:")
	var lines []string
	for _, fleet := range fleets {
		name := h.name(fleet)
		if h.isExchanged(fleet) {
			lines, name = append(lines, "FLEET="+h.currentFleet(fleet)), `"$FLEET"`
		}
		lines = append(lines, command(fleet.Stack.Account, "autoscaling set-desired-capacity",
			"--auto-scaling-group-name "+name, "--desired-capacity "+quote(literal(fleet.Properties.Get("MaxSize")))))
	}
	h.shell(lines...)
}

func (h *handbook) logs() {
	groups := h.of("AWS::Logs::LogGroup")
	if len(groups) == 0 {
		return
	}
	h.heading("Logs")
	var points, lines []string
	for _, group := range groups {
		name := h.name(group)
		points = append(points, group.Stack.Account.Label+", `"+strings.Trim(name, `"`)+"`: "+group.Why)
		lines = append(lines, command(group.Stack.Account, "logs tail", name+" --since 1h"))
	}
	h.list(points...)
	h.prose("The last hour; with `--follow` also what comes:")
	h.shell(lines...)
}

// exportsInUse is the way out when a stack no longer gives what another still takes (CloudFormation user guide, "Get exported
// outputs from a deployed CloudFormation stack").
func (h *handbook) exportsInUse() {
	for _, t := range h.templates {
		if len(needs(h.plan, t.Stack)) > 0 {
			h.prose("If an update says that an export cannot be deleted as it is in use, the stack that imports it still does: update that one first, with its " +
				"new template, and then this one. If it waits for something new from this one, take two steps: first a configuration that has both, then one without the old.")
			return
		}
	}
}

package handbook

import (
	"fmt"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// lookout is a canary of the plan with the block that it came from.
type lookout struct {
	pipeline *spec.Pipeline
	stage    *spec.Stage
	canary   *spec.Canary
	resource *plan.Resource
}

func (h *handbook) lookouts() []lookout {
	var out []lookout
	for _, p := range h.config.Pipelines {
		for _, stage := range p.Stages {
			for _, action := range stage.Actions {
				c, ok := action.(*spec.Canary)
				if !ok {
					continue
				}
				if r := h.plan.Resource(plan.LogicalID(p.Label.Value, stage.Label.Value, c.Label.Value) + "Canary"); r != nil {
					out = append(out, lookout{p, stage, c, r})
				}
			}
		}
	}
	return out
}

// canaries says what the pipeline's canaries are called, and what an operator does with them.
func (h *handbook) canaries() {
	all := h.lookouts()
	if len(all) == 0 {
		return
	}
	h.heading("Canaries")
	h.prose("A pipeline runs each of these once its deploy is through, and a stage whose canary does not pass has failed. The output of its project says why. " +
		"None runs before a pipeline has started it.")
	for _, l := range all {
		account := l.resource.Stack.Account
		rhythm := "It runs for the pipeline alone"
		if l.canary.EveryMinutes() > 0 {
			rhythm = "It runs every " + strings.TrimPrefix(l.canary.Every.Value, "1 ") + " from the first release on"
		}
		h.prose("%s in stage %s of %s, account %s. %s. Its last runs, why they failed, and where their logs lie:",
			code(l.canary.Label.Value), l.stage.Label.Value, l.pipeline.Label.Value, account.Label, rhythm)
		h.shell(command(account, "synthetics get-canary-runs", "--name "+h.name(l.resource), "--max-results 3",
			"--query 'CanaryRuns[].[Timeline.Started,Status.State,Status.StateReason,ArtifactS3Location]' --output text"))
	}
	last := all[len(all)-1]
	h.prose("What runs for the pipeline alone, or was stopped, is started like this. Shown for the last of them:")
	h.shell(command(last.resource.Stack.Account, "synthetics start-canary", "--name "+h.name(last.resource)))
	// Source of what an update does: aws-cloudformation-resource-providers-synthetics, UpdateHandler.java; of what a deletion
	// does: DeleteHandler.java; of the rights: resource-role.yaml.
	h.list(
		"Synthetics makes a Lambda function and layers for each canary, with the rights of whoever makes the stack: those need rights on Lambda and Synthetics, and to pass the canary's role.",
		"An update of a stack that changes a canary stops it. The next run of the pipeline starts it again.",
		"A canary asks from the internet, from addresses that change. A firewall in front of the service has to let it in.",
		"A canary comes with the stack of its service, so update that before the stack of its pipeline; to take it out, update the stack of the pipeline first.",
		"A teardown stops the canaries, and deletes them with their functions, results and logs. Should one be running for longer than CloudFormation waits, delete the stack once more.",
	)
	h.canaryRuntime()
}

// canaryRuntime is how canaries get another runtime: a stack keeps the value that a parameter was given, whatever a new default says.
func (h *handbook) canaryRuntime() {
	parameter := h.plan.Parameter("CanaryRuntime")
	if parameter == nil {
		return
	}
	var stacks []Template
	for _, t := range h.templates {
		if h.plan.Uses(h.plan.Of(t.Stack), nil)[parameter] {
			stacks = append(stacks, t)
		}
	}
	h.prose("AWS deprecates runtimes, tells the owners of canaries by mail, and then makes no canary with them. A stack keeps the runtime that it was made with, %s, "+
		"until it is given another. What there is, and since when it is deprecated, asked in the first account with canaries; the check of cfnpipe itself needs a syn-nodejs or a syn-nodejs-puppeteer:", code(literal(parameter.Default)))
	h.shell(command(stacks[0].Stack.Account, "synthetics describe-runtime-versions",
		"--query 'sort_by(RuntimeVersions,&ReleaseDate)[].[VersionName,DeprecationDate]' --output text"))
	lines := []string{"CANARY_RUNTIME=" + quote(literal(parameter.Default))}
	for _, t := range stacks {
		account := t.Stack.Account
		if t.needsUpload() {
			lines = append(lines, bucketVariable(account), h.makeBucket(account))
		}
		deploy := h.deploy(account, stackName(t.Stack), t.Path, t.needsUpload(), capabilities(h.plan, t.Stack))
		lines = append(lines, strings.Replace(deploy, "--parameter-overrides ", fmt.Sprintf(`--parameter-overrides %s="$CANARY_RUNTIME" `, parameter.Name), 1))
	}
	h.prose("And this is how they get it:")
	h.shell(lines...)
}

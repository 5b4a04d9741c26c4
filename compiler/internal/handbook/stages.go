package handbook

import (
	"fmt"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// stages tells what stages do by themselves, and how somebody does it for them.
func (h *handbook) stages() {
	started := false
	for _, r := range h.runs() {
		for _, stage := range stagesOf(r.pipeline) {
			entry := h.beforeEntry(stage, r.pipeline.Stack.Account)
			points := append(entry, byThemselves(stage)...)
			if len(points) == 0 {
				continue
			}
			if !started {
				started = true
				h.heading("Stages that act by themselves")
			}
			name := literal(stage.Get("Name"))
			h.prose("Stage %s of %s:", name, r.spec.Label.Value)
			h.list(points...)
			h.currentRun(r, name, len(entry) > 0)
		}
	}
}

// beforeEntry says in points what a stage waits for. A run that waits holds its stage (CodePipeline user guide, "Concepts").
func (h *handbook) beforeEntry(stage plan.Object, account *plan.Account) []string {
	var points []string
	entry, _ := stage.Get("BeforeEntry").(plan.Object)
	for _, condition := range objects(entry.Get("Conditions")) {
		for _, rule := range objects(condition.Get("Rules")) {
			kind, _ := rule.Get("RuleTypeId").(plan.Object)
			configuration, _ := rule.Get("Configuration").(plan.Object)
			switch literal(kind.Get("Provider")) {
			case "DeploymentWindow":
				points = append(points, fmt.Sprintf("It begins while %s names the minute in %s. A run waits for that, and newer ones wait behind it.",
					code(literal(configuration.Get("Cron"))), literal(configuration.Get("TimeZone"))))
			case "CloudWatchAlarm":
				patience := ""
				if wait := literal(configuration.Get("WaitTime")); wait != "" {
					patience = "; a run waits for that for " + wait + " minutes"
				}
				points = append(points, fmt.Sprintf("It begins if the alarm %s of account %s is OK%s.%s",
					code(h.alarmName(configuration.Get("AlarmName"), account)), account.Label, patience, h.whoseAlarm(configuration.Get("AlarmName"))))
			}
		}
	}
	return points
}

// alarmName is the name of an alarm: as far as it is known, or the logical id of its resource.
func (h *handbook) alarmName(name plan.Value, account *plan.Account) string {
	if text := literal(name); text != "" {
		return text
	}
	if text, ok := h.text(name, account); ok {
		return text
	}
	for _, r := range plan.References(name) {
		return r.ID
	}
	return "that its condition names"
}

// whoseAlarm says who makes an alarm.
func (h *handbook) whoseAlarm(name plan.Value) string {
	for _, r := range h.plan.Resources {
		if r.Own && r.Type == "AWS::CloudWatch::Alarm" && plan.Equal(r.Properties.Get("AlarmName"), name) {
			return ""
		}
	}
	if len(plan.References(name)) > 0 {
		return ""
	}
	return " You make that alarm yourself, before a run comes there."
}

// byThemselves says in points what a stage does that nobody asks for. CodePipeline knows a run to go back to only from under
// the structure that the pipeline has now (CodePipeline user guide, "Configuring stage rollback").
func byThemselves(stage plan.Object) []string {
	var points []string
	failure, _ := stage.Get("OnFailure").(plan.Object)
	switch literal(failure.Get("Result")) {
	case "ROLLBACK":
		points = append(points, "When it fails, it runs again with what its last good run had, as a run of its own in the pipeline's history. "+
			"An update of the stack that changes the pipeline leaves nothing to go back to until the stage has succeeded once more.")
	case "RETRY":
		points = append(points, "When it fails, it is tried once more, and then stays failed.")
	}
	return points
}

// currentRun is what somebody can do for the run that is in a stage: let it in whatever its conditions say, and try it again.
func (h *handbook) currentRun(r run, stage string, waits bool) {
	account, names := r.pipeline.Stack.Account, "--pipeline-name "+h.name(r.pipeline)+" --stage-name "+quote(stage)
	query := fmt.Sprintf("stageStates[?stageName=='%s'].latestExecution.pipelineExecutionId | [0]", between(stage))
	h.prose("The run that is in the stage:")
	h.shell("RUN=" + result(command(account, "codepipeline get-pipeline-state", "--name "+h.name(r.pipeline), `--query "`+query+`" --output text`)))
	if waits {
		h.prose("While it waits, this lets it in; once it was not let in, it is over, and another has to be started:")
		h.shell(command(account, "codepipeline override-stage-condition", names, `--pipeline-execution-id "$RUN" --condition-type BEFORE_ENTRY`))
	}
	h.prose("If one of its actions has failed for good, this tries the stage again:")
	h.shell(command(account, "codepipeline retry-stage-execution", names, `--pipeline-execution-id "$RUN" --retry-mode ALL_ACTIONS`))
}

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
			points := byThemselves(stage)
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
			h.retry(r, name)
		}
	}
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

// retry is how a stage that stays failed is tried again.
func (h *handbook) retry(r run, stage string) {
	account, names := r.pipeline.Stack.Account, "--pipeline-name "+h.name(r.pipeline)+" --stage-name "+quote(stage)
	h.prose("If it stays failed, this tries it again:")
	query := fmt.Sprintf("stageStates[?stageName=='%s'].latestExecution.pipelineExecutionId | [0]", stage)
	h.shell(
		"RUN="+result(command(account, "codepipeline get-pipeline-state", "--name "+h.name(r.pipeline), `--query "`+query+`" --output text`)),
		command(account, "codepipeline retry-stage-execution", names, `--pipeline-execution-id "$RUN" --retry-mode FAILED_ACTIONS`),
	)
}

package expand

import (
	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// onFailure is what a stage does when it fails, in CodePipeline's words.
func onFailure(stage *spec.Stage) aws.CodePipelineFailure {
	result := func(word string) plan.Value { return from(plan.String(word), stage.OnFailure.Range) }
	switch stage.OnFailure.Value {
	case spec.OnFailureRollback:
		return aws.CodePipelineFailure{Result: result("ROLLBACK")}
	case spec.OnFailureRetry:
		mode := map[string]string{spec.RetryFailedActions: "FAILED_ACTIONS", spec.RetryAllActions: "ALL_ACTIONS"}[stage.RetryMode.Value]
		return aws.CodePipelineFailure{
			Result: result("RETRY"), RetryConfiguration: aws.CodePipelineRetry{RetryMode: from(plan.String(mode), stage.RetryMode.Range, stage.OnFailure.Range)},
		}
	}
	return aws.CodePipelineFailure{}
}

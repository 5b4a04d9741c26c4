package expand

import (
	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/spec"
)

// onFailure is what a stage does when it fails, in CodePipeline's words.
func onFailure(stage *spec.Stage) aws.CodePipelineFailure {
	switch stage.OnFailure.Value {
	case spec.OnFailureRollback:
		return aws.CodePipelineFailure{Result: "ROLLBACK"}
	case spec.OnFailureRetry:
		mode := map[string]string{spec.RetryFailedActions: "FAILED_ACTIONS", spec.RetryAllActions: "ALL_ACTIONS"}[stage.RetryMode.Value]
		return aws.CodePipelineFailure{Result: "RETRY", RetryConfiguration: aws.CodePipelineRetry{RetryMode: mode}}
	}
	return aws.CodePipelineFailure{}
}

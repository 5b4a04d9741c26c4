package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// CodePipelinePipeline is AWS::CodePipeline::Pipeline.
type CodePipelinePipeline struct {
	Name          plan.Value
	PipelineType  string
	ExecutionMode string
	RoleArn       plan.Value
	ArtifactStore CodePipelineStore
	Stages        []From[CodePipelineStage]
}

// CodePipelineStore is the bucket and key that stages pass artifacts through.
type CodePipelineStore struct {
	Type          string
	Location      plan.Value
	EncryptionKey CodePipelineKey
}

// CodePipelineKey is the key of a CodePipelineStore.
type CodePipelineKey struct {
	Type string
	Id   plan.Value
}

// CodePipelineStage is one stage of a pipeline.
type CodePipelineStage struct {
	Name        plan.Value
	BeforeEntry CodePipelineEntry
	OnFailure   CodePipelineFailure
	Actions     []From[CodePipelineAction]
}

// CodePipelineEntry is what has to hold before a stage begins; it takes one condition.
type CodePipelineEntry struct{ Conditions []CodePipelineCondition }

// CodePipelineCondition is met when all of its rules are. Result is what happens otherwise.
type CodePipelineCondition struct {
	Result string
	Rules  []From[CodePipelineRule]
}

// CodePipelineRule is one rule of a condition.
type CodePipelineRule struct {
	Name          string
	RuleTypeId    CodePipelineActionType
	Configuration plan.Object
}

// CodePipelineFailure is what a stage does when it fails.
type CodePipelineFailure struct {
	Result             plan.Value
	RetryConfiguration CodePipelineRetry
}

// CodePipelineRetry says what is tried again.
type CodePipelineRetry struct{ RetryMode plan.Value }

// CodePipelineAction is one action of a stage. Actions of one RunOrder run side by side.
type CodePipelineAction struct {
	Name             plan.Value
	RunOrder         int
	ActionTypeId     CodePipelineActionType
	RoleArn          plan.Value
	Configuration    plan.Object
	InputArtifacts   []CodePipelineArtifact
	OutputArtifacts  []CodePipelineArtifact
	TimeoutInMinutes plan.Value // of manual approvals only
}

// CodePipelineActionType says what an action or a rule is.
type CodePipelineActionType struct {
	Category, Owner, Provider, Version string
}

// CodePipelineArtifact is an artifact by its name.
type CodePipelineArtifact struct{ Name string }

// ResourceType implements Resource.
func (CodePipelinePipeline) ResourceType() string { return "AWS::CodePipeline::Pipeline" }

package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// SyntheticsCanary is AWS::Synthetics::Canary with inline code.
type SyntheticsCanary struct {
	Name                       plan.Value
	RuntimeVersion             plan.Value
	Code                       SyntheticsCode
	Schedule                   SyntheticsSchedule
	RunConfig                  SyntheticsRunConfig
	ExecutionRoleArn           plan.Value
	ArtifactS3Location         plan.Value
	SuccessRetentionPeriod     int // days
	FailureRetentionPeriod     int // days
	ProvisionedResourceCleanup string
	StartCanaryAfterCreation   bool `cfn:"keep"`
	Tags                       []Tag
}

// SyntheticsCode is a canary's script. CloudFormation packs it as nodejs/node_modules/FILE.js or python/FILE.py, of the file
// in Handler (aws-cloudformation-resource-providers-synthetics, ModelHelper.java).
type SyntheticsCode struct {
	Handler string
	Script  plan.Value
}

// SyntheticsSchedule says how often a canary runs once it was started; rate(0 minute) is once for each start.
type SyntheticsSchedule struct{ Expression plan.Value }

// SyntheticsRunConfig is how one run goes.
type SyntheticsRunConfig struct {
	TimeoutInSeconds     plan.Value
	MemoryInMB           int
	EnvironmentVariables plan.Object
}

// CanaryLogSweeper is Custom::CanaryLogSweeper: it deletes the log groups of a canary once the canary is gone.
type CanaryLogSweeper struct {
	ServiceToken   plan.Value
	ServiceTimeout int // seconds
	CanaryName     plan.Value
}

// ResourceType implements Resource.
func (SyntheticsCanary) ResourceType() string { return "AWS::Synthetics::Canary" }
func (CanaryLogSweeper) ResourceType() string { return "Custom::CanaryLogSweeper" }

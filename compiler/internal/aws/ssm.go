package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// SSMParameter is AWS::SSM::Parameter.
type SSMParameter struct {
	Name        plan.Value
	Type        string
	Description string
	Value       plan.Value
}

// ResourceType implements Resource.
func (SSMParameter) ResourceType() string { return "AWS::SSM::Parameter" }

package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// WaitConditionHandle is AWS::CloudFormation::WaitConditionHandle: its Ref is a URL that takes signals.
type WaitConditionHandle struct{}

// WaitCondition is AWS::CloudFormation::WaitCondition. It is made when one signal has come; CloudFormation updates none.
type WaitCondition struct {
	Handle  plan.Value
	Timeout string // seconds
}

// ResourceType implements Resource.
func (WaitConditionHandle) ResourceType() string { return "AWS::CloudFormation::WaitConditionHandle" }
func (WaitCondition) ResourceType() string       { return "AWS::CloudFormation::WaitCondition" }

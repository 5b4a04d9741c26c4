package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// LogsLogGroup is AWS::Logs::LogGroup.
type LogsLogGroup struct {
	LogGroupName    plan.Value
	RetentionInDays plan.Value
}

// ResourceType implements Resource.
func (LogsLogGroup) ResourceType() string { return "AWS::Logs::LogGroup" }

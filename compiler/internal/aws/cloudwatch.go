package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// CloudWatchAlarm is AWS::CloudWatch::Alarm on one metric.
type CloudWatchAlarm struct {
	AlarmName          plan.Value
	AlarmDescription   string
	Namespace          string
	MetricName         string
	Dimensions         []CloudWatchDimension
	Statistic          string
	Period             int // seconds
	EvaluationPeriods  int
	Threshold          int
	ComparisonOperator string
	TreatMissingData   string
}

// CloudWatchDimension is one dimension of a metric.
type CloudWatchDimension struct {
	Name  string
	Value plan.Value
}

// ResourceType implements Resource.
func (CloudWatchAlarm) ResourceType() string { return "AWS::CloudWatch::Alarm" }

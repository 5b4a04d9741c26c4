package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// CloudWatchAlarm is AWS::CloudWatch::Alarm on one metric.
type CloudWatchAlarm struct {
	AlarmName         plan.Value
	AlarmDescription  plan.Value
	Namespace         plan.Value
	MetricName        plan.Value
	Dimensions        []CloudWatchDimension
	Statistic         plan.Value
	ExtendedStatistic plan.Value         // a percentile, such as p99; instead of Statistic
	Period            plan.Value         // seconds
	Metrics           []CloudWatchMetric // an expression over several; instead of one
	EvaluationPeriods plan.Value
	Threshold         plan.Value

	EvaluateLowSampleCountPercentile string
	ComparisonOperator               string
	TreatMissingData                 string
}

// CloudWatchMetric is a metric of an expression, or the expression.
type CloudWatchMetric struct {
	Id         string
	Expression plan.Value
	Label      string
	MetricStat *CloudWatchMetricStat
	ReturnData bool `cfn:"keep"` // whether the alarm is about it
}

// CloudWatchMetricStat is a metric with what is made of its data.
type CloudWatchMetricStat struct {
	Metric CloudWatchMetricName
	Period int // seconds
	Stat   string
}

// CloudWatchMetricName is a metric by its name.
type CloudWatchMetricName struct {
	Namespace  string
	MetricName string
	Dimensions []CloudWatchDimension
}

// CloudWatchDimension is one dimension of a metric.
type CloudWatchDimension struct {
	Name  string
	Value plan.Value
}

// ResourceType implements Resource.
func (CloudWatchAlarm) ResourceType() string { return "AWS::CloudWatch::Alarm" }

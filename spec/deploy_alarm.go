package spec

import "github.com/hashicorp/hcl/v2"

// Kinds of alarms of a deploy.
const (
	AlarmErrors    = "errors"
	AlarmLatency   = "latency"
	AlarmThrottles = "throttles"
	AlarmMetric    = "metric"
)

// DeployAlarm is an `alarm` block of a deploy. Each kind has fields of its own.
type DeployAlarm struct {
	Kind    Text
	Minutes Number // in a row

	Percent     Number // AlarmErrors: of the requests of a minute
	MinRequests Number // AlarmErrors: in a minute that counts

	Milliseconds Number // AlarmLatency
	Percentile   Number // AlarmLatency

	Name       Text   // AlarmMetric
	Namespace  Text   // AlarmMetric
	MetricName Text   // AlarmMetric
	Dimensions []Pair // AlarmMetric
	Statistic  Text   // AlarmMetric
	Above      Number // AlarmMetric, AlarmThrottles

	Range hcl.Range
}

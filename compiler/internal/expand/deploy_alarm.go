package expand

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

const stops = "Stops and rolls back a deployment that makes the service fail."

// metrics is what CloudWatch knows of a service. It has no data where nothing was asked of the service.
type metrics struct {
	id, kind                string // what tells alarms of these from those of others; empty for the first
	namespace               string
	requests, errors, times string // their names
	dimensions              []aws.CloudWatchDimension
	failing                 string // what an error is, for people
	unit                    int    // of times, in milliseconds
}

// balancerMetrics is what the load balancer counts of what it sends to a group.
func (s *service) balancerMetrics(group *plan.Resource) metrics {
	return metrics{
		namespace: "AWS/ApplicationELB", requests: "RequestCount", errors: "HTTPCode_Target_5XX_Count", times: "TargetResponseTime",
		dimensions: []aws.CloudWatchDimension{
			{Name: "LoadBalancer", Value: attr(s.environment.balancer, "LoadBalancerFullName")},
			{Name: "TargetGroup", Value: attr(group, "TargetGroupFullName")},
		},
		failing: "answered with status 5xx", unit: 1000,
	}
}

// alarms expands the alarm blocks of a deploy. A deployment that meets one of them in ALARM stops and rolls back; without any
// block there is one on errors. Errors that are counted in several places have an alarm for each: a sum is missing where one
// of its parts is, and some metrics have no data as long as nothing fails.
func (s *service) alarms(m metrics, errorsToo ...metrics) []*plan.Resource {
	var out []*plan.Resource
	errors := append([]metrics{m}, errorsToo...)
	if len(s.deploy.Alarms) == 0 {
		for _, m := range errors {
			out = append(out, s.countAlarm(m.id+"ErrorAlarm", m.kind+"errors", "Requests to "+s.title+" that are "+m.failing+".", m, m.errors, plan.Int(errorsInAMinute), plan.Int(1)))
		}
		return out
	}
	for _, alarm := range s.deploy.Alarms {
		switch alarm.Kind.Value {
		case spec.AlarmErrors:
			for _, m := range errors {
				out = append(out, s.errorShareAlarm(alarm, m))
			}
		case spec.AlarmLatency:
			out = append(out, s.latencyAlarm(alarm, m))
		case spec.AlarmThrottles:
			least := from(plan.Int(alarm.Above.Value+1), alarm.Above.Range)
			out = append(out, s.of(alarm.Range).countAlarm("ThrottleAlarm", "throttles", "Calls of "+s.title+" that Lambda turns away.", m, "Throttles", least, numberOf(alarm.Minutes)))
		case spec.AlarmMetric:
			out = append(out, s.metricAlarm(alarm))
		}
	}
	return out
}

const errorsInAMinute = 10

// countAlarm is in ALARM while a count reaches a number in each minute. Where there are no data nothing was counted: also before
// the first release.
func (s scope) countAlarm(id, kind, description string, m metrics, metric string, least, minutes plan.Value) *plan.Resource {
	return s.add(id, stops, aws.CloudWatchAlarm{
		AlarmName: s.name(kind), AlarmDescription: plan.String(description),
		Namespace: plan.String(m.namespace), MetricName: plan.String(metric), Dimensions: m.dimensions,
		Statistic: plan.String("Sum"), Period: plan.Int(60), EvaluationPeriods: minutes, Threshold: least,
		ComparisonOperator: "GreaterThanOrEqualToThreshold", TreatMissingData: "notBreaching",
	})
}

// errorShareAlarm compares errors with requests. A minute with few of them counts as one without errors, and so does one without
// data: load balancers report nothing where nothing was (Elastic Load Balancing guide, "CloudWatch metrics for your
// Application Load Balancer").
func (s *service) errorShareAlarm(alarm *spec.DeployAlarm, m metrics) *plan.Resource {
	metric := func(id, name string) aws.CloudWatchMetric {
		return aws.CloudWatchMetric{Id: id, MetricStat: &aws.CloudWatchMetricStat{
			Metric: aws.CloudWatchMetricName{Namespace: m.namespace, MetricName: name, Dimensions: m.dimensions}, Period: 60, Stat: "Sum",
		}}
	}
	description := fmt.Sprintf("More than %d %% of the requests to %s are %s.", alarm.Percent.Value, s.title, m.failing)
	return s.of(alarm.Range).add(m.id+"ErrorAlarm", stops, aws.CloudWatchAlarm{
		AlarmName: s.name(m.kind + "errors"), AlarmDescription: from(plan.String(description), alarm.Percent.Range),
		Metrics: []aws.CloudWatchMetric{
			{
				Id: "share", Label: "Share of requests that fail, in percent", ReturnData: true,
				Expression: from(plan.String(fmt.Sprintf("IF(requests >= %d, 100 * FILL(errors, 0) / requests, 0)", alarm.MinRequests.Value)), alarm.MinRequests.Range),
			},
			metric("requests", m.requests),
			metric("errors", m.errors),
		},
		EvaluationPeriods: numberOf(alarm.Minutes), Threshold: from(plan.Int(alarm.Percent.Value), alarm.Percent.Range),
		ComparisonOperator: "GreaterThanThreshold", TreatMissingData: "notBreaching",
	})
}

func (s *service) latencyAlarm(alarm *spec.DeployAlarm, m metrics) *plan.Resource {
	description := fmt.Sprintf("Of 100 requests to %s, %d take longer than %d milliseconds.", s.title, 100-alarm.Percentile.Value, alarm.Milliseconds.Value)
	return s.of(alarm.Range).add("LatencyAlarm", stops, aws.CloudWatchAlarm{
		AlarmName: s.name("latency"), AlarmDescription: from(plan.String(description), alarm.Percentile.Range, alarm.Milliseconds.Range),
		Namespace: plan.String(m.namespace), MetricName: plan.String(m.times), Dimensions: m.dimensions,
		ExtendedStatistic: from(plan.String(fmt.Sprintf("p%d", alarm.Percentile.Value)), alarm.Percentile.Range), Period: plan.Int(60), EvaluationPeriods: numberOf(alarm.Minutes),
		Threshold: from(inUnit(alarm.Milliseconds.Value, m.unit), alarm.Milliseconds.Range), ComparisonOperator: "GreaterThanThreshold", TreatMissingData: "notBreaching",
		EvaluateLowSampleCountPercentile: "ignore", // of a few requests the slowest is no percentile
	})
}

// inUnit is a time in a unit of so many milliseconds: 1 or 1000.
func inUnit(milliseconds, unit int) plan.Value {
	if milliseconds%unit == 0 {
		return plan.Int(milliseconds / unit)
	}
	return plan.Decimal(strings.TrimRight(fmt.Sprintf("%d.%03d", milliseconds/unit, milliseconds%unit), "0"))
}

func (s *service) metricAlarm(alarm *spec.DeployAlarm) *plan.Resource {
	var dimensions []aws.CloudWatchDimension
	for _, pair := range alarm.Dimensions {
		dimensions = append(dimensions, aws.CloudWatchDimension{Name: pair.Key.Value, Value: s.text(pair.Value)})
	}
	description := alarm.MetricName.Value + " of " + s.title + " is above " + itoa(alarm.Above.Value) + "."
	own := s.scope
	own.origin, own.because = alarm.Name.Range, []hcl.Range{alarm.Range}
	return own.add("Metric"+plan.LogicalID(alarm.Name.Value)+"Alarm", stops, aws.CloudWatchAlarm{
		AlarmName: s.name("metric-" + alarm.Name.Value), AlarmDescription: from(plan.String(description), alarm.MetricName.Range, alarm.Above.Range),
		Namespace: textOf(alarm.Namespace), MetricName: textOf(alarm.MetricName), Dimensions: dimensions,
		Statistic: textOf(alarm.Statistic), Period: plan.Int(60), EvaluationPeriods: numberOf(alarm.Minutes),
		Threshold: from(plan.Int(alarm.Above.Value), alarm.Above.Range), ComparisonOperator: "GreaterThanThreshold", TreatMissingData: "notBreaching",
	})
}

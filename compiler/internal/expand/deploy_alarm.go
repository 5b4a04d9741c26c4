package expand

import (
	"fmt"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

const stops = "Stops and rolls back a deployment that makes the service fail."

// alarms expands the alarm blocks of a deploy. A deployment that meets one of them in ALARM stops and rolls back; without any
// block there is one on errors.
func (s *service) alarms(group *plan.Resource) []*plan.Resource {
	if len(s.deploy.Alarms) == 0 {
		return []*plan.Resource{s.errorAlarm(group)}
	}
	var out []*plan.Resource
	for _, alarm := range s.deploy.Alarms {
		switch alarm.Kind.Value {
		case spec.AlarmErrors:
			out = append(out, s.errorShareAlarm(alarm, group))
		case spec.AlarmLatency:
			out = append(out, s.latencyAlarm(alarm, group))
		case spec.AlarmMetric:
			out = append(out, s.metricAlarm(alarm))
		}
	}
	return out
}

// requestsOf are the dimensions of what the load balancer counts for a service.
func (s *service) requestsOf(group *plan.Resource) []aws.CloudWatchDimension {
	return []aws.CloudWatchDimension{
		{Name: "LoadBalancer", Value: attr(s.environment.balancer, "LoadBalancerFullName")},
		{Name: "TargetGroup", Value: attr(group, "TargetGroupFullName")},
	}
}

const (
	balancing       = "AWS/ApplicationELB"
	targetErrors    = "HTTPCode_Target_5XX_Count"
	errorsInAMinute = 10
)

// errorAlarm is in ALARM while targets answer with errors of their own.
func (s *service) errorAlarm(group *plan.Resource) *plan.Resource {
	return s.add("ErrorAlarm", stops, aws.CloudWatchAlarm{
		AlarmName: s.name("errors"), AlarmDescription: "Answers with status 5xx from " + s.title + ".",
		Namespace: balancing, MetricName: targetErrors, Dimensions: s.requestsOf(group),
		Statistic: "Sum", Period: 60, EvaluationPeriods: 1, Threshold: plan.Int(errorsInAMinute),
		ComparisonOperator: "GreaterThanOrEqualToThreshold",
		TreatMissingData:   "notBreaching", // no requests, no errors: also before the first release
	})
}

// errorShareAlarm compares errors with requests. A minute with few of them counts as one without errors, and so does one that the
// load balancer has no data of: it reports nothing where nothing was (Elastic Load Balancing guide, "CloudWatch metrics for your
// Application Load Balancer").
func (s *service) errorShareAlarm(alarm *spec.DeployAlarm, group *plan.Resource) *plan.Resource {
	metric := func(id, name string) aws.CloudWatchMetric {
		return aws.CloudWatchMetric{Id: id, MetricStat: &aws.CloudWatchMetricStat{
			Metric: aws.CloudWatchMetricName{Namespace: balancing, MetricName: name, Dimensions: s.requestsOf(group)}, Period: 60, Stat: "Sum",
		}}
	}
	return s.add("ErrorAlarm", stops, aws.CloudWatchAlarm{
		AlarmName: s.name("errors"), AlarmDescription: fmt.Sprintf("More than %d %% of the requests to %s are answered with status 5xx.", alarm.Percent.Value, s.title),
		Metrics: []aws.CloudWatchMetric{
			{
				Id: "share", Label: "Share of requests that fail, in percent", ReturnData: true,
				Expression: fmt.Sprintf("IF(requests >= %d, 100 * FILL(errors, 0) / requests, 0)", alarm.MinRequests.Value),
			},
			metric("requests", "RequestCount"),
			metric("errors", targetErrors),
		},
		EvaluationPeriods: alarm.Minutes.Value, Threshold: plan.Int(alarm.Percent.Value),
		ComparisonOperator: "GreaterThanThreshold", TreatMissingData: "notBreaching",
	})
}

func (s *service) latencyAlarm(alarm *spec.DeployAlarm, group *plan.Resource) *plan.Resource {
	return s.add("LatencyAlarm", stops, aws.CloudWatchAlarm{
		AlarmName: s.name("latency"), AlarmDescription: fmt.Sprintf("Of 100 requests to %s, %d take longer than %d milliseconds.", s.title, 100-alarm.Percentile.Value, alarm.Milliseconds.Value),
		Namespace: balancing, MetricName: "TargetResponseTime", Dimensions: s.requestsOf(group),
		ExtendedStatistic: fmt.Sprintf("p%d", alarm.Percentile.Value), Period: 60, EvaluationPeriods: alarm.Minutes.Value,
		Threshold: seconds(alarm.Milliseconds.Value), ComparisonOperator: "GreaterThanThreshold", TreatMissingData: "notBreaching",
		EvaluateLowSampleCountPercentile: "ignore", // of a few requests the slowest is no percentile
	})
}

// seconds is a time in seconds, the unit of TargetResponseTime.
func seconds(milliseconds int) plan.Value {
	if milliseconds%1000 == 0 {
		return plan.Int(milliseconds / 1000)
	}
	return plan.Decimal(strings.TrimRight(fmt.Sprintf("%d.%03d", milliseconds/1000, milliseconds%1000), "0"))
}

func (s *service) metricAlarm(alarm *spec.DeployAlarm) *plan.Resource {
	var dimensions []aws.CloudWatchDimension
	for _, pair := range alarm.Dimensions {
		dimensions = append(dimensions, aws.CloudWatchDimension{Name: pair.Key.Value, Value: s.text(pair.Value)})
	}
	return s.add("Metric"+plan.LogicalID(alarm.Name.Value)+"Alarm", stops, aws.CloudWatchAlarm{
		AlarmName: s.name("metric-" + alarm.Name.Value), AlarmDescription: alarm.MetricName.Value + " of " + s.title + " is above " + itoa(alarm.Above.Value) + ".",
		Namespace: alarm.Namespace.Value, MetricName: alarm.MetricName.Value, Dimensions: dimensions,
		Statistic: alarm.Statistic.Value, Period: 60, EvaluationPeriods: alarm.Minutes.Value,
		Threshold: plan.Int(alarm.Above.Value), ComparisonOperator: "GreaterThanThreshold", TreatMissingData: "notBreaching",
	})
}

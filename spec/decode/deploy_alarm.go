package decode

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// maxDeployAlarms is how many alarms a deployment group watches.
// Source: CodeDeploy user guide, "Monitoring deployments with CloudWatch alarms": up to ten. Its page of quotas says 50; ten suffice.
const maxDeployAlarms = 10

// deployAlarms reads the alarm blocks of a deploy: one of each kind, and metrics that their names tell apart.
func (b *block) deployAlarms() []*spec.DeployAlarm {
	var out []*spec.DeployAlarm
	first := map[string]hcl.Range{}
	for _, n := range b.of("alarm") {
		alarm := b.d.open(n).deployAlarm()
		key, called := alarm.Kind.Value+" "+alarm.Name.Value, alarm.Range
		summary := fmt.Sprintf("A second alarm %q", alarm.Kind.Value)
		if alarm.Name.Value != "" {
			called, summary = alarm.Name.Range, fmt.Sprintf("A second alarm named %q", alarm.Name.Value)
		}
		if alarm.Kind.Value == spec.AlarmMetric && alarm.Name.Value == "" {
			continue // It has no name, which has been reported.
		}
		if at, twice := first[key]; twice {
			b.d.duplicate(called, at, summary, "Keep one of the two.")
			continue
		}
		first[key] = called
		out = append(out, alarm)
	}
	if len(out) > maxDeployAlarms {
		b.d.report(out[maxDeployAlarms].Range, fmt.Sprintf("More than %d alarms", maxDeployAlarms),
			fmt.Sprintf("CodeDeploy watches at most %d for a deploy.", maxDeployAlarms))
	}
	return out
}

func (b *block) deployAlarm() *spec.DeployAlarm {
	out := &spec.DeployAlarm{Kind: b.kind(), Minutes: b.number("minutes"), Range: b.header}
	switch b.row.Kind {
	case spec.AlarmErrors:
		out.Percent, out.MinRequests = b.number("percent"), b.number("min_requests")
	case spec.AlarmLatency:
		out.Milliseconds, out.Percentile = b.number("milliseconds"), b.number("percentile")
	case spec.AlarmThrottles:
		out.Above = b.number("above")
	case spec.AlarmMetric:
		out.Name, out.Namespace, out.MetricName = b.text("name"), b.text("namespace"), b.text("metric_name")
		out.Dimensions, out.Statistic, out.Above = b.pairs("dimensions"), b.text("statistic"), b.number("above")
		if n := len(out.Dimensions); n > maxDimensions {
			v, _ := b.value("dimensions")
			b.d.reportValue(v, "Too many dimensions", fmt.Sprintf("A metric has at most %d, and these are %d.", maxDimensions, n))
		}
	}
	return out
}

// maxDimensions is how many dimensions a metric has. Source: CloudWatch user guide, "CloudWatch concepts", Dimensions.
const maxDimensions = 30

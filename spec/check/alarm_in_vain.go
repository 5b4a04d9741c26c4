package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// alarmInVain: an alarm takes back a release only while its deployment runs. What an alarm of a function counts are the calls of its alias, those of both versions together (Lambda developer
// guide, "Using CloudWatch metrics with Lambda").
func alarmInVain(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, pipeline := range config.Pipelines {
		for _, deploy := range pipeline.Deploys() {
			for _, alarm := range deploy.Alarms {
				diag := afterTheEnd(deploy, alarm)
				if deploy.Kind.Value == spec.DeployLambda {
					diag = vain(deploy, alarm)
				}
				if diag != nil {
					diags = append(diags, diag)
				}
			}
		}
	}
	return diags
}

func vain(deploy *spec.Deploy, alarm *spec.DeployAlarm) *hcl.Diagnostic {
	percent, minutes := deploy.Traffic.Percent.Value, deploy.Traffic.Minutes.Value
	canary := deploy.Strategy.Value == spec.StrategyCanary
	meanwhile := fmt.Sprintf("Until the rest of the requests goes over, %d of 100 reach the new version", percent)
	slow := 100 - alarm.Percentile.Value
	switch {
	case alarm.Kind.Value == spec.AlarmLatency && alarm.Milliseconds.Value >= deploy.TimeoutSeconds.Value*1000:
		return warning(alarm.Milliseconds.Range, "Alarm that never rings",
			fmt.Sprintf("No call takes longer than timeout_seconds, which is %d. Write fewer milliseconds.", deploy.TimeoutSeconds.Value))
	case canary && alarm.Kind.Value == spec.AlarmErrors && alarm.Percent.Value >= percent:
		return warning(alarm.Percent.Range, "Alarm that rings too late",
			fmt.Sprintf("%s. Should all of them fail, that is no more than %d %%. Write a lower percent here, or a higher one in traffic.", meanwhile, percent))
	case canary && alarm.Kind.Value == spec.AlarmLatency && percent <= slow:
		return warning(alarm.Percentile.Range, "Alarm that rings too late",
			fmt.Sprintf("%s. Should all of them be slow, %d of 100 are not. Write a higher percentile, or a higher percent in traffic.", meanwhile, 100-percent))
	case canary && alarm.Minutes.Value > minutes:
		return warning(alarm.Minutes.Range, "Alarm that rings too late",
			fmt.Sprintf("The rest of the requests goes over after %d minutes, and then nothing takes the new version back. Write fewer minutes here, or more in traffic.", minutes))
	}
	return nil
}

// afterTheEnd: a blue/green deployment ends with the original instances.
func afterTheEnd(deploy *spec.Deploy, alarm *spec.DeployAlarm) *hcl.Diagnostic {
	options := deploy.BlueGreen
	if options == nil || options.OriginalInstances.Value != spec.OriginalTerminate || alarm.Minutes.Value <= options.TerminationWaitMinutes.Value {
		return nil
	}
	end, remedy := fmt.Sprintf("%d minutes after", options.TerminationWaitMinutes.Value), "Write fewer minutes here, or a longer termination_wait_minutes."
	if options.TerminationWaitMinutes.Value == 0 {
		end, remedy = "as soon as", "Write a longer termination_wait_minutes."
	}
	return warning(alarm.Minutes.Range, "Alarm that rings too late",
		fmt.Sprintf("The original instances end %s the requests have gone over, and then nothing takes the release back. %s", end, remedy))
}

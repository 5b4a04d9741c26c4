package expand

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// beforeEntry expands a before_entry block to the one condition that a stage takes. Its result is FAIL: SKIP is for the rules
// LambdaInvoke and VariableCheck alone (CodePipeline user guide, "Configure conditions for a stage", considerations).
func (d *delivery) beforeEntry(stage *spec.Stage) aws.CodePipelineEntry {
	entry := stage.BeforeEntry
	if entry == nil {
		return aws.CodePipelineEntry{}
	}
	var rules []aws.From[aws.CodePipelineRule]
	if window := entry.Window; window != nil {
		rules = append(rules, aws.From[aws.CodePipelineRule]{At: window.Range, Of: rule("window", "DeploymentWindow",
			plan.Field{Key: "Cron", Value: textOf(window.Cron)},
			plan.Field{Key: "TimeZone", Value: textOf(window.TimeZone)},
		)})
	}
	for i, alarm := range entry.Alarms {
		name := "alarm"
		if i > 0 {
			name += "-" + itoa(i+1) // a condition has each name once
		}
		rules = append(rules, aws.From[aws.CodePipelineRule]{Of: d.alarmRule(name, alarm), At: alarm.Range})
	}
	return aws.CodePipelineEntry{Conditions: []aws.CodePipelineCondition{{Result: "FAIL", Rules: rules}}}
}

// alarmRule reads an alarm with the rights of the pipeline's role. AlarmStates is left out: before entry an alarm in OK passes at
// once, and one in ALARM gets its time (CodePipeline user guide, "Configure conditions for a stage", "Creating Entry conditions").
func (d *delivery) alarmRule(name string, alarm *spec.Alarm) aws.CodePipelineRule {
	d.watchAlarms(alarm.Range)
	configuration := []plan.Field{{Key: "AlarmName", Value: d.text(alarm.Name)}}
	if wait := alarm.WaitMinutes.Value; wait > 0 {
		configuration = append(configuration, plan.Field{Key: "WaitTime", Value: from(plan.String(itoa(wait)), alarm.WaitMinutes.Range)})
	}
	return rule(name, "CloudWatchAlarm", configuration...)
}

// watchAlarms lets the pipeline's role read alarms, once for all rules. Of alarms at large, as for CodeDeploy: a request by name
// was seen refused with less (mattclay/aws-terminator pull request 63).
func (d *delivery) watchAlarms(asked hcl.Range) {
	if !d.watches {
		d.watches = true
		d.role.allow("WatchAlarms", []string{"cloudwatch:DescribeAlarms"}, d.arn("cloudwatch", "alarm:*"))
		d.role.since(asked)
	}
}

// rule is what all rules share. The API gives them a time of their own, timeoutInMinutes, that CloudFormation does not know
// (CloudFormation template reference, AWS::CodePipeline::Pipeline RuleDeclaration).
func rule(name, provider string, configuration ...plan.Field) aws.CodePipelineRule {
	return aws.CodePipelineRule{
		Name:          name,
		RuleTypeId:    aws.CodePipelineActionType{Category: "Rule", Owner: "AWS", Provider: provider, Version: "1"},
		Configuration: configuration,
	}
}

package compiler_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestFixGoesOutWhileTheAlarmRings: CodeDeploy lets no deployment begin while the
// alarm of its group is in ALARM. DEPLOY.md takes each group through it.
func TestFixGoesOutWhileTheAlarmRings(t *testing.T) {
	judge(fixGoesOut).holds(t)
}

func TestFixThatIsHeldUpIsNoticed(t *testing.T) {
	const alarm, group = "StorefrontProductionErrorAlarm", "StorefrontProductionDeploymentGroup"
	const deployer, actor = "StorefrontProductionCodeDeployRolePolicy", "StorefrontProductionDeployRolePolicy"
	handbook := func(old, by string) func(p *printed) bool {
		return func(p *printed) bool {
			before := p.handbook
			p.handbook = strings.ReplaceAll(before, old, by)
			return p.handbook != before
		}
	}
	judge(fixGoesOut).catches(t, map[string]func(p *printed) bool{
		"never off":      handbook("enabled=false", "enabled=true"),
		"never on again": handbook("enabled=true", "enabled=false"),
		"on first": func(p *printed) bool {
			p.handbook = strings.NewReplacer("enabled=false", "enabled=true", "enabled=true", "enabled=false").Replace(p.handbook)
			return true
		},
		"another group":              handbook(`--current-deployment-group-name "storefront-production-group-$SUFFIX"`, `--current-deployment-group-name "storefront-staging-group-$SUFFIX"`),
		"another application":        handbook(`--application-name "storefront-production-app-$SUFFIX"`, `--application-name "storefront-staging-app-$SUFFIX"`),
		"another alarm":              handbook("{name=storefront-production-errors-$SUFFIX}", "{name=storefront-production-$SUFFIX}"),
		"no alarm to put back":       handbook(",alarms=[{name=storefront-production-errors-$SUFFIX}]", ""),
		"another account":            handbook(`update-deployment-group --profile "$PRODUCTION_PROFILE"`, `update-deployment-group --profile "$TOOLS_PROFILE"`),
		"another region":             handbook(`update-deployment-group --profile "$PRODUCTION_PROFILE" --region "$AWS_REGION"`, `update-deployment-group --profile "$PRODUCTION_PROFILE"`),
		"no word of the last step":   handbook("Do not forget the last step", "Done"),
		"no such section":            handbook("## Release a fix while the service fails", "## Fix"),
		"a group that nobody knows":  set(group, "Properties/DeploymentGroupName", map[string]any{"Fn::Sub": "group-${EnvironmentSuffix}"}),
		"an alarm that nobody knows": set(alarm, "Properties/AlarmName", map[string]any{"Fn::Sub": "alarm-${EnvironmentSuffix}"}),
		"no guard at all":            set(group, "Properties/AlarmConfiguration/Enabled", false),
		"a guard that nobody needs":  set(group, "Properties/AlarmConfiguration/IgnorePollAlarmFailure", true),
		"no way back":                set(group, "Properties/AutoRollbackConfiguration/Events", []any{"DEPLOYMENT_FAILURE"}),
		"rings without requests":     set(alarm, "Properties/TreatMissingData", "breaching"),
		"stays as it is":             set(alarm, "Properties/TreatMissingData", "ignore"),
		"rings for another":          set(alarm, "Properties/Dimensions/1/Value", map[string]any{"Fn::GetAtt": []any{"StorefrontStagingTargetGroup", "TargetGroupFullName"}}),
		"CodeDeploy is deaf":         without(deployer, "Properties/PolicyDocument/Statement", "WatchAlarm"),
		"CodeDeploy hears one":       set(deployer, "Properties/PolicyDocument/Statement/3/Resource", map[string]any{"Fn::Sub": "arn:aws:cloudwatch:us-east-1:${AWS::AccountId}:alarm:storefront-${EnvironmentSuffix}"}),
		"the pipeline may not":       without(actor, "Properties/PolicyDocument/Statement", `"Sid":"Deploy"`),
		"the pipeline may too much":  replaced(actor, "codedeploy:GetDeploymentGroup", "codedeploy:UpdateDeploymentGroup"),
	})
}

func fixGoesOut(p *printed) []string {
	var faults []string
	commands := p.alarmCommands()
	for _, group := range p.of("AWS::CodeDeploy::DeploymentGroup") {
		where := "--profile " + profileVariable(p.labels[group.account]) + " --region $AWS_REGION --application-name " +
			p.say(group, group.get("ApplicationName")) + " --current-deployment-group-name " + p.name(group)
		var alarms []*resource
		var names []string
		watched, _ := group.get("AlarmConfiguration/Alarms").([]any)
		for i := range watched {
			if alarm := p.to(group.get(fmt.Sprintf("AlarmConfiguration/Alarms/%d/Name", i))); alarm != nil && alarm.beside.Resources[group.id] != nil {
				alarms, names = append(alarms, alarm), append(names, "{name="+p.name(alarm)+"}")
			}
		}
		if len(alarms) == 0 || len(alarms) < len(watched) {
			faults = append(faults, group.id+" has no alarm of its stack")
			continue
		}
		set := where + " --alarm-configuration enabled=%t,alarms=[" + strings.Join(names, ",") + "]"
		off, on := fmt.Sprintf(set, false), fmt.Sprintf(set, true)
		if i := slices.Index(commands, off); i < 0 || i+1 == len(commands) || commands[i+1] != on {
			faults = append(faults, "DEPLOY.md does not switch off and on again: aws deploy update-deployment-group "+off)
		} else {
			commands = slices.Delete(commands, i, i+2)
		}
		for _, alarm := range alarms {
			faults = append(faults, p.guards(group, alarm)...)
			faults = append(faults, p.mayDeploy(group, alarm)...)
		}
	}
	if len(commands) > 0 {
		faults = append(faults, fmt.Sprintf("DEPLOY.md says also: %q", commands))
	}
	if !strings.Contains(section(p.handbook, "## Release a fix while the service fails"), "Do not forget the last step") {
		faults = append(faults, "DEPLOY.md does not say that the alarm stays off")
	}
	return faults
}

func profileVariable(label string) string {
	return "$" + strings.ToUpper(strings.ReplaceAll(label, "-", "_")) + "_PROFILE"
}

var updateGroup = regexp.MustCompile(`(?m)^aws deploy update-deployment-group (.*)$`)

// alarmCommands are the arguments of the commands, as the shell passes them on, of the section about a fix.
func (p *printed) alarmCommands() []string {
	about := strings.ReplaceAll(section(p.handbook, "## Release a fix while the service fails"), "\\\n", " ")
	var out []string
	for _, match := range updateGroup.FindAllStringSubmatch(about, -1) {
		words := strings.Join(strings.Fields(match[1]), " ")
		out = append(out, strings.NewReplacer(`"`, "", "${SUFFIX}", p.suffix, "$SUFFIX", p.suffix).Replace(words))
	}
	return out
}

// guards: the alarm is about this service, ends by itself, and stops a bad deployment.
func (p *printed) guards(group, alarm *resource) []string {
	var faults []string
	want := func(is bool, fault string) {
		if !is {
			faults = append(faults, group.id+": "+fault)
		}
	}
	want(group.get("AlarmConfiguration/Enabled") == true && group.get("AlarmConfiguration/IgnorePollAlarmFailure") == nil, "its alarm stops nothing")
	events := listOf(group.get("AutoRollbackConfiguration/Events"))
	// Failures of new hosts may be left to be looked at: the original ones go on.
	exchanged := p.resources[group.id].kind() == "Custom::BlueGreenFleet"
	want(slices.Contains(events, "DEPLOYMENT_STOP_ON_ALARM") && (exchanged || slices.Contains(events, "DEPLOYMENT_FAILURE")),
		"what the alarm stops is not rolled back")
	want(alarm.get("TreatMissingData") == "notBreaching", "its alarm does not end when no requests come")
	name, _ := group.get("LoadBalancerInfo/TargetGroupInfoList/0/Name").(map[string]any)
	targets := p.to(name)
	if p.shiftsFunction(group) {
		targets = p.resources[strings.TrimSuffix(group.id, "DeploymentGroup")+"TargetGroup"]
	}
	about := []string{"Dimensions/1/Value"}
	if alarm.get("Metrics") != nil { // of an expression each metric says whose it is
		about = []string{"Metrics/1/MetricStat/Metric/Dimensions/1/Value", "Metrics/2/MetricStat/Metric/Dimensions/1/Value"}
	}
	for _, path := range about {
		own := targets != nil && p.to(alarm.get(path)) == targets
		if p.shiftsFunction(group) && !own {
			own = p.say(alarm, alarm.get(path)) == strings.Replace(p.name(group), "-function-group-", "-function-", 1)+":live"
		}
		want(own, "its alarm is another service's")
	}
	return faults
}

// shiftsFunction tells whether a deployment group is for a function.
func (p *printed) shiftsFunction(group *resource) bool {
	application := p.to(group.get("ApplicationName"))
	return application != nil && application.get("ComputePlatform") == "Lambda"
}

// mayDeploy: CodeDeploy hears the alarm, and the pipeline may deploy but not switch the alarm off.
func (p *printed) mayDeploy(group, alarm *resource) []string {
	service := p.to(group.get("ServiceRoleArn"))
	if service == nil {
		return []string{group.id + " has no role"}
	}
	everywhere := "arn:aws:%s:us-east-1:" + group.account + ":%s"
	faults := p.refused(service, []string{"cloudwatch:DescribeAlarms"}, fmt.Sprintf(everywhere, "cloudwatch", "alarm:"+p.name(alarm)), nil, nil, nil, "")
	application := p.say(group, group.get("ApplicationName"))
	arn := fmt.Sprintf(everywhere, "codedeploy", "deploymentgroup:"+application+"/"+p.name(group))
	for _, pipeline := range p.of("AWS::CodePipeline::Pipeline") {
		for _, a := range p.actions(pipeline) {
			if p.say(pipeline, a.configuration["DeploymentGroupName"]) != p.name(group) {
				continue
			}
			for _, role := range p.of("AWS::IAM::Role") {
				if role.account != group.account || !strings.HasSuffix(p.say(pipeline, a.role), ":role/"+p.name(role)) {
					continue
				}
				faults = append(faults, p.refused(role, []string{"codedeploy:CreateDeployment", "codedeploy:GetDeployment"}, arn, nil, nil, nil, "")...)
				faults = append(faults, p.refused(role, []string{"codedeploy:RegisterApplicationRevision"},
					fmt.Sprintf(everywhere, "codedeploy", "application:"+application), nil, nil, nil, "")...)
				if p.granted(request{role, "codedeploy:UpdateDeploymentGroup", arn, nil}) {
					faults = append(faults, role.id+" may switch the alarm off")
				}
			}
		}
	}
	return faults
}

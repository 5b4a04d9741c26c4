package prove

import (
	"slices"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// blueGreenDamages are those of fleets that releases exchange: of what makes them, and of what they are, which stands in JSON.
var blueGreenDamages = slices.Concat([]damages{
	// What makes them.
	onEach("order", hidden, blueGreenType, "nothing is made before it", func(_ *plan.Plan, r *plan.Resource) { r.DependsOn = nil }),
	onEach("order", "its time runs from when it is begun", waitConditionType, "it does not wait for the fleet", func(_ *plan.Plan, r *plan.Resource) { r.DependsOn = nil }),
	setting("teardown", "in vain", blueGreenType, plan.String("arn:aws:lambda:us-east-1:123456789012:function:keeper"), "ServiceToken"),
	setting("teardown", "does not fit the time", blueGreenType, plan.Int(7200), "ServiceTimeout"),
	onEach("teardown", "does not fit the time", blueGreenType, "its function has 60 seconds", func(p *plan.Plan, r *plan.Resource) {
		put(surveyOf(p).function(r), plan.Int(60), "Timeout")
	}),
	onEach("sense", "before any host has come up", blueGreenType, "nobody waits for its hosts", func(p *plan.Plan, r *plan.Resource) {
		without(p, first(p, r, waitConditionType))
	}),
	onEach("sense", "before any host has come up", blueGreenType, "its hosts do not signal", func(p *plan.Plan, r *plan.Resource) {
		replaceInUserData(p, surveyOf(p).hostsOf(r), "cfn-signal", "true")
	}),
	onEach("sense", "before any host has come up", blueGreenType, "its hosts know no handle", func(p *plan.Plan, r *plan.Resource) {
		handle := addTo(p, r, "OtherHandle", handleType, nil)
		put(first(p, r, waitConditionType), plan.Ref{To: handle}, "Handle")
	}),

	onEach("sense", "nobody puts among the targets", blueGreenType, "no rule follows its releases", func(p *plan.Plan, r *plan.Resource) {
		without(p, first(p, r, eventRuleType))
	}),
	onEach("sense", "nobody puts among the targets", blueGreenType, "a rule follows what is ready", func(p *plan.Plan, r *plan.Resource) {
		put(first(p, r, eventRuleType), plan.Strings("READY"), "EventPattern", "detail", "state")
	}),

	// What stands beside it.
	ofHosts("AWS::AutoScaling::ScalingPolicy"), ofHosts("AWS::AutoScaling::ScheduledAction"), ofHosts("AWS::AutoScaling::LifecycleHook"),
	ofHosts("AWS::AutoScaling::WarmPool"),
	onEach("sense", "watches the hosts of a fleet that its releases exchange", blueGreenType, "an alarm by the first name", func(p *plan.Plan, r *plan.Resource) {
		name := aws.Document(r, "Fleet").Get("AutoScalingGroupName")
		addTo(p, r, "Watch", alarmType, object("Dimensions", list(object("Name", plan.String("AutoScalingGroupName"), "Value", name))))
	}),
	onEach("sense", "which gives nothing", blueGreenType, "somebody asks for its ARN", func(p *plan.Plan, r *plan.Resource) {
		asks := addTo(p, r, "Asks", "AWS::SNS::Topic", object("DisplayName", plan.Attr{Of: r, Name: "Arn"}))
		asks.Written = true
	}),
	setting("sense", "says nothing of its Fleet", blueGreenType, plan.String("{}"), "Fleet"),
	setting("sense", "says nothing of its Group", blueGreenType, nil, "Group"),
	setting("sense", "no object", blueGreenType, plan.String("60"), "Scaling"),
	inDocument("sense", "says MaxInstanceLifetime in Fleet", "Fleet", plan.Int(86400), "MaxInstanceLifetime"),
	inDocument("sense", "says TriggerConfigurations in Group", "Group", list(), "TriggerConfigurations"),
	inDocument("sense", "says no LaunchTemplate in Fleet", "Fleet", nil, "LaunchTemplate"),
	inDocument("sense", "not the text of a number", "Fleet", plan.String("two"), "MinSize"),
	inDocument("sense", "not the text of a number", "Fleet", plan.String("0"), "MinSize"),
	inDocument("sense", "not the text of a number", "Fleet", plan.Int(4), "MaxSize"),
	inDocument("sense", "no number, or no subnets", "Fleet", plan.String("300"), "HealthCheckGracePeriod"),
	inDocument("sense", "no number, or no subnets", "Fleet", list(), "VPCZoneIdentifier"),

	// The deployment group.
	inDocument("sense", "may not read the configuration", "Group", plan.String("CodeDeployDefault.HalfAtATime"), "DeploymentConfigName"),
	inDocument("sense", "does not exchange the hosts", "Group", plan.String("IN_PLACE"), "DeploymentStyle", "DeploymentType"),
	inDocument("sense", "does not exchange the hosts", "Group", plan.String("DISCOVER_EXISTING"), "BlueGreenDeploymentConfiguration", "GreenFleetProvisioningOption", "Action"),
	inDocument("sense", "no target group that requests", "Group", list(), "LoadBalancerInfo", "TargetGroupInfoList"),
	inDocument("sense", "still get requests", "Group", plan.String("WITHOUT_TRAFFIC_CONTROL"), "DeploymentStyle", "DeploymentOption"),
	inDocument("sense", "in which nobody can let", "Group", object("ActionOnTimeout", plan.String("CONTINUE_DEPLOYMENT"), "WaitTimeInMinutes", plan.Int(10)),
		"BlueGreenDeploymentConfiguration", "DeploymentReadyOption"),
	inDocument("sense", "waits longer", "Group", object("ActionOnTimeout", plan.String("STOP_DEPLOYMENT"), "WaitTimeInMinutes", plan.Int(2881)),
		"BlueGreenDeploymentConfiguration", "DeploymentReadyOption"),
	inDocument("sense", "waits longer", "Group", plan.Int(2801), "BlueGreenDeploymentConfiguration", "TerminateBlueInstancesOnDeploymentSuccess", "TerminationWaitTimeInMinutes"),
	inDocument("sense", "cannot stand in that of a lifecycle hook", "Group", text("a=b-", plan.String("x")), "DeploymentGroupName"),
	inDocument("sense", "none to watch", "Group", list(), "AlarmConfiguration", "Alarms"),
	inDocument("sense", "belongs to no application", "Group", plan.String("another"), "ApplicationName"),
	inDocument("names", "Name without the suffix", "Group", plan.String("group"), "DeploymentGroupName"),
	inDocument("teardown", "holds every host in a wait state", "Group", plan.Bool(true), "TerminationHookEnabled"),
	onEach("sense", "would stop the first release", blueGreenType, "missing data breach", func(p *plan.Plan, r *plan.Resource) {
		alarm := at(aws.Document(r, "Group"), "AlarmConfiguration", "Alarms", 0, "Name")
		put(surveyOf(p).resolve(r, alarm, "AWS::CloudWatch::Alarm"), plan.String("breaching"), "TreatMissingData")
	}),

	inDocument("limits", over("alarms"), "Group", list(slices.Repeat(list(object("Name", plan.String("x"))), groupAlarms.Most+1)...), "AlarmConfiguration", "Alarms"),

	// The hosts.
	inDocument("sense", "cannot tell its hosts", "Fleet", list(), "Tags"),
	inDocument("sense", "cannot tell its hosts", "Fleet", plan.Bool(false), "Tags", 0, "PropagateAtLaunch"),
	inDocument("sense", "cannot tell its hosts", "Fleet", plan.String("hosts"), "Tags", 0, "Value"),
	inDocument("sense", "replaced for ever", "Fleet", plan.String("ELB"), "HealthCheckType"),
	inDocument("sense", "at least 99 and at most", "Fleet", plan.String("99"), "MinSize"),
	inDocument("sense", "not updated when its launch template", "Fleet", plan.String("$Latest"), "LaunchTemplate", "Version"),
	inDocument("names", "Name without the suffix", "Fleet", plan.String("fleet"), "AutoScalingGroupName"),
	inDocument("teardown", "is protected from deletion", "Fleet", plan.String("prevent-all-deletion"), "DeletionProtection"),
	inDocument("teardown", "protects its hosts", "Fleet", plan.Bool(true), "NewInstancesProtectedFromScaleIn"),
	onEach("sense", "in which its hosts are not", blueGreenType, "its hosts are in no target group", func(_ *plan.Plan, r *plan.Resource) {
		document(r, "Fleet", nil, "TargetGroupARNs")
	}),
},
	each(fleetKeeperLosesRight, "autoscaling:CreateAutoScalingGroup", "autoscaling:DeleteAutoScalingGroup", "autoscaling:UpdateAutoScalingGroup",
		"autoscaling:CreateOrUpdateTags", "autoscaling:PutScalingPolicy", "autoscaling:DescribeAutoScalingGroups", "codedeploy:CreateDeploymentGroup",
		"codedeploy:DeleteDeploymentGroup", "codedeploy:UpdateDeploymentGroup", "codedeploy:GetDeploymentGroup", "codedeploy:ListDeployments",
		"codedeploy:StopDeployment", "codedeploy:GetDeployment", "cloudformation:DescribeStacks", "ec2:DescribeInstances", "lambda:InvokeFunction"),
	each(copyLosesRight, "autoscaling:CreateAutoScalingGroup", "autoscaling:DeleteAutoScalingGroup", "autoscaling:PutLifecycleHook",
		"autoscaling:DeleteLifecycleHook", "autoscaling:AttachLoadBalancerTargetGroups", "autoscaling:CompleteLifecycleAction",
		"autoscaling:CreateOrUpdateTags", "autoscaling:SuspendProcesses"),
	[]damages{
		onEach("access", refused, blueGreenType, "its function may pass no role", func(p *plan.Plan, r *plan.Resource) {
			forget(policyOfEmptier(p, r), "iam:PassRole")
		}),
		onEach("access", refused, blueGreenType, "its function may delete the first fleet only", func(p *plan.Plan, r *plan.Resource) {
			firstOnly(policyOfEmptier(p, r))
		}),
		onEach("access", refused, blueGreenType, "CodeDeploy may touch the first fleet only", func(p *plan.Plan, r *plan.Resource) {
			firstOnly(codeDeployPolicy(p, r))
		}),
	})

// ofHosts puts something that belongs to an Auto Scaling group beside every custom resource.
func ofHosts(resourceType string) damages {
	return onEach("sense", "is about the hosts of a fleet that its releases exchange", blueGreenType, "a "+resourceType, func(p *plan.Plan, r *plan.Resource) {
		addTo(p, r, "Beside", resourceType, object("AutoScalingGroupName", plan.Ref{To: r}))
	})
}

// inDocument damages what every custom resource says in JSON.
func inDocument(proof, says, property string, value plan.Value, path ...any) damages {
	return onEach(proof, says, blueGreenType, property+" says something else", func(_ *plan.Plan, r *plan.Resource) {
		document(r, property, value, path...)
	})
}

// document puts a value into what a property says in JSON.
func document(r *plan.Resource, property string, value plan.Value, path ...any) {
	put(r, plan.JSONText{Of: with(aws.Document(r, property), value, path...)}, property)
}

func each(make func(action string) damages, actions ...string) []damages {
	var out []damages
	for _, action := range actions {
		out = append(out, make(action))
	}
	return out
}

func fleetKeeperLosesRight(action string) damages {
	return onEach("access", refused, blueGreenType, "its function may not "+action, func(p *plan.Plan, r *plan.Resource) {
		forget(policyOfEmptier(p, r), action)
	})
}

func copyLosesRight(action string) damages {
	return onEach("access", refused, blueGreenType, "CodeDeploy may not "+action, func(p *plan.Plan, r *plan.Resource) {
		forget(codeDeployPolicy(p, r), action)
	})
}

func codeDeployPolicy(p *plan.Plan, r *plan.Resource) *plan.Resource {
	s := surveyOf(p)
	return s.policiesOf(s.resolve(r, aws.Document(r, "Group").Get("ServiceRoleArn"), roleType))[0]
}

// firstOnly takes the second resource out of each statement.
func firstOnly(policy *plan.Resource) {
	for i, statement := range items(at(policy.Properties, "PolicyDocument", "Statement")) {
		if resources := items(at(statement, "Resource")); len(resources) == 2 {
			put(policy, resources[:1], "PolicyDocument", "Statement", i, "Resource")
		}
	}
}

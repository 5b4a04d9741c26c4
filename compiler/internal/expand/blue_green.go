package expand

import (
	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
	"github.com/cfnpipe/cfnpipe/spec"
)

// A fleet that CodeDeploy exchanges and one that stands have different names, and so have their deployment groups and CodeDeploy's
// roles: a deploy that goes over from one to the other has both for a moment, and what the stack still deletes must neither be what it
// has just made, nor without the rights that its deletion takes.

func (s *service) fleetName() plan.Value {
	if s.deploy.BlueGreen != nil {
		return s.byStrategy(s.name("blue-green-fleet"))
	}
	return s.byStrategy(s.name("fleet"))
}

func (s *service) groupName() plan.Value {
	if s.deploy.BlueGreen != nil {
		return s.byStrategy(s.name("blue-green-group"))
	}
	return s.byStrategy(s.name("group"))
}

// byStrategy is a value that the strategy of the deploy decides.
func (s *service) byStrategy(v plan.Value) plan.Value { return from(v, s.deploy.Strategy.Range) }

// ofStrategy is the scope for what is there because of it.
func (s *service) ofStrategy() scope { return s.of(s.deploy.Strategy.Range) }

// deployer opens the role of CodeDeploy.
func (s *service) deployer(trust aws.Statement) *role {
	const why = "What CodeDeploy may do."
	if s.deploy.BlueGreen != nil {
		return s.ofStrategy().role("BlueGreenRole", "blue-green-role", why, trust)
	}
	return s.ofStrategy().role("CodeDeployRole", "codedeploy-role", why, trust)
}

// readyURL is where a host says that it is ready, where no Auto Scaling group of the stack waits for its signal.
func (s *service) readyURL(f *fleet) plan.Value {
	if s.deploy.BlueGreen == nil {
		return nil
	}
	f.ready = s.ofStrategy().add("ReadyHandle", "Takes the hosts' word that they are ready.", aws.WaitConditionHandle{})
	return s.byStrategy(ref(f.ready))
}

// deployBlueGreen makes the custom resource that owns the hosts and their deployment group: CloudFormation makes no such deployment
// group for EC2 (its reference of AWS::CodeDeploy::DeploymentGroup), and CodeDeploy exchanges the Auto Scaling group with
// each release. A fleet that cannot start fails the stack all the same, by a wait condition, which is returned.
func (s *service) deployBlueGreen(f *fleet, d *deployments) *plan.Resource {
	d.group.DeploymentStyle.DeploymentType = s.byStrategy(plan.String("BLUE_GREEN"))
	d.group.BlueGreenDeploymentConfiguration = exchange(s.deploy.BlueGreen)
	events := plan.Strings("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM")
	if !s.deploy.BlueGreen.RollbackOnFailure.Value {
		events = events[1:]
	}
	d.group.AutoRollbackConfiguration.Events = from(events, s.deploy.BlueGreen.RollbackOnFailure.Range)
	handler, policy := s.fleetKeeper(f, d)
	properties := aws.BlueGreenFleet{
		ServiceToken: attr(handler, "Arn"), ServiceTimeout: answerTimeout,
		Fleet: plan.JSONText{Of: aws.Properties(f.group)}, Group: plan.JSONText{Of: aws.Properties(d.group)},
	}
	if f.scaling != nil {
		properties.Scaling = from(plan.JSONText{Of: f.scalingDocument()}, s.deploy.Capacity.Range)
	}
	// Not "Fleet": CloudFormation lets no logical id change its type.
	hosts := s.ofStrategy().add("BlueGreenFleet", "The hosts, and how CodeDeploy exchanges them with each release.", properties).
		After(f.needs...).After(d.needs...).After(policy)
	s.followReleases(f, d, handler, hosts)
	return s.ofStrategy().add("FleetReady", "Waits until the first host has come up.", aws.WaitCondition{
		Handle: ref(f.ready), Timeout: readyTimeout,
	}).After(hosts)
}

// followReleases has the keeper see to the hosts of each release: a copy may lack what only the fleet before was given, by reports its
// target groups, and then hosts that come later get no requests.
func (s *service) followReleases(f *fleet, d *deployments, handler, hosts *plan.Resource) {
	name := s.name("follow-releases")
	permission := s.ofStrategy().add("FollowPermission", "Lets the rule, and nothing else, call the keeper.", aws.LambdaPermission{
		FunctionName: ref(handler), Action: "lambda:InvokeFunction", Principal: "events.amazonaws.com", SourceArn: s.arn("events", "rule/", name),
	})
	asked := plan.Object{
		{Key: "Fleet", Value: aws.Properties(f.group)},
		{Key: "Group", Value: plan.Object{
			{Key: "ApplicationName", Value: d.group.ApplicationName},
			{Key: "DeploymentGroupName", Value: d.groupName},
			{Key: "BlueGreenDeploymentConfiguration", Value: aws.Properties(d.group).Get("BlueGreenDeploymentConfiguration")},
		}},
	}
	if f.scaling != nil {
		asked = append(asked, plan.Field{Key: "Scaling", Value: from(f.scalingDocument(), s.deploy.Capacity.Range)})
	}
	s.ofStrategy().add("FollowRule", "Has the keeper see to the hosts of each release.", aws.EventsRule{
		Name: name, State: "ENABLED", Description: plan.String("Releases of " + s.title + " that succeeded."),
		EventPattern: plan.Object{
			{Key: "source", Value: plan.Strings("aws.codedeploy")},
			{Key: "detail-type", Value: plan.Strings("CodeDeploy Deployment State-change Notification")},
			{Key: "detail", Value: plan.Object{
				{Key: "application", Value: plan.List{d.applicationName}},
				{Key: "deploymentGroup", Value: plan.List{d.groupName}},
				{Key: "state", Value: plan.Strings("SUCCESS")},
			}},
		},
		Targets: []aws.EventsTarget{{Id: "keeper", Arn: attr(handler, "Arn"), Input: plan.JSONText{Of: plan.Object{
			{Key: "RequestType", Value: plan.String("Follow")}, {Key: "ResourceProperties", Value: asked},
		}}}},
	}).After(permission, hosts)
}

// scalingDocument is the configuration of the fleet's scaling policy.
func (f *fleet) scalingDocument() plan.Value {
	return aws.Properties(aws.ScalingPolicy{TargetTrackingConfiguration: *f.scaling}).Get("TargetTrackingConfiguration")
}

// readyTimeout is how long the first host may take to come up, in seconds. CloudFormation updates no wait condition, so it
// stays as it is (reference of AWS::CloudFormation::WaitCondition).
const readyTimeout = "1800"

func exchange(b *spec.BlueGreen) aws.CodeDeployBlueGreen {
	out := aws.CodeDeployBlueGreen{
		// With a time left over from before, CodeDeploy would refuse it (hashicorp/terraform-provider-aws issue 9653).
		DeploymentReadyOption: aws.CodeDeployReady{
			ActionOnTimeout: from(plan.String("CONTINUE_DEPLOYMENT"), b.Reroute.Range), WaitTimeInMinutes: from(plan.Int(0), b.Reroute.Range),
		},
		GreenFleetProvisioningOption: aws.CodeDeployAction{Action: "COPY_AUTO_SCALING_GROUP"},
		TerminateBlueInstancesOnDeploymentSuccess: aws.CodeDeployTermination{
			Action:                       from(plan.String("TERMINATE"), b.OriginalInstances.Range),
			TerminationWaitTimeInMinutes: from(plan.Int(b.TerminationWaitMinutes.Value), b.TerminationWaitMinutes.Range),
		},
	}
	if b.Reroute.Value == spec.RerouteManual {
		out.DeploymentReadyOption = aws.CodeDeployReady{
			ActionOnTimeout:   from(plan.String("STOP_DEPLOYMENT"), b.Reroute.Range),
			WaitTimeInMinutes: from(plan.Int(b.RerouteWaitMinutes.Value), b.RerouteWaitMinutes.Range),
		}
	}
	if b.OriginalInstances.Value == spec.OriginalKeep {
		out.TerminateBlueInstancesOnDeploymentSuccess = aws.CodeDeployTermination{Action: from(plan.String("KEEP_ALIVE"), b.OriginalInstances.Range)}
	}
	return out
}

// fleetARNs are the Auto Scaling groups of a service: the one that the stack makes, and CodeDeploy's copies of it (CodeDeploy user
// guide, "Integrating CodeDeploy with Amazon EC2 Auto Scaling").
func (s *service) fleetARNs(f *fleet, d *deployments) (first, copies plan.Value) {
	return s.arn("autoscaling", "autoScalingGroup:*:autoScalingGroupName/", f.name),
		s.arn("autoscaling", "autoScalingGroup:*:autoScalingGroupName/", copiesOf(d))
}

// copiesOf is how CodeDeploy calls the Auto Scaling groups that it makes, by the ids of the deployments.
func copiesOf(d *deployments) plan.Value { return plan.Text("CodeDeploy_", d.groupName, "_d-*") }

// exchangesFleet is what CodeDeploy calls to copy a fleet and to delete the one before, of the actions of AWSCodeDeployRole.
func (s *service) exchangesFleet(r *role, f *fleet, d *deployments) {
	r.allow("LookAtFleet", []string{
		"autoscaling:DescribeNotificationConfigurations", "autoscaling:DescribePolicies", "autoscaling:DescribeScalingActivities",
		"autoscaling:DescribeScheduledActions",
	}, anywhere)
	first, copies := s.fleetARNs(f, d)
	r.allow("CopyFleet", []string{
		"autoscaling:AttachLoadBalancerTargetGroups", "autoscaling:CreateAutoScalingGroup", "autoscaling:CreateOrUpdateTags",
		"autoscaling:PutScalingPolicy",
	}, copies)
	// Auto Scaling itself makes the alarms of such a policy, but nothing says that CodeDeploy neither copies nor changes them.
	r.allow("CopyAlarm", []string{"cloudwatch:PutMetricAlarm"},
		s.arn("cloudwatch", "alarm:TargetTracking-", f.name, "-*"), s.arn("cloudwatch", "alarm:TargetTracking-", copiesOf(d)))
	r.allow("EndOriginalFleet", []string{"autoscaling:DeleteAutoScalingGroup"}, first, copies)
	r.allowWhen("EndOriginalHosts", []string{"ec2:TerminateInstances"}, []plan.Value{s.arn("ec2", "instance/*")}, aws.Condition{
		Operator: "StringLike", Key: "ec2:ResourceTag/aws:autoscaling:groupName", Values: []plan.Value{f.name, copiesOf(d)},
	})
}

// fleetKeeper is the function behind the custom resource, and the policy that it works with.
func (s *service) fleetKeeper(f *fleet, d *deployments) (handler, policy *plan.Resource) {
	within := s.ofStrategy()
	logs := within.logGroup("BlueGreenKeeperLogs", "bg-keeper-logs", "What was done about the hosts and their deployment group.", plan.Int(programDays))
	r := within.role("BlueGreenKeeperRole", "bg-keeper-role", "Lets the keeper make, change and delete the hosts and their deployment group.",
		trustService("lambda.amazonaws.com"))
	// These support no narrower resource (Service Authorization Reference).
	r.allow("Look", []string{
		"autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribePolicies", "autoscaling:DescribeScalingActivities", "ec2:DescribeInstances",
	}, anywhere)
	first, copies := s.fleetARNs(f, d)
	r.allow("MakeFleet", []string{"autoscaling:CreateAutoScalingGroup"}, first)
	r.allow("KeepFleet", []string{
		"autoscaling:AttachLoadBalancerTargetGroups", "autoscaling:CreateOrUpdateTags", "autoscaling:DeleteAutoScalingGroup",
		"autoscaling:DeletePolicy", "autoscaling:DetachLoadBalancerTargetGroups", "autoscaling:PutScalingPolicy",
		"autoscaling:UpdateAutoScalingGroup",
	}, first, copies)
	s.launches(r, f)
	// In an account that has had no Auto Scaling group yet (Auto Scaling user guide, "Service-linked roles").
	r.allowWhen("MakeServiceLinkedRole", []string{"iam:CreateServiceLinkedRole"},
		[]plan.Value{s.arn("iam", "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling")},
		aws.Condition{Operator: "StringEquals", Key: "iam:AWSServiceName", Values: []plan.Value{plan.String("autoscaling.amazonaws.com")}})
	r.allow("KeepDeploymentGroup", []string{
		"codedeploy:CreateDeploymentGroup", "codedeploy:DeleteDeploymentGroup", "codedeploy:GetDeployment",
		"codedeploy:GetDeploymentGroup", "codedeploy:ListDeployments", "codedeploy:UpdateDeploymentGroup",
	}, s.arn("codedeploy", "deploymentgroup:", d.applicationName, "/", d.groupName))
	r.allowWhen("PassCodeDeployRole", []string{"iam:PassRole"}, []plan.Value{d.deployer.arn()}, isPassedTo("codedeploy.amazonaws.com"))
	// By this it learns that CloudFormation has given up waiting for it.
	r.allow("AskForStack", []string{"cloudformation:DescribeStacks"}, s.arn("cloudformation", "stack/", plan.StackName, "/*"))
	// It supports no narrower resource (Service Authorization Reference), whatever CodeDeploy's own permissions reference says.
	r.allow("StopDeployment", []string{"codedeploy:StopDeployment"}, anywhere)
	own := s.name("bg-keeper")
	r.allow("GoOnInAnotherCall", []string{"lambda:InvokeFunction"}, s.arn("lambda", "function:", own))
	handler = within.program("BlueGreenKeeperFunction", "Makes, changes and deletes the hosts and their deployment group.", r, logs, aws.LambdaFunction{
		FunctionName: own, Description: plan.String("Keeps a fleet that CodeDeploy exchanges with each release."),
		Timeout: plan.Int(programTime), MemorySize: plan.Int(256),
		Code: aws.LambdaCode{ZipFile: script.BlueGreenKeeper()},
	})
	return handler, r.policy
}

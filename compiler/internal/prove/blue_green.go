package prove

import (
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

const (
	blueGreenType     = "Custom::BlueGreenFleet"
	waitConditionType = "AWS::CloudFormation::WaitCondition"
)

// blueGreenEdges are the orders about fleets that are exchanged, beside those of all fleets and deployment groups.
var blueGreenEdges = []edge{
	{
		later: blueGreenType, earlier: rightsOfEmptier,
		because: "it makes and deletes the hosts by its function, with that function's rights",
		source:  "CloudFormation reference of AWS::IAM::Policy; aws-cdk-lib, custom-resources/lib/aws-custom-resource/aws-custom-resource.js",
	},
	{
		later: waitConditionType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			var out []*plan.Resource
			for _, fleet := range s.kinds[kind{r.Stack, fleetType}] {
				if s.hears(r, fleet) {
					out = append(out, fleet)
				}
			}
			return out
		},
		because: "its time runs from when it is begun, and the hosts that signal are not there yet",
		source:  "CloudFormation reference of AWS::CloudFormation::WaitCondition",
	},
}

const handleType = "AWS::CloudFormation::WaitConditionHandle"

var blueGreenSense = []rule{
	{
		of: blueGreenType, broken: unlikeDocuments,
		remedy: "Fleet and Group are objects, with the properties of the Auto Scaling group and of the deployment group that cfnpipe gives them, and Scaling is one, or not there: the program behind it hands on no others.",
		source: "Custom::BlueGreenFleet; Auto Scaling API reference, CreateAutoScalingGroup; CodeDeploy API reference, CreateDeploymentGroup",
	},
	{of: "AWS::AutoScaling::ScalingPolicy", broken: ofExchangedHosts, remedy: exchangedRemedy, source: exchangedSource},
	{of: "AWS::AutoScaling::ScheduledAction", broken: ofExchangedHosts, remedy: exchangedRemedy, source: exchangedSource},
	{of: "AWS::AutoScaling::LifecycleHook", broken: ofExchangedHosts, remedy: exchangedRemedy, source: exchangedSource},
	{of: "AWS::AutoScaling::WarmPool", broken: ofExchangedHosts, remedy: exchangedRemedy, source: exchangedSource},
	{of: alarmType, broken: watchesExchangedHosts, remedy: exchangedRemedy, source: exchangedSource},
	{
		of: "", broken: func(_ *survey, r *plan.Resource) string {
			if !r.Written {
				return ""
			}
			fault := ""
			for _, part := range r.Values() {
				plan.Walk(part, func(v plan.Value) {
					if of, ok := v.(plan.Attr); ok && strings.HasPrefix(of.Of.Type, "Custom::") && !of.Of.Own {
						fault = "takes " + of.Name + " of " + of.Of.ID + ", which gives nothing"
					}
				})
			}
			return fault
		},
		remedy: "Refer to what it is about instead.",
		source: "CloudFormation reference of AWS::CloudFormation::CustomResource, Return values",
	},
	{
		of: blueGreenType, broken: exchangesNothing,
		remedy: "Group needs DeploymentType BLUE_GREEN, WITH_TRAFFIC_CONTROL and COPY_AUTO_SCALING_GROUP.",
		source: `CodeDeploy API reference, CreateDeploymentGroup; CodeDeploy user guide, "Create a deployment group for an EC2/On-Premises blue/green deployment"`,
	},
	{
		of: blueGreenType, broken: func(_ *survey, r *plan.Resource) string {
			ready := at(aws.Document(r, "Group"), "BlueGreenDeploymentConfiguration", "DeploymentReadyOption")
			automatic := at(ready, "ActionOnTimeout") == plan.String("CONTINUE_DEPLOYMENT")
			minutes, given := number(at(ready, "WaitTimeInMinutes"))
			return unless(given && automatic == (minutes == 0), "has a time in which nobody can let the requests go over, or none in which somebody has to")
		},
		remedy: "WaitTimeInMinutes is for STOP_DEPLOYMENT, and 0 with CONTINUE_DEPLOYMENT.",
		source: "CodeDeploy API reference, DeploymentReadyOption; hashicorp/terraform-provider-aws issue 9653",
	},
	{
		of: blueGreenType, broken: func(_ *survey, r *plan.Resource) string {
			options := at(aws.Document(r, "Group"), "BlueGreenDeploymentConfiguration")
			rerouted, _ := number(at(options, "DeploymentReadyOption", "WaitTimeInMinutes"))
			ended, _ := number(at(options, "TerminateBlueInstancesOnDeploymentSuccess", "TerminationWaitTimeInMinutes"))
			return unless(rerouted <= longestReroute && ended <= longestTermination, "waits longer than CodeDeploy does")
		},
		remedy: "For requests to go over CodeDeploy waits 2,880 minutes, and with the end of the original instances 2,800.",
		source: `CodeDeploy user guide, "CodeDeploy quotas"`,
	},
	{
		of: blueGreenType, broken: unmarked,
		remedy: "Fleet needs a tag Name, of the name of the first Auto Scaling group, that its hosts get too.",
		source: "Custom::BlueGreenFleet, which knows CodeDeploy's copies and their hosts by it",
	},
	{
		of: blueGreenType, broken: func(s *survey, r *plan.Resource) string {
			name := written(aws.Document(r, "Group").Get("DeploymentGroupName"))
			name = strings.ReplaceAll(name, "${"+s.plan.Suffix.Name+"}", "")
			return unless(strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == "",
				"has a deployment group whose name cannot stand in that of a lifecycle hook")
		},
		remedy: "DeploymentGroupName has to be of letters, digits, - and _.",
		source: `Auto Scaling API reference, PutLifecycleHook; CodeDeploy user guide, "Integrating CodeDeploy with Amazon EC2 Auto Scaling"`,
	},
	{
		of: blueGreenType, broken: unfollowed,
		remedy: "A rule on deployments of its group that succeeded has to call its function.",
		source: "Custom::BlueGreenFleet; ribeiroh/linkGreenASG, on copies that are in no target group",
	},
}

const (
	alarmType       = "AWS::CloudWatch::Alarm"
	exchangedRemedy = "Its first release deletes that Auto Scaling group, and each has another name: what belongs to the hosts goes with a standing fleet only, that of another strategy."
	exchangedSource = `CodeDeploy user guide, "Integrating CodeDeploy with Amazon EC2 Auto Scaling"`
)

// ofExchangedHosts finds what is about the Auto Scaling group of a custom resource.
func ofExchangedHosts(s *survey, r *plan.Resource) string {
	maker := s.exchangedBy(r, r.Properties.Get("AutoScalingGroupName"))
	return unless(maker == nil, "is about the hosts of a fleet that its releases exchange")
}

func watchesExchangedHosts(s *survey, r *plan.Resource) string {
	for _, dimension := range items(r.Properties.Get("Dimensions")) {
		if at(dimension, "Name") == plan.String("AutoScalingGroupName") && s.exchangedBy(r, at(dimension, "Value")) != nil {
			return "watches the hosts of a fleet that its releases exchange, and has no data after the first"
		}
	}
	return ""
}

// exchangedBy is the custom resource that makes the Auto Scaling group that a value names, by the group's name or by a Ref.
func (s *survey) exchangedBy(r *plan.Resource, v plan.Value) *plan.Resource {
	if maker := s.resolve(r, v, blueGreenType); maker != nil {
		return maker
	}
	return s.makers[s.resolve(r, v, fleetType)]
}

// inDocuments is what the documents of a custom resource may say.
var inDocuments = map[string]string{
	"Fleet": "AutoScalingGroupName MinSize MaxSize VPCZoneIdentifier TargetGroupARNs HealthCheckType HealthCheckGracePeriod LaunchTemplate Tags",
	"Group": "ApplicationName DeploymentGroupName ServiceRoleArn DeploymentConfigName DeploymentStyle LoadBalancerInfo AutoRollbackConfiguration " +
		"AlarmConfiguration OutdatedInstancesStrategy TerminationHookEnabled BlueGreenDeploymentConfiguration",
}

func unlikeDocuments(_ *survey, r *plan.Resource) string {
	for _, property := range []string{"Fleet", "Group"} {
		document := aws.Document(r, property)
		if document == nil {
			return "says nothing of its " + property
		}
		known := strings.Fields(inDocuments[property])
		for _, field := range document {
			if !slices.Contains(known, field.Key) {
				return "says " + field.Key + " in " + property
			}
		}
		for _, key := range known {
			if document.Get(key) == nil {
				return "says no " + key + " in " + property
			}
		}
	}
	if r.Properties.Get("Scaling") != nil && aws.Document(r, "Scaling") == nil {
		return "has a Scaling that is no object"
	}
	fleet := aws.Document(r, "Fleet")
	for _, size := range []string{"MinSize", "MaxSize"} {
		text, isText := fleet.Get(size).(plan.String)
		if n, known := number(text); !isText || !known || n < 1 {
			return "has a " + size + " in Fleet that is not the text of a number from 1 on"
		}
	}
	_, seconds := fleet.Get("HealthCheckGracePeriod").(plan.Int)
	return unless(seconds && len(items(fleet.Get("VPCZoneIdentifier"))) > 0, "has a HealthCheckGracePeriod in Fleet that is no number, or no subnets")
}

// The longest waits of CodeDeploy, in minutes.
const (
	longestReroute     = 2880
	longestTermination = 2800
)

func exchangesNothing(s *survey, r *plan.Resource) string {
	if s.hostsOf(r) == nil {
		return "" // said elsewhere
	}
	group := aws.Document(r, "Group")
	for want, path := range map[string][]any{
		"BLUE_GREEN":              {"DeploymentStyle", "DeploymentType"},
		"COPY_AUTO_SCALING_GROUP": {"BlueGreenDeploymentConfiguration", "GreenFleetProvisioningOption", "Action"},
	} {
		if at(group, path...) != plan.String(want) {
			return "has a deployment group that does not exchange the hosts"
		}
	}
	return unless(len(targetNames(&plan.Resource{Properties: group})) > 0, "has no target group that requests could go over in")
}

func unmarked(s *survey, r *plan.Resource) string {
	if s.hostsOf(r) == nil {
		return "" // said elsewhere
	}
	fleet := aws.Document(r, "Fleet")
	for _, tag := range items(fleet.Get("Tags")) {
		if at(tag, "Key") == plan.String("Name") && plan.IsTrue(at(tag, "PropagateAtLaunch")) && plan.Equal(at(tag, "Value"), fleet.Get("AutoScalingGroupName")) {
			return ""
		}
	}
	return "cannot tell its hosts from others"
}

// unfollowed looks for what tells the function behind a custom resource that there is a new fleet.
func unfollowed(s *survey, r *plan.Resource) string {
	if s.hostsOf(r) == nil {
		return "" // said elsewhere
	}
	group := written(aws.Document(r, "Group").Get("DeploymentGroupName"))
	for _, rule := range s.kinds[kind{r.Stack, eventRuleType}] {
		detail := at(rule.Properties, "EventPattern", "detail")
		if slices.Contains(s.functionsOf(rule), s.function(r)) && written(at(detail, "deploymentGroup", 0)) == group && holds(at(detail, "state"), "SUCCESS") {
			return ""
		}
	}
	return "has copies that nobody puts among the targets"
}

var blueGreenTeardown = []rule{
	{
		of: blueGreenType, broken: func(s *survey, r *plan.Resource) string {
			function := s.function(r)
			return unless(function != nil && function.Stack == r.Stack, "has no function in its own stack to call, so CloudFormation would wait for an answer in vain")
		},
		remedy: "ServiceToken has to be the ARN of a function of the stack.",
		source: "CloudFormation reference of AWS::CloudFormation::CustomResource",
	},
	{of: blueGreenType, broken: emptierOutOfTime, remedy: timeRemedy, source: timeSource},
}

// hostsOf is the Auto Scaling group that a custom resource makes.
func (s *survey) hostsOf(maker *plan.Resource) *plan.Resource {
	for _, fleet := range s.kinds[kind{maker.Stack, fleetType}] {
		if s.makers[fleet] == maker {
			return fleet
		}
	}
	return nil
}

// unheardHosts: where CloudFormation does not make the fleet itself, a wait condition has to hear of its hosts.
func (s *survey) unheardHosts(fleet, maker *plan.Resource) string {
	heard := slices.ContainsFunc(s.kinds[kind{maker.Stack, waitConditionType}], func(condition *plan.Resource) bool {
		return s.hears(condition, fleet)
	})
	return unless(heard && strings.Contains(s.userData(fleet), "cfn-signal"), "is called complete before any host has come up")
}

// hears tells whether the launch template of a fleet's hosts knows the address of a wait condition.
func (s *survey) hears(condition, fleet *plan.Resource) bool {
	handle := s.resolve(condition, condition.Properties.Get("Handle"), handleType)
	template, _ := s.launchData(fleet)
	return handle != nil && template != nil && slices.Contains(s.usersOf(handle, template.Type), template)
}

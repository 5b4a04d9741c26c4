package prove

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

const (
	fleetType    = "AWS::AutoScaling::AutoScalingGroup"
	groupType    = "AWS::CodeDeploy::DeploymentGroup"
	targetsType  = "AWS::ElasticLoadBalancingV2::TargetGroup"
	listenerType = "AWS::ElasticLoadBalancingV2::Listener"
	ruleType     = "AWS::ElasticLoadBalancingV2::ListenerRule"
)

var fleetEdges = []edge{
	{
		later: fleetType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource { return s.policiesOf(s.hostRole(r)) },
		because: "a host that boots before its role has its rights fails and sends no signal, and one that is drained after they went cannot stop its service",
		source:  `CloudFormation reference of AWS::IAM::Policy; aws-cdk-lib makes the launch template wait`,
	},
	{
		later: fleetType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource { return some(s.hostProfile(r)) },
		because: "Auto Scaling refuses an instance profile that does not exist",
		source:  "eksctl-io/eksctl issue 8039",
	},
	{
		later: fleetType, earlier: namedInUserData,
		because: "the hosts read it by its name when they boot",
		source:  "the user data, which names it; " + dependsOn,
	},
	{
		later: fleetType, earlier: separateRules,
		because: "the load balancer cannot reach the hosts without the rule, so that they never become healthy, and is cut off while they are drained",
		source:  `EC2 user guide, "Security group rules"; aws-cdk-lib, aws-lambda/lib/function.js, does it for file systems`,
	},
	{
		later: fleetType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return s.forwarders(r, items(r.Properties.Get("TargetGroupARNs")))
		},
		because: "a target is unused, and never healthy, until a rule of a listener sends its group requests",
		source:  `Elastic Load Balancing guide, "Target health status"`,
	},
	{
		later: listenerType, earlier: redirectedTo,
		because: "a redirect leads nowhere before the listener on its port is there, and a listener that leaves port 80 when it gets a certificate has to have left it",
		source:  "Elastic Load Balancing API reference, CreateListener (DuplicateListener)",
	},
	{
		later: "AWS::AutoScaling::ScalingPolicy", earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			fleet := s.resolve(r, r.Properties.Get("AutoScalingGroupName"), fleetType)
			if fleet == nil || !scalesByRequests(r) {
				return some(fleet)
			}
			return append(s.forwarders(fleet, items(fleet.Properties.Get("TargetGroupARNs"))), fleet)
		},
		because: "Auto Scaling refuses a policy of a group that does not exist, and one on requests for targets that no listener uses",
		source:  "aws-cdk-lib, aws-autoscaling/lib/auto-scaling-group.js (scaleOnRequestCount)",
	},
	{
		later: groupType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return s.policiesOf(s.resolve(r, r.Properties.Get("ServiceRoleArn"), roleType))
		},
		because: "CodeDeploy tests its role's rights when the group is made (InvalidRoleException), and needs them to take its lifecycle hook off the fleet when the group goes: a hook that stays holds instances in a wait state",
		source:  "CloudFormation reference of AWS::CodeDeploy::DeploymentGroup, ServiceRoleArn; CodeDeploy API reference, CreateDeploymentGroup and DeleteDeploymentGroup",
	},
	{
		later: groupType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return s.forwarders(r, targetNames(r))
		},
		because: "a deployment waits for targets to become healthy, which they never are while no rule of a listener sends them requests",
		source:  `Elastic Load Balancing guide, "Target health status"; CodeDeploy user guide, "Integrating CodeDeploy with Elastic Load Balancing"`,
	},
	{
		later: groupType, earlier: namedByGroup,
		because: "CodeDeploy refuses a group whose application or fleet does not exist, and stops deployments whose alarm it cannot find",
		source:  "CodeDeploy API reference, CreateDeploymentGroup and AlarmConfiguration",
	},
}

func some(r *plan.Resource) []*plan.Resource {
	if r == nil {
		return nil
	}
	return []*plan.Resource{r}
}

// launchData is what a fleet's instances are launched with, and the launch template that says so.
func (s *survey) launchData(fleet *plan.Resource) (template *plan.Resource, data plan.Value) {
	template = s.resolve(fleet, at(fleet.Properties, "LaunchTemplate", "LaunchTemplateId"), "AWS::EC2::LaunchTemplate")
	if template == nil {
		template = s.resolve(fleet, at(fleet.Properties, "LaunchTemplate", "LaunchTemplateName"), "AWS::EC2::LaunchTemplate")
	}
	if template == nil {
		return nil, nil
	}
	return template, template.Properties.Get("LaunchTemplateData")
}

func (s *survey) hostProfile(fleet *plan.Resource) *plan.Resource {
	template, data := s.launchData(fleet)
	if template == nil {
		return nil
	}
	profile := s.resolve(template, at(data, "IamInstanceProfile", "Arn"), "AWS::IAM::InstanceProfile")
	if profile == nil {
		profile = s.resolve(template, at(data, "IamInstanceProfile", "Name"), "AWS::IAM::InstanceProfile")
	}
	return profile
}

func (s *survey) hostRole(fleet *plan.Resource) *plan.Resource {
	profile := s.hostProfile(fleet)
	if profile == nil {
		return nil
	}
	return s.resolve(profile, at(profile.Properties, "Roles", 0), roleType)
}

// userData is the text of a fleet's user data as far as it is known.
func (s *survey) userData(fleet *plan.Resource) string {
	_, data := s.launchData(fleet)
	encoded, _ := at(data, "UserData").(plan.Base64)
	return written(encoded.Of)
}

// namedInUserData are the settings and log groups of the fleet's stack whose names stand in its user data.
func namedInUserData(s *survey, r *plan.Resource) []*plan.Resource {
	text := s.userData(r)
	if text == "" {
		return nil
	}
	var out []*plan.Resource
	for _, resourceType := range []string{"AWS::SSM::Parameter", "AWS::Logs::LogGroup"} {
		for _, named := range s.kinds[kind{r.Stack, resourceType}] {
			if n, ok := s.nameOf(named); ok && strings.Contains(text, n.text) {
				out = append(out, named)
			}
		}
	}
	return out
}

// separateRules are the rules, as resources of their own, of or about the security groups of a fleet.
func separateRules(s *survey, r *plan.Resource) []*plan.Resource {
	template, data := s.launchData(r)
	var out []*plan.Resource
	for _, v := range items(at(data, "SecurityGroupIds")) {
		group := s.resolve(template, v, "AWS::EC2::SecurityGroup")
		if group == nil {
			continue
		}
		out = append(out, s.usersOf(group, "AWS::EC2::SecurityGroupEgress")...)
		out = append(out, s.usersOf(group, "AWS::EC2::SecurityGroupIngress")...)
	}
	return out
}

// forwarders are the listeners and rules that send requests to target groups.
func (s *survey) forwarders(r *plan.Resource, targets plan.List) []*plan.Resource {
	var out []*plan.Resource
	for _, v := range targets {
		if group := s.resolve(r, v, targetsType); group != nil {
			out = append(out, s.usersOf(group, ruleType)...)
			out = append(out, s.usersOf(group, listenerType)...)
		}
	}
	return out
}

// redirectedTo are the listeners of the same load balancer on the port that a listener redirects to.
func redirectedTo(s *survey, r *plan.Resource) []*plan.Resource {
	port, redirects := number(at(r.Properties, "DefaultActions", 0, "RedirectConfig", "Port"))
	balancer := s.resolve(r, r.Properties.Get("LoadBalancerArn"), balancerType)
	if !redirects || balancer == nil {
		return nil
	}
	var out []*plan.Resource
	for _, other := range s.usersOf(balancer, listenerType) {
		if own, known := number(other.Properties.Get("Port")); known && own == port {
			out = append(out, other)
		}
	}
	return out
}

func scalesByRequests(policy *plan.Resource) bool {
	return at(policy.Properties, "TargetTrackingConfiguration", "PredefinedMetricSpecification", "PredefinedMetricType") ==
		plan.String("ALBRequestCountPerTarget")
}

// namedByGroup is what a deployment group cannot be without.
func namedByGroup(s *survey, r *plan.Resource) []*plan.Resource {
	out := some(s.resolve(r, r.Properties.Get("ApplicationName"), "AWS::CodeDeploy::Application"))
	for _, v := range items(r.Properties.Get("AutoScalingGroups")) {
		out = append(out, some(s.resolve(r, v, fleetType))...)
	}
	for _, alarm := range items(at(r.Properties, "AlarmConfiguration", "Alarms")) {
		out = append(out, some(s.resolve(r, at(alarm, "Name"), "AWS::CloudWatch::Alarm"))...)
	}
	return out
}

package prove

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

var fleetSense = []rule{
	{
		of: groupType, broken: func(s *survey, r *plan.Resource) string {
			return unless(at(r.Properties, "DeploymentStyle", "DeploymentType") != plan.String("BLUE_GREEN") || s.platform(r) != "Server" || s.makers[r] != nil,
				"is a blue/green group for EC2, which CloudFormation cannot make")
		},
		remedy: "DeploymentType has to be IN_PLACE, unless a Custom::BlueGreenFleet makes the group.",
		source: "CloudFormation reference of AWS::CodeDeploy::DeploymentGroup; aws-cloudformation/cloudformation-coverage-roadmap issue 2071",
	},
	{
		of: groupType, broken: uncontrolled,
		remedy: "DeploymentOption has to be WITH_TRAFFIC_CONTROL, and LoadBalancerInfo has to name the fleet's target group.",
		source: "CloudFormation reference of AWS::CodeDeploy::DeploymentGroup, LoadBalancerInfo",
	},
	{
		of: groupType, broken: targetsByARN,
		remedy: "It has to be the group's name, the attribute TargetGroupName; Ref gives its ARN.",
		source: "CodeDeploy API reference, TargetGroupInfo",
	},
	{
		of: groupType, broken: func(_ *survey, r *plan.Resource) string {
			return unless(r.Properties.Get("Deployment") == nil, "deploys a revision while it is made, before there is one, and forbids rollbacks")
		},
		remedy: "Leave Deployment out: the pipeline deploys.",
		source: "CloudFormation reference of AWS::CodeDeploy::DeploymentGroup, AutoRollbackConfiguration",
	},
	{
		of: groupType, broken: alarmsRefused,
		remedy: "Each alarm once, and at least one where alarms are enabled.",
		source: "CodeDeploy API reference, InvalidAlarmConfigException",
	},
	{
		of: groupType, broken: alarmedFromTheStart,
		remedy: "Its alarms have to treat missing data as notBreaching and rise above a threshold: before the first release, and without traffic, there are no data.",
		source: `CodeDeploy user guide, "Monitoring deployments with CloudWatch alarms"`,
	},
	{
		of: fleetType, broken: func(s *survey, r *plan.Resource) string {
			return unless(len(s.groupsOf(r)) < 2, "is the fleet of several deployment groups, whose lifecycle hooks time each other out")
		},
		remedy: "One deployment group to a fleet.",
		source: `CodeDeploy user guide, "Avoid associating multiple deployment groups with a single Auto Scaling group"`,
	},
	{
		of: fleetType, broken: func(s *survey, r *plan.Resource) string {
			return unless(r.Properties.Get("HealthCheckType") != plan.String("ELB") || len(s.groupsOf(r)) == 0,
				"takes its hosts' health from the load balancer, which finds none healthy before the first release: they are replaced for ever")
		},
		remedy: "HealthCheckType has to be EC2.",
		source: `Auto Scaling user guide, "Health checks for instances in an Auto Scaling group"`,
	},
	{
		of: fleetType, broken: badSizes,
		remedy: "MinSize at most MaxSize, and one signal for each host of MinSize: who does not start cannot signal.",
		source: `CloudFormation template reference, "CreationPolicy attribute"`,
	},
	{
		of: fleetType, broken: silentHosts,
		remedy: "The fleet needs a CreationPolicy, or what makes it a wait condition, and its user data has to call cfn-signal: else a fleet that cannot start is found by its first release.",
		source: `CloudFormation user guide, "cfn-signal"`,
	},
	{
		of: fleetType, broken: tooPatient,
		remedy: "A rolling update waits for an hour at most for each batch, of up to 100 hosts, and a creation for twelve hours.",
		source: `CloudFormation template reference, "UpdatePolicy attribute" and "CreationPolicy attribute"`,
	},
	{
		of: fleetType, broken: roughUpdate,
		remedy: "A rolling update that waits for signals, with fewer hosts in service than MaxSize, five processes suspended and neither Launch nor Terminate.",
		source: `CloudFormation template reference, "UpdatePolicy attribute"; AWS knowledge centre on rolling updates`,
	},
	{
		of: fleetType, broken: floatingTemplate,
		remedy: "Version has to be the attribute LatestVersionNumber of the launch template.",
		source: "CloudFormation reference of AWS::AutoScaling::AutoScalingGroup, LaunchTemplateSpecification",
	},
	{
		of: fleetType, broken: noWayOut,
		remedy: "Its subnets need a default route, or its VPC the endpoints of all services that hosts call.",
		source: `CodeDeploy user guide, "Use CodeDeploy with Amazon VPC"; CloudFormation user guide, "cfn-signal"`,
	},
	{
		of: fleetType, broken: zonesWithoutBalancer,
		remedy: "The load balancer needs a subnet in each zone of the hosts: a target in another zone stays unused.",
		source: `Elastic Load Balancing guide, "Target health status"`,
	},
}

// platform is the compute platform of a deployment group's application.
func (s *survey) platform(group *plan.Resource) string {
	application := s.resolve(group, group.Properties.Get("ApplicationName"), "AWS::CodeDeploy::Application")
	if application == nil {
		return "Server" // what CodeDeploy takes an application for that does not say
	}
	platform, set := application.Properties.Get("ComputePlatform").(plan.String)
	if !set {
		return "Server"
	}
	return string(platform)
}

// groupsOf are the deployment groups of a fleet, in its own stack.
func (s *survey) groupsOf(fleet *plan.Resource) []*plan.Resource {
	var out []*plan.Resource
	for _, group := range s.kinds[kind{fleet.Stack, groupType}] {
		for _, v := range items(group.Properties.Get("AutoScalingGroups")) {
			if s.resolve(group, v, fleetType) == fleet {
				out = append(out, group)
			}
		}
	}
	return out
}

func targetNames(group *plan.Resource) plan.List {
	var out plan.List
	for _, info := range items(at(group.Properties, "LoadBalancerInfo", "TargetGroupInfoList")) {
		out = append(out, at(info, "Name"))
	}
	return out
}

func uncontrolled(s *survey, r *plan.Resource) string {
	behind := map[*plan.Resource]bool{}
	for _, v := range items(r.Properties.Get("AutoScalingGroups")) {
		if fleet := s.resolve(r, v, fleetType); fleet != nil {
			for _, targets := range items(fleet.Properties.Get("TargetGroupARNs")) {
				behind[s.resolve(fleet, targets, targetsType)] = true
			}
		}
	}
	names := targetNames(r)
	controlled := at(r.Properties, "DeploymentStyle", "DeploymentOption") == plan.String("WITH_TRAFFIC_CONTROL")
	if len(behind) > 0 && (!controlled || len(names) == 0) {
		return "replaces the containers of hosts that still get requests"
	}
	for _, v := range names {
		if group := s.resolve(r, v, targetsType); group != nil && !behind[group] {
			return "controls the traffic of " + group.ID + ", in which its hosts are not"
		}
	}
	return ""
}

func targetsByARN(s *survey, r *plan.Resource) string {
	for _, v := range targetNames(r) {
		attribute, isAttribute := v.(plan.Attr)
		_, isRef := v.(plan.Ref)
		if isRef || isAttribute && attribute.Name != "TargetGroupName" || strings.HasPrefix(written(v), "arn:") {
			return "names its target group by something else than its name"
		}
	}
	return ""
}

func alarmsRefused(s *survey, r *plan.Resource) string {
	alarms := items(at(r.Properties, "AlarmConfiguration", "Alarms"))
	if plan.IsTrue(at(r.Properties, "AlarmConfiguration", "Enabled")) && len(alarms) == 0 {
		return "has alarms enabled, and none to watch"
	}
	seen := map[*plan.Resource]bool{}
	for _, v := range alarms {
		alarm := s.resolve(r, at(v, "Name"), "AWS::CloudWatch::Alarm")
		if alarm != nil && seen[alarm] {
			return "watches " + alarm.ID + " twice"
		}
		seen[alarm] = true
	}
	return ""
}

func alarmedFromTheStart(s *survey, r *plan.Resource) string {
	for _, v := range items(at(r.Properties, "AlarmConfiguration", "Alarms")) {
		alarm := s.resolve(r, at(v, "Name"), "AWS::CloudWatch::Alarm")
		if alarm == nil {
			continue
		}
		operator := written(alarm.Properties.Get("ComparisonOperator"))
		threshold, known := number(alarm.Properties.Get("Threshold"))
		if known && threshold < 1 {
			return "watches " + alarm.ID + ", which is in alarm while nothing happens"
		}
		if alarm.Properties.Get("TreatMissingData") != plan.String("notBreaching") || !strings.HasPrefix(operator, "GreaterThan") {
			return "watches " + alarm.ID + ", which would stop the first release"
		}
	}
	return ""
}

// number reads a size, which CloudFormation takes as text.
func number(v plan.Value) (int, bool) {
	switch v := v.(type) {
	case plan.Int:
		return int(v), true
	case plan.String:
		n, err := strconv.Atoi(string(v))
		return n, err == nil
	}
	return 0, false
}

func badSizes(_ *survey, r *plan.Resource) string {
	least, known := number(r.Properties.Get("MinSize"))
	most, also := number(r.Properties.Get("MaxSize"))
	if !known || !also {
		return ""
	}
	if desired, set := number(r.Properties.Get("DesiredCapacity")); set {
		if desired < least || desired > most {
			return fmt.Sprintf("wants %d hosts, and has between %d and %d", desired, least, most)
		}
		least = desired
	}
	if least > most {
		return fmt.Sprintf("has at least %d and at most %d hosts", least, most)
	}
	count, set := number(at(r.CreationPolicy, "ResourceSignal", "Count"))
	return unless(!set || count == least, fmt.Sprintf("waits for %d signals of %d hosts", count, least))
}

func silentHosts(s *survey, r *plan.Resource) string {
	if maker := s.makers[r]; maker != nil {
		return s.unheardHosts(r, maker)
	}
	count, _ := number(at(r.CreationPolicy, "ResourceSignal", "Count"))
	waits := count > 0 && at(r.CreationPolicy, "ResourceSignal", "Timeout") != nil
	text := s.userData(r)
	if !waits || !strings.Contains(text, "cfn-signal") {
		return "is called complete before any host has come up"
	}
	return unless(strings.Contains(text, r.ID), "waits for signals that its hosts send for something else")
}

func roughUpdate(s *survey, r *plan.Resource) string {
	if s.makers[r] != nil {
		return "" // its hosts are exchanged by releases
	}
	rolling := at(r.UpdatePolicy, "AutoScalingRollingUpdate")
	if rolling == nil {
		return "never replaces its hosts when their launch template changes"
	}
	if !plan.IsTrue(at(rolling, "WaitOnResourceSignals")) || at(rolling, "PauseTime") == nil {
		return "takes old hosts away before new ones serve"
	}
	inService, _ := number(at(rolling, "MinInstancesInService"))
	if most, known := number(r.Properties.Get("MaxSize")); known && inService >= most {
		return fmt.Sprintf("keeps %d hosts in service of at most %d, so that none can be replaced", inService, most)
	}
	suspended := map[string]bool{}
	for _, process := range items(at(rolling, "SuspendProcesses")) {
		suspended[written(process)] = true
	}
	for _, process := range []string{"HealthCheck", "ReplaceUnhealthy", "AZRebalance", "AlarmNotification", "ScheduledActions"} {
		if !suspended[process] {
			return "lets the process " + process + " take hosts away while they are replaced"
		}
	}
	return unless(!suspended["Launch"] && !suspended["Terminate"], "suspends the launch or the end of hosts, without which none is replaced")
}

func tooPatient(_ *survey, r *plan.Resource) string {
	const hour = 60
	rolling := at(r.UpdatePolicy, "AutoScalingRollingUpdate")
	batch, _ := number(at(rolling, "MaxBatchSize"))
	longest := minutes(at(rolling, "PauseTime")) > hour || minutes(at(r.CreationPolicy, "ResourceSignal", "Timeout")) > 12*hour
	return unless(!longest && batch <= 100, "waits longer than CloudFormation lets it, or for more hosts at once")
}

// minutes reads a duration such as PT1H30M; seconds are left out.
func minutes(v plan.Value) int {
	rest, ok := strings.CutPrefix(written(v), "PT")
	if !ok {
		return 0
	}
	sum, n := 0, 0
	for _, c := range rest {
		switch {
		case '0' <= c && c <= '9':
			n = n*10 + int(c-'0')
		case c == 'H':
			sum, n = sum+60*n, 0
		case c == 'M':
			sum, n = sum+n, 0
		}
	}
	return sum
}

func floatingTemplate(s *survey, r *plan.Resource) string {
	if template, _ := s.launchData(r); template == nil {
		return ""
	}
	version := at(r.Properties, "LaunchTemplate", "Version")
	attribute, ok := version.(plan.Attr)
	return unless(ok && attribute.Name == "LatestVersionNumber", "is not updated when its launch template changes")
}

// needed are the services that every host calls while it boots and is deployed to. The last two answer hosts that wait for their
// release; those that releases exchange signal to an address of S3.
var needed = []string{
	"s3", "codedeploy", "codedeploy-commands-secure", "ecr.api", "ecr.dkr", "logs", "ssm", "cloudformation", "elasticloadbalancing",
}

// noWayOut: subnets that are not of this plan are their owner's.
func noWayOut(s *survey, r *plan.Resource) string {
	for _, v := range items(r.Properties.Get("VPCZoneIdentifier")) {
		subnet := s.resolve(r, v, "AWS::EC2::Subnet")
		if subnet == nil {
			continue
		}
		if s.leadsOut(subnet) {
			continue
		}
		if missing := s.unreachable(r, subnet); len(missing) > 0 {
			return "cannot reach " + strings.Join(missing, ", ") + " from " + subnet.ID
		}
	}
	return ""
}

// leadsOut tells whether what is in a subnet reaches the internet: by an internet gateway only with an address of its own.
func (s *survey) leadsOut(subnet *plan.Resource) bool {
	for _, association := range s.usersOf(subnet, "AWS::EC2::SubnetRouteTableAssociation") {
		for _, route := range s.defaultRoutes(association) {
			if route.Properties.Get("GatewayId") == nil || plan.IsTrue(subnet.Properties.Get("MapPublicIpOnLaunch")) {
				return true
			}
		}
	}
	return false
}

// unreachable are the services that a fleet needs and has no endpoint for in one of its subnets.
func (s *survey) unreachable(fleet, subnet *plan.Resource) []string {
	have := map[string]bool{}
	for _, endpoint := range s.endpoints(subnet) {
		_, service, _ := strings.Cut(written(endpoint.Properties.Get("ServiceName")), string("${"+plan.Region+"}."))
		have[service] = true
	}
	services := needed
	if s.makers[fleet] != nil {
		services = slices.DeleteFunc(slices.Clone(needed), func(service string) bool { return service == "cloudformation" || service == "elasticloadbalancing" })
	}
	for _, policy := range s.policiesOf(s.hostRole(fleet)) {
		if s.covers(policy, "secretsmanager:GetSecretValue") {
			services = append(services[:len(services):len(services)], "secretsmanager")
		}
	}
	var missing []string
	for _, service := range services {
		if !have[service] {
			missing = append(missing, service)
		}
	}
	return missing
}

// zonesWithoutBalancer compares the zones of a fleet with those of the load balancers that send it requests.
func zonesWithoutBalancer(s *survey, r *plan.Resource) string {
	for _, forwarder := range s.forwarders(r, items(r.Properties.Get("TargetGroupARNs"))) {
		balancer := s.balancerOf(forwarder)
		if balancer == nil {
			continue
		}
		zones := map[string]bool{}
		for _, zone := range s.zones(balancer, balancer.Properties.Get("Subnets")) {
			zones[zone] = true
		}
		for _, zone := range s.zones(r, r.Properties.Get("VPCZoneIdentifier")) {
			if len(zones) > 0 && !zones[zone] {
				return "has hosts in a zone that " + balancer.ID + " does not have"
			}
		}
	}
	return ""
}

// zones are the availability zones of those subnets that are of this plan.
func (s *survey) zones(r *plan.Resource, subnets plan.Value) []string {
	var out []string
	for _, v := range items(subnets) {
		if subnet := s.resolve(r, v, "AWS::EC2::Subnet"); subnet != nil {
			zone := subnet.Properties.Get("AvailabilityZone")
			if chosen, ok := zone.(plan.Select); ok {
				out = append(out, strconv.Itoa(chosen.Index))
				continue
			}
			out = append(out, written(zone))
		}
	}
	return out
}

const balancerType = "AWS::ElasticLoadBalancingV2::LoadBalancer"

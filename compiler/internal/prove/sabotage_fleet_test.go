package prove

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

var groupDamages = []damages{
	setting("sense", "blue/green group for EC2", groupType, plan.String("BLUE_GREEN"), "DeploymentStyle", "DeploymentType"),
	setting("sense", "still get requests", groupType, plan.String("WITHOUT_TRAFFIC_CONTROL"), "DeploymentStyle", "DeploymentOption"),
	setting("sense", "still get requests", groupType, nil, "DeploymentStyle"),
	setting("sense", "still get requests", groupType, nil, "LoadBalancerInfo"),
	onEach("sense", "something else than its name", groupType, "the target group by Ref", func(p *plan.Plan, r *plan.Resource) {
		put(r, plan.Ref{To: first(p, r, targetsType)}, "LoadBalancerInfo", "TargetGroupInfoList", 0, "Name")
	}),
	onEach("sense", "something else than its name", groupType, "the target group by its full name", func(p *plan.Plan, r *plan.Resource) {
		put(r, plan.Attr{Of: first(p, r, targetsType), Name: "TargetGroupFullName"}, "LoadBalancerInfo", "TargetGroupInfoList", 0, "Name")
	}),
	setting("sense", "deploys a revision while it is made", groupType, object("Description", plan.String("first")), "Deployment"),
	setting("sense", "none to watch", groupType, list(), "AlarmConfiguration", "Alarms"),
	onEach("sense", "twice", groupType, "one alarm twice", func(_ *plan.Plan, r *plan.Resource) {
		put(r, at(r.Properties, "AlarmConfiguration", "Alarms", 0), "AlarmConfiguration", "Alarms", 99)
	}),
	onEach("sense", "in which its hosts are not", groupType, "its fleet has no target group", func(p *plan.Plan, r *plan.Resource) {
		put(surveyOf(p).resolve(r, at(r.Properties, "AutoScalingGroups", 0), fleetType), nil, "TargetGroupARNs")
	}),
	onEach("sense", "in alarm while nothing happens", groupType, "an alarm at nothing", func(p *plan.Plan, r *plan.Resource) {
		put(surveyOf(p).resolve(r, at(r.Properties, "AlarmConfiguration", "Alarms", 0, "Name"), "AWS::CloudWatch::Alarm"), plan.Int(0), "Threshold")
	}),
	onAlarms("missing data breach", plan.String("breaching"), "TreatMissingData"),
	onAlarms("missing data are missing", nil, "TreatMissingData"),
	onAlarms("little is an alarm", plan.String("LessThanThreshold"), "ComparisonOperator"),
}

// onAlarms damages the alarms of every deployment group.
func onAlarms(what string, value plan.Value, property string) damages {
	return onEach("sense", "would stop the first release", groupType, what, func(p *plan.Plan, r *plan.Resource) {
		put(surveyOf(p).resolve(r, at(r.Properties, "AlarmConfiguration", "Alarms", 0, "Name"), "AWS::CloudWatch::Alarm"), value, property)
	})
}

var fleetDamages = []damages{
	onEach("sense", "fleet of several deployment groups", fleetType, "a second group", func(p *plan.Plan, r *plan.Resource) {
		addTo(p, r, "SecondGroup", groupType, object("AutoScalingGroups", list(plan.Ref{To: r})))
	}),
	setting("sense", "replaced for ever", fleetType, plan.String("ELB"), "HealthCheckType"),
	setting("sense", "at least 99 and at most", fleetType, plan.String("99"), "MinSize"),
	setting("sense", "wants 99 hosts", fleetType, plan.String("99"), "DesiredCapacity"),
	policies("waits for 9 signals", func(r *plan.Resource) {
		r.CreationPolicy = with(r.CreationPolicy, plan.Int(9), "ResourceSignal", "Count").(plan.Object)
	}),
	policies("before any host has come up", func(r *plan.Resource) { r.CreationPolicy = nil }),
	policies("before any host has come up", func(r *plan.Resource) {
		r.CreationPolicy = with(r.CreationPolicy, nil, "ResourceSignal", "Timeout").(plan.Object)
	}),
	onEach("sense", "before any host has come up", fleetType, "its hosts do not signal", func(p *plan.Plan, r *plan.Resource) {
		replaceInUserData(p, r, "cfn-signal", "true")
	}),
	onEach("sense", "for something else", fleetType, "its hosts signal for another", func(p *plan.Plan, r *plan.Resource) {
		replaceInUserData(p, r, r.ID, "AnotherFleet")
	}),
	rolling("waits longer", plan.String("PT1H1M"), "PauseTime"),
	rolling("waits longer", plan.Int(101), "MaxBatchSize"),
	policies("waits longer", func(r *plan.Resource) {
		r.CreationPolicy = with(r.CreationPolicy, plan.String("PT13H"), "ResourceSignal", "Timeout").(plan.Object)
	}),
	policies("never replaces its hosts", func(r *plan.Resource) { r.UpdatePolicy = nil }),
	rolling("before new ones serve", plan.Bool(false), "WaitOnResourceSignals"),
	rolling("before new ones serve", nil, "PauseTime"),
	rolling("none can be replaced", plan.Int(99), "MinInstancesInService"),
	rolling("lets the process HealthCheck", plan.Strings("ReplaceUnhealthy", "AZRebalance", "AlarmNotification", "ScheduledActions"), "SuspendProcesses"),
	rolling("lets the process AZRebalance", plan.Strings("HealthCheck", "ReplaceUnhealthy", "AlarmNotification", "ScheduledActions"), "SuspendProcesses"),
	rolling("suspends the launch", plan.Strings("HealthCheck", "ReplaceUnhealthy", "AZRebalance", "AlarmNotification", "ScheduledActions", "Launch"), "SuspendProcesses"),
	setting("sense", "not updated when its launch template", fleetType, plan.String("$Latest"), "LaunchTemplate", "Version"),
	onEach("sense", "not updated when its launch template", fleetType, "the default version", func(p *plan.Plan, r *plan.Resource) {
		put(r, plan.Attr{Of: first(p, r, "AWS::EC2::LaunchTemplate"), Name: "DefaultVersionNumber"}, "LaunchTemplate", "Version")
	}),
	onEach("sense", "cannot reach", fleetType, "a subnet without its route table", func(p *plan.Plan, r *plan.Resource) {
		without(p, surveyOf(p).usersOf(subnetOf(p, r), "AWS::EC2::SubnetRouteTableAssociation")...)
	}),
	onEach("sense", "cannot reach", fleetType, "no NAT gateway and no endpoint of the agent", func(p *plan.Plan, r *plan.Resource) {
		s := surveyOf(p)
		lost := s.wayOut(r, plan.Ref{To: subnetOf(p, r)})
		for _, endpoint := range endpointsOfFleet(s, r) {
			if strings.HasSuffix(written(endpoint.Properties.Get("ServiceName")), ".codedeploy-commands-secure") {
				lost = append(lost, endpoint)
			}
		}
		without(p, keepAssociations(lost)...)
	}),
	onEach("sense", "has hosts in a zone", fleetType, "a zone of its own", func(p *plan.Plan, r *plan.Resource) {
		put(subnetOf(p, r), plan.String("us-east-1f"), "AvailabilityZone")
	}),
}

// replaceInUserData changes the program that the hosts of a fleet run first.
func replaceInUserData(p *plan.Plan, fleet *plan.Resource, old, other string) {
	template, data := surveyOf(p).launchData(fleet)
	var program plan.Concat
	for _, part := range at(data, "UserData").(plan.Base64).Of.(plan.Concat) {
		if literal, ok := part.(plan.String); ok {
			part = plan.String(strings.ReplaceAll(string(literal), old, other))
		}
		program = append(program, part)
	}
	put(template, plan.Base64{Of: program}, "LaunchTemplateData", "UserData")
}

func subnetOf(p *plan.Plan, fleet *plan.Resource) *plan.Resource {
	return surveyOf(p).resolve(fleet, at(fleet.Properties, "VPCZoneIdentifier", 0), "AWS::EC2::Subnet")
}

func keepAssociations(list []*plan.Resource) []*plan.Resource {
	var out []*plan.Resource
	for _, r := range list {
		if r.Type != "AWS::EC2::SubnetRouteTableAssociation" {
			out = append(out, r)
		}
	}
	return out
}

// without takes resources out of a plan.
func without(p *plan.Plan, gone ...*plan.Resource) {
	var left []*plan.Resource
next:
	for _, r := range p.Resources {
		for _, g := range gone {
			if r == g {
				continue next
			}
		}
		left = append(left, r)
	}
	p.Resources = left
}

func policies(says string, do func(r *plan.Resource)) damages {
	return onEach("sense", says, fleetType, "another policy", func(_ *plan.Plan, r *plan.Resource) { do(r) })
}

func rolling(says string, value plan.Value, property string) damages {
	return policies(says, func(r *plan.Resource) {
		r.UpdatePolicy = with(r.UpdatePolicy, value, "AutoScalingRollingUpdate", property).(plan.Object)
	})
}

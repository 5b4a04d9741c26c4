package compiler_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// userData is what a launch template tells its hosts: the assignments at the head of the program, and the rest as "".
func (p *printed) userData(template *resource) map[string]string {
	out := map[string]string{}
	lines := strings.Split(p.say(template, template.get("LaunchTemplateData/UserData")), "\n")
	for i, line := range lines[1:] {
		match := hostAssignment.FindStringSubmatch(line)
		if match == nil {
			out[""] = strings.Join(lines[1+i:], "\n")
			break
		}
		out[match[1]] = match[2]
	}
	return out
}

var hostAssignment = regexp.MustCompile(`^([A-Z_]+)='([^']*)'$`)

// TestNewMachineImageRollsThrough: an update that brings a new image replaces host after host, each once
// its successor serves the release that runs.
func TestNewMachineImageRollsThrough(t *testing.T) {
	judge(rolls).holds(t)
	for _, capacity := range []string{"min = 1, max = 2", "min = 2, max = 2", "min = 3, max = 4", "min = 5, max = 5", "min = 7, max = 30"} {
		text := strings.Replace(string(source(t, "minimal")), `deploy "ec2" {}`, "deploy \"ec2\" {\n  capacity = { "+capacity+" }\n}", 1)
		for layout, p := range layouts(t, compile(t, []byte(text))) {
			for _, fault := range rolls(p) {
				t.Errorf("%s, %s: %s", capacity, layout, fault)
			}
		}
	}
}

func TestRollThatLosesHostsIsNoticed(t *testing.T) {
	const fleet, template = "StorefrontProductionFleet", "StorefrontProductionLaunchTemplate"
	const policy = "UpdatePolicy/AutoScalingRollingUpdate/"
	judge(rolls).catches(t, map[string]func(p *printed) bool{
		"an image for good":            set(template, "Properties/LaunchTemplateData/ImageId", "ami-0a1b2c3d4e5f67890"),
		"an image as text":             parameter("MachineImage", "Type", "String"),
		"an image that is not AWS's":   parameter("MachineImage", "Default", "/golden/image"),
		"the version for good":         set(fleet, "Properties/LaunchTemplate/Version", "1"),
		"the newest version":           set(fleet, "Properties/LaunchTemplate/Version", "$Latest"),
		"no policy":                    drop(fleet, "UpdatePolicy"),
		"a new fleet each time":        set(fleet, "UpdatePolicy/AutoScalingReplacingUpdate", map[string]any{"WillReplace": true}),
		"fewer in service":             set(fleet, policy+"MinInstancesInService", 1.0),
		"more than fit":                set(fleet, policy+"MinInstancesInService", 9.0),
		"two at a time":                set(fleet, policy+"MaxBatchSize", 2.0),
		"nobody waits":                 set(fleet, policy+"WaitOnResourceSignals", false),
		"not long enough":              set(fleet, policy+"PauseTime", "PT15M"),
		"longer than AWS waits":        set(fleet, policy+"PauseTime", "PT2H"),
		"launches held":                change(fleet, policy+"SuspendProcesses", func(old any) any { return append(old.([]any), "Launch") }),
		"alarms not held":              without(fleet, policy+"SuspendProcesses", "AlarmNotification"),
		"scaled in by the update":      set(fleet, "Properties/DesiredCapacity", "3"),
		"health of the load balancer":  set(fleet, "Properties/HealthCheckType", "ELB"),
		"no name":                      drop(fleet, "Properties/AutoScalingGroupName"),
		"a name of the image":          set(fleet, "Properties/AutoScalingGroupName", map[string]any{"Fn::Sub": "fleet-${MachineImage}-${EnvironmentSuffix}"}),
		"nobody reaches them":          drop(fleet, "Properties/TargetGroupARNs"),
		"another group is asked":       replaced(template, `GROUP='storefront-production-group-`, `GROUP='storefront-staging-group-`),
		"another application is asked": replaced(template, `APPLICATION='storefront-production-app-`, `APPLICATION='storefront-app-`),
		"another target group":         replaced(template, `TARGET_GROUP='${StorefrontProductionTargetGroup}'`, `TARGET_GROUP='none'`),
		"another fleet is signalled":   replaced(template, `FLEET='StorefrontProductionFleet'`, `FLEET='Fleet'`),
		"another stack is signalled":   replaced(template, `STACK='${AWS::StackName}'`, `STACK='storefront'`),
		"the signal comes at once":     replaced(template, `\n  healthy\n  signal true`, `\n  signal true`),
		"a first host waits":           replaced(template, `\"\" | None)\n  signal`, `\"\" | None)\n  healthy\n  signal`),
		"the agent comes first":        replaced(template, `\npackages\n`, `\ninstall_agent\npackages\n`),
		"the group is not asked":       without("StorefrontProductionInstanceRolePolicy", "Properties/PolicyDocument/Statement", "AskForRelease"),
		"health is not asked":          without("StorefrontProductionInstanceRolePolicy", "Properties/PolicyDocument/Statement", "AskForHealth"),
		"no deployment at a launch":    drop("StorefrontProductionDeploymentGroup", "Properties/AutoScalingGroups"),
		"the handbook pins the image": func(p *printed) bool {
			old := p.handbook
			p.handbook = strings.ReplaceAll(old, `EnvironmentSuffix="$SUFFIX"`, `EnvironmentSuffix="$SUFFIX" MachineImage=/my/image`)
			return p.handbook != old
		},
	})
}

// parameter makes a damage to a parameter of each template that has it.
func parameter(name, member string, value any) func(p *printed) bool {
	return func(p *printed) bool {
		for _, r := range p.resources {
			if r.beside.Parameters[name] != nil {
				again := map[string]any{}
				for key, old := range r.beside.Parameters[name] {
					again[key] = old
				}
				again[member] = value
				parameters := map[string]map[string]any{name: again}
				r.beside.Parameters = parameters
			}
		}
		return true
	}
}

func rolls(p *printed) []string {
	releases, faults := p.releases()
	if len(releases) != len(p.of("AWS::AutoScaling::AutoScalingGroup")) {
		faults = append(faults, "a fleet belongs to no deployment group")
	}
	for _, r := range releases {
		faults = append(faults, p.takesNewImages(r)...)
		if r.exchanged() {
			continue
		}
		for _, fault := range rollingUpdate(r.fleet) {
			faults = append(faults, r.fleet.id+": "+fault)
		}
		faults = append(faults, p.signalsWhenItServes(r)...)
	}
	if strings.Contains(p.handbook, "MachineImage=") {
		faults = append(faults, "DEPLOY.md pins the machine image")
	}
	return faults
}

// takesNewImages: whatever is new in the launch template comes to the fleet that there is.
func (p *printed) takesNewImages(r release) []string {
	var faults []string
	want := func(is bool, fault string) {
		if !is {
			faults = append(faults, r.fleet.id+": "+fault)
		}
	}
	want(show(r.template.get("LaunchTemplateData/ImageId")) == `{"Ref":"MachineImage"}`, "its image is not the parameter")
	image := r.template.beside.Parameters["MachineImage"]
	want(image["Type"] == "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "an update does not look the image up")
	want(strings.HasPrefix(fmt.Sprint(image["Default"]), "/aws/service/ami-amazon-linux-latest/al2023-"), "the image is not Amazon Linux")
	want(show(r.fleet.get("LaunchTemplate/Version")) == show(map[string]any{"Fn::GetAtt": []any{r.template.id, "LatestVersionNumber"}}),
		"the version is not that of the update")
	name, _ := r.fleet.get("AutoScalingGroupName").(map[string]any)
	want(regexp.MustCompile(`^[a-z0-9-]+-\$\{EnvironmentSuffix\}$`).MatchString(text(name)), "its name may change, and with it the fleet")
	want(r.fleet.get("DesiredCapacity") == nil, "an update takes hosts away that load has brought")
	want(r.fleet.get("HealthCheckType") == "EC2", "hosts are replaced while they wait for a release")
	want(show(r.fleet.get("TargetGroupARNs/0")) != "null" &&
		p.say(r.fleet, r.fleet.get("TargetGroupARNs/0")) == p.userData(r.template)["TARGET_GROUP"], "its hosts look at another target group")
	return faults
}

var minutes = regexp.MustCompile(`^PT(\d+)M$`)

// rollingUpdate: of the hosts that there are at least, no more than the one that has no place goes before its successor is there.
func rollingUpdate(fleet *resource) []string {
	var faults []string
	number := func(value any) int {
		n, err := strconv.Atoi(fmt.Sprint(value))
		if err != nil {
			faults = append(faults, fmt.Sprint(value, " is no number"))
		}
		return n
	}
	value, _ := at(fleet.body, []string{"UpdatePolicy", "AutoScalingRollingUpdate"})
	policy, _ := value.(map[string]any)
	if all, _ := fleet.body["UpdatePolicy"].(map[string]any); policy == nil || len(all) != 1 {
		return append(faults, "it is not updated by a rolling update alone")
	}
	least, most := number(fleet.get("MinSize")), number(fleet.get("MaxSize"))
	if n := number(policy["MinInstancesInService"]); n < min(least, most-1) || n >= most {
		faults = append(faults, fmt.Sprintf("%d of %d to %d stay in service", n, least, most))
	}
	if policy["MaxBatchSize"] != 1.0 || policy["WaitOnResourceSignals"] != true {
		faults = append(faults, "it does not wait for each host")
	}
	// The host itself waits for twenty minutes; CloudFormation waits for an hour at most.
	pause := minutes.FindStringSubmatch(fmt.Sprint(policy["PauseTime"]))
	if pause == nil || number(pause[1]) <= 20 || number(pause[1]) > 60 {
		faults = append(faults, fmt.Sprintf("it waits %v for a host", policy["PauseTime"]))
	}
	held := listOf(policy["SuspendProcesses"])
	slices.Sort(held)
	if !slices.Equal(held, []string{"AZRebalance", "AlarmNotification", "HealthCheck", "ReplaceUnhealthy", "ScheduledActions"}) {
		faults = append(faults, fmt.Sprintf("it holds %q meanwhile", held))
	}
	return faults
}

// signalsWhenItServes: a host asks its own group for a release, and signals its own fleet once it serves it.
func (p *printed) signalsWhenItServes(r release) []string {
	var faults []string
	told := p.userData(r.template)
	application := p.say(r.group, r.group.get("ApplicationName"))
	for name, want := range map[string]string{
		"APPLICATION": application, "GROUP": p.name(r.group), "FLEET": r.fleet.id, "STACK": "the-stack",
		"REGION": "us-east-1", "HOST_PORT": fmt.Sprint(p.to(r.fleet.get("TargetGroupARNs/0")).get("Port")),
	} {
		if told[name] != want {
			faults = append(faults, fmt.Sprintf("%s tells its hosts %s=%q, not %q", r.template.id, name, told[name], want))
		}
	}
	if r.fleet.beside.Resources[r.group.id] == nil {
		faults = append(faults, r.fleet.id+" is not in the stack of its group")
	}
	if !hostOrder.MatchString(told[""]) || strings.Count(told[""], "\ninstall_agent\n") != 1 {
		faults = append(faults, r.template.id+" does not wait for health before it signals that a release serves")
	}
	group := "arn:aws:codedeploy:us-east-1:" + r.host.account + ":deploymentgroup:" + application + "/" + p.name(r.group)
	faults = append(faults, p.refused(r.host, []string{"codedeploy:GetDeploymentGroup"}, group, nil, nil, nil, "")...)
	return append(faults, p.refused(r.host, []string{"elasticloadbalancing:DescribeTargetHealth"}, "*", nil, nil, nil, "")...)
}

// hostOrder is the end of a host's program: docker, then the agent, then the question, then either signal.
var hostOrder = regexp.MustCompile(`(?s)\npackages\n.*\nwrite_settings\n.*\ninstall_agent\n.*last=\$\(last_deployment\)\n` +
	`case \$last in\n"" \| None\)\n  signal true [^\n]*\n  ;;\n\*\)\n.*\n  healthy\n  signal true [^\n]*\n  ;;\nesac\n$`)

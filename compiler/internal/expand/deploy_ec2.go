package expand

import (
	"slices"
	"strconv"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
	"github.com/cfnpipe/cfnpipe/spec"
)

func itoa(n int) string { return strconv.Itoa(n) }

// deployEC2 expands a deploy "ec2" block: fleet and deployment group in the target
// account, and the pipeline's action that deploys to them.
func (d *delivery) deployEC2(s *service) aws.CodePipelineAction {
	d.image.hosted = true
	targets, rule := s.targets()
	f := s.fleet(targets, rule)
	deploys := s.deployInPlace
	if s.deploy.BlueGreen != nil {
		deploys = s.deployBlueGreen
	} else {
		s.standingFleet(f)
	}
	deployments := s.deployments(f, targets, rule, s.alarms(s.balancerMetrics(targets)))
	made := deploys(f, deployments)
	actor := s.actor(deployments)
	d.assumes(actor, made)
	a := action(s.actionName(), "Deploy", "CodeDeploy",
		plan.Field{Key: "ApplicationName", Value: deployments.applicationName},
		plan.Field{Key: "DeploymentGroupName", Value: deployments.groupName},
	)
	a.Name = from(a.Name, s.origin)
	a.RoleArn = actor.writtenARN(d.scope)
	a.InputArtifacts = artifacts(bundleArtifact)
	return a
}

// fleet is the Auto Scaling group of a service.
type fleet struct {
	name     plan.Value
	group    aws.AutoScalingGroup
	scaling  *aws.TargetTracking // nil: always of one size
	template *plan.Resource
	wayIn    *plan.Resource   // the load balancer's way to the hosts
	ready    *plan.Resource   // what takes the first host's word that it is ready, where the fleet itself cannot
	needs    []*plan.Resource // what has to be there before the first host boots
	host     *role
	standing *plan.Resource // the group, if it is one for good
}

// fleet makes what the hosts are made of and with.
func (s *service) fleet(targets, rule *plan.Resource) *fleet {
	f := &fleet{name: s.fleetName()}
	settings := s.settings()
	logs := s.logGroup("Logs", "logs", "What the containers print.", numberOf(s.delivery.spec.LogRetentionDays))
	f.host = s.hostRole(settings, logs)
	profile := s.add("InstanceProfile", "Gives the hosts their role.", aws.IAMInstanceProfile{
		InstanceProfileName: s.name("instance-profile"), Roles: []plan.Value{ref(f.host.resource)},
	})
	s.launchTemplate(f, profile, settings, logs, targets)
	capacity := s.deploy.Capacity
	f.group = aws.AutoScalingGroup{
		AutoScalingGroupName: f.name,
		MinSize:              from(plan.String(itoa(capacity.Min.Value)), capacity.Min.Range),
		MaxSize:              from(plan.String(itoa(capacity.Max.Value)), capacity.Max.Range),
		VPCZoneIdentifier:    s.environment.private, TargetGroupARNs: []plan.Value{ref(targets)},
		// Not ELB: until the first release no host answers, and would be replaced for ever.
		HealthCheckType: "EC2", HealthCheckGracePeriod: 300,
		LaunchTemplate: aws.LaunchTemplateVersion{
			LaunchTemplateId: ref(f.template), Version: attr(f.template, "LatestVersionNumber"),
		},
		Tags: []aws.AutoScalingTag{{Key: "Name", Value: f.name, PropagateAtLaunch: true}},
	}
	if capacity.Max.Value > capacity.Min.Value {
		f.scaling = &aws.TargetTracking{
			PredefinedMetricSpecification: aws.PredefinedMetric{PredefinedMetricType: "ASGAverageCPUUtilization"}, TargetValue: cpuTarget,
		}
	}
	// Hosts wait for the load balancer to call them healthy: without its rule and its way to them it never would.
	f.needs = append(slices.Clone(s.environment.wayOut), f.host.policy, settings.parameter, logs, rule, f.wayIn)
	return f
}

// standingFleet makes the hosts that are deployed to in place. Each signals CloudFormation when docker and the agent
// run, and later when it serves, so that a dead fleet fails the stack.
func (s *service) standingFleet(f *fleet) {
	f.standing = s.ofStrategy().add("Fleet", "The hosts.", f.group).After(f.needs...)
	f.standing.CreationPolicy = creationPolicy(s.deploy.Capacity.Min)
	f.standing.UpdatePolicy = updatePolicy(s.deploy.Capacity)
	if f.scaling != nil {
		s.of(s.deploy.Capacity.Range, s.deploy.Strategy.Range).add("ScalingPolicy", "Holds the hosts at a load that leaves room for peaks.", aws.ScalingPolicy{
			AutoScalingGroupName: ref(f.standing), PolicyType: "TargetTrackingScaling", TargetTrackingConfiguration: *f.scaling,
		})
	}
}

// deployInPlace makes the deployment group of a fleet that stands, and returns it.
func (s *service) deployInPlace(f *fleet, d *deployments) *plan.Resource {
	d.group.AutoScalingGroups = []plan.Value{ref(f.standing)}
	d.group.DeploymentStyle.DeploymentType = s.byStrategy(plan.String("IN_PLACE"))
	return s.ofStrategy().add("DeploymentGroup", "How CodeDeploy deploys to the hosts, and when it rolls back.", d.group).After(d.needs...)
}

const (
	cpuTarget     = 60      // percent
	signalTimeout = "PT30M" // a host that serves takes some minutes to boot and may wait 20 for its health
)

func creationPolicy(hosts spec.Number) plan.Object {
	return plan.Object{{Key: "ResourceSignal", Value: plan.Object{
		{Key: "Count", Value: from(plan.Int(hosts.Value), hosts.Range)}, {Key: "Timeout", Value: plan.String(signalTimeout)},
	}}}
}

// updatePolicy replaces hosts one by one when the launch template changes; each
// new one signals once the load balancer sends it requests. The processes that
// would interfere are held meanwhile (CloudFormation user guide, "UpdatePolicy attribute").
func updatePolicy(capacity spec.Capacity) plan.Object {
	// CloudFormation wants fewer in service than the group may hold.
	inService := min(capacity.Min.Value, capacity.Max.Value-1)
	return plan.Object{{Key: "AutoScalingRollingUpdate", Value: plan.Object{
		{Key: "MinInstancesInService", Value: from(plan.Int(inService), capacity.Min.Range, capacity.Max.Range)},
		{Key: "MaxBatchSize", Value: plan.Int(1)},
		{Key: "PauseTime", Value: plan.String(signalTimeout)},
		{Key: "WaitOnResourceSignals", Value: plan.Bool(true)},
		{Key: "SuspendProcesses", Value: plan.Strings(
			"HealthCheck", "ReplaceUnhealthy", "AZRebalance", "AlarmNotification", "ScheduledActions")},
	}}}
}

// settings is what differs between the environments of one bundle; the start
// hook reads it on the host.
type settings struct {
	parameter *plan.Resource
	name      plan.Value
	digest    plan.Value
	secrets   []secret     // that Secrets Manager holds
	encrypted []plan.Value // ARNs of what Parameter Store holds encrypted
	asked     []hcl.Range  // what asks for secrets
}

func (s *service) settings() *settings {
	// The folder keeps the name from beginning with aws or ssm, which Parameter Store refuses.
	out := &settings{name: plan.Text("/cfnpipe/", s.name("settings"))}
	var environment, secrets plan.Object
	var secretNames []plan.Value
	text, late := []string{itoa(s.deploy.Port.Value), s.deploy.HealthCheck.Value}, []any{}
	decides := []hcl.Range{s.deploy.Port.Range, s.deploy.HealthCheck.Range, s.deploy.EnvironmentRange, s.deploy.SecretsRange}
	for _, pair := range s.deploy.Environment {
		environment = append(environment, plan.Field{Key: pair.Key.Value, Value: s.text(pair.Value)})
		text = append(text, pair.Key.Value, pair.Value.String())
		late = append(late, s.late(pair.Value)...)
	}
	for _, pair := range s.deploy.Secrets {
		secret := s.secret(pair.Value)
		if secret.store == "ssm" {
			out.encrypted = append(out.encrypted, secret.arn)
		} else {
			out.secrets = append(out.secrets, secret)
		}
		out.asked, secretNames = append(out.asked, pair.Value.Range), append(secretNames, secret.name)
		secrets = append(secrets, plan.Field{Key: pair.Key.Value, Value: plan.Object{{Key: secret.store, Value: secret.name}}})
		text = append(text, pair.Key.Value, pair.Value.String())
		late = append(late, s.late(pair.Value)...)
	}
	out.digest = plan.String(hash(12, text...))
	if len(late) > 0 {
		// In base64, so that it is no more than a text to the shell, whatever it is.
		out.digest = plan.Text(hash(12, text...)+" ", plan.Base64{Of: plan.Text(late...)})
	}
	out.digest = from(out.digest, decides...)
	out.parameter = s.add("Settings", "What the service reads when it starts: port, health check, variables, names of secrets.",
		aws.SSMParameter{
			Name: out.name, Type: "String", Description: "Settings of " + s.title + ".",
			Value: plan.JSONText{NoDoubleBraces: true, Of: plan.Object{
				{Key: "port", Value: from(plan.Int(s.deploy.Port.Value), s.deploy.Port.Range)},
				{Key: "health_check", Value: textOf(s.deploy.HealthCheck)},
				{Key: "environment", Value: from(environment, s.deploy.EnvironmentRange)},
				{Key: "secrets", Value: from(secrets, s.deploy.SecretsRange)},
			}},
		})
	for _, name := range secretNames {
		s.expander.secrets = append(s.expander.secrets, secretUse{out.parameter, name})
	}
	out.parameter.Sources = append(out.parameter.Sources, plan.Place{At: s.origin})
	out.parameter.Origin = s.deploy.Range // what is in it stands in this block
	return out
}

// late is what CloudFormation fills into a setting: another value has to reach the hosts as well.
func (s *service) late(setting spec.Deferred) []any {
	if _, known := setting.Text(); known {
		return nil
	}
	return []any{" ", s.text(setting)}
}

// hostRole is what a host may do: fetch its bundle, its image, its settings and
// secrets, log, and be reached by Session Manager.
func (s *service) hostRole(settings *settings, logs *plan.Resource) *role {
	host := s.role("InstanceRole", "instance-role", "What the hosts may do.", trustService("ec2.amazonaws.com"))
	s.delivery.readableBy(host, false)
	s.delivery.image.pullableBy(host)
	host.allow("InstallAgent", []string{"s3:GetObject"},
		plan.Text("arn:", plan.Partition, ":s3:::aws-codedeploy-", plan.Region, "/*"))
	host.allow("ReadSettings", []string{"ssm:GetParameter"},
		append([]plan.Value{s.arn("ssm", "parameter", settings.name)}, settings.encrypted...)...)
	host.since(settings.asked...)
	s.reads(host, settings.secrets)
	host.allow("Log", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, attr(logs, "Arn"))
	if s.deploy.BlueGreen == nil {
		host.allow("AskForRelease", []string{"codedeploy:GetDeploymentGroup"},
			s.arn("codedeploy", "deploymentgroup:", s.name("app"), "/", s.groupName()))
		// These support no narrower resource (Service Authorization Reference).
		host.allow("AskForHealth", []string{"elasticloadbalancing:DescribeTargetHealth"}, anywhere)
		host.since(s.deploy.Strategy.Range)
	}
	host.allow("SessionManager", []string{
		"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
		"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
	}, anywhere)
	host.allow("RegisterWithSessionManager", []string{"ssm:UpdateInstanceInformation"}, s.arn("ec2", "instance/*"))
	if s.environment.endpoints {
		// Asked only of an agent that authenticates, as one behind VPC endpoints
		// must (CodeDeploy user guide, "Use CodeDeploy with Amazon VPC").
		host.allow("AgentThroughEndpoints", []string{
			"codedeploy-commands-secure:GetDeploymentSpecification", "codedeploy-commands-secure:PollHostCommand",
			"codedeploy-commands-secure:PutHostCommandAcknowledgement", "codedeploy-commands-secure:PutHostCommandComplete",
		}, anywhere)
		host.since(s.environment.network.NATGateways.Range)
	}
	return host
}

// machineImage is the parameter that stands for the newest Amazon Linux 2023.
func (s *service) machineImage() plan.Value {
	if s.expander.image == nil {
		s.expander.image = &plan.Parameter{
			Name: "MachineImage", Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
			Description: "The machine image of the hosts: by default the newest Amazon Linux 2023 whenever the stack is updated.",
			Default:     plan.String("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"),
		}
		s.plan.Parameters = append(s.plan.Parameters, s.expander.image)
	}
	return plan.Param{Of: s.expander.image}
}

func (s *service) launchTemplate(f *fleet, profile *plan.Resource, settings *settings, logs, targets *plan.Resource) {
	group := s.add("SecurityGroup", "The load balancer reaches the hosts; the hosts reach HTTPS.", aws.EC2SecurityGroup{
		GroupDescription: "Hosts", VpcId: s.environment.vpc,
		SecurityGroupIngress: []aws.EC2SecurityRule{{
			Description: "Requests from the load balancer", IpProtocol: "tcp",
			FromPort: hostPort, ToPort: hostPort,
			SourceSecurityGroupId: attr(s.environment.balancerGroup, "GroupId"),
		}},
		SecurityGroupEgress: []aws.EC2SecurityRule{{
			Description: "AWS and other services over HTTPS", IpProtocol: "tcp", FromPort: 443, ToPort: 443, CidrIp: plan.String("0.0.0.0/0"),
		}},
		Tags: s.tags("hosts"),
	})
	f.wayIn = s.add("LoadBalancerEgress", "Lets the load balancer reach these hosts.", aws.EC2SecurityGroupEgress{
		Description: "Requests to " + s.title, GroupId: attr(s.environment.balancerGroup, "GroupId"),
		IpProtocol: "tcp", FromPort: hostPort, ToPort: hostPort,
		DestinationSecurityGroupId: attr(group, "GroupId"),
	})
	f.template = s.add("LaunchTemplate", "How a host comes up.", aws.EC2LaunchTemplate{
		LaunchTemplateName: s.name("launch-template"),
		LaunchTemplateData: aws.EC2LaunchTemplateData{
			ImageId: s.machineImage(), InstanceType: s.text(s.deploy.InstanceType),
			IamInstanceProfile: aws.EC2InstanceProfile{Arn: attr(profile, "Arn")},
			SecurityGroupIds:   []plan.Value{attr(group, "GroupId")},
			// One hop: the host's credentials are out of reach from inside a container.
			MetadataOptions: aws.EC2MetadataOptions{HttpEndpoint: "enabled", HttpTokens: "required", HttpPutResponseHopLimit: 1},
			Monitoring:      aws.EC2Monitoring{Enabled: true},
			BlockDeviceMappings: []aws.EC2BlockDevice{{
				DeviceName: "/dev/xvda",
				Ebs:        aws.EC2Volume{Encrypted: true, VolumeType: "gp3", VolumeSize: 20, DeleteOnTermination: true},
			}},
			TagSpecifications: []aws.EC2TagSpecification{{ResourceType: "volume", Tags: s.tags("volume")}},
			UserData: from(script.UserData(script.Host{
				Region: plan.Region, StackName: plan.StackName,
				FleetID:           plan.LogicalID(s.labels...) + "Fleet",
				ReadyURL:          s.readyURL(f),
				SettingsParameter: settings.name, SettingsDigest: settings.digest,
				LogGroup:              ref(logs),
				ContainerName:         plan.PhysicalName(s.labels[0]),
				HostPort:              hostPort,
				DeploymentApplication: s.name("app"), DeploymentGroup: s.groupName(),
				TargetGroupARN: ref(targets),
				AgentAuth:      s.environment.endpoints,
			}), s.environment.network.NATGateways.Range),
		},
	})
}

// deployments is what CodeDeploy needs to put a revision onto a fleet.
type deployments struct {
	applicationName, groupName plan.Value
	configuration              plan.Value
	group                      aws.CodeDeployGroup
	deployer                   *role
	needs                      []*plan.Resource // what has to be there before the group
}

func (s *service) deployments(f *fleet, targets, rule *plan.Resource, alarms []*plan.Resource) *deployments {
	d := &deployments{
		applicationName: s.name("app"), groupName: s.groupName(),
		configuration: s.byStrategy(map[string]plan.String{
			spec.StrategyRolling:   "CodeDeployDefault.OneAtATime",
			spec.StrategyAllAtOnce: "CodeDeployDefault.AllAtOnce",
			// With more at a time a release would do, of which half of the hosts or all but one do not come up.
			spec.StrategyBlueGreen: "CodeDeployDefault.OneAtATime",
		}[s.deploy.Strategy.Value]),
	}
	application := s.add("Application", "What CodeDeploy deploys.", aws.CodeDeployApplication{
		ApplicationName: d.applicationName, ComputePlatform: "Server",
	})
	d.deployer = s.deployerRole(d, f, targets)
	var watched []aws.CodeDeployAlarm
	for _, alarm := range alarms {
		watched = append(watched, aws.CodeDeployAlarm{Name: from(ref(alarm), alarm.Origin)})
	}
	d.group = aws.CodeDeployGroup{
		ApplicationName: ref(application), DeploymentGroupName: d.groupName,
		ServiceRoleArn: d.deployer.arn(), DeploymentConfigName: d.configuration,
		DeploymentStyle: aws.CodeDeployStyle{DeploymentOption: plan.String("WITH_TRAFFIC_CONTROL")},
		// By name: CodeDeploy does not take the ARN.
		LoadBalancerInfo: aws.CodeDeployLoadBalancer{
			TargetGroupInfoList: []aws.CodeDeployTargetGroup{{Name: attr(targets, "TargetGroupName")}},
		},
		AutoRollbackConfiguration: aws.CodeDeployRollback{
			Enabled: true, Events: plan.Strings("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"),
		},
		AlarmConfiguration:        aws.CodeDeployAlarms{Enabled: true, Alarms: watched},
		OutdatedInstancesStrategy: "UPDATE",
	}
	// The role's rights are tested when the group is made, and needed to take its
	// lifecycle hook off the fleet when it goes; targets get requests through the rule.
	d.needs = []*plan.Resource{d.deployer.policy, rule, f.wayIn}
	return d
}

// deployerRole is what CodeDeploy itself may do: of the actions of the managed
// policy AWSCodeDeployRole those for a deployment on one fleet, in place unless the fleet is exchanged. A fleet
// with a launch template needs the last three as well (CodeDeploy user guide,
// "Create a service role for CodeDeploy").
func (s *service) deployerRole(d *deployments, f *fleet, targets *plan.Resource) *role {
	r := s.deployer(trustService("codedeploy.amazonaws.com", isSourceAccount(),
		isSource(s.arn("codedeploy", "deploymentgroup:", d.applicationName, "/*"))))
	r.allow("Look", []string{
		"autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeLifecycleHooks",
		"ec2:DescribeInstances", "ec2:DescribeInstanceStatus",
		"elasticloadbalancing:DescribeLoadBalancerAttributes", "elasticloadbalancing:DescribeLoadBalancers",
		"elasticloadbalancing:DescribeTargetGroupAttributes", "elasticloadbalancing:DescribeTargetGroups",
		"elasticloadbalancing:DescribeTargetHealth",
	}, anywhere)
	followed := []plan.Value{s.arn("autoscaling", "autoScalingGroup:*:autoScalingGroupName/", f.name)}
	if s.deploy.BlueGreen != nil {
		first, copies := s.fleetARNs(f, d)
		followed = []plan.Value{first, copies}
		s.exchangesFleet(r, f, d)
	}
	r.allow("FollowFleet", []string{
		"autoscaling:CompleteLifecycleAction", "autoscaling:DeleteLifecycleHook", "autoscaling:PutLifecycleHook",
		"autoscaling:RecordLifecycleActionHeartbeat", "autoscaling:ResumeProcesses", "autoscaling:SuspendProcesses",
		"autoscaling:UpdateAutoScalingGroup",
	}, followed...)
	r.allow("ControlTraffic", []string{
		"elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets",
	}, ref(targets))
	// Of alarms at large: CodeDeploy stops every deployment when it cannot read its alarm, and a request by name was seen
	// refused with less (mattclay/aws-terminator pull request 63).
	r.allow("WatchAlarm", []string{"cloudwatch:DescribeAlarms"}, s.arn("cloudwatch", "alarm:*"))
	s.launches(r, f)
	return r
}

// launches lets a role make Auto Scaling groups, or change them, whose hosts come from the fleet's launch template.
func (s *service) launches(r *role, f *fleet) {
	// A launch touches resources of all these types; the condition holds for each (EC2 user guide, "Control access to launch templates").
	template := s.arn("ec2", "launch-template/", ref(f.template))
	launched := []plan.Value{
		plan.Text("arn:", plan.Partition, ":ec2:", plan.Region, "::image/*"), template,
		s.arn("ec2", "instance/*"), s.arn("ec2", "network-interface/*"), s.arn("ec2", "security-group/*"),
		s.arn("ec2", "subnet/*"), s.arn("ec2", "volume/*"),
	}
	r.allowWhen("LaunchFromTemplate", []string{"ec2:RunInstances"}, launched, aws.Condition{
		Operator: "ArnEquals", Key: "ec2:LaunchTemplate", Values: []plan.Value{template},
	})
	r.allowWhen("TagLaunched", []string{"ec2:CreateTags"},
		[]plan.Value{s.arn("ec2", "instance/*"), s.arn("ec2", "volume/*")},
		aws.Condition{Operator: "StringEquals", Key: "ec2:CreateAction", Values: []plan.Value{plan.String("RunInstances")}})
	r.allowWhen("PassHostRole", []string{"iam:PassRole"}, []plan.Value{f.host.arn()}, isPassedTo("ec2.amazonaws.com"))
}

// actor is the role that the pipeline's action assumes in the target account.
func (s *service) actor(d *deployments) *role {
	r := s.role("DeployRole", "deploy-role", "What the pipeline may do in this account: deploy.",
		s.trustRole(s.delivery.stack.Account, s.delivery.role.name))
	s.delivery.readableBy(r, true)
	r.allow("RegisterRevision", []string{
		"codedeploy:GetApplication", "codedeploy:GetApplicationRevision", "codedeploy:RegisterApplicationRevision",
	}, s.arn("codedeploy", "application:", d.applicationName))
	r.allow("Deploy", []string{
		"codedeploy:CreateDeployment", "codedeploy:GetDeployment", "codedeploy:GetDeploymentGroup",
	}, s.arn("codedeploy", "deploymentgroup:", d.applicationName, "/", d.groupName))
	r.allow("ReadConfiguration", []string{"codedeploy:GetDeploymentConfig"},
		s.arn("codedeploy", "deploymentconfig:", d.configuration))
	return r
}

package prove

import (
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

const (
	deployRole  = "AWS managed policy AWSCodeDeployRole"
	hostRole    = `CodeDeploy user guide, "Create an IAM instance profile for your Amazon EC2 instances"`
	deployGuide = `CodeDeploy user guide, "CodeDeploy permissions reference"`
	serviceRole = `CodeDeploy user guide, "Create a service role for CodeDeploy"`
)

// deploys is an action of CodeDeploy, and what the hosts do with its artifact: at each release, and whenever one comes up.
func (c *calling) deploys(a step) {
	const source = "aws-cdk-lib, aws-codepipeline-actions/lib/codedeploy/server-deploy-action.js; " + deployGuide
	c.fetches(a.by, a.store, a.inputs(), "to hand the bundle on to CodeDeploy", acrossGuide)
	c.looksAtStore(a)
	group := a.setting(c.s, "DeploymentGroupName", groupType)
	application := a.setting(c.s, "ApplicationName", applicationType)
	if group == nil || application == nil {
		return
	}
	c.as(a.by, "to register the bundle", source, c.at(application), "codedeploy:GetApplication", "codedeploy:GetApplicationRevision", "codedeploy:RegisterApplicationRevision")
	c.as(a.by, "to deploy", source, c.groupAt(group), "codedeploy:CreateDeployment", "codedeploy:GetDeployment", "codedeploy:GetDeploymentGroup")
	c.as(a.by, "to look at how fast to go", source, c.configuration(group), "codedeploy:GetDeploymentConfig")
	for _, fleet := range c.s.fleetsOf(group) {
		host := c.s.hostRole(fleet)
		c.fetches(host, a.store, a.inputs(), "to fetch the bundle, at each release and when a host comes up", acrossGuide+"; "+hostRole)
		for _, project := range c.makers(a, a.inputs()) {
			if repository := c.pushedBy(project); repository != nil {
				c.as(host, "to pull the image", `ECR user guide, "Private registry authentication"; aws-cdk-lib, aws-ecr/lib/repository.js`, c.at(repository),
					"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
			}
		}
	}
}

// fleetsOf are the fleets that a deployment group deploys to.
func (s *survey) fleetsOf(group *plan.Resource) []*plan.Resource {
	var out []*plan.Resource
	for _, v := range items(group.Properties.Get("AutoScalingGroups")) {
		out = append(out, some(s.resolve(group, v, fleetType))...)
	}
	return out
}

// groupAt is a deployment group, in whose ARN the application's name stands before its own.
func (c *calling) groupAt(group *plan.Resource) target {
	return c.inAccountOf(group, "codedeploy", "deploymentgroup:"+c.applicationOf(group)+"/"+c.s.physicalName(group))
}

func (c *calling) applicationOf(group *plan.Resource) string {
	return c.texted(group, "ApplicationName")
}

func (c *calling) configuration(group *plan.Resource) target {
	return c.inAccountOf(group, "codedeploy", "deploymentconfig:"+c.texted(group, "DeploymentConfigName"))
}

// ofGroup is what CodeDeploy calls as the role of a deployment group: when the group is made and deleted, at each release, and
// when a host comes up.
func (c *calling) ofGroup(r *plan.Resource) {
	role := c.role(r, r.Properties.Get("ServiceRoleArn"))
	c.acts("codedeploy.amazonaws.com", role, c.inAccountOf(r, "codedeploy", "deploymentgroup:"+c.applicationOf(r)+"/*").arn, "to deploy", serviceRole)
	if at(r.Properties, "AlarmConfiguration", "Alarms") != nil {
		// At large: a request by name was seen refused with less (mattclay/aws-terminator pull request 63).
		c.as(role, "to watch the alarms of a release", deployRole, c.inAccountOf(r, "cloudwatch", "alarm:*"), "cloudwatch:DescribeAlarms")
	}
	if c.s.platform(r) == "Lambda" {
		c.shiftsRequests(role, r)
		return
	}
	fleets := c.s.fleetsOf(r)
	if len(fleets) > 0 {
		c.as(role, "to look at hosts and the load balancer", deployRole, everything,
			"autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeLifecycleHooks", "ec2:DescribeInstances", "ec2:DescribeInstanceStatus",
			"elasticloadbalancing:DescribeLoadBalancerAttributes", "elasticloadbalancing:DescribeLoadBalancers",
			"elasticloadbalancing:DescribeTargetGroupAttributes", "elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth")
	}
	for _, fleet := range fleets {
		for _, on := range c.fleetAndCopies(r, fleet) {
			c.as(role, "to follow the fleet, and to hold what interferes with a release", deployRole+`; CodeDeploy user guide, "Integrating CodeDeploy with Amazon EC2 Auto Scaling"`, on,
				"autoscaling:CompleteLifecycleAction", "autoscaling:DeleteLifecycleHook", "autoscaling:PutLifecycleHook", "autoscaling:RecordLifecycleActionHeartbeat",
				"autoscaling:ResumeProcesses", "autoscaling:SuspendProcesses", "autoscaling:UpdateAutoScalingGroup")
		}
		c.launches(role, fleet, serviceRole)
		if exchanges(r) {
			c.exchanges(role, r, fleet)
		}
	}
	for _, v := range targetNames(r) {
		c.as(role, "to take hosts out of the load balancer and put them back", deployRole, c.at(c.s.resolve(r, v, targetsType)),
			"elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets")
	}
}

func exchanges(group *plan.Resource) bool {
	return at(group.Properties, "BlueGreenDeploymentConfiguration", "GreenFleetProvisioningOption", "Action") == plan.String("COPY_AUTO_SCALING_GROUP")
}

// fleetAndCopies are a fleet and, if its deployment group exchanges it, the copies that CodeDeploy makes, which it calls by the
// ids of deployments (CodeDeploy user guide, "Integrating CodeDeploy with Amazon EC2 Auto Scaling").
func (c *calling) fleetAndCopies(group, fleet *plan.Resource) []target {
	out := []target{{arn: c.s.arn(fleet)}}
	if exchanges(group) {
		out = append(out, c.copies(group))
	}
	return out
}

func (c *calling) copies(group *plan.Resource) target {
	return c.inAccountOf(group, "autoscaling", "autoScalingGroup:*:autoScalingGroupName/"+c.copyName(group))
}

func (c *calling) copyName(group *plan.Resource) string {
	return "CodeDeploy_" + c.s.physicalName(group) + "_d-*"
}

// launches is what Auto Scaling calls, with the rights of who makes or changes a group, to start hosts from a launch template (EC2
// user guide, "Control access to launch templates"; Auto Scaling user guide, "Control Amazon EC2 launch template usage").
func (c *calling) launches(role, fleet *plan.Resource, source string) {
	template, _ := c.s.launchData(fleet)
	if template == nil {
		return
	}
	own := c.s.arn(template)
	ec2 := func(rest string) target { return c.inAccountOf(fleet, "ec2", rest) }
	image := target{arn: inAWS("ec2:" + c.s.plan.Region + "::image/*"), alien: true} // Of whom it is nobody knows, and its ARN has no account.
	for _, on := range []target{image, {arn: own}, ec2("instance/*"), ec2("network-interface/*"), ec2("security-group/*"), ec2("subnet/*"), ec2("volume/*")} {
		c.as(role, "to start hosts", source, on, "ec2:RunInstances").saying("ec2:LaunchTemplate", own)
	}
	for _, on := range []target{ec2("instance/*"), ec2("volume/*")} {
		c.as(role, "to tag the hosts that it starts", source, on, "ec2:CreateTags").saying("ec2:CreateAction", "RunInstances")
	}
	c.passes(role, c.s.hostRole(fleet), "ec2.amazonaws.com", "to start hosts that act as their role", source)
}

// passes has a role hand another over to a service.
func (c *calling) passes(by, role *plan.Resource, service, because, source string) {
	if role != nil {
		c.as(by, because, source, target{arn: c.s.arn(role)}, "iam:PassRole").saying("iam:PassedToService", service)
	}
}

// exchanges is what CodeDeploy calls beside to copy a fleet, and to delete the one before.
func (c *calling) exchanges(role, group, fleet *plan.Resource) {
	copies := c.copies(group)
	c.as(role, "to look at the fleet that it copies", deployRole, everything,
		"autoscaling:DescribeNotificationConfigurations", "autoscaling:DescribePolicies", "autoscaling:DescribeScalingActivities", "autoscaling:DescribeScheduledActions")
	c.as(role, "to copy the fleet", deployRole, copies,
		"autoscaling:AttachLoadBalancerTargetGroups", "autoscaling:CreateAutoScalingGroup", "autoscaling:CreateOrUpdateTags", "autoscaling:PutScalingPolicy")
	for _, name := range []string{c.s.physicalName(fleet) + "-*", c.copyName(group)} {
		c.as(role, "to copy the alarms of its scaling policy", deployRole, c.inAccountOf(group, "cloudwatch", "alarm:TargetTracking-"+name), "cloudwatch:PutMetricAlarm")
	}
	for _, on := range c.fleetAndCopies(group, fleet) {
		c.as(role, "to delete the fleet before", deployRole, on, "autoscaling:DeleteAutoScalingGroup")
	}
	for _, name := range []string{c.s.physicalName(fleet), c.copyName(group)} {
		c.as(role, "to end the hosts before", deployRole, c.inAccountOf(group, "ec2", "instance/*"), "ec2:TerminateInstances").
			saying("ec2:ResourceTag/aws:autoscaling:groupName", name)
	}
}

// ofFleet is what runs on hosts: the agents, and the shipped scripts.
func (c *calling) ofFleet(r *plan.Resource) {
	role := c.s.hostRole(r)
	if role == nil {
		return
	}
	c.others[role], c.inVPC[role] = true, true // The service itself is the user's.
	c.acts("ec2.amazonaws.com", role, "", "to run the hosts", `EC2 user guide, "IAM roles for Amazon EC2"`)
	c.as(role, "to install the CodeDeploy agent, and to keep it new", hostRole, target{arn: inAWS("s3:::aws-codedeploy-" + c.s.plan.Region + "/*"), alien: true}, "s3:GetObject")
	for _, group := range c.s.groupsOf(r) {
		c.as(role, "to log in to the registry", `ECR user guide, "Private registry authentication"`, everything, "ecr:GetAuthorizationToken")
		if c.s.makers[r] == nil {
			c.as(role, "to see whether there was a release, before a host says that it serves", deployGuide, c.groupAt(group), "codedeploy:GetDeploymentGroup")
			c.as(role, "to see whether the load balancer calls the host healthy", "Elastic Load Balancing API reference, DescribeTargetHealth", everything, "elasticloadbalancing:DescribeTargetHealth")
		}
	}
	for _, group := range c.s.userVariable(r, "LOG_GROUP") {
		c.writesLogs(role, c.s.resolve(r, group, logGroupType), "to keep what the service prints", `CloudWatch Logs user guide, "Permissions reference"; Docker documentation, "Amazon CloudWatch Logs logging driver"`)
	}
	for _, named := range namedInUserData(c.s, r) {
		if named.Type == parameterType {
			c.as(role, "to read the settings", "Systems Manager API reference, GetParameter", c.at(named), "ssm:GetParameter")
			c.readsSecrets(role, c.settingsSecrets(named))
		}
	}
	const sessions = "AWS managed policy AmazonSSMManagedInstanceCore, of which sessions need these"
	c.as(role, "to let Session Manager in", sessions, everything,
		"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel")
	c.as(role, "to let Session Manager know of the host", sessions, c.inAccountOf(r, "ec2", "instance/*"), "ssm:UpdateInstanceInformation")
	if strings.Contains(c.s.userData(r), authPolicy) {
		c.as(role, "to ask CodeDeploy for work, through an endpoint", `CodeDeploy user guide, "Use CodeDeploy with Amazon VPC"`, everything,
			"codedeploy-commands-secure:GetDeploymentSpecification", "codedeploy-commands-secure:PollHostCommand",
			"codedeploy-commands-secure:PutHostCommandAcknowledgement", "codedeploy-commands-secure:PutHostCommandComplete")
	}
}

// userVariable are the parts of what user data sets a variable to.
func (s *survey) userVariable(fleet *plan.Resource, name string) []plan.Value {
	_, data := s.launchData(fleet)
	encoded, _ := at(data, "UserData").(plan.Base64)
	parts, _ := encoded.Of.(plan.Concat)
	for i, part := range parts {
		if text, ok := part.(plan.String); ok && strings.HasSuffix(string(text), name+"='") {
			rest := parts[i+1:]
			end := slices.IndexFunc(rest, func(v plan.Value) bool {
				text, ok := v.(plan.String)
				return ok && strings.HasPrefix(string(text), "'")
			})
			return rest[:max(end, 0)]
		}
	}
	return nil
}

// authPolicy, in user data, makes the agent ask with the host's rights, which is what it has to do through an endpoint.
const authPolicy = "AGENT_AUTH='yes'"

// settingsSecrets are the ARNs of the secrets that settings of hosts name.
func (c *calling) settingsSecrets(settings *plan.Resource) []string {
	text, _ := settings.Properties.Get("Value").(plan.JSONText)
	named, _ := at(text.Of, "secrets").(plan.Object)
	var out []string
	for _, secret := range named {
		store, _ := secret.Value.(plan.Object)
		for _, field := range store {
			name := c.s.said(settings.Stack.Account, field.Value)
			_, isRef := field.Value.(plan.Ref)
			_, isAttribute := field.Value.(plan.Attr)
			switch {
			case isRef || isAttribute || strings.HasPrefix(name, "arn:"):
				out = append(out, name)
			case field.Key == "ssm":
				out = append(out, c.inAccountOf(settings, "ssm", "parameter"+name).arn)
			default: // Secrets Manager adds a hyphen and six characters.
				out = append(out, c.inAccountOf(settings, "secretsmanager", "secret:"+name+"-??????").arn)
			}
		}
	}
	return out
}

// readsSecrets is how secrets are read, by their ARNs. One that has a key of its own is decrypted with its reader's rights, for it
// alone (Secrets Manager user guide, "Secret encryption and decryption").
func (c *calling) readsSecrets(role *plan.Resource, arns []string) {
	for _, arn := range arns {
		if strings.Contains(arn, ":ssm:") {
			c.as(role, "to read a secret from Parameter Store", "Systems Manager API reference, GetParameter", target{arn: arn}, "ssm:GetParameter")
			continue
		}
		c.as(role, "to read a secret", "Secrets Manager API reference, GetSecretValue", target{arn: arn}, "secretsmanager:GetSecretValue")
		for _, secret := range c.s.types["AWS::SecretsManager::Secret"] {
			sealed := secret.Properties.Get("KmsKeyId")
			if sealed == nil || c.s.arn(secret) != arn {
				continue
			}
			on := c.inAccountOf(secret, "kms", "key/*")
			on.owner = c.s.resolve(secret, sealed, keyType)
			if on.owner != nil {
				on.arn, on.within = c.s.arn(on.owner), on.arn
			}
			c.as(role, "to decrypt the secret", `Secrets Manager user guide, "Secret encryption and decryption"`, on, "kms:Decrypt").
				saying(viaKey, c.viaService("secretsmanager")).saying("kms:EncryptionContext:SecretARN", arn)
		}
	}
}

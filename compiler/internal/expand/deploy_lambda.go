package expand

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
	"github.com/cfnpipe/cfnpipe/spec"
)

// liveAlias is the alias that requests go to.
const liveAlias = "live"

// function is what a deploy "lambda" stands for. A function cannot exist before its image, so it stands in a stack of its own
// that the pipeline's releases fill; all that it needs stands in the service's stack.
type function struct {
	*service
	inside scope // where the function itself goes
	name   plan.Value

	runs     *role // what the function may do
	deployer *role // what CloudFormation may do when it deploys the function
	logs     *plan.Resource
	letters  *plan.Resource // where calls go that failed; nil
	group    *plan.Resource // the way into the VPC; nil
	targets  *plan.Resource // where the load balancer finds the function; nil

	stores []hcl.Range      // what has the function's stack read parameters
	before []*plan.Resource // what the function's stack needs
}

// deployLambda expands a deploy "lambda" block: the function's stack, what it needs in the target account, and the pipeline's
// action that updates that stack.
func (d *delivery) deployLambda(s *service) aws.CodePipelineAction {
	f := &function{service: s, name: s.name("function")}
	stack := s.expander.stack(plan.Function, s.deploy.Account, plan.PhysicalName(append(append([]string{}, s.labels...), "function")...),
		"The function of "+s.title+".", s.origin)
	f.inside = scope{expander: s.expander, stack: stack, labels: s.labels, origin: s.origin, because: s.because, account: s.account}
	d.image.functions = append(d.image.functions, stack)

	f.logs = s.logGroup("Logs", "logs", "What the function prints.", numberOf(d.spec.LogRetentionDays))
	f.runs = s.role("FunctionRole", "function-role", "What the function may do.", trustService("lambda.amazonaws.com"))
	f.runs.allow("Log", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, attr(f.logs, "Arn"))
	f.deployer = s.role("ReleaseRole", "release-role", "What CloudFormation may do when it deploys the function.",
		trustService("cloudformation.amazonaws.com"))
	f.needs(f.logs, f.runs.policy, f.deployer.policy)
	f.deadLetters()
	f.wayOut()
	if s.deploy.Route != nil {
		f.wayIn()
	}
	shift := f.shift()
	f.define(shift)
	f.deployerRights(shift)
	keeper := f.keeper()
	actor := f.actor()
	d.assumes(actor, keeper)

	a := action(s.actionName(), "Deploy", "CloudFormation",
		plan.Field{Key: "ActionMode", Value: plan.String("CREATE_UPDATE")},
		plan.Field{Key: "StackName", Value: f.stackName()},
		plan.Field{Key: "RoleArn", Value: f.deployer.writtenARN(d.scope)},
		plan.Field{Key: "TemplatePath", Value: from(plan.String(bundleArtifact+"::"+script.FunctionTemplate(stack.File())), s.origin)},
		plan.Field{Key: "TemplateConfiguration", Value: plan.String(bundleArtifact + "::" + script.FunctionRelease)},
		plan.Field{Key: "ParameterOverrides", Value: plan.JSONText{Of: plan.Object{{Key: s.plan.Suffix.Name, Value: plan.Param{Of: s.plan.Suffix}}}}},
	)
	a.Name = from(a.Name, s.origin)
	a.RoleArn = actor.writtenARN(d.scope)
	a.InputArtifacts = artifacts(bundleArtifact)
	return a
}

func (f *function) needs(resources ...*plan.Resource) { f.before = append(f.before, resources...) }

func (f *function) stackName() plan.Value { return from(f.suffixed(f.inside.stack.Name), f.origin) }

// define writes the function's own stack. Nothing in it refers to another stack: the template travels in the bundle.
func (f *function) define(shift *shift) {
	// A version is made of what changed since the last, and refused if nothing did (Lambda API reference, PublishVersion). So
	// function and version say the same, which differs from build to build. With the same text, CloudFormation would neither
	// look values up again nor find anything to update (aws-cloudformation/cloudformation-coverage-roadmap issue 844).
	release := f.parameter("Release", "The commit that is deployed, and the build that it comes from.")
	description := plan.Text("Commit ", release, ".")
	made := f.inside.add("Function", "Runs the image.", aws.LambdaFunction{
		FunctionName: f.name, Description: description,
		PackageType: "Image", Architectures: []string{"x86_64"},
		Code:        aws.LambdaCode{ImageUri: f.parameter("ImageUri", "The image, by its digest.")},
		ImageConfig: f.command(),
		Role:        f.runs.writtenARN(f.inside),
		Timeout:     numberOf(f.deploy.TimeoutSeconds), MemorySize: numberOf(f.deploy.MemorySize),
		Environment:   aws.LambdaEnvironment{Variables: f.variables()},
		VpcConfig:     f.place(),
		LoggingConfig: aws.LambdaLogging{LogGroup: f.service.name("logs")},

		DeadLetterConfig:             f.deadLetterConfig(),
		ReservedConcurrentExecutions: numberOf(f.deploy.ReservedConcurrency),
	})
	version := f.inside.add("Version", "This release.", aws.LambdaVersion{FunctionName: ref(made), Description: description})
	alias := f.inside.add("Alias", "Where requests go. CodeDeploy shifts them from one version to the next.", aws.LambdaAlias{
		Name: liveAlias, FunctionName: ref(made), FunctionVersion: attr(version, "Version"),
	})
	alias.UpdatePolicy = plan.Object{{Key: "CodeDeployLambdaAliasUpdate", Value: plan.Object{
		{Key: "ApplicationName", Value: shift.application}, {Key: "DeploymentGroupName", Value: shift.group},
	}}}
	f.callers(made, alias, release)
	if uses := f.uses(); uses != nil {
		f.inside.output("Uses", "What the function uses of the stack of its service.", uses)
	}
}

func (f *function) command() aws.LambdaImage {
	return aws.LambdaImage{Command: textsOf(f.deploy.Command)}
}

// parameter is a parameter of a function's template that each release gives.
func (f *function) parameter(name, description string) plan.Value {
	p := f.plan.Parameter(name)
	if p == nil {
		p = &plan.Parameter{Name: name, Type: "String", Description: description, MinLength: 1}
		f.plan.Parameters = append(f.plan.Parameters, p)
	}
	return plan.Param{Of: p}
}

// callers lets in who may call the function.
func (f *function) callers(made, alias *plan.Resource, release plan.Value) {
	if f.targets != nil {
		// The group is known by its name here; its ARN ends in what nobody knows.
		permission := f.inside.add("LoadBalancerPermission", "Lets the load balancer call the function.", aws.LambdaPermission{
			FunctionName: ref(alias), Action: "lambda:InvokeFunction", Principal: "elasticloadbalancing.amazonaws.com",
			SourceArn: f.inside.arn("elasticloadbalancing", "targetgroup/", f.targetGroupName("fn"), "/*"),
		})
		f.inside.add("Target", "Puts the function among the load balancer's targets.", aws.FunctionTarget{
			ServiceToken: f.keeperARN(), FunctionArn: ref(alias), Release: release,
		}).After(permission)
	}
	if f.deploy.FunctionURL.Value == "" {
		return
	}
	own := f.inside.of(f.deploy.FunctionURL.Range)
	url := own.add("Url", "Where the function answers by itself.", aws.LambdaURL{
		TargetFunctionArn: ref(made), Qualifier: liveAlias, AuthType: textOf(f.deploy.FunctionURL),
	}).After(alias)
	own.output("FunctionUrl", "Where the function answers.", attr(url, "FunctionUrl"))
	if f.deploy.FunctionURL.Value != spec.FunctionURLNone {
		return // Principals of the account need no more than their own policies.
	}
	// Both are asked for (Lambda developer guide, "Control access to Lambda function URLs").
	own.add("UrlPermission", "Lets everybody use the URL.", aws.LambdaPermission{
		FunctionName: ref(alias), Action: "lambda:InvokeFunctionUrl", Principal: "*", FunctionUrlAuthType: spec.FunctionURLNone,
	})
	own.add("UrlCallPermission", "Lets everybody call the function, by its URL alone.", aws.LambdaPermission{
		FunctionName: ref(alias), Action: "lambda:InvokeFunction", Principal: "*", InvokedViaFunctionUrl: true,
	})
}

// variables are the function's environment. What CloudFormation fills in is filled in where the service's stack stands, and
// read from there.
func (f *function) variables() plan.Object {
	var out plan.Object
	add := func(pair spec.Pair, value plan.Value) {
		key, at := pair.Key.Value, pair.Value.Range
		if _, known := pair.Value.Text(); !known {
			value = from(f.store(variableID(key), "variable/"+key, value, at), at)
		}
		out = append(out, plan.Field{Key: key, Value: value})
	}
	for _, pair := range f.deploy.Environment {
		add(pair, f.text(pair.Value))
	}
	var secrets []secret
	var parameters []plan.Value
	for _, pair := range f.deploy.Secrets {
		secret := f.secret(pair.Value)
		f.runs.resource.Reads = append(f.runs.resource.Reads, secret.arn)
		add(pair, secret.name)
		if secret.store == "ssm" {
			parameters = append(parameters, secret.arn)
		} else {
			secrets = append(secrets, secret)
		}
	}
	f.reads(f.runs, secrets)
	if len(parameters) > 0 {
		f.runs.allow("ReadParameters", []string{"ssm:GetParameter"}, parameters...)
	}
	return out
}

// store puts a value that is not known before the service's stack is there into Parameter Store, and returns what
// CloudFormation reads it by when it deploys the function (CloudFormation user guide, "Get a plaintext value from Systems
// Manager Parameter Store").
func (f *function) store(id, path string, value plan.Value, asked hcl.Range) plan.Value {
	name := f.storedAt(path)
	parameter := f.of(asked).add(id, "What the function's stack reads as "+path+".", aws.SSMParameter{
		Name: name, Type: "String", Description: "A value of " + f.title + ".", Value: value,
	})
	f.needs(parameter)
	f.stores = append(f.stores, asked)
	return plan.Text("{{resolve:ssm:", name, "}}")
}

func (f *function) storedAt(path string) plan.Value {
	return plan.Text("/cfnpipe/", f.suffixed(plan.PhysicalName(f.labels...)+"/"+path))
}

// variableID is the logical id of a variable's value. DB_URL and DBURL would be one without the hash.
func variableID(key string) string {
	id := plan.LogicalID(key)
	if id != key {
		id += hash(4, key)
	}
	return "Variable" + id
}

const deadLetterDays = 14

func (f *function) deadLetters() {
	if !f.deploy.DeadLetterQueue.Value {
		return
	}
	own := f.of(f.deploy.DeadLetterQueue.Range)
	f.letters = own.add("DeadLetters", "Asynchronous calls that failed at every attempt.", aws.SQSQueue{
		QueueName: f.service.name("dead-letters"), SqsManagedSseEnabled: true, MessageRetentionPeriod: deadLetterDays * 24 * 3600,
	})
	own.add("DeadLettersPolicy", "Never without TLS.", aws.SQSQueuePolicy{
		Queues: []plan.Value{ref(f.letters)}, PolicyDocument: aws.Policy{denyPlainHTTP("sqs:*", attr(f.letters, "Arn"))},
	})
	f.runs.allow("KeepFailedCalls", []string{"sqs:SendMessage"}, attr(f.letters, "Arn"))
	f.runs.since(own.because...)
}

func (f *function) deadLetterConfig() aws.LambdaDeadLetters {
	if f.letters == nil {
		return aws.LambdaDeadLetters{}
	}
	return aws.LambdaDeadLetters{TargetArn: from(f.inside.arn("sqs", f.service.name("dead-letters")), f.deploy.DeadLetterQueue.Range)}
}

// wayOut is what a function in a VPC needs. Lambda makes and removes its network interfaces as the function's role: looking
// works on everything alone, and which interfaces there will be nobody knows (Lambda developer guide, "Giving Lambda functions
// access to resources in an Amazon VPC"). The function's own code may do none of it.
func (f *function) wayOut() {
	if !f.deploy.VPC.Value {
		return
	}
	own := f.of(f.deploy.VPC.Range)
	f.group = own.add("SecurityGroup", "The function reaches HTTPS; nothing reaches the function.", aws.EC2SecurityGroup{
		GroupDescription: "Function", VpcId: f.environment.vpc,
		SecurityGroupEgress: []aws.EC2SecurityRule{{
			Description: "AWS and other services over HTTPS", IpProtocol: "tcp", FromPort: 443, ToPort: 443, CidrIp: plan.String("0.0.0.0/0"),
		}},
		Tags: f.tags("function"),
	})
	looks := []string{"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"}
	joins := []string{
		"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses",
	}
	f.runs.allow("LookAtVpc", looks, anywhere)
	f.runs.since(own.because...)
	within := []plan.Value{f.arn("ec2", "*/*")}
	if f.deploy.Account.Network.Existing() {
		// A subnet that another account shares is of that account (VPC guide, "Share your VPC subnets with other accounts").
		within = append(within, plan.Text("arn:", plan.Partition, ":ec2:", plan.Region, ":*:subnet/*"))
	}
	f.runs.allow("JoinVpc", joins, within...)
	f.runs.since(own.because...)
	f.runs.denyWhen("NotFromCode", append(looks, joins...), []plan.Value{anywhere}, aws.Condition{
		Operator: "ArnEquals", Key: "lambda:SourceFunctionArn", Values: []plan.Value{f.arn("lambda", "function:", f.name)},
	})
	f.runs.since(own.because...)
	f.needs(f.group)
}

func (f *function) place() aws.LambdaVPC {
	if f.group == nil {
		return aws.LambdaVPC{}
	}
	at := f.deploy.VPC.Range
	group := f.store("VpcSecurityGroup", "vpc/security-group", attr(f.group, "GroupId"), at)
	out := aws.LambdaVPC{SecurityGroupIds: []plan.Value{from(group, at)}}
	for i, subnet := range f.environment.private {
		if _, known := plan.Bare(subnet).(plan.String); !known {
			subnet = f.store(fmt.Sprintf("VpcSubnet%d", i+1), fmt.Sprintf("vpc/subnet-%d", i+1), subnet, at)
		}
		out.SubnetIds = append(out.SubnetIds, from(subnet, at))
	}
	return out
}

// wayIn makes a target group of its own kind, with no target yet: a load balancer takes a function only once that lets it in.
func (f *function) wayIn() {
	f.targets = f.of(f.deploy.Route.Range).add("TargetGroup", "Where the load balancer finds the function.", aws.TargetGroup{
		Name: f.targetGroupName("fn"), TargetType: "lambda",
	})
	f.rule(f.targets)
	f.needs(f.targets)
}

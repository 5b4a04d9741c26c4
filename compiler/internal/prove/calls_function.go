package prove

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/access"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

const (
	executionRole = `Lambda developer guide, "Defining Lambda function permissions with an execution role"`
	lambdaInVPC   = `Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC"`
	lambdaImages  = `Lambda developer guide, "Amazon ECR permissions" and "Amazon ECR cross-account permissions"`
	lambdaDeploy  = "AWS managed policy AWSCodeDeployRoleForLambdaLimited"
	stackAction   = "aws-cdk-lib, aws-codepipeline-actions/lib/cloudformation/private/singleton-policy.js"
	schemaOf      = "resource schema (handlers, permissions) of "
)

// functionKey says which function's code calls; Lambda's own calls have none (Lambda developer guide, "Using source function ARN to control
// function access behavior").
const functionKey = "lambda:SourceFunctionArn"

func (c *calling) ofFunction(r *plan.Resource) {
	role := c.role(r, r.Properties.Get("Role"))
	if role == nil {
		return
	}
	c.others[role] = c.others[role] || r.Written || r.Properties.Get("PackageType") == plan.String("Image")
	c.coded[role], c.inVPC[role] = true, c.inVPC[role] || r.Properties.Get("VpcConfig") != nil
	c.acts("lambda.amazonaws.com", role, "", "to run the function", executionRole)
	group := c.s.resolve(r, at(r.Properties, "LoggingConfig", "LogGroup"), logGroupType)
	c.writesLogs(role, group, "to keep what the function prints", executionRole)
	var reads []string
	for _, arn := range role.Reads {
		reads = append(reads, c.s.said(role.Stack.Account, arn))
	}
	c.readsSecrets(role, reads)
	if v := at(r.Properties, "DeadLetterConfig", "TargetArn"); v != nil {
		queue := c.s.resolve(r, v, "AWS::SQS::Queue")
		c.as(role, "to keep calls that failed", `Lambda developer guide, "Dead-letter queues"`, c.at(queue), "sqs:SendMessage")
		c.publishes(role, "", c.s.resolve(r, v, topicType), "to tell of calls that failed", `Lambda developer guide, "Dead-letter queues"`)
	}
	if subnets := items(at(r.Properties, "VpcConfig", "SubnetIds")); len(subnets) > 0 {
		c.joinsVPC(role, r, subnets)
	}
}

// joinsVPC is what Lambda itself calls as the function's role. Calls of the function's code carry the function's ARN.
func (c *calling) joinsVPC(role, r *plan.Resource, subnets plan.List) {
	own := c.s.arn(r)
	notFromCode := func(made *call) {
		made.without(functionKey).unless("by the function's own code", callers, functionKey, own)
	}
	notFromCode(c.as(role, "to look at the VPC", lambdaInVPC, everything, "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"))
	joins := []string{"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"}
	notFromCode(c.as(role, "to join the VPC", lambdaInVPC, c.inAccountOf(r, "ec2", "*/*"), joins...))
	for _, subnet := range subnets {
		if c.existing(r, subnet) { // perhaps of who shares the VPC (VPC guide, "Share your VPC subnets with other accounts")
			notFromCode(c.as(role, "to join a VPC that another account shares", lambdaInVPC, target{arn: inAWS("ec2:" + c.s.plan.Region + ":*:subnet/*")}, joins...))
			return
		}
	}
}

// existing tells whether a subnet is none of the plan's. A function's stack may know it by a parameter of its service's.
func (c *calling) existing(r *plan.Resource, subnet plan.Value) bool {
	if stored, is := dynamicReference(subnet); is {
		parameter := c.s.named[name{r.Stack.Account, parameterType, stored}]
		return parameter != nil && c.s.resolve(parameter, parameter.Properties.Get("Value"), "AWS::EC2::Subnet") == nil
	}
	return c.s.resolve(r, subnet, "AWS::EC2::Subnet") == nil
}

// shiftsRequests is what CodeDeploy calls to shift requests from one version of a function to the next.
func (c *calling) shiftsRequests(role, group *plan.Resource) {
	for _, alias := range c.s.types[aliasType] {
		if c.s.shifts(alias) != group {
			continue
		}
		for _, on := range c.functionAndAliases(c.s.resolve(alias, alias.Properties.Get("FunctionName"), functionType)) {
			on.owner = nil // The function's policy lets in who calls it, and says nothing of who changes it.
			c.as(role, "to shift requests to the new version", lambdaDeploy, on, "lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias")
		}
	}
}

// functionAndAliases are a function, and its versions and aliases.
func (c *calling) functionAndAliases(function *plan.Resource) []target {
	if function == nil {
		return nil
	}
	return []target{{arn: c.s.arn(function)}, {arn: c.s.arn(function) + ":*"}}
}

// updatesStack is an action of CloudFormation.
func (c *calling) updatesStack(a step) {
	c.fetches(a.by, a.store, a.inputs(), "to fetch the template", acrossGuide)
	c.looksAtStore(a)
	stack := c.s.deployedBy(a.pipeline, a.action)
	if stack == nil || a.by == nil {
		return
	}
	c.as(a.by, "to update the stack", stackAction, c.stackAt(c.s.makes[stack], a.by, at(a.action, "Configuration", "StackName")),
		"cloudformation:CreateStack", "cloudformation:DescribeStackEvents", "cloudformation:DescribeStackResource", "cloudformation:DescribeStackResources",
		"cloudformation:DescribeStacks", "cloudformation:GetStackPolicy", "cloudformation:GetTemplate", "cloudformation:GetTemplateSummary", "cloudformation:UpdateStack")
	release := c.role(a.pipeline, at(a.action, "Configuration", "RoleArn"))
	c.passes(a.by, release, "cloudformation.amazonaws.com", "to have CloudFormation act as the role of releases", stackAction)
	for _, project := range c.makers(a, a.inputs()) {
		if repository := c.pushedBy(project); repository != nil {
			c.takesImage(release, repository, stack)
		}
	}
}

// takesImage is how the image of a function is fetched: when the function is made, by who makes it and by Lambda itself; and by
// Lambda again, when the function was idle for long.
func (c *calling) takesImage(release, repository *plan.Resource, stack *plan.Stack) {
	actions := []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
	c.as(release, "to make the function of its image", lambdaImages, c.at(repository), actions...)
	for _, function := range c.s.kinds[kind{stack, functionType}] {
		for _, from := range c.functionAndAliases(function) {
			c.byService("lambda.amazonaws.com", "to fetch the image, when it is deployed and after the function was idle", lambdaImages, c.at(repository), actions...).
				from(from.arn, stack.Account)
		}
	}
}

// stackAt is a stack that a keeper makes, by its name.
func (c *calling) stackAt(keeper, by *plan.Resource, name plan.Value) target {
	if keeper == nil {
		keeper = by
	}
	return c.inAccountOf(keeper, "cloudformation", "stack/"+c.s.said(keeper.Stack.Account, name)+"/*")
}

// ofFunctionStack is what the keeper of a function's stack calls, and what CloudFormation calls when it deploys the function: for
// the types of its stack. What an option needs is needed once more when the option goes.
func (c *calling) ofFunctionStack(r *plan.Resource) {
	keeper := c.s.function(r)
	release := c.role(r, r.Properties.Get("RoleARN"))
	if keeper == nil {
		return
	}
	role := c.role(keeper, keeper.Properties.Get("Role"))
	on := c.stackAt(r, r, r.Properties.Get("StackName"))
	c.as(role, "to make the function's stack, empty, and to delete it", "script function_stack.py; CloudFormation API reference", on,
		"cloudformation:CancelUpdateStack", "cloudformation:CreateStack", "cloudformation:DeleteStack", "cloudformation:DescribeStackEvents", "cloudformation:DescribeStacks")
	c.passes(role, release, "cloudformation.amazonaws.com", "to have CloudFormation act as the role of releases", "CloudFormation API reference, CreateStack, RoleARN")
	c.goesOn(role, keeper)
	if variable := at(keeper.Properties, "Environment", "Variables", "TARGET_GROUP"); variable != nil {
		c.as(role, "to put the function among the load balancer's targets, and to take it out", "Elastic Load Balancing API reference, RegisterTargets", c.at(c.s.resolve(keeper, variable, targetsType)),
			"elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets")
	}
	c.acts("cloudformation.amazonaws.com", release, "", "to deploy the function", `CloudFormation user guide, "AWS CloudFormation service role"`)
	c.as(release, "to put the function among the load balancer's targets", `CloudFormation template reference, "Custom resources"`, target{arn: c.s.arn(keeper)}, "lambda:InvokeFunction")
	stack := c.s.stackNamed(r.Stack.Account, r.Properties.Get("StackName"))
	for _, function := range c.s.kinds[kind{stack, functionType}] {
		c.deploysFunction(release, function)
	}
}

// goesOn has a shipped function call itself again, when one call is not enough for its work.
func (c *calling) goesOn(role, function *plan.Resource) {
	c.as(role, "to go on in another call", "script custom_resource.py", target{arn: c.s.arn(function)}, "lambda:InvokeFunction")
}

func (c *calling) deploysFunction(release, function *plan.Resource) {
	for _, on := range c.functionAndAliases(function) {
		c.as(release, "to make and change the function", schemaOf+"AWS::Lambda::Function and AWS::Lambda::Version", on,
			"lambda:CreateFunction", "lambda:DeleteFunction", "lambda:DeleteFunctionConcurrency", "lambda:GetFunction", "lambda:GetFunctionCodeSigningConfig",
			"lambda:GetFunctionConfiguration", "lambda:GetFunctionRecursionConfig", "lambda:GetFunctionScalingConfig", "lambda:GetRuntimeManagementConfig",
			"lambda:ListTags", "lambda:ListVersionsByFunction", "lambda:PublishVersion", "lambda:PutFunctionConcurrency", "lambda:PutFunctionRecursionConfig",
			"lambda:PutRuntimeManagementConfig", "lambda:TagResource", "lambda:UntagResource", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration")
		c.as(release, "to point the alias at the new version", schemaOf+aliasType, on,
			"lambda:CreateAlias", "lambda:DeleteAlias", "lambda:DeleteProvisionedConcurrencyConfig", "lambda:GetAlias",
			"lambda:GetProvisionedConcurrencyConfig", "lambda:PutProvisionedConcurrencyConfig", "lambda:UpdateAlias")
		c.as(release, "to let in who calls it", schemaOf+permissionType+" and "+urlType, on,
			"lambda:AddPermission", "lambda:CreateFunctionUrlConfig", "lambda:DeleteFunctionUrlConfig", "lambda:GetFunctionUrlConfig",
			"lambda:GetPolicy", "lambda:RemovePermission", "lambda:UpdateFunctionUrlConfig")
	}
	c.passes(release, c.role(function, function.Properties.Get("Role")), "lambda.amazonaws.com", "to make a function that acts as its role", schemaOf+functionType)
	for _, parameter := range readWhenMade(c.s, function) {
		// All values of one service are in one folder, /cfnpipe/SERVICE/, and end in the suffix.
		on := c.at(parameter)
		on.within = strings.Join(strings.SplitAfterN(on.arn, "/", 4)[:3], "") + "*-" + unknown(c.s.plan.Suffix.Name)
		c.as(release, "to fill in values of the service's stack", `CloudFormation user guide, "Get a plaintext value from Systems Manager Parameter Store"`,
			on, "ssm:GetParameter", "ssm:GetParameters")
	}
	if at(function.Properties, "VpcConfig", "SubnetIds") != nil {
		c.as(release, "to look at the VPC, and to wait until the function has left it", schemaOf+functionType, everything,
			"ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs")
	}
	for _, alias := range c.s.kinds[kind{function.Stack, aliasType}] {
		c.shiftsByCodeDeploy(release, alias)
	}
}

// shiftsByCodeDeploy is what CloudFormation asks of CodeDeploy when it changes an alias.
func (c *calling) shiftsByCodeDeploy(release, alias *plan.Resource) {
	group := c.s.shifts(alias)
	if group == nil {
		return
	}
	c.as(release, "to have CodeDeploy shift the requests", `CloudFormation template reference, "UpdatePolicy attribute"; `+deployGuide, c.groupAt(group),
		"codedeploy:CreateDeployment", "codedeploy:GetDeployment", "codedeploy:GetDeploymentGroup")
	c.as(release, "to stop a release that is taken back", `CloudFormation template reference, "UpdatePolicy attribute"; Service Authorization Reference`, everything, "codedeploy:StopDeployment")
	application := c.inAccountOf(group, "codedeploy", "application:"+c.applicationOf(group))
	c.as(release, "to register what is released", deployGuide, application, "codedeploy:GetApplicationRevision", "codedeploy:RegisterApplicationRevision")
	c.as(release, "to look at how fast to go", deployGuide, c.configuration(group), "codedeploy:GetDeploymentConfig")
}

// ofFunctionTarget is the load balancer that calls a function which is among its targets. The group's id nobody knows there.
func (c *calling) ofFunctionTarget(r *plan.Resource) {
	alias := c.s.resolve(r, r.Properties.Get("FunctionArn"), aliasType)
	function := c.s.resolve(r, r.Properties.Get("FunctionArn"), functionType)
	if alias != nil {
		function = c.s.resolve(alias, alias.Properties.Get("FunctionName"), functionType)
	}
	keeper := c.s.resolve(r, r.Properties.Get("ServiceToken"), functionType)
	if function == nil || keeper == nil {
		return
	}
	group := c.s.resolve(keeper, at(keeper.Properties, "Environment", "Variables", "TARGET_GROUP"), targetsType)
	if group == nil {
		return
	}
	on := target{arn: c.texted(r, "FunctionArn"), owner: function}
	from := strings.TrimSuffix(c.s.arn(group), unknown(group.ID)) + "*"
	c.byService("elasticloadbalancing.amazonaws.com", "to hand requests on", `Elastic Load Balancing guide, "Use Lambda functions as targets"`, on, "lambda:InvokeFunction").
		from(from, r.Stack.Account)
}

// everybody calls a function's URL that asks nobody who they are.
const everybody = "everybody"

func (c *calling) ofURL(r *plan.Resource) {
	function := c.s.resolve(r, r.Properties.Get("TargetFunctionArn"), functionType)
	if r.Properties.Get("AuthType") != plan.String("NONE") || function == nil {
		return
	}
	on := c.below(function, "")
	if qualifier := c.texted(r, "Qualifier"); qualifier != "" {
		on = c.below(function, ":"+qualifier)
	}
	const source = `Lambda developer guide, "Control access to Lambda function URLs"`
	url := c.byService(everybody, "to use the function's URL", source, on, "lambda:InvokeFunctionUrl")
	url.keys = append(url.keys, access.Key{Name: "lambda:FunctionUrlAuthType", Values: []string{"NONE"}})
	url.unless("by a URL that asks who calls", owners, "lambda:FunctionUrlAuthType", "AWS_IAM")
	call := c.byService(everybody, "to call the function by its URL", source, on, "lambda:InvokeFunction")
	call.keys = append(call.keys, access.Key{Name: "lambda:InvokedViaFunctionUrl", Values: []string{"true"}})
	call.unless("other than by its URL", owners, "lambda:InvokedViaFunctionUrl", "false")
}

package expand

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
	"github.com/cfnpipe/cfnpipe/spec"
)

// shift is how CodeDeploy shifts requests to a new version.
type shift struct {
	application, group, configuration plan.Value
}

func (f *function) shift() *shift {
	// Not called "app" and "group" like those of a fleet: neither changes its platform, so a deploy that becomes a function
	// needs others.
	s := &shift{application: f.service.name("function-app"), group: f.service.name("function-group")}
	application := f.add("Application", "What CodeDeploy deploys.", aws.CodeDeployApplication{
		ApplicationName: s.application, ComputePlatform: "Lambda",
	})
	r := f.role("CodeDeployRole", "codedeploy-role", "What CodeDeploy may do.",
		trustService("codedeploy.amazonaws.com", isSourceAccount(),
			isSource(f.arn("codedeploy", "deploymentgroup:", s.application, "/*"))))
	// Of the managed policy AWSCodeDeployRoleForLambdaLimited what a deployment without hooks and without a revision in a bucket calls.
	r.allow("ShiftTraffic", []string{"lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"}, f.arns()...)
	r.allow("WatchAlarm", []string{"cloudwatch:DescribeAlarms"}, f.arn("cloudwatch", "alarm:*"))
	var watched []aws.CodeDeployAlarm
	for _, alarm := range f.alarms(f.metrics(), f.answers()...) {
		watched = append(watched, aws.CodeDeployAlarm{Name: from(ref(alarm), alarm.Origin)})
	}
	decides := []hcl.Range{f.deploy.Strategy.Range, f.deploy.Traffic.Percent.Range, f.deploy.Traffic.Minutes.Range}
	ready := predefined(f.deploy)
	s.configuration = from(plan.String(ready), decides...)
	named := s.configuration
	if ready == "" {
		// CloudFormation makes it anew when the numbers change, and takes no name twice, so they are in its name.
		kind := fmt.Sprintf("%s-%d-%d", f.deploy.Strategy.Value, f.deploy.Traffic.Percent.Value, f.deploy.Traffic.Minutes.Value)
		s.configuration = from(f.service.name(kind), decides...)
		named = ref(f.of(f.deploy.Strategy.Range).add("DeploymentConfig", "How fast requests are shifted to a new version.", aws.CodeDeployConfig{
			DeploymentConfigName: s.configuration, ComputePlatform: "Lambda", TrafficRoutingConfig: routing(f.deploy),
		}))
		named = from(named, decides...)
	}
	group := f.add("DeploymentGroup", "How CodeDeploy shifts requests to a new version, and when it gives them back.", aws.CodeDeployFunctionGroup{
		ApplicationName: ref(application), DeploymentGroupName: s.group,
		ServiceRoleArn: r.arn(), DeploymentConfigName: named,
		DeploymentStyle: aws.CodeDeployStyle{DeploymentType: plan.String("BLUE_GREEN"), DeploymentOption: plan.String("WITH_TRAFFIC_CONTROL")},
		AutoRollbackConfiguration: aws.CodeDeployRollback{
			Enabled: true, Events: plan.Strings("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"),
		},
		AlarmConfiguration: aws.CodeDeployAlarms{Enabled: true, Alarms: watched},
	})
	group.After(r.policy)
	f.needs(group)
	return s
}

// metrics is what Lambda counts of calls of the alias.
func (f *function) metrics() metrics {
	return metrics{
		namespace: "AWS/Lambda", requests: "Invocations", errors: "Errors", times: "Duration", dimensions: f.alias(),
		failing: "calls that fail", unit: 1,
	}
}

// answers are where answers with status 5xx are counted: to Lambda such a call is none that failed. A URL counts those that
// failed as well (Lambda developer guide, "Monitoring Lambda function URLs").
func (f *function) answers() []metrics {
	var out []metrics
	if f.targets != nil {
		m := f.balancerMetrics(f.targets)
		m.id, m.kind = "Answer", "answer-"
		out = append(out, m)
	}
	if f.deploy.FunctionURL.Value != "" {
		out = append(out, metrics{
			id: "Url", kind: "url-", namespace: "AWS/Lambda", requests: "UrlRequestCount", errors: "Url5xxCount", dimensions: f.alias(),
			failing: "answered with status 5xx by its URL",
		})
	}
	return out
}

func (f *function) alias() []aws.CloudWatchDimension {
	return []aws.CloudWatchDimension{{Name: "FunctionName", Value: f.name}, {Name: "Resource", Value: plan.Text(f.name, ":"+liveAlias)}}
}

// predefined is CodeDeploy's own configuration for a strategy; empty if it has none like it (CodeDeploy user guide,
// "Predefined deployment configurations for an AWS Lambda compute platform").
func predefined(d *spec.Deploy) string {
	minutes := d.Traffic.Minutes.Value
	switch {
	case d.Strategy.Value == spec.StrategyAllAtOnce:
		return "CodeDeployDefault.LambdaAllAtOnce"
	case d.Traffic.Percent.Value != 10:
	case d.Strategy.Value == spec.StrategyCanary && slices.Contains([]int{5, 10, 15, 30}, minutes):
		return fmt.Sprintf("CodeDeployDefault.LambdaCanary10Percent%dMinutes", minutes)
	case d.Strategy.Value == spec.StrategyLinear && minutes == 1:
		return "CodeDeployDefault.LambdaLinear10PercentEvery1Minute"
	case d.Strategy.Value == spec.StrategyLinear && slices.Contains([]int{2, 3, 10}, minutes):
		return fmt.Sprintf("CodeDeployDefault.LambdaLinear10PercentEvery%dMinutes", minutes)
	}
	return ""
}

func routing(d *spec.Deploy) aws.CodeDeployTraffic {
	percent, minutes := numberOf(d.Traffic.Percent), numberOf(d.Traffic.Minutes)
	kind := func(name string) plan.Value { return from(plan.String(name), d.Strategy.Range) }
	if d.Strategy.Value == spec.StrategyLinear {
		return aws.CodeDeployTraffic{Type: kind("TimeBasedLinear"), TimeBasedLinear: aws.CodeDeployLinear{LinearPercentage: percent, LinearInterval: minutes}}
	}
	return aws.CodeDeployTraffic{Type: kind("TimeBasedCanary"), TimeBasedCanary: aws.CodeDeployCanary{CanaryPercentage: percent, CanaryInterval: minutes}}
}

// arns are the function, and its versions and aliases.
func (f *function) arns() []plan.Value {
	return []plan.Value{f.arn("lambda", "function:", f.name), f.arn("lambda", "function:", f.name, ":*")}
}

// deployerRights is what CloudFormation calls for the types of the function's stack, by their resource schemas
// ("handlers", "permissions"), as far as it is about this function. What an option needs stays when the option goes:
// CloudFormation takes away what an earlier release has.
func (f *function) deployerRights(s *shift) {
	r := f.deployer
	r.allow("DeployFunction", []string{
		"lambda:CreateFunction", "lambda:DeleteFunction", "lambda:DeleteFunctionConcurrency", "lambda:GetFunction",
		"lambda:GetFunctionCodeSigningConfig", "lambda:GetFunctionConfiguration", "lambda:GetFunctionRecursionConfig",
		"lambda:GetFunctionScalingConfig", "lambda:GetRuntimeManagementConfig", "lambda:ListTags", "lambda:ListVersionsByFunction",
		"lambda:PublishVersion", "lambda:PutFunctionConcurrency", "lambda:PutFunctionRecursionConfig", "lambda:PutRuntimeManagementConfig",
		"lambda:TagResource", "lambda:UntagResource", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration",
	}, f.arns()...)
	r.allow("PointAlias", []string{
		"lambda:CreateAlias", "lambda:DeleteAlias", "lambda:DeleteProvisionedConcurrencyConfig", "lambda:GetAlias",
		"lambda:GetProvisionedConcurrencyConfig", "lambda:PutProvisionedConcurrencyConfig", "lambda:UpdateAlias",
	}, f.arns()...)
	r.allow("LetIn", []string{
		"lambda:AddPermission", "lambda:CreateFunctionUrlConfig", "lambda:DeleteFunctionUrlConfig", "lambda:GetFunctionUrlConfig",
		"lambda:GetPolicy", "lambda:RemovePermission", "lambda:UpdateFunctionUrlConfig",
	}, f.arns()...)
	r.allow("PutAmongTargets", []string{"lambda:InvokeFunction"}, f.keeperARN())
	r.allowWhen("PassFunctionRole", []string{"iam:PassRole"}, []plan.Value{f.runs.arn()}, isPassedTo("lambda.amazonaws.com"))
	f.delivery.image.runnableAs(r, f.name)
	if len(f.stores) > 0 {
		r.allow("ReadValues", []string{"ssm:GetParameter", "ssm:GetParameters"}, f.arn("ssm", "parameter", f.storedAt("*")))
		r.since(f.stores...)
	}
	if f.group != nil {
		// These support no narrower resource. By the last CloudFormation waits until the function has left the VPC.
		r.allow("LookAtVpc", []string{
			"ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs",
		}, anywhere)
		r.since(f.deploy.VPC.Range)
	}
	// A deployment asks for its revision, too (CodeDeploy user guide, "CodeDeploy permissions reference").
	r.allow("ShiftTraffic", []string{
		"codedeploy:CreateDeployment", "codedeploy:GetDeployment", "codedeploy:GetDeploymentGroup",
	}, f.arn("codedeploy", "deploymentgroup:", s.application, "/", s.group))
	// It supports no narrower resource (Service Authorization Reference), whatever CodeDeploy's own permissions reference says.
	r.allow("StopDeployment", []string{"codedeploy:StopDeployment"}, anywhere)
	r.allow("RegisterRevision", []string{"codedeploy:GetApplicationRevision", "codedeploy:RegisterApplicationRevision"},
		f.arn("codedeploy", "application:", s.application))
	r.allow("ReadConfiguration", []string{"codedeploy:GetDeploymentConfig"}, f.arn("codedeploy", "deploymentconfig:", s.configuration))
}

func (f *function) keeperName() plan.Value { return f.service.name("keeper") }

func (f *function) keeperARN() plan.Value { return f.arn("lambda", "function:", f.keeperName()) }

func (f *function) stackARN() plan.Value {
	return f.arn("cloudformation", "stack/", f.stackName(), "/*")
}

// keeper makes the function's stack, empty, and deletes it. It is made after everything that the function uses, and so the
// function goes first. An empty stack that is there has a first release that can be tried again: a stack whose creation fails
// can only be deleted.
func (f *function) keeper() *plan.Resource {
	logs := f.logGroup("KeeperLogs", "keeper-logs", "What was done about the function's stack.", plan.Int(programDays))
	runs := f.role("KeeperRole", "keeper-role", "Lets the keeper make and delete the function's stack.", trustService("lambda.amazonaws.com"))
	runs.allow("KeepStack", []string{
		"cloudformation:CancelUpdateStack", "cloudformation:CreateStack", "cloudformation:DeleteStack",
		"cloudformation:DescribeStackEvents", "cloudformation:DescribeStacks",
	}, f.stackARN())
	runs.allowWhen("PassRole", []string{"iam:PassRole"}, []plan.Value{f.deployer.arn()}, isPassedTo("cloudformation.amazonaws.com"))
	runs.allow("GoOnInAnotherCall", []string{"lambda:InvokeFunction"}, f.keeperARN())
	var variables plan.Object
	if f.targets != nil {
		runs.allow("PutAmongTargets", []string{
			"elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets",
		}, ref(f.targets))
		variables = plan.Object{{Key: "TARGET_GROUP", Value: ref(f.targets)}}
	}
	handler := f.program("KeeperFunction", "Makes and deletes the function's stack, and puts the function among the load balancer's targets.", runs, logs, aws.LambdaFunction{
		FunctionName: f.keeperName(), Description: plan.String("Keeps the stack of a function that a pipeline deploys."),
		Timeout: plan.Int(programTime), MemorySize: plan.Int(256),
		Environment: aws.LambdaEnvironment{Variables: variables},
		Code:        aws.LambdaCode{ZipFile: script.FunctionKeeper()},
	})
	return f.add("FunctionStack", "The stack that the pipeline deploys the function in.", aws.FunctionStack{
		ServiceToken: attr(handler, "Arn"), ServiceTimeout: answerTimeout,
		StackName: f.stackName(), RoleARN: f.deployer.arn(), Offers: f.uses(),
	}).After(runs.policy).After(f.before...)
}

// uses is what the function has of its service's stack, and has to give up in a release before that stack may take it away.
func (f *function) uses() plan.Value {
	var out []string
	if f.group != nil {
		out = append(out, "vpc")
	}
	if f.letters != nil {
		out = append(out, "dead_letter_queue")
	}
	if len(out) == 0 {
		return nil
	}
	return from(plan.String(strings.Join(out, " ")), f.deploy.VPC.Range, f.deploy.DeadLetterQueue.Range)
}

// actor is the role that the pipeline's action assumes in the target account. The rights about the stack are those that
// aws-cdk-lib gives such an action, less what only a stack policy needs.
func (f *function) actor() *role {
	r := f.role("DeployRole", "deploy-role", "What the pipeline may do in this account: deploy.",
		f.trustRole(f.delivery.stack.Account, f.delivery.role.name))
	f.delivery.readableBy(r, true)
	r.allow("UpdateStack", []string{
		"cloudformation:CreateStack", "cloudformation:DescribeStackEvents", "cloudformation:DescribeStackResource",
		"cloudformation:DescribeStackResources", "cloudformation:DescribeStacks", "cloudformation:GetStackPolicy",
		"cloudformation:GetTemplate", "cloudformation:GetTemplateSummary", "cloudformation:UpdateStack",
	}, f.stackARN())
	r.allowWhen("PassRole", []string{"iam:PassRole"}, []plan.Value{f.deployer.arn()}, isPassedTo("cloudformation.amazonaws.com"))
	return r
}

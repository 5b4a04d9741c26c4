package prove

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

const (
	functionStackType  = "Custom::FunctionStack"
	functionTargetType = "Custom::FunctionTarget"
	aliasType          = "AWS::Lambda::Alias"
	versionType        = "AWS::Lambda::Version"
	urlType            = "AWS::Lambda::Url"
	applicationType    = "AWS::CodeDeploy::Application"
	parameterType      = "AWS::SSM::Parameter"
)

// A function that a pipeline deploys knows everything around it by name. What it needs is there before the stack that a
// Custom::FunctionStack makes for it, and outlasts that stack.
var releaseEdges = []edge{
	{
		later: functionType, earlier: readWhenMade,
		because: "CloudFormation reads the value from Parameter Store when it deploys",
		source:  `CloudFormation user guide, "Get a plaintext value from Systems Manager Parameter Store"`,
	},
	{
		later: functionType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			if !r.Stack.ByPipeline() {
				return nil
			}
			return s.policiesOf(s.resolve(r, r.Properties.Get("Role"), roleType))
		},
		because: "its first call may do nothing without them, and neither may its last",
		source:  "CloudFormation reference of AWS::IAM::Policy; aws-cdk-lib, aws-lambda/lib/function.js",
	},
	{
		later: aliasType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			group := s.shifts(r)
			if group == nil {
				return nil
			}
			return append(s.policiesOf(s.resolve(group, group.Properties.Get("ServiceRoleArn"), roleType)), group)
		},
		because: "CodeDeploy shifts the alias with its role's rights, and a deployment that has begun needs them to its end",
		source:  `CloudFormation template reference, "UpdatePolicy attribute", CodeDeployLambdaAliasUpdate`,
	},
	{
		later: urlType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			var out []*plan.Resource
			function := s.resolve(r, r.Properties.Get("TargetFunctionArn"), functionType)
			for _, alias := range s.kinds[kind{r.Stack, aliasType}] {
				if function != nil && s.resolve(alias, alias.Properties.Get("FunctionName"), functionType) == function {
					out = append(out, alias)
				}
			}
			return out
		},
		because: "Lambda refuses a URL of an alias that does not exist",
		source:  "Lambda API reference, CreateFunctionUrlConfig, Qualifier",
	},
	{
		later: functionTargetType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			var out []*plan.Resource
			for _, permission := range s.kinds[kind{r.Stack, permissionType}] {
				if permission.Properties.Get("Principal") == plan.String("elasticloadbalancing.amazonaws.com") {
					out = append(out, permission)
				}
			}
			return out
		},
		because: "a load balancer takes no function that does not let it in",
		source:  "Elastic Load Balancing guide, \"Use Lambda functions as targets\"; aws/aws-cdk issue 4663",
	},
	{
		later: functionTargetType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			handler := s.function(r)
			if handler == nil {
				return nil
			}
			group := s.resolve(handler, at(handler.Properties, "Environment", "Variables", "TARGET_GROUP"), targetsType)
			return append(rightsOfEmptier(s, r), some(group)...)
		},
		because: "its handler puts the function among the targets, and takes it out of them again",
		source:  "Elastic Load Balancing API reference, RegisterTargets and DeregisterTargets",
	},
	{
		later: functionStackType, earlier: rightsOfEmptier,
		because: "its last call, the one that deletes the stack, needs its function and that function's rights",
		source:  "CloudFormation reference of AWS::IAM::Policy; aws-cdk-lib, custom-resources/lib/aws-custom-resource/aws-custom-resource.js",
	},
	{
		later: functionStackType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return s.policiesOf(s.resolve(r, r.Properties.Get("RoleARN"), roleType))
		},
		because: "CloudFormation deletes what is in the stack with that role's rights",
		source:  "CloudFormation API reference, DeleteStack, RoleARN",
	},
	{
		later: pipelineType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			var out []*plan.Resource
			for _, action := range actionsOf(r) {
				if stack := s.deployedBy(r, action); stack != nil {
					out = append(out, some(s.makes[stack])...)
				}
			}
			return out
		},
		because: "the first run, which starts at once, updates the stack",
		source:  startsAtOnce,
	},
}

// shifts is the deployment group that shifts an alias.
func (s *survey) shifts(alias *plan.Resource) *plan.Resource {
	return s.resolve(alias, at(alias.UpdatePolicy, "CodeDeployLambdaAliasUpdate", "DeploymentGroupName"), groupType)
}

// deployedBy is the stack that an action of a pipeline creates and updates.
func (s *survey) deployedBy(pipeline *plan.Resource, action plan.Value) *plan.Stack {
	if provider(action) != "CloudFormation" {
		return nil
	}
	account := pipeline.Stack.Account
	if role := s.resolve(pipeline, at(action, "RoleArn"), roleType); role != nil {
		account = role.Stack.Account
	}
	return s.stackNamed(account, at(action, "Configuration", "StackName"))
}

// readWhenMade are the parameters that dynamic references of a resource name.
func readWhenMade(s *survey, r *plan.Resource) []*plan.Resource {
	var out []*plan.Resource
	for _, parameter := range dynamicReferences(r) {
		out = append(out, some(s.named[name{r.Stack.Account, parameterType, parameter}])...)
	}
	return out
}

// dynamicReferences are the names that a resource reads from Parameter Store when it is made.
func dynamicReferences(r *plan.Resource) []string {
	var out []string
	plan.Walk(r.Properties, func(v plan.Value) {
		if name, is := dynamicReference(v); is {
			out = append(out, name)
		}
	})
	return out
}

// dynamicReference is the name of the parameter that CloudFormation puts for v.
func dynamicReference(v plan.Value) (name string, is bool) {
	if _, text := v.(plan.String); !text {
		if parts, joined := v.(plan.Concat); !joined || len(parts) == 0 {
			return "", false
		}
	}
	rest, begins := strings.CutPrefix(written(v), "{{resolve:ssm:")
	name, ends := strings.CutSuffix(rest, "}}")
	return name, begins && ends
}

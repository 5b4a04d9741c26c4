package prove

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

const (
	eventRuleType  = "AWS::Events::Rule"
	permissionType = "AWS::Lambda::Permission"
)

// A rule calls a function from its first event on: what lets it in, and what the
// function may do, is there before.
var functionEdges = []edge{
	{
		later: eventRuleType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			var out []*plan.Resource
			for _, function := range s.functionsOf(r) {
				out = append(out, s.permissionsOf(function)...)
			}
			return out
		},
		because: "EventBridge does not look whether the function lets it in, and the first events are lost",
		source:  `EventBridge user guide, "Using resource-based policies"; aws-cdk-lib, aws-sns/lib/topic-base.js, on the like of it`,
	},
	{
		later: eventRuleType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			var out []*plan.Resource
			for _, function := range s.functionsOf(r) {
				out = append(out, s.policiesOf(s.resolve(function, function.Properties.Get("Role"), roleType))...)
			}
			return out
		},
		because: "the function is called with the first event, and may do nothing without its policy",
		source:  "CloudFormation reference of AWS::IAM::Policy; aws-cdk-lib, aws-lambda/lib/function.js",
	},
	{
		later: permissionType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return some(s.resolve(r, r.Properties.Get("FunctionName"), functionType))
		},
		because: "Lambda refuses a permission for a function that does not exist, and deletes it with the function",
		source:  "Lambda API reference, AddPermission (ResourceNotFoundException)",
	},
}

// functionsOf are the functions that a rule calls.
func (s *survey) functionsOf(rule *plan.Resource) []*plan.Resource {
	var out []*plan.Resource
	for _, target := range items(rule.Properties.Get("Targets")) {
		out = append(out, some(s.resolve(rule, at(target, "Arn"), functionType))...)
	}
	return out
}

// permissionsOf are the permissions of a function that stand in its stack.
func (s *survey) permissionsOf(function *plan.Resource) []*plan.Resource {
	var out []*plan.Resource
	for _, permission := range s.kinds[kind{function.Stack, permissionType}] {
		if s.resolve(permission, permission.Properties.Get("FunctionName"), functionType) == function {
			out = append(out, permission)
		}
	}
	return out
}

// startedBy is the pipeline that a function starts.
func (s *survey) startedBy(function *plan.Resource) *plan.Resource {
	return s.resolve(function, at(function.Properties, "Environment", "Variables", "PIPELINE"), pipelineType)
}

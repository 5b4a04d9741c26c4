package prove

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

const (
	canaryType  = "AWS::Synthetics::Canary"
	sweeperType = "Custom::CanaryLogSweeper"
)

const inFlight = `Synthetics API reference, StopCanary: a run in progress completes and uploads`

// A canary may run as soon as somebody starts it, and a run outlives its canary: what it needs is there before, and its rights
// go before its results and logs are cleared away.
var canaryEdges = []edge{
	{later: canaryType, earlier: rolesNamedBy("ExecutionRoleArn"), because: noSuchRole, source: roleSource},
	{
		later: canaryType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return s.policiesOf(s.resolve(r, r.Properties.Get("ExecutionRoleArn"), roleType))
		},
		because: "a run has the rights of its role from the beginning, and fails without them",
		source:  `CloudWatch user guide, "Required roles and permissions for canaries"`,
	},
	{
		later: canaryType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return s.policiesOfBucket(s.resultsOf(r))
		},
		because: "a run would write into the bucket after it was emptied",
		source:  inFlight,
	},
	{
		later: canaryType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return s.emptiersOf(s.resultsOf(r))
		},
		because: "the bucket is emptied once no canary writes to it any more",
		source:  inFlight,
	},
	{
		later: canaryType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return s.sweepersOf(r)
		},
		because: "a canary makes its log group when it runs, and CloudFormation does not know of it",
		source:  "Synthetics API reference, DeleteCanary",
	},
	{
		later: sweeperType, earlier: rightsOfEmptier,
		because: "its last call, the one that deletes, needs its function and that function's rights",
		source:  "CloudFormation reference of AWS::IAM::Policy; aws-cdk-lib, custom-resources/lib/aws-custom-resource/aws-custom-resource.js",
	},
	{
		later: "AWS::IAM::Policy", earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return s.sweepersBehind(r)
		},
		because: "a log that is written late makes its group again, unless the right to do so is gone before",
		source:  "aws/aws-cdk issue 32689; hashicorp/terraform issue 14750",
	},
	{
		later: pipelineType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			var out []*plan.Resource
			for _, action := range actionsOf(r) {
				if role, canary := s.looksAt(r, action); role != nil && canary != nil {
					out = append(append(out, canary, role), s.policiesOf(role)...)
				}
			}
			return out
		},
		because: "the first run, which starts at once, runs the canary",
		source:  startsAtOnce,
	},
}

// resultsOf is the bucket of this plan that a canary keeps its results in.
func (s *survey) resultsOf(canary *plan.Resource) *plan.Resource {
	return s.resolve(canary, canary.Properties.Get("ArtifactS3Location"), bucketType)
}

// sweepersOf are what deletes the logs of a canary.
func (s *survey) sweepersOf(canary *plan.Resource) []*plan.Resource {
	var out []*plan.Resource
	for _, sweeper := range s.kinds[kind{canary.Stack, sweeperType}] {
		if s.resolve(sweeper, sweeper.Properties.Get("CanaryName"), canaryType) == canary {
			out = append(out, sweeper)
		}
	}
	return out
}

// canaryLogs is how the ARN of the log groups of a canary ends, whose names end in an id.
func canaryLogs(name plan.Value) string {
	return ":log-group:/aws/lambda/cwsyn-" + written(name) + "-*"
}

// sweepersBehind are the sweepers of the log groups that a policy lets its role make.
func (s *survey) sweepersBehind(policy *plan.Resource) []*plan.Resource {
	var out []*plan.Resource
	for _, statement := range s.grantsOf(policy) {
		if !statement.covers("logs:CreateLogGroup") {
			continue
		}
		for _, resource := range statement.resources {
			for _, sweeper := range s.kinds[kind{policy.Stack, sweeperType}] {
				if strings.HasSuffix(written(resource), canaryLogs(sweeper.Properties.Get("CanaryName"))) {
					out = append(out, sweeper)
				}
			}
		}
	}
	return out
}

// looksAt is the canary that an action of a pipeline runs, and the role as which it does; nil for what is not there.
func (s *survey) looksAt(pipeline *plan.Resource, action plan.Value) (role, canary *plan.Resource) {
	role = s.resolve(pipeline, variableOf(action, "CANARY_STARTER_ROLE"), roleType)
	if role != nil {
		canary = s.find(role.Stack.Account, variableOf(action, "CANARY"), canaryType)
	}
	return role, canary
}

// variableOf is a variable that an action gives to its project; nil if it gives none of the name.
func variableOf(action plan.Value, name string) plan.Value {
	list, _ := at(action, "Configuration", "EnvironmentVariables").(plan.JSONText)
	for _, variable := range items(list.Of) {
		if at(variable, "name") == plan.String(name) {
			return at(variable, "value")
		}
	}
	return nil
}

package prove

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

const provisioned = "CloudFormation reference of AWS::Synthetics::Canary, ProvisionedResourceCleanup"

// canaryTeardown is about what Synthetics makes by itself: functions and layers, and the log group of each canary.
var canaryTeardown = []rule{
	{
		of: canaryType, broken: func(_ *survey, r *plan.Resource) string {
			return unless(r.Properties.Get("ProvisionedResourceCleanup") == plan.String("AUTOMATIC"), "leaves its function and layers behind")
		},
		advice: true,
		remedy: "ProvisionedResourceCleanup has to be AUTOMATIC.",
		source: provisioned,
	},
	{
		of: canaryType, broken: func(s *survey, r *plan.Resource) string {
			return unless(len(s.sweepersOf(r)) > 0, "leaves its log group behind, which has no end either")
		},
		advice: true,
		remedy: "A Custom::CanaryLogSweeper has to name it.",
		source: "Synthetics API reference, DeleteCanary",
	},
	{
		of: canaryType, broken: func(_ *survey, r *plan.Resource) string {
			return unless(r.Properties.Get("VPCConfig") == nil, "has network interfaces in a VPC, which Lambda removes much later than the function, so that subnets and security groups cannot be deleted")
		},
		advice: true,
		remedy: "A canary looks from outside: leave VPCConfig out.",
		source: "aws/aws-cdk issue 14456",
	},
	{
		of: sweeperType, broken: sweeperWithoutRights,
		remedy: "They have to stand in a policy of the function's role.",
		source: "CloudWatch Logs API reference, DescribeLogGroups and DeleteLogGroup",
	},
	{
		of: sweeperType, broken: func(s *survey, r *plan.Resource) string {
			function := s.function(r)
			return unless(function != nil && function.Stack == r.Stack, "has no function in its own stack to call, so CloudFormation would wait for an answer in vain")
		},
		remedy: "ServiceToken has to be the ARN of a function of the same stack.",
		source: "CloudFormation reference of AWS::CloudFormation::CustomResource",
	},
	{
		of: sweeperType, broken: func(s *survey, r *plan.Resource) string {
			function := s.function(r)
			if function == nil {
				return ""
			}
			wait, set := number(r.Properties.Get("ServiceTimeout"))
			if !set {
				wait = longestServiceWait
			}
			own, _ := number(function.Properties.Get("Timeout"))
			// Lambda delivers an event that failed twice more.
			return unless(own >= sweeperTime && 2*own <= wait && wait <= longestServiceWait,
				"does not fit the time of its function: CloudFormation gives up waiting, or the function is cut off before it can answer")
		},
		remedy: "The function's Timeout has to be at least 300 seconds, and ServiceTimeout between twice that and 3,600.",
		source: "CloudFormation reference of AWS::CloudFormation::CustomResource; the function's program, which keeps 150 seconds for its last calls",
	},
}

// sweeperTime is what the sweeper's function asks for, in seconds.
const sweeperTime = 300

func sweeperWithoutRights(s *survey, r *plan.Resource) string {
	function := s.function(r)
	if function == nil {
		return "" // said elsewhere
	}
	policies := s.policiesOf(s.resolve(function, function.Properties.Get("Role"), roleType))
	var missing []string
	for _, right := range [][2]string{
		{"logs:DescribeLogGroups", ":log-group:*"},
		{"logs:DeleteLogGroup", canaryLogs(r.Properties.Get("CanaryName"))},
	} {
		if !s.allowsOnEnding(policies, right[0], right[1]) {
			missing = append(missing, right[0])
		}
	}
	return unless(len(missing) == 0, "cannot delete the logs of its canary: it lacks the right to "+strings.Join(missing, ", "))
}

// allowsOnEnding tells whether policies allow an action, whatever the circumstances, on resources whose ARN ends so.
func (s *survey) allowsOnEnding(policies []*plan.Resource, action, ending string) bool {
	for _, policy := range policies {
		for _, statement := range s.grantsOf(policy) {
			for _, resource := range statement.resources {
				if statement.covers(action) && statement.condition == nil && strings.HasSuffix(written(resource), ending) {
					return true
				}
			}
		}
	}
	return false
}

// makesLogGroups tells whether a policy lets its role make log groups that nothing deletes.
func makesLogGroups(s *survey, policy *plan.Resource) bool {
	for _, statement := range s.grantsOf(policy) {
		if !statement.covers("logs:CreateLogGroup") {
			continue
		}
		for _, resource := range statement.resources {
			swept := false
			for _, sweeper := range s.sweepersBehind(policy) {
				swept = swept || strings.HasSuffix(written(resource), canaryLogs(sweeper.Properties.Get("CanaryName")))
			}
			if !swept {
				return true
			}
		}
	}
	return false
}

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

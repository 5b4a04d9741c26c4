package prove

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Accounts and stacks know each other by names that are written down. A name that
// nothing has is found by AWS at a release, and by these rules before.
var nameSense = []rule{
	{
		of: pipelineType, broken: actsOnNothing,
		remedy: "The name has to be that of a resource in the account in which the action runs.",
		source: "CodePipeline API reference, ActionDeclaration",
	},
	{
		of: groupType, broken: func(s *survey, r *plan.Resource) string {
			for _, alarm := range items(at(r.Properties, "AlarmConfiguration", "Alarms")) {
				if s.resolve(r, at(alarm, "Name"), "AWS::CloudWatch::Alarm") == nil {
					return "watches an alarm that is not there"
				}
			}
			return ""
		},
		remedy: "CodeDeploy stops every deployment whose alarm it cannot read.",
		source: "CodeDeploy API reference, AlarmConfiguration",
	},
	{
		of: groupType, broken: func(s *survey, r *plan.Resource) string {
			fleets := items(r.Properties.Get("AutoScalingGroups"))
			if s.platform(r) != "Lambda" && (len(fleets) == 0 || s.resolve(r, fleets[0], fleetType) == nil) {
				return "deploys to no fleet"
			}
			return unless(s.resolve(r, r.Properties.Get("ApplicationName"), "AWS::CodeDeploy::Application") != nil, "belongs to no application")
		},
		remedy: "AutoScalingGroups and ApplicationName have to name resources of its stack.",
		source: "CodeDeploy API reference, CreateDeploymentGroup",
	},
	{of: roleType, advice: true, broken: trustsNobody("AssumeRolePolicyDocument"), remedy: trustRemedy, source: trustSource},
	{of: bucketPolicyType, advice: true, broken: trustsNobody("PolicyDocument"), remedy: trustRemedy, source: trustSource},
	{of: keyType, advice: true, broken: trustsNobody("KeyPolicy"), remedy: trustRemedy, source: trustSource},
	{of: "AWS::ECR::Repository", advice: true, broken: trustsNobody("RepositoryPolicyText"), remedy: trustRemedy, source: trustSource},
	{
		of: fleetType, broken: unknownToHosts,
		remedy: "What user data names has to be a resource of the account.",
		source: "the user data, which reads it by that name",
	},
	{
		of: "AWS::EC2::FlowLog", broken: func(s *survey, r *plan.Resource) string {
			to := r.Properties.Get("LogGroupName")
			return unless(to == nil || s.resolve(r, to, logGroupType) != nil, "writes to a log group that nobody declared")
		},
		remedy: "LogGroupName has to be a log group of its stack.",
		source: `VPC guide, "Publish flow logs to CloudWatch Logs"`,
	},
}

const (
	trustRemedy = "Of such a role nobody here knows what it may: the condition had better name one of this system."
	trustSource = `IAM user guide, "AWS global condition context keys", aws:PrincipalArn`
)

// actsOnNothing looks for the project of a build and the group of a deployment, each where the action runs.
func actsOnNothing(s *survey, r *plan.Resource) string {
	for _, action := range actionsOf(r) {
		account := r.Stack.Account
		if role := s.resolve(r, at(action, "RoleArn"), roleType); role != nil {
			account = role.Stack.Account
		}
		wanted := map[string][][2]string{
			"CodeBuild":  {{"ProjectName", projectType}},
			"CodeDeploy": {{"ApplicationName", "AWS::CodeDeploy::Application"}, {"DeploymentGroupName", groupType}},
		}[provider(action)]
		for _, want := range wanted {
			found := s.find(account, at(action, "Configuration", want[0]), want[1])
			if found == nil || found.Stack.Account != account {
				return "names in " + want[0] + " of the action " + written(at(action, "Name")) + " something that account " + account.Label + " does not have"
			}
		}
	}
	return ""
}

// trustsNobody finds conditions on roles that no stack makes.
func trustsNobody(document string) func(s *survey, r *plan.Resource) string {
	return func(s *survey, r *plan.Resource) string {
		for _, statement := range items(at(r.Properties, document, "Statement")) {
			operators, _ := at(statement, "Condition").(plan.Object)
			for _, operator := range operators {
				for _, v := range items(at(operator.Value, "aws:PrincipalArn")) {
					if strings.Contains(operator.Key, "Null") {
						continue
					}
					if s.resolve(r, v, roleType) == nil {
						return "lets in " + written(v) + ", which no stack of this system makes"
					}
				}
			}
		}
		return ""
	}
}

// unknownToHosts looks for names with the suffix in a fleet's user data that nothing of its account has.
func unknownToHosts(s *survey, r *plan.Resource) string {
	suffix := "${" + s.plan.Suffix.Name + "}"
	text := s.userData(r)
	for {
		before, after, found := strings.Cut(text, suffix)
		if !found {
			return ""
		}
		name := before[strings.LastIndexFunc(before, func(c rune) bool {
			return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./", c)
		})+1:] + suffix
		if !s.anyNamed(r.Stack.Account, name) {
			return "tells its hosts of " + name + ", which nothing has"
		}
		text = after
	}
}

// anyNamed tells whether a resource of an account has a name, of whatever type.
func (s *survey) anyNamed(account *plan.Account, text string) bool {
	for _, resourceType := range []string{
		"AWS::SSM::Parameter", logGroupType, "AWS::CodeDeploy::Application", groupType, fleetType, roleType, functionType, bucketType,
	} {
		if s.byText(account, text, resourceType) != nil {
			return true
		}
	}
	return false
}

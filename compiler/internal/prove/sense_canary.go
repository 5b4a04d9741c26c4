package prove

import (
	"fmt"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec/synthetics"
)

// canaryRights is the page of the guide that says what a run asks for.
const canaryRights = `CloudWatch user guide, "Required roles and permissions for canaries"`

var canarySense = []rule{
	{
		of: canaryType, broken: func(_ *survey, r *plan.Resource) string {
			return unless(!plan.IsTrue(r.Properties.Get("StartCanaryAfterCreation")), "runs from its creation on, and fails until the first release")
		},
		advice: true,
		remedy: "StartCanaryAfterCreation has to be false: the pipeline starts it.",
		source: "CloudFormation reference of AWS::Synthetics::Canary, StartCanaryAfterCreation",
	},
	{
		of: canaryType, broken: func(_ *survey, r *plan.Resource) string {
			runtime := r.Properties.Get("RuntimeVersion")
			if parameter, ok := runtime.(plan.Param); ok {
				runtime = parameter.Of.Default
			}
			since := synthetics.Deprecated(written(runtime))
			return unless(since == "", "has the runtime "+written(runtime)+", with which AWS makes no canary since "+since)
		},
		remedy: "RuntimeVersion has to be one that AWS supports.",
		source: synthetics.Policy,
	},
	{
		of: canaryType, broken: func(s *survey, r *plan.Resource) string {
			role := s.resolve(r, r.Properties.Get("ExecutionRoleArn"), roleType)
			if role == nil {
				return "runs as a role that no stack makes"
			}
			for _, statement := range items(at(role.Properties, "AssumeRolePolicyDocument", "Statement")) {
				if holds(at(statement, "Principal", "Service"), "lambda.amazonaws.com") && at(statement, "Effect") == plan.String("Allow") && at(statement, "Condition") == nil {
					return ""
				}
			}
			return "runs as " + role.ID + ", which Lambda may not assume"
		},
		advice: true,
		remedy: "ExecutionRoleArn has to be a role that trusts lambda.amazonaws.com, and not synthetics.",
		source: canaryRights,
	},
	{
		of: canaryType, broken: canaryWithoutRights,
		advice: true,
		remedy: "They have to stand in a policy of its role.",
		source: canaryRights,
	},
	{
		of: canaryType, broken: func(s *survey, r *plan.Resource) string {
			name := s.atItsLongest().Replace(written(r.Properties.Get("Name")))
			return unless(len(name) <= canaryNameLength, fmt.Sprintf("has a name of %d characters with the longest suffix: its function and its log group are called by the first %d, as another's may be", len(name), canaryNameLength))
		},
		advice: true,
		remedy: "Give it a shorter name.",
		source: "Synthetics API reference, DeleteCanary",
	},
	{
		of: canaryType, broken: func(_ *survey, r *plan.Resource) string {
			timeout, _ := number(at(r.Properties, "RunConfig", "TimeoutInSeconds"))
			every := secondsOf(written(at(r.Properties, "Schedule", "Expression")))
			return unless(every == 0 || timeout <= every, "may run for longer than it takes until its next run")
		},
		remedy: "TimeoutInSeconds has to be at most as long as the time between two runs.",
		source: "Synthetics API reference, CanaryRunConfigInput",
	},
	{
		of: "AWS::CloudWatch::Alarm", broken: func(_ *survey, r *plan.Resource) string {
			p := r.Properties
			if p.Get("Namespace") != plan.String("CloudWatchSynthetics") || p.Get("MetricName") != plan.String("SuccessPercent") {
				return ""
			}
			falls := strings.HasPrefix(written(p.Get("ComparisonOperator")), "LessThan")
			return unless(falls && p.Get("TreatMissingData") == plan.String("notBreaching"), "rings for a canary that has not run yet")
		},
		advice: true,
		remedy: "It has to treat missing data as notBreaching, and fall below a threshold.",
		source: `CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data"`,
	},
	{
		of: pipelineType, broken: looksAtNothing,
		remedy: "The action's variables have to name a canary, and a role of its account that may start it and that the project's role may assume.",
		source: "Synthetics API reference, StartCanary, GetCanary and GetCanaryRuns; STS API reference, AssumeRole",
	},
}

// canaryNameLength is how much of a canary's name stands in the names of what Synthetics makes for it.
const canaryNameLength = 21

// secondsOf is the time between two runs by a rate; 0 if there is none, or another schedule.
func secondsOf(rate string) int {
	var n int
	var unit string
	if _, err := fmt.Sscanf(rate, "rate(%d %s", &n, &unit); err != nil {
		return 0
	}
	if strings.HasPrefix(unit, "hour") {
		return n * 3600
	}
	return n * 60
}

// canaryWithoutRights looks for what each run does: keep its results, count, and log.
func canaryWithoutRights(s *survey, r *plan.Resource) string {
	role, results := s.resolve(r, r.Properties.Get("ExecutionRoleArn"), roleType), s.resultsOf(r)
	if role == nil {
		return "" // said elsewhere
	}
	if results == nil {
		return "keeps its results in a bucket that no stack makes"
	}
	policies := s.policiesOf(role)
	logs := canaryLogs(r.Properties.Get("Name"))
	var missing []string
	for _, right := range []struct {
		action string
		has    bool
	}{
		{"s3:PutObject", s.mayKeep(policies, results, "/"+written(r.Properties.Get("Name"))+"/*")},
		{"s3:GetBucketLocation", s.allowedOn(policies, "s3:GetBucketLocation", results, "")},
		{"s3:ListAllMyBuckets", s.allowsOnEnding(policies, "s3:ListAllMyBuckets", "*")},
		{"cloudwatch:PutMetricData", s.mayPublish(policies)},
		{"logs:CreateLogGroup", s.allowsOnEnding(policies, "logs:CreateLogGroup", logs)},
		{"logs:CreateLogStream", s.allowsOnEnding(policies, "logs:CreateLogStream", logs)},
		{"logs:PutLogEvents", s.allowsOnEnding(policies, "logs:PutLogEvents", logs)},
	} {
		if !right.has {
			missing = append(missing, right.action)
		}
	}
	return unless(len(missing) == 0, "has runs that lack the right to "+strings.Join(missing, ", "))
}

// mayKeep tells whether policies let results be written below a prefix.
func (s *survey) mayKeep(policies []*plan.Resource, results *plan.Resource, prefix string) bool {
	for _, policy := range policies {
		for _, statement := range s.grantsOf(policy) {
			for _, resource := range statement.resources {
				if statement.covers("s3:PutObject") && statement.condition == nil && strings.HasSuffix(written(resource), prefix) &&
					s.resolve(policy, resource, bucketType) == results {
					return true
				}
			}
		}
	}
	return false
}

// mayPublish tells whether policies allow the metrics of Synthetics.
func (s *survey) mayPublish(policies []*plan.Resource) bool {
	for _, policy := range policies {
		for _, statement := range s.grantsOf(policy) {
			of := at(statement.condition, "StringEquals", "cloudwatch:namespace")
			if statement.covers("cloudwatch:PutMetricData") && (statement.condition == nil || holds(of, "CloudWatchSynthetics")) {
				return true
			}
		}
	}
	return false
}

// looksAtNothing finds actions that run a canary that is not there, or may not.
func looksAtNothing(s *survey, r *plan.Resource) string {
	for _, action := range actionsOf(r) {
		if variableOf(action, "CANARY") == nil {
			continue
		}
		name := "runs in the action " + written(at(action, "Name"))
		role, canary := s.looksAt(r, action)
		project := s.resolve(r, at(action, "Configuration", "ProjectName"), projectType)
		switch {
		case role == nil:
			return name + " a canary as a role that no stack makes"
		case canary == nil:
			return name + " a canary that account " + role.Stack.Account.Label + " does not have"
		case project == nil:
			return "" // said elsewhere
		}
		for _, of := range []string{"synthetics:GetCanary", "synthetics:GetCanaryRuns", "synthetics:StartCanary"} {
			if !s.allowedOn(s.policiesOf(role), of, canary, "") {
				return name + " a canary as " + role.ID + ", which lacks the right to " + of
			}
		}
		runs := s.resolve(project, project.Properties.Get("ServiceRole"), roleType)
		if !s.allowedOn(s.policiesOf(runs), "sts:AssumeRole", role, "") {
			return name + " a canary as " + role.ID + ", which its project may not assume"
		}
		if !s.trusts(role, runs) {
			return name + " a canary as " + role.ID + ", which does not trust its project"
		}
	}
	return ""
}

// trusts tells whether a role lets another one in by the condition on its ARN.
func (s *survey) trusts(role, other *plan.Resource) bool {
	for _, statement := range items(at(role.Properties, "AssumeRolePolicyDocument", "Statement")) {
		for _, arn := range items(at(statement, "Condition", "ArnEquals", "aws:PrincipalArn")) {
			if other != nil && s.resolve(role, arn, roleType) == other {
				return true
			}
		}
	}
	return false
}

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
			return unless(s.resolve(r, r.Properties.Get("ExecutionRoleArn"), roleType) != nil, "runs as a role that no stack makes")
		},
		advice: true,
		remedy: "ExecutionRoleArn has to be a role of the stack.",
		source: canaryRights,
	},
	{
		of: canaryType, broken: func(s *survey, r *plan.Resource) string {
			return unless(r.Own || s.resultsOf(r) != nil, "keeps its results in a bucket that no stack makes")
		},
		advice: true,
		remedy: "ArtifactS3Location has to be in a bucket of the stack.",
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
		remedy: "The action's variables have to name a canary, and a role of its account.",
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

// looksAtNothing finds actions that run a canary that is not there.
func looksAtNothing(s *survey, r *plan.Resource) string {
	for _, action := range actionsOf(r) {
		if variableOf(action, "CANARY") == nil {
			continue
		}
		name := "runs in the action " + written(at(action, "Name"))
		role, canary := s.looksAt(r, action)
		switch {
		case role == nil:
			return name + " a canary as a role that no stack makes"
		case canary == nil:
			return name + " a canary that account " + role.Stack.Account.Label + " does not have"
		}
	}
	return ""
}

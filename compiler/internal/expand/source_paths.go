package expand

import (
	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
)

// pathFilter is the function between the rule and the pipeline. An event of
// CodeCommit says which commit the branch was at and which it is at now, and no
// files (CodeCommit user guide, "Monitoring CodeCommit events"), so that no pattern
// of a rule can tell them apart; and CodePipeline filters by paths for connections
// only (CodePipeline API reference, PipelineTriggerDeclaration).
type pathFilter struct {
	function   *plan.Resource
	permission *plan.Resource
	runs       *role
}

// filterTimeout is what the function has, in seconds; start_on_paths.py knows how much of it it must leave.
const filterTimeout = 300

// pathFilter makes the function that starts the pipeline when files of the paths block are touched.
func (d *delivery) pathFilter(pipeline *plan.Resource) *pathFilter {
	name := d.scope.name("path-filter")
	paths := d.spec.Source.Paths
	s := d.of(paths.Range)
	logs := s.logGroup("PathFilterLogs", "path-filter-logs", "Which pushes started the pipeline, and why.", numberOf(d.spec.LogRetentionDays))
	f := &pathFilter{runs: s.role("PathFilterRole", "path-filter-role", "Lets the function look at pushes and start the pipeline.",
		trustService("lambda.amazonaws.com"))}
	f.runs.allow("CompareCommits", []string{"codecommit:GetDifferences"}, d.arn("codecommit", d.repositoryName()))
	f.runs.allow("StartPipeline", []string{"codepipeline:StartPipelineExecution"}, d.arn("codepipeline", ref(pipeline)))
	f.function = s.program("PathFilterFunction", "Starts the pipeline if a push touches files that count.", f.runs, logs, aws.LambdaFunction{
		FunctionName: name, Description: plan.String("Starts a pipeline if a push touches the paths that it is about."),
		Timeout: plan.Int(filterTimeout), MemorySize: plan.Int(256),
		Environment: aws.LambdaEnvironment{Variables: plan.Object{
			{Key: "PIPELINE", Value: ref(pipeline)},
			{Key: "INCLUDE", Value: plan.JSONText{Of: textsOrNone(paths.Include)}},
			{Key: "EXCLUDE", Value: plan.JSONText{Of: textsOrNone(paths.Exclude)}},
		}},
		Code: aws.LambdaCode{ZipFile: script.StartOnPaths()},
	})
	// The rule's ARN is written down: it comes after, so that no event is refused. It names the account, and
	// EventBridge is known to send it alone (its user guide, "Using resource-based policies", has no aws:SourceAccount).
	f.permission = s.add("PathFilterPermission", "Lets the rule, and nothing else, call the function.", aws.LambdaPermission{
		FunctionName: ref(f.function), Action: "lambda:InvokeFunction", Principal: "events.amazonaws.com",
		SourceArn: d.arn("events", "rule/", d.triggerName()),
	})
	return f
}

package expand

import (
	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// repositoryName is the CodeCommit repository that the pipeline reads: one of
// its own carries the suffix, an existing one keeps its name.
func (d *delivery) repositoryName() plan.Value {
	s := d.spec.Source
	name := plan.Value(plan.String(s.Repository.Value))
	if s.CreateRepository.Value {
		name = d.suffixed(s.Repository.Value)
	}
	return from(name, s.Repository.Range, s.CreateRepository.Range)
}

// source expands the source block to the pipeline's first action. The actions
// that it lets the pipeline's role do are those of the CodePipeline user guide,
// "CodeCommit" in "Add permissions to the service role", for the CODE_ZIP format.
func (d *delivery) source() aws.CodePipelineAction {
	repository := d.repositoryName()
	name := repository
	if d.spec.Source.CreateRepository.Value {
		own := d.of(d.spec.Source.CreateRepository.Range)
		r := own.add("Repository", "The source code.", aws.CodeCommitRepository{
			RepositoryName:        repository,
			RepositoryDescription: "Source of the pipeline " + d.spec.Label.Value + ".",
		})
		name = from(attr(r, "Name"), own.because...)
		own.output("RepositoryCloneUrl", "Where to push the source code.", attr(r, "CloneUrlHttp"))
	}
	d.role.allow("ReadSource", []string{
		"codecommit:GetBranch", "codecommit:GetCommit",
		"codecommit:UploadArchive", "codecommit:GetUploadArchiveStatus", "codecommit:CancelUploadArchive",
	}, d.arn("codecommit", repository))
	a := action("source", "Source", "CodeCommit",
		plan.Field{Key: "RepositoryName", Value: name},
		plan.Field{Key: "BranchName", Value: textOf(d.spec.Source.Branch)},
		// Left out it means true, and every push starts the pipeline twice.
		plan.Field{Key: "PollForSourceChanges", Value: plan.String("false")},
	)
	a.OutputArtifacts = artifacts(sourceArtifact)
	return a
}

// trigger starts the pipeline when the branch gets a commit: at once, or by way of
// a function that looks at what the push touches.
func (d *delivery) trigger(pipeline *plan.Resource) {
	branch := d.spec.Source.Branch.Value
	if d.spec.Source.Paths != nil {
		f := d.pathFilter(pipeline)
		d.triggerRule("Has the function look at each commit that "+branch+" gets.", aws.EventsTarget{
			Id: "paths", Arn: attr(f.function, "Arn"),
		}).After(f.permission, f.runs.policy)
		return
	}
	starter := d.of(d.spec.Source.Range).role("TriggerRole", "trigger-role", "Lets the rule start the pipeline.",
		trustService("events.amazonaws.com", isSource(d.arn("events", "rule/", d.triggerName()))))
	arn := d.arn("codepipeline", ref(pipeline))
	starter.allow("StartPipeline", []string{"codepipeline:StartPipelineExecution"}, arn)
	d.triggerRule("Starts the pipeline when "+branch+" gets a commit.", aws.EventsTarget{
		Id: "pipeline", Arn: arn, RoleArn: starter.arn(),
	}).After(starter.policy)
}

func (d *delivery) triggerName() plan.Value { return d.scope.name("trigger") }

// triggerRule is the rule on the branch. The pattern is that of the CodePipeline
// user guide, "Amazon EventBridge rule for a CodeCommit source".
func (d *delivery) triggerRule(why string, target aws.EventsTarget) *plan.Resource {
	rule := d.of(d.spec.Source.Range).add("TriggerRule", why, aws.EventsRule{
		Name: d.triggerName(), State: "ENABLED",
		Description: from(plan.String("Starts the pipeline "+d.spec.Label.Value+" on a push to "+d.spec.Source.Branch.Value+"."), d.spec.Source.Branch.Range),
		EventPattern: plan.Object{
			{Key: "source", Value: plan.Strings("aws.codecommit")},
			{Key: "detail-type", Value: plan.Strings("CodeCommit Repository State Change")},
			{Key: "resources", Value: plan.List{d.arn("codecommit", d.repositoryName())}},
			{Key: "detail", Value: plan.Object{
				{Key: "event", Value: plan.Strings("referenceCreated", "referenceUpdated")},
				{Key: "referenceType", Value: plan.Strings("branch")},
				{Key: "referenceName", Value: plan.List{textOf(d.spec.Source.Branch)}},
			}},
		},
		Targets: []aws.EventsTarget{target},
	})
	rule.Sources = append(rule.Sources, plan.Place{Path: "/Metadata/Purpose", At: d.spec.Source.Branch.Range})
	return rule
}

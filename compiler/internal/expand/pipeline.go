package expand

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// Names of the artifacts. They stand in the keys of the artifact store, cut to
// ten characters, so they differ within the first ten.
const (
	sourceArtifact = "Source"
	bundleArtifact = "Bundle"
)

// delivery is a pipeline while it is expanded.
type delivery struct {
	scope
	spec *spec.Pipeline

	name   plan.Value
	role   *role // that the pipeline runs as
	store  *store
	folder string // of the pipeline, in the store
	image  *image // nil when the pipeline builds nothing
	topic  *topic // nil when nobody is notified

	canaries map[*plan.Stack]*canaries // what those of a stack share
	waiter   *waiter                   // nil when there are no canaries

	watches bool // whether the pipeline's role reads alarms

	first []*plan.Resource // what the run that starts with the pipeline's creation needs
}

// pipeline expands a pipeline block: its own stack and, for each account that it
// deploys to, a service stack.
func (x *expander) pipeline(p *spec.Pipeline) {
	label := plan.PhysicalName(p.Label.Value)
	services := x.serviceStacks(p)
	stack := x.stack(plan.Pipeline, p.Account, label+"-pipeline",
		"Source, build and pipeline of "+p.Label.Value+".", p.Label.Range)
	own := scope{expander: x, stack: stack, labels: []string{p.Label.Value}, origin: p.Label.Range, account: p.AccountRange}
	d := &delivery{scope: own, spec: p, canaries: map[*plan.Stack]*canaries{}}
	d.name = d.suffixed(pipelineName(label))
	d.role = d.scope.role("PipelineRole", "pipeline-role", "What the pipeline itself may do.",
		trustService("codepipeline.amazonaws.com"))
	d.first = append(d.first, d.role.policy)
	d.store = d.artifacts()
	// CodePipeline user guide, "Minimum permissions".
	d.store.writableBy(d.role, d.keysOf(""), d.keysOf(""), "s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning")
	d.topic = d.notifications()

	source := aws.CodePipelineStage{Name: plan.String("source"), Actions: []aws.From[aws.CodePipelineAction]{{Of: d.source(), At: p.Source.Range}}}
	stages := []aws.From[aws.CodePipelineStage]{{Of: source, At: p.Source.Range}}
	for _, stage := range p.Stages {
		stages = append(stages, aws.From[aws.CodePipelineStage]{Of: d.stage(stage, services), At: stage.Range})
	}
	pipeline := d.add("Pipeline", "Takes each commit from source to production.", aws.CodePipelinePipeline{
		Name: d.name, PipelineType: "V2", ExecutionMode: "SUPERSEDED", RoleArn: d.role.arn(),
		ArtifactStore: aws.CodePipelineStore{
			Type: "S3", Location: ref(d.store.bucket.bucket),
			EncryptionKey: aws.CodePipelineKey{Type: "KMS", Id: attr(d.store.key, "Arn")},
		},
		Stages: stages,
	})
	// A pipeline starts its first run while it is made.
	pipeline.After(d.first...).After(d.store.bucket.policy, d.store.alias)
	d.trigger(pipeline)
	d.output("PipelineArn", "The pipeline.", d.arn("codepipeline", ref(pipeline)))
	d.output("PipelineName", "The pipeline's name, for the command line.", ref(pipeline))
	d.output("PipelineRoleArn", "The role that the pipeline runs as.", d.role.arn())
}

// folderLength is how much of a pipeline's name stands in the keys of its
// artifacts (awsdocs/aws-cloudformation-user-guide pull request 733).
const folderLength = 20

// pipelineName is a pipeline's name without its suffix. It is at least as long
// as the folder that CodePipeline makes of it, so that no suffix changes the folder.
func pipelineName(label string) string {
	name := label + "-pipeline"
	if len(name)+1 < folderLength {
		name = label + "-delivery-pipeline"
	}
	return name
}

// stage expands a stage; its steps run one after another, in the order written. Actions of one RunOrder start together
// (CodePipeline user guide, "Pipeline structure reference").
func (d *delivery) stage(stage *spec.Stage, services map[*spec.Account]*plan.Stack) aws.CodePipelineStage {
	out := aws.CodePipelineStage{Name: textOf(stage.Label), BeforeEntry: d.beforeEntry(stage), OnFailure: onFailure(stage)}
	approvals := 0
	for i, step := range stage.Steps() {
		for _, action := range step {
			var a aws.CodePipelineAction
			var at hcl.Range
			switch action := action.(type) {
			case *spec.Build:
				a, at = d.build(action), action.Range
			case *spec.Approval:
				approvals++
				a, at = d.approval(action, approvals), action.Range
			case *spec.Deploy:
				a, at = d.deploy(d.service(stage, action, services[action.Account])), action.Range
			case *spec.Canary:
				a, at = d.canary(stage, action, services[action.Account]), action.Range
			}
			a.RunOrder = i + 1
			out.Actions = append(out.Actions, aws.From[aws.CodePipelineAction]{Of: a, At: at})
		}
	}
	return out
}

func (d *delivery) deploy(s *service) aws.CodePipelineAction {
	if s.deploy.Kind.Value == spec.DeployLambda {
		return d.deployLambda(s)
	}
	return d.deployEC2(s)
}

// action is what all actions of AWS's own providers share.
func action(name, category, provider string, configuration ...plan.Field) aws.CodePipelineAction {
	return aws.CodePipelineAction{
		Name:          plan.String(name),
		RunOrder:      1,
		ActionTypeId:  aws.CodePipelineActionType{Category: category, Owner: "AWS", Provider: provider, Version: "1"},
		Configuration: configuration,
	}
}

func artifacts(names ...string) []aws.CodePipelineArtifact {
	var out []aws.CodePipelineArtifact
	for _, name := range names {
		out = append(out, aws.CodePipelineArtifact{Name: name})
	}
	return out
}

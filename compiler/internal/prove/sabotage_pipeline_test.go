package prove

import (
	"slices"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

var senseDamages = slices.Concat(knownDamages, reachDamages, pipelineDamages, functionDamages, stageDamages, groupDamages, fleetDamages, blueGreenDamages, networkDamages, policyDamages, releaseDamages)

var pipelineDamages = []damages{
	func(p *plan.Plan) []damage { // where another account than the pipeline's is deployed to
		var out []damage
		for _, r := range p.Resources {
			if r.Type == pipelineType && len(p.Accounts) > 1 {
				out = append(out,
					damage{r.ID + " has no key", "sense", "without a key that both can use", func() { put(r, nil, "ArtifactStore", "EncryptionKey") }},
					damage{r.ID + " has the key of S3", "sense", "without a key that both can use", func() {
						put(r, plan.String("alias/aws/s3"), "ArtifactStore", "EncryptionKey", "Id")
					}},
				)
			}
		}
		return out
	},
	func(p *plan.Plan) []damage {
		var out []damage
		for _, r := range p.Resources {
			if r.Type == projectType && contains(at(r.Properties, "Source", "BuildSpec"), "docker build") {
				out = append(out, damage{r.ID + ": no privileged mode", "sense", "has no docker daemon", func() { put(r, nil, "Environment", "PrivilegedMode") }})
			}
		}
		return out
	},
	onEach("sense", "encrypts with another key", pipelineType, "the project has no key", func(p *plan.Plan, r *plan.Resource) {
		put(first(p, r, projectType), nil, "EncryptionKey")
	}),
	onEach("sense", "encrypts with another key", pipelineType, "the project has another key", func(p *plan.Plan, r *plan.Resource) {
		put(first(p, r, projectType), plan.Attr{Of: addTo(p, r, "OtherKey", keyType, nil), Name: "Arn"}, "EncryptionKey")
	}),
	setting("sense", "looks for changes itself", pipelineType, plan.String("true"), "Stages", 0, "Actions", 0, "Configuration", "PollForSourceChanges"),
	setting("sense", "looks for changes itself", pipelineType, plan.Bool(false), "Stages", 0, "Actions", 0, "Configuration", "PollForSourceChanges"),
	setting("sense", "looks for changes itself", pipelineType, nil, "Stages", 0, "Actions", 0, "Configuration", "PollForSourceChanges"),
	setting("sense", "has triggers", pipelineType, list(object("ProviderType", plan.String("CodeStarSourceConnection"))), "Triggers"),
	onEach("sense", "started by nothing", pipelineType, "its rule is off", func(p *plan.Plan, r *plan.Resource) {
		put(starter(p, r), plan.String("DISABLED"), "State")
	}),
	onStarters(false, "started by nothing", "its rule may not start it", func(p *plan.Plan, pipeline, rule *plan.Resource) {
		put(rule, nil, "Targets", 0, "RoleArn")
	}),
	onEach("sense", "started by nothing", pipelineType, "its rule starts another", func(p *plan.Plan, r *plan.Resource) {
		put(starter(p, r), plan.String("arn:aws:codepipeline:us-east-1:123456789012:another"), "Targets", 0, "Arn")
	}),
	setting("sense", "before an action puts it out", pipelineType, plan.String("Another"), "Stages", 0, "Actions", 0, "OutputArtifacts", 0, "Name"),
	setting("sense", "before an action puts it out", pipelineType, plan.String("Bundle"), "Stages", 1, "Actions", 0, "InputArtifacts", 0, "Name"),
	setting("sense", "puts out Source twice", pipelineType, plan.String("Source"), "Stages", 1, "Actions", 0, "OutputArtifacts", 0, "Name"),
	setting("sense", "under the same keys", pipelineType, list(object("Name", plan.String("Source")), object("Name", plan.String("BundleFiles1")), object("Name", plan.String("BundleFiles2"))), "Stages", 0, "Actions", 0, "OutputArtifacts"),
	onDeploys("as a role that no stack makes", func(r *plan.Resource, path ...any) {
		put(r, plan.String("arn:aws:iam::123456789012:role/another"), append(path, "RoleArn")...)
	}),
	onDeploys("in a stage where it cannot be", func(r *plan.Resource, path ...any) {
		put(r, plan.String("Source"), append(path, "ActionTypeId", "Category")...)
	}),
	onDeploys("has the empty setting", func(r *plan.Resource, path ...any) {
		put(r, plan.String(""), append(path, "Configuration", "DeploymentGroupName")...)
	}),
	onDeploys("two actions of the name", func(r *plan.Resource, path ...any) {
		again := at(r.Properties, path...)
		put(r, again, append(path[:3:3], 99)...)
	}),
	onDeploys("a time that CodePipeline does not let it have", func(r *plan.Resource, path ...any) {
		put(r, plan.Int(60), append(path, "TimeoutInMinutes")...)
	}),
	onApprovals("a time that CodePipeline does not let it have", func(r *plan.Resource, path ...any) {
		put(r, plan.Int(shortestTimeout-1), append(path, "TimeoutInMinutes")...)
	}),
	onApprovals("a time that CodePipeline does not let it have", func(r *plan.Resource, path ...any) {
		put(r, plan.Int(longestTimeout+1), append(path, "TimeoutInMinutes")...)
	}),
	setting("sense", "two stages of the name source", pipelineType, plan.String("source"), "Stages", 1, "Name"),
	setting("sense", "fewer than two stages", pipelineType, list(), "Stages"),
	setting("sense", "nothing to do in the stage build", pipelineType, list(), "Stages", 1, "Actions"),
	onBucket("takes away while it runs", "everything expires", object("Id", plan.String("all"), "Status", plan.String("Enabled"), "ExpirationInDays", plan.Int(30))),
	onBucket("takes away while it runs", "everything expires on a day", object("Id", plan.String("all"), "Status", plan.String("Enabled"), "ExpirationDate", plan.String("2030-01-01"))),
	onEach("sense", "takes away while it runs", pipelineType, "bundles expire", func(p *plan.Plan, r *plan.Resource) {
		bucket := surveyOf(p).resolve(r, at(r.Properties, "ArtifactStore", "Location"), bucketType)
		sources := written(at(bucket.Properties, "LifecycleConfiguration", "Rules", 0, "Prefix"))
		put(bucket, plan.String(sources[:len(sources)-len("Source/")]+"Bundle/"), "LifecycleConfiguration", "Rules", 0, "Prefix")
	}),
	setting("sense", "may still be deployed", "AWS::ECR::Repository", plan.JSONText{Of: object("rules", list(object("selection", object("tagStatus", plan.String("any")))))}, "LifecyclePolicy", "LifecyclePolicyText"),
	setting("sense", "takes for a reference", "AWS::SSM::Parameter", plan.String("{{resolve:ssm:x}}"), "Value"),
	setting("sense", "takes for a reference", "AWS::SSM::Parameter", plan.JSONText{Of: object("a", plan.String("{{b}}"))}, "Value"),
}

// starter is the rule that starts a pipeline.
func starter(p *plan.Plan, pipeline *plan.Resource) *plan.Resource {
	s := surveyOf(p)
	for _, rule := range s.types["AWS::Events::Rule"] {
		arn := at(rule.Properties, "Targets", 0, "Arn")
		function := s.resolve(rule, arn, functionType)
		if s.resolve(rule, arn, pipelineType) == pipeline || function != nil && s.startedBy(function) == pipeline {
			return rule
		}
	}
	return nil
}

// onDeploys damages each action of a pipeline that deploys; do gets the path of the action.
func onDeploys(says string, do func(r *plan.Resource, path ...any)) damages {
	return onActions(func(action plan.Value) bool { return provider(action) == "CodeDeploy" }, says, do)
}

func onApprovals(says string, do func(r *plan.Resource, path ...any)) damages {
	return onActions(func(action plan.Value) bool { return category(action) == "Approval" }, says, do)
}

func onActions(meant func(action plan.Value) bool, says string, do func(r *plan.Resource, path ...any)) damages {
	return func(p *plan.Plan) []damage {
		var out []damage
		for _, r := range p.Resources {
			if r.Type != pipelineType {
				continue
			}
			for i, stage := range items(r.Properties.Get("Stages")) {
				for j, action := range items(at(stage, "Actions")) {
					if meant(action) {
						out = append(out, damage{r.ID + " in " + written(at(stage, "Name")), "sense", says, func() { do(r, "Stages", i, "Actions", j) }})
					}
				}
			}
		}
		return out
	}
}

// onBucket adds a lifecycle rule to the bucket of every pipeline.
func onBucket(says, what string, rule plan.Object) damages {
	return onEach("sense", says, pipelineType, what, func(p *plan.Plan, r *plan.Resource) {
		bucket := surveyOf(p).resolve(r, at(r.Properties, "ArtifactStore", "Location"), bucketType)
		put(bucket, rule, "LifecycleConfiguration", "Rules", 99)
	})
}

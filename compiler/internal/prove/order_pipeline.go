package prove

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

const (
	pipelineType = "AWS::CodePipeline::Pipeline"
	projectType  = "AWS::CodeBuild::Project"
)

const startsAtOnce = `CodePipeline user guide, "Start a pipeline": a pipeline starts when it is created`

// A pipeline starts its first run while it is made: what that run needs is there before.
var pipelineEdges = []edge{
	{
		later: pipelineType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return s.policiesOf(s.resolve(r, r.Properties.Get("RoleArn"), roleType))
		},
		because: "CreatePipeline refuses a role that may not assume the roles of the actions, and the first run, which starts at once, fails",
		source:  "hashicorp/terraform issue 19264; aws-cdk-lib, aws-codepipeline/lib/pipeline.js; " + startsAtOnce,
	},
	{
		later: pipelineType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			var out []*plan.Resource
			for _, action := range actionsOf(r) {
				if project := s.resolve(r, at(action, "Configuration", "ProjectName"), projectType); project != nil {
					role := s.resolve(project, project.Properties.Get("ServiceRole"), roleType)
					out = append(append(out, project), s.policiesOf(role)...)
				}
			}
			return out
		},
		because: "the first run, which starts at once, builds",
		source:  startsAtOnce,
	},
	{
		later: pipelineType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			var out []*plan.Resource
			for _, action := range actionsOf(r) {
				if role := s.resolve(r, at(action, "RoleArn"), roleType); role != nil {
					out = append(append(out, role), s.policiesOf(role)...)
				}
			}
			return out
		},
		because: "CreatePipeline refuses an action whose role it cannot assume, and the first run, which starts at once, acts with that role's rights",
		source:  "hashicorp/terraform issue 19264; aws/aws-cdk issue 22489; " + startsAtOnce,
	},
	{
		later: pipelineType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			var out []*plan.Resource
			for _, action := range actionsOf(r) {
				out = append(out, some(s.resolve(r, at(action, "Configuration", "DeploymentGroupName"), groupType))...)
			}
			return out
		},
		because: "the first run, which starts at once, deploys to the group",
		source:  startsAtOnce,
	},
	{
		later: pipelineType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			var out []*plan.Resource
			for _, action := range actionsOf(r) {
				topic := s.resolve(r, at(action, "Configuration", "NotificationArn"), topicType)
				out = append(out, s.policiesOfTopic(topic)...)
			}
			return out
		},
		because: "an approval of the first run, which starts at once, is published there",
		source:  startsAtOnce,
	},
	{
		later: pipelineType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			var out []*plan.Resource
			for _, action := range actionsOf(r) {
				out = append(out, some(s.resolve(r, at(action, "Configuration", "RepositoryName"), "AWS::CodeCommit::Repository"))...)
			}
			return out
		},
		because: "the first run, which starts at once, reads the repository",
		source:  startsAtOnce,
	},
	{
		later: pipelineType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			key := s.resolve(r, at(r.Properties, "ArtifactStore", "EncryptionKey", "Id"), keyType)
			if key == nil {
				return nil
			}
			return s.usersOf(key, "AWS::KMS::Alias")
		},
		because: "other accounts know the key by its alias, and a new alias takes up to five minutes to count",
		source:  `KMS developer guide, "Use aliases to control access to KMS keys"`,
	},
}

const keyType = "AWS::KMS::Key"

// actionsOf returns the actions of a pipeline in the order of its stages.
func actionsOf(pipeline *plan.Resource) plan.List {
	var out plan.List
	for _, stage := range items(pipeline.Properties.Get("Stages")) {
		out = append(out, items(at(stage, "Actions"))...)
	}
	return out
}

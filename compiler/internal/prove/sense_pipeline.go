package prove

import (
	"cmp"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

var pipelineSense = []rule{
	{
		of: pipelineType, broken: unreadConfiguration,
		remedy: "The policy of that role has to allow codedeploy:GetDeploymentConfig on it.",
		source: `CodePipeline user guide, "Add permissions to the CodePipeline service role", AWS CodeDeploy`,
	},
	{
		of: pipelineType, broken: keylessAcrossAccounts,
		remedy: "ArtifactStore.EncryptionKey has to be a key of this system: no other account can use the key of S3 itself.",
		source: `CodePipeline user guide, "Create a pipeline that uses resources from another account"`,
	},
	{
		of: pipelineType, broken: keyByID,
		remedy: "EncryptionKey.Id has to be the key's ARN.",
		source: "CodePipeline API reference, EncryptionKey",
	},
	{
		of: pipelineType, broken: deploysWhileAsking,
		remedy: "An approval needs a RunOrder of its own: actions of one RunOrder run side by side.",
		source: `CodePipeline user guide, "Pipeline structure reference"`,
	},
	{
		of: pipelineType, broken: timesOut,
		remedy: "TimeoutInMinutes is for manual approvals, from 5 to 86400.",
		source: "CodePipeline API reference, ActionDeclaration, timeoutInMinutes",
	},
	{
		of: pipelineType, broken: buildsWithOtherKey,
		remedy: "EncryptionKey of the project has to be that of the pipeline's store: CodeBuild ignores the pipeline's.",
		source: "CloudFormation reference of AWS::CodeBuild::Project, EncryptionKey; aws/aws-cdk issue 4033",
	},
	{
		of: projectType, broken: func(_ *survey, r *plan.Resource) string {
			builds := contains(at(r.Properties, "Source", "BuildSpec"), "docker build")
			return unless(!builds || plan.IsTrue(at(r.Properties, "Environment", "PrivilegedMode")), "builds images, and has no docker daemon")
		},
		remedy: "PrivilegedMode has to be true.",
		source: `CodeBuild user guide, "Docker sample"`,
	},
	{
		of: pipelineType, broken: polls,
		remedy: `PollForSourceChanges has to be "false", as text: left out it means true.`,
		source: `CodePipeline user guide, "CodeCommit source action reference"`,
	},
	{
		of: pipelineType, broken: func(_ *survey, r *plan.Resource) string {
			return unless(len(items(r.Properties.Get("Triggers"))) == 0 || !sourcesFrom(r, "CodeCommit"), "has triggers, which CodePipeline knows for connections only and not for CodeCommit")
		},
		remedy: "Leave Triggers out: a rule of EventBridge starts the pipeline.",
		source: "CodePipeline API reference, PipelineTriggerDeclaration",
	},
	{
		of: pipelineType, broken: nobodyStarts,
		remedy: "A rule of EventBridge on the repository's events has to have the pipeline as its target, or a function that it may call and that may start the pipeline.",
		source: `CodePipeline user guide, "CodeCommit source actions and EventBridge"`,
	},
	{
		of: pipelineType, broken: inputFromNowhere,
		remedy: "An action takes what an earlier action has put out.",
		source: `CodePipeline user guide, "Pipeline structure reference"`,
	},
	{
		of: pipelineType, broken: artifactsOfOneFolder,
		remedy: "The first ten characters of artifacts' names have to differ: no more of them stands in the keys, so that one lifecycle rule would hit both.",
		source: `CodePipeline user guide, "Input and output artifacts"`,
	},
	{
		of: pipelineType, broken: actsAsNobody,
		remedy: "RoleArn has to be a role that a stack of that account makes.",
		source: "CodePipeline API reference, ActionDeclaration; hashicorp/terraform issue 19264",
	},
	{
		of: pipelineType, broken: misshapen,
		remedy: "A pipeline begins with a stage of sources alone, goes on with at least one more, and tells its stages, and the actions of a stage, by name.",
		source: `CodePipeline user guide, "Pipeline structure reference"`,
	},
	{
		of: pipelineType, broken: emptySetting,
		remedy: "Leave the setting out.",
		source: "CodePipeline API reference, ActionConfigurationValue (at least 1 character)",
	},
	{
		of: pipelineType, broken: expiresWhatRuns,
		remedy: "A host fetches its bundle again at every scale-out and rollback: lifecycle rules may expire other artifacts only.",
		source: `CodeDeploy user guide, "Integrating CodeDeploy with Amazon EC2 Auto Scaling"`,
	},
}

func keylessAcrossAccounts(s *survey, r *plan.Resource) string {
	if s.resolve(r, at(r.Properties, "ArtifactStore", "EncryptionKey", "Id"), keyType) != nil {
		return ""
	}
	for _, action := range actionsOf(r) {
		if at(action, "RoleArn") != nil && s.resolve(r, at(action, "RoleArn"), roleType) == nil || s.abroad(r, action) {
			return "passes artifacts to another account without a key that both can use"
		}
	}
	return ""
}

// keyByID: an id is looked up in the account in which an action runs, so only the ARN leads home.
func keyByID(s *survey, r *plan.Resource) string {
	if _, byID := at(r.Properties, "ArtifactStore", "EncryptionKey", "Id").(plan.Ref); byID {
		for _, action := range actionsOf(r) {
			if s.abroad(r, action) {
				return "names its key by an id, which another account looks up among its own"
			}
		}
	}
	return ""
}

// abroad tells whether an action runs in another account than its pipeline.
func (s *survey) abroad(r *plan.Resource, action plan.Value) bool {
	role := s.resolve(r, at(action, "RoleArn"), roleType)
	return role != nil && role.Stack.Account != r.Stack.Account
}

func buildsWithOtherKey(s *survey, r *plan.Resource) string {
	key := s.resolve(r, at(r.Properties, "ArtifactStore", "EncryptionKey", "Id"), keyType)
	if key == nil {
		return ""
	}
	for _, action := range actionsOf(r) {
		project := s.resolve(r, at(action, "Configuration", "ProjectName"), projectType)
		if project != nil && s.resolve(project, project.Properties.Get("EncryptionKey"), keyType) != key {
			return "takes from " + project.ID + " what that encrypts with another key"
		}
	}
	return ""
}

// unreadConfiguration finds a deployment whose action may not read how the group deploys.
func unreadConfiguration(s *survey, r *plan.Resource) string {
	for _, action := range actionsOf(r) {
		role := s.resolve(r, at(action, "RoleArn"), roleType)
		if provider(action) != "CodeDeploy" || role == nil {
			continue
		}
		group := s.resolve(role, at(action, "Configuration", "DeploymentGroupName"), groupType)
		if group == nil {
			continue
		}
		name := written(group.Properties.Get("DeploymentConfigName"))
		if name != "" && !s.allowedOnWritten(s.policiesOf(role), "codedeploy:GetDeploymentConfig", ":deploymentconfig:"+name) {
			return "deploys to " + group.ID + " as " + role.ID + ", which may not read the configuration " + name
		}
	}
	return ""
}

func provider(action plan.Value) string {
	name, _ := at(action, "ActionTypeId", "Provider").(plan.String)
	return string(name)
}

func category(action plan.Value) string {
	name, _ := at(action, "ActionTypeId", "Category").(plan.String)
	return string(name)
}

func sourcesFrom(pipeline *plan.Resource, name string) bool {
	for _, action := range actionsOf(pipeline) {
		if category(action) == "Source" && provider(action) == name {
			return true
		}
	}
	return false
}

func polls(_ *survey, r *plan.Resource) string {
	for _, action := range actionsOf(r) {
		if provider(action) == "CodeCommit" && at(action, "Configuration", "PollForSourceChanges") != plan.String("false") {
			return "looks for changes itself, beside the rule that starts it, so that every push starts it twice"
		}
	}
	return ""
}

// nobodyStarts looks for a rule on the branch and the repository of the pipeline's source that starts it.
func nobodyStarts(s *survey, r *plan.Resource) string {
	for _, source := range actionsOf(r) {
		if category(source) == "Source" && provider(source) == "CodeCommit" && !s.started(r, source) {
			return "is started by nothing when its branch gets a commit"
		}
	}
	return ""
}

func (s *survey) started(r *plan.Resource, source plan.Value) bool {
	for _, rule := range s.kinds[kind{r.Stack, "AWS::Events::Rule"}] {
		for _, target := range items(rule.Properties.Get("Targets")) {
			arn := at(target, "Arn")
			starts := s.resolve(rule, arn, pipelineType) == r && at(target, "RoleArn") != nil ||
				s.calls(rule, s.resolve(rule, arn, functionType), r)
			if starts && rule.Properties.Get("State") != plan.String("DISABLED") && s.listensTo(rule, source) {
				return true
			}
		}
	}
	return false
}

// isRepositoryOf tells whether v, as r writes it, is the ARN of the repository of a source.
func (s *survey) isRepositoryOf(r *plan.Resource, v, source plan.Value) bool {
	name := at(source, "Configuration", "RepositoryName")
	if repository := s.resolve(r, name, "AWS::CodeCommit::Repository"); repository != nil {
		return s.resolve(r, v, repository.Type) == repository
	}
	return strings.HasSuffix(written(v), ":"+written(name))
}

// listensTo tells whether a rule's pattern lets the commits of a source through.
func (s *survey) listensTo(rule *plan.Resource, source plan.Value) bool {
	pattern := rule.Properties.Get("EventPattern")
	ofRepository := false
	for _, v := range items(at(pattern, "resources")) {
		ofRepository = ofRepository || s.isRepositoryOf(rule, v, source)
	}
	return ofRepository && holds(at(pattern, "source"), "aws.codecommit") &&
		holds(at(pattern, "detail", "referenceName"), written(at(source, "Configuration", "BranchName")))
}

// holds tells whether a list holds a text.
func holds(list plan.Value, text string) bool {
	for _, v := range items(list) {
		if written(v) == text {
			return true
		}
	}
	return false
}

// deploysWhileAsking finds approvals that do not hold up the deployments of their stage.
func deploysWhileAsking(_ *survey, r *plan.Resource) string {
	for _, stage := range items(r.Properties.Get("Stages")) {
		asks := map[int]bool{}
		for _, action := range items(at(stage, "Actions")) {
			if order, _ := number(at(action, "RunOrder")); category(action) == "Approval" {
				asks[order] = true
			}
		}
		for _, action := range items(at(stage, "Actions")) {
			if order, _ := number(at(action, "RunOrder")); category(action) == "Deploy" && asks[order] {
				return "deploys in the stage " + written(at(stage, "Name")) + " while it asks whether to"
			}
		}
	}
	return ""
}

// shortestTimeout and longestTimeout are in minutes.
const (
	shortestTimeout = 5
	longestTimeout  = 86400
)

func timesOut(_ *survey, r *plan.Resource) string {
	for _, action := range actionsOf(r) {
		timeout := at(action, "TimeoutInMinutes")
		if timeout == nil {
			continue
		}
		minutes, _ := number(timeout)
		if provider(action) != "Manual" || minutes < shortestTimeout || minutes > longestTimeout {
			return "gives the action " + written(at(action, "Name")) + " a time that CodePipeline does not let it have"
		}
	}
	return ""
}

// inputFromNowhere holds the artifacts of a pipeline in the order in which its actions run.
func inputFromNowhere(_ *survey, r *plan.Resource) string {
	type made struct{ stage, order int }
	first := map[string]made{}
	each := func(visit func(action plan.Value, m made)) {
		for i, stage := range items(r.Properties.Get("Stages")) {
			for _, action := range items(at(stage, "Actions")) {
				order, _ := at(action, "RunOrder").(plan.Int)
				visit(action, made{i, int(order)})
			}
		}
	}
	fault := ""
	each(func(action plan.Value, m made) {
		for _, artifact := range items(at(action, "OutputArtifacts")) {
			name := written(at(artifact, "Name"))
			if _, twice := first[name]; twice {
				fault = cmp.Or(fault, "puts out "+name+" twice")
			}
			first[name] = m
		}
	})
	each(func(action plan.Value, m made) {
		for _, artifact := range items(at(action, "InputArtifacts")) {
			name := written(at(artifact, "Name"))
			from, known := first[name]
			if !known || from.stage > m.stage || from.stage == m.stage && from.order >= m.order {
				fault = cmp.Or(fault, "takes "+name+" in the action "+written(at(action, "Name"))+" before an action puts it out")
			}
		}
	})
	return fault
}

// artifactLength is how much of an artifact's name stands in its keys, and folderLength how much of the pipeline's
// (CodePipeline user guide, "Input and output artifacts"; awsdocs/aws-cloudformation-user-guide pull request 733).
const (
	artifactLength = 10
	folderLength   = 20
)

func artifactsOfOneFolder(_ *survey, r *plan.Resource) string {
	seen := map[string]string{}
	for _, action := range actionsOf(r) {
		for _, artifact := range items(at(action, "OutputArtifacts")) {
			name := written(at(artifact, "Name"))
			folder := name[:min(len(name), artifactLength)]
			if other, taken := seen[folder]; taken && other != name {
				return "keeps the artifacts " + other + " and " + name + " under the same keys"
			}
			seen[folder] = name
		}
	}
	return ""
}

func actsAsNobody(s *survey, r *plan.Resource) string {
	for _, action := range actionsOf(r) {
		if arn := at(action, "RoleArn"); arn != nil && s.resolve(r, arn, roleType) == nil {
			return "runs the action " + written(at(action, "Name")) + " as a role that no stack makes"
		}
	}
	return ""
}

func misshapen(_ *survey, r *plan.Resource) string {
	stages := items(r.Properties.Get("Stages"))
	if len(stages) < 2 {
		return "has fewer than two stages"
	}
	names := map[string]bool{}
	for i, stage := range stages {
		name := written(at(stage, "Name"))
		if names[name] {
			return "has two stages of the name " + name
		}
		names[name] = true
		actions := map[string]bool{}
		for _, action := range items(at(stage, "Actions")) {
			of := written(at(action, "Name"))
			if actions[of] {
				return "has two actions of the name " + of + " in the stage " + name
			}
			actions[of] = true
			if (category(action) == "Source") != (i == 0) {
				return "has the action " + of + " in a stage where it cannot be"
			}
		}
		if len(actions) == 0 {
			return "has nothing to do in the stage " + name
		}
	}
	return ""
}

func emptySetting(_ *survey, r *plan.Resource) string {
	for _, action := range actionsOf(r) {
		configuration, _ := at(action, "Configuration").(plan.Object)
		for _, field := range configuration {
			if field.Value == plan.String("") {
				return "has the empty setting " + field.Key + " in the action " + written(at(action, "Name"))
			}
		}
	}
	return ""
}

// expiresWhatRuns looks for rules of the artifact bucket that reach what is deployed.
func expiresWhatRuns(s *survey, r *plan.Resource) string {
	bucket := s.resolve(r, at(r.Properties, "ArtifactStore", "Location"), bucketType)
	if bucket == nil {
		return ""
	}
	name := written(r.Properties.Get("Name"))
	if beginning, _, found := strings.Cut(name, "${"); found {
		name = beginning
	}
	folder := name[:min(len(name), folderLength)]
	for _, action := range actionsOf(r) {
		if category(action) != "Deploy" {
			continue
		}
		for _, artifact := range items(at(action, "InputArtifacts")) {
			of := written(at(artifact, "Name"))
			if rule, found := expiring(bucket, folder+"/"+of[:min(len(of), artifactLength)]+"/"); found {
				return "deploys " + of + ", which the lifecycle rule " + rule + " takes away while it runs"
			}
		}
	}
	return ""
}

// expiring returns the lifecycle rule that deletes current objects below a prefix,
// or puts them where they cannot be read at once.
func expiring(bucket *plan.Resource, prefix string) (rule string, found bool) {
	for _, rule := range items(at(bucket.Properties, "LifecycleConfiguration", "Rules")) {
		takes := at(rule, "ExpirationInDays") != nil || at(rule, "ExpirationDate") != nil ||
			len(items(at(rule, "Transitions"))) > 0 || at(rule, "Transition") != nil
		if !takes || at(rule, "Status") != plan.String("Enabled") || len(items(at(rule, "TagFilters"))) > 0 {
			continue // CodePipeline tags no artifact
		}
		of := written(at(rule, "Prefix"))
		if strings.HasPrefix(prefix, of) || strings.HasPrefix(of, prefix) {
			return cmp.Or(written(at(rule, "Id")), "without an Id"), true
		}
	}
	return "", false
}

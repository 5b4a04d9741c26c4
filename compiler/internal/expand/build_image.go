package expand

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
	"github.com/cfnpipe/cfnpipe/spec"
)

// buildImage is the image that CodeBuild builds in: the one whose docker daemon
// and runtimes the buildspec counts on.
const buildImage = "aws/codebuild/amazonlinux-x86_64-standard:5.0"

// untaggedImageDays is how long an image stays that no tag points to. Tagged
// images stay: any of them may be what a host pulls next.
const untaggedImageDays = 7

// image is the container image of a pipeline.
type image struct {
	scope
	repository *plan.Resource
	name       plan.Value
	hosted     bool          // whether hosts run it
	functions  []*plan.Stack // that the pipeline makes of it
	pullers    map[*plan.Account]*pullers
	order      []*plan.Account
}

// pullers are those of one account who pull an image.
type pullers struct {
	hosts     []plan.Value // ARNs of the roles of hosts
	deployers []plan.Value // ARNs of the roles that functions are made as
	functions []plan.Value // ARNs of functions
}

// build expands a build "image" block: the project that builds and tests, and
// the repository that it pushes to.
func (d *delivery) build(b *spec.Build) aws.CodePipelineAction {
	s := d.of(b.Range)
	d.image = s.repository()
	logs := s.logGroup("CodeBuildLogs", "codebuild-logs", "Output of the builds.", numberOf(d.spec.LogRetentionDays))
	projectName := d.scope.name("build")
	builder := s.role("BuildRole", "build-role", "What a build may do.",
		trustService("codebuild.amazonaws.com", isSource(d.arn("codebuild", "project/", projectName))))
	builder.allow("Log", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, attr(logs, "Arn"))
	spec := &script.Build{Test: b.Test.Values()}
	decides := []hcl.Range{b.Test.Range, b.TestReports.Range, b.RuntimeRange} // of the buildspec
	for _, runtime := range b.Runtime {
		spec.Runtime = append(spec.Runtime, script.Runtime{Name: runtime.Key.Value, Version: runtime.Value.String()})
	}
	if b.TestReports.Value != "" {
		spec.TestReports, spec.ReportGroup = b.TestReports.Value, d.testReports(builder, b.TestReports.Range)
	}
	d.image.pushableBy(builder)
	// CodeBuild user guide, "Create a service role".
	d.store.writableBy(builder, d.keysOf(sourceArtifact), d.keysOf(bundleArtifact), "s3:GetBucketAcl", "s3:GetBucketLocation")
	d.first = append(d.first, builder.policy)

	properties := aws.CodeBuildProject{
		Name: projectName, Description: "Tests and builds " + d.spec.Label.Value + ".",
		ServiceRole: builder.arn(),
		// The project's key, not the pipeline's, encrypts what a build passes on.
		EncryptionKey:    attr(d.store.key, "Arn"),
		TimeoutInMinutes: numberOf(b.TimeoutMinutes),
		Source:           aws.CodeBuildSource{Type: "CODEPIPELINE"},
		Artifacts:        aws.CodeBuildArtifacts{Type: "CODEPIPELINE"},
		Environment: aws.CodeBuildEnvironment{
			Type: "LINUX_CONTAINER", ComputeType: textOf(b.ComputeType), Image: buildImage,
			PrivilegedMode: true, // the docker daemon needs it
			EnvironmentVariables: []aws.CodeBuildVariable{
				{Name: "REPOSITORY_URI", Type: "PLAINTEXT", Value: attr(d.image.repository, "RepositoryUri")},
				{Name: "DOCKERFILE", Type: "PLAINTEXT", Value: textOf(b.Dockerfile)},
			},
		},
		LogsConfig: aws.CodeBuildLogs{CloudWatchLogs: aws.CodeBuildCloudWatchLogs{Status: "ENABLED", GroupName: ref(logs)}},
		Cache:      aws.CodeBuildCache{Type: "LOCAL", Modes: []string{"LOCAL_DOCKER_LAYER_CACHE"}},
	}
	project := s.add("BuildProject", "Tests the source, builds the image, makes the deployment bundle.", properties).After(builder.policy)
	d.expander.finish = append(d.expander.finish, func() {
		spec.Hosts = d.image.hosted
		if len(d.image.functions) > 0 {
			spec.Functions = plan.Archive{Of: d.image.functions}
		}
		properties.Source.BuildSpec = from(script.Buildspec(*spec), decides...)
		project.Properties = aws.Properties(properties)
	})

	d.role.allow("Build", []string{"codebuild:StartBuild", "codebuild:BatchGetBuilds"}, attr(project, "Arn"))
	s.output("ImageRepositoryUri", "Where the images are.", attr(d.image.repository, "RepositoryUri"))
	s.output("BuildProjectName", "The build project.", ref(project))
	a := action("build", "Build", "CodeBuild", plan.Field{Key: "ProjectName", Value: ref(project)})
	a.InputArtifacts, a.OutputArtifacts = artifacts(sourceArtifact), artifacts(bundleArtifact)
	return a
}

// testReports declares the report group: one that a build makes by itself would outlive the stack.
func (d *delivery) testReports(builder *role, at hcl.Range) plan.Value {
	reports := d.of(at).add("TestReports", "Results of the tests.", aws.CodeBuildReportGroup{
		Name: d.scope.name("tests"), Type: "TEST", DeleteReports: true,
		ExportConfig: aws.CodeBuildReportExport{ExportConfigType: "NO_EXPORT"},
	})
	builder.allow("ReportTests",
		[]string{"codebuild:CreateReport", "codebuild:UpdateReport", "codebuild:BatchPutTestCases"}, attr(reports, "Arn"))
	builder.since(at)
	return attr(reports, "Arn")
}

// repository makes the ECR repository. Its tags are immutable: a tag is a commit.
func (s scope) repository() *image {
	i := &image{scope: s, name: s.name("image"), pullers: map[*plan.Account]*pullers{}}
	i.repository = s.add("ImageRepository", "The images that are deployed.", aws.ECRRepository{})
	s.expander.finish = append(s.expander.finish, func() {
		i.repository.Properties = aws.Properties(aws.ECRRepository{
			RepositoryName: i.name, ImageTagMutability: "IMMUTABLE",
			ImageScanningConfiguration: aws.ECRScanning{ScanOnPush: true},
			EncryptionConfiguration:    aws.ECREncryption{EncryptionType: "AES256"},
			LifecyclePolicy:            aws.ECRLifecycle{LifecyclePolicyText: plan.JSONText{Of: untaggedImagesExpire()}},
			RepositoryPolicyText:       i.policy(),
			EmptyOnDelete:              true,
		})
	})
	return i
}

func untaggedImagesExpire() plan.Value {
	return plan.Object{{Key: "rules", Value: plan.List{plan.Object{
		{Key: "rulePriority", Value: plan.Int(1)},
		{Key: "description", Value: plan.String("Images without a tag")},
		{Key: "selection", Value: plan.Object{
			{Key: "tagStatus", Value: plan.String("untagged")},
			{Key: "countType", Value: plan.String("sinceImagePushed")},
			{Key: "countUnit", Value: plan.String("days")},
			{Key: "countNumber", Value: plan.Int(untaggedImageDays)},
		}},
		{Key: "action", Value: plan.Object{{Key: "type", Value: plan.String("expire")}}},
	}}}}
}

// pushableBy lets the build push, look whether a commit's image is there already, and reuse its layers.
func (i *image) pushableBy(r *role) {
	r.allow("LogInToRegistry", []string{"ecr:GetAuthorizationToken"}, anywhere)
	r.allow("PushImage", []string{
		"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:DescribeImages",
		"ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
	}, attr(i.repository, "Arn"))
}

var pullImage = []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}

// pullableBy lets a host pull, from whatever account it is in; both sides have to agree.
func (i *image) pullableBy(r *role) {
	r.allow("LogInToRegistry", []string{"ecr:GetAuthorizationToken"}, anywhere)
	r.allow("PullImage", pullImage, r.arnIn(i.stack.Account, "ecr", "repository/", i.name))
	of := i.pullersIn(r.stack.Account)
	of.hosts = append(of.hosts, r.writtenARN(i.scope))
}

// takeImage is what making a function of an image asks for, of who makes it and of Lambda itself, which fetches the image
// again when the function was idle for long (Lambda developer guide, "Amazon ECR permissions").
var takeImage = []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}

// runnableAs lets a role make a function of the image, and Lambda run it.
func (i *image) runnableAs(r *role, function plan.Value) {
	r.allow("TakeImage", takeImage, r.arnIn(i.stack.Account, "ecr", "repository/", i.name))
	of := i.pullersIn(r.stack.Account)
	of.deployers = append(of.deployers, r.writtenARN(i.scope))
	of.functions = append(of.functions, i.arnIn(r.stack.Account, "lambda", "function:", function),
		i.arnIn(r.stack.Account, "lambda", "function:", function, ":*"))
}

func (i *image) pullersIn(account *plan.Account) *pullers {
	of := i.pullers[account]
	if of == nil {
		of = &pullers{}
		i.pullers[account] = of
		i.order = append(i.order, account)
	}
	return of
}

// policy is the repository's policy. Roles of its own account need no more than their own policies; Lambda needs it there, too:
// it would write the statement itself otherwise, with rights that nobody has here.
func (i *image) policy() aws.Policy {
	var policy aws.Policy
	for _, account := range i.order {
		of, label := i.pullers[account], plan.LogicalID(account.Label)
		allow := func(sid string, actions []string, roles []plan.Value) {
			if len(roles) > 0 && account != i.stack.Account {
				policy = append(policy, aws.Statement{
					Sid: sid + label, Principal: i.rootOf(account), Actions: actions, When: []aws.Condition{isPrincipal(roles...)},
				})
			}
		}
		allow("Pull", pullImage, of.hosts)
		allow("Take", takeImage, of.deployers)
		if len(of.functions) > 0 {
			policy = append(policy, aws.Statement{
				Sid: "Run" + label, Principal: &aws.Principal{Service: "lambda.amazonaws.com"}, Actions: takeImage,
				When: []aws.Condition{{Operator: "StringLike", Key: "aws:sourceArn", Values: of.functions}},
			})
		}
	}
	return policy
}

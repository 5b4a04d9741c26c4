package prove

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

const projectGuide = `CodeBuild user guide, "Allow CodeBuild to interact with other AWS services"`

// builds is an action that runs a project, and what the project does with its artifacts.
func (c *calling) builds(a step) {
	project := a.setting(c.s, "ProjectName", projectType)
	if project == nil {
		return
	}
	c.as(a.by, "to run the project", "aws-cdk-lib, aws-codepipeline-actions/lib/codebuild/build-action.js", c.at(project), "codebuild:StartBuild", "codebuild:BatchGetBuilds")
	role := c.role(project, project.Properties.Get("ServiceRole"))
	c.fetches(role, a.store, a.inputs(), "to read its input", projectGuide)
	for _, name := range a.outputs() {
		c.as(role, "to pass its output on", projectGuide, c.artifact(a.store, name), "s3:PutObject")
	}
	if len(a.outputs()) > 0 {
		c.writesEncrypted(role, a.store.key)
	}
	c.as(role, "to look at the artifact store", projectGuide, c.at(a.store.bucket), "s3:GetBucketAcl", "s3:GetBucketLocation")
	if starter, canary := c.s.looksAt(a.pipeline, a.action); starter != nil && canary != nil {
		c.assumes(role, starter, "to run the canary in its account", acrossGuide)
		c.as(starter, "to run the canary and wait for it", "Synthetics API reference, StartCanary, GetCanary and GetCanaryRuns", c.at(canary),
			"synthetics:GetCanary", "synthetics:GetCanaryRuns", "synthetics:StartCanary")
	}
}

func (c *calling) ofProject(r *plan.Resource) {
	role := c.role(r, r.Properties.Get("ServiceRole"))
	c.acts("codebuild.amazonaws.com", role, c.s.arn(r), "to build", projectGuide)
	group := c.s.resolve(r, at(r.Properties, "LogsConfig", "CloudWatchLogs", "GroupName"), logGroupType)
	c.writesLogs(role, group, "to keep what a build prints", projectGuide)
	c.inVPC[role] = r.Properties.Get("VpcConfig") != nil
	if repository := c.pushedBy(r); repository != nil {
		c.others[role] = true // Its tests are the user's.
		c.as(role, "to log in to the registry", `ECR user guide, "Pushing a Docker image"`, everything, "ecr:GetAuthorizationToken")
		c.as(role, "to push the image, unless it is there, and to take its layers again", "aws-cdk-lib, aws-ecr/lib/repository.js; Service Authorization Reference", c.at(repository),
			"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:DescribeImages",
			"ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart")
	}
	for _, reports := range c.s.types["AWS::CodeBuild::ReportGroup"] {
		if reports.Stack == r.Stack && refersTo(at(r.Properties, "Source", "BuildSpec"), reports) {
			c.as(role, "to report the tests", `CodeBuild user guide, "Working with test report permissions"`, c.at(reports),
				"codebuild:BatchPutTestCases", "codebuild:CreateReport", "codebuild:UpdateReport")
		}
	}
}

// pushedBy is the repository that the shipped buildspec of a project pushes to; nil for another project.
func (c *calling) pushedBy(project *plan.Resource) *plan.Resource {
	for _, variable := range items(at(project.Properties, "Environment", "EnvironmentVariables")) {
		if at(variable, "Name") == plan.String("REPOSITORY_URI") && !project.Own {
			return c.s.resolve(project, at(variable, "Value"), repositoryType)
		}
	}
	return nil
}

func refersTo(v plan.Value, r *plan.Resource) bool {
	for _, to := range plan.References(v) {
		if to == r {
			return true
		}
	}
	return false
}

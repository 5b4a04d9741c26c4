package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// CodeBuildProject is AWS::CodeBuild::Project, run by a pipeline.
type CodeBuildProject struct {
	Name             plan.Value
	Description      string
	ServiceRole      plan.Value
	EncryptionKey    plan.Value
	TimeoutInMinutes plan.Value
	Source           CodeBuildSource
	Artifacts        CodeBuildArtifacts
	Environment      CodeBuildEnvironment
	LogsConfig       CodeBuildLogs
	Cache            CodeBuildCache
}

// CodeBuildSource says where the source comes from and how it is built.
type CodeBuildSource struct {
	Type      string
	BuildSpec plan.Value
}

// CodeBuildArtifacts says where the output goes.
type CodeBuildArtifacts struct{ Type string }

// CodeBuildEnvironment is the machine that builds.
type CodeBuildEnvironment struct {
	Type                 string
	ComputeType          plan.Value
	Image                string
	PrivilegedMode       bool
	EnvironmentVariables []CodeBuildVariable
}

// CodeBuildVariable is an environment variable of a build.
type CodeBuildVariable struct {
	Name  string
	Type  string
	Value plan.Value
}

// CodeBuildLogs says where a build logs.
type CodeBuildLogs struct{ CloudWatchLogs CodeBuildCloudWatchLogs }

// CodeBuildCloudWatchLogs is the CloudWatch part of CodeBuildLogs.
type CodeBuildCloudWatchLogs struct {
	Status    string
	GroupName plan.Value
}

// CodeBuildCache is what a build keeps for the next.
type CodeBuildCache struct {
	Type  string
	Modes []string
}

// CodeBuildReportGroup is AWS::CodeBuild::ReportGroup.
type CodeBuildReportGroup struct {
	Name          plan.Value
	Type          string
	ExportConfig  CodeBuildReportExport
	DeleteReports bool
}

// CodeBuildReportExport says where raw reports are kept.
type CodeBuildReportExport struct{ ExportConfigType string }

// ResourceType implements Resource.
func (CodeBuildProject) ResourceType() string     { return "AWS::CodeBuild::Project" }
func (CodeBuildReportGroup) ResourceType() string { return "AWS::CodeBuild::ReportGroup" }

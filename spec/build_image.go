package spec

import "github.com/hashicorp/hcl/v2"

// Build is a `build "image"` block: a container image built from the source and pushed to ECR.
type Build struct {
	Kind           Text      // "image"
	ComputeType    Text      // CodeBuild's name, such as BUILD_GENERAL1_SMALL
	Runtime        []Pair    // language to version, such as nodejs to "22"
	RuntimeRange   hcl.Range // of the whole map
	Test           Texts     // shell commands
	TestReports    Text      // glob of JUnit XML files; empty when there are none
	Dockerfile     Text
	TimeoutMinutes Number
	Range          hcl.Range
}

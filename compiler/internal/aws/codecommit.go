package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// CodeCommitRepository is AWS::CodeCommit::Repository.
type CodeCommitRepository struct {
	RepositoryName        plan.Value
	RepositoryDescription string
}

// ResourceType implements Resource.
func (CodeCommitRepository) ResourceType() string { return "AWS::CodeCommit::Repository" }

package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// ECRRepository is AWS::ECR::Repository.
type ECRRepository struct {
	RepositoryName             plan.Value
	ImageTagMutability         string
	ImageScanningConfiguration ECRScanning
	EncryptionConfiguration    ECREncryption
	LifecyclePolicy            ECRLifecycle
	RepositoryPolicyText       Policy
	EmptyOnDelete              bool
}

// ECRScanning says when images are scanned.
type ECRScanning struct{ ScanOnPush bool }

// ECREncryption is the encryption at rest of a repository.
type ECREncryption struct{ EncryptionType string }

// ECRLifecycle is the lifecycle policy, a JSON document as text.
type ECRLifecycle struct{ LifecyclePolicyText plan.Value }

// ResourceType implements Resource.
func (ECRRepository) ResourceType() string { return "AWS::ECR::Repository" }

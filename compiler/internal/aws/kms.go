package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// KMSKey is AWS::KMS::Key.
type KMSKey struct {
	Description         string
	EnableKeyRotation   bool
	PendingWindowInDays int
	KeyPolicy           Policy
}

// KMSAlias is AWS::KMS::Alias.
type KMSAlias struct {
	AliasName   plan.Value
	TargetKeyId plan.Value
}

// ResourceType implements Resource.
func (KMSKey) ResourceType() string   { return "AWS::KMS::Key" }
func (KMSAlias) ResourceType() string { return "AWS::KMS::Alias" }

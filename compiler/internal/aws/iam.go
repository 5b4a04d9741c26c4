package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// IAMRole is AWS::IAM::Role. Permissions are resources of their own, IAMPolicy.
type IAMRole struct {
	RoleName                 plan.Value
	Description              string
	AssumeRolePolicyDocument Policy
}

// IAMPolicy is AWS::IAM::Policy: permissions of one role.
type IAMPolicy struct {
	PolicyName     plan.Value
	PolicyDocument Policy
	Roles          []plan.Value
}

// IAMInstanceProfile is AWS::IAM::InstanceProfile.
type IAMInstanceProfile struct {
	InstanceProfileName plan.Value
	Roles               []plan.Value
}

// ResourceType implements Resource.
func (IAMRole) ResourceType() string            { return "AWS::IAM::Role" }
func (IAMPolicy) ResourceType() string          { return "AWS::IAM::Policy" }
func (IAMInstanceProfile) ResourceType() string { return "AWS::IAM::InstanceProfile" }

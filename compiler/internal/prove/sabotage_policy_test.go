package prove

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

var policyDamages = []damages{
	principal(roleType, "AssumeRolePolicyDocument"), principal(bucketPolicyType, "PolicyDocument"), principal(keyType, "KeyPolicy"),
	principal("AWS::ECR::Repository", "RepositoryPolicyText"), principal("AWS::SNS::TopicPolicy", "PolicyDocument"),
	setting("sense", "which IAM does not take", roleType, plan.String("What it may do — and no more"), "Description"),
	setting("sense", "which IAM does not take", roleType, plan.String("–"), "AssumeRolePolicyDocument", "Statement", 0, "Sid"),
	setting("sense", "which IAM does not take", "AWS::IAM::Policy", plan.String("“x”"), "PolicyDocument", "Statement", 0, "Resource"),
	setting("sense", "allows nothing", "AWS::IAM::Policy", list(), "PolicyDocument", "Statement"),
	setting("sense", "never be changed again", keyType, list(), "KeyPolicy", "Statement"),
	setting("sense", "never be changed again", keyType, plan.String("Deny"), "KeyPolicy", "Statement", 0, "Effect"),
	setting("sense", "never be changed again", keyType, object("ArnEquals", object("aws:PrincipalArn", plan.String("x"))), "KeyPolicy", "Statement", 0, "Condition"),
	setting("sense", "never be changed again", keyType, plan.String("arn:aws:iam::999999999999:root"), "KeyPolicy", "Statement", 0, "Principal", "AWS"),
	setting("sense", "which ECR refuses", "AWS::ECR::Repository", plan.String("*"), "RepositoryPolicyText", "Statement", 0, "Resource"),
	onEach("sense", "two statements with the Sid", "AWS::SNS::TopicPolicy", "a statement twice", func(_ *plan.Plan, r *plan.Resource) {
		put(r, at(r.Properties, "PolicyDocument", "Statement", 0), "PolicyDocument", "Statement", 99)
	}),
	setting("sense", "no service may publish with", topicType, plan.String("alias/aws/sns"), "KmsMasterKeyId"),
}

// principal makes a role of another account the principal of a statement.
func principal(resourceType, document string) damages {
	return setting("sense", "which another account's stack makes", resourceType,
		object("AWS", plan.String("arn:aws:iam::999999999999:role/another")), document, "Statement", 0, "Principal")
}

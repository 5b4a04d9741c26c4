package prove

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

var policyDamages = []damages{
	setting("sense", "its BlockPublicPolicy is not true", bucketType, plan.Bool(false), "PublicAccessBlockConfiguration", "BlockPublicPolicy"),
	setting("sense", "its BlockPublicAcls is not true", bucketType, nil, "PublicAccessBlockConfiguration"),
	principal(roleType, "AssumeRolePolicyDocument"), principal(bucketPolicyType, "PolicyDocument"), principal(keyType, "KeyPolicy"),
	principal("AWS::ECR::Repository", "RepositoryPolicyText"), principal("AWS::SNS::TopicPolicy", "PolicyDocument"),
	setting("sense", "which IAM does not take", roleType, plan.String("What it may do — and no more"), "Description"),
	setting("sense", "which IAM does not take", roleType, plan.String("–"), "AssumeRolePolicyDocument", "Statement", 0, "Sid"),
	setting("sense", "which IAM does not take", "AWS::IAM::Policy", plan.String("“x”"), "PolicyDocument", "Statement", 0, "Resource"),
	setting("danger", "has AdministratorAccess", roleType, plan.Strings("arn:aws:iam::aws:policy/AdministratorAccess"), "ManagedPolicyArns"),
	setting("sense", "where no proof sees them", roleType, plan.Strings("arn:aws:iam::aws:policy/AdministratorAccess"), "ManagedPolicyArns"),
	beside("does not wait", "AWS::IAM::ManagedPolicy"), beside("does not wait", "AWS::IAM::RolePolicy"),
	where(generated, setting("sense", "what nobody thought of", "AWS::IAM::Policy", plan.String("iam:*"), "PolicyDocument", "Statement", 0, "NotAction")),
	where(generated, setting("sense", "what nobody thought of", "AWS::IAM::Policy", plan.String("arn:x"), "PolicyDocument", "Statement", 0, "NotResource")),
	setting("sense", "which no stack of its account makes", keyType, object("AWS", plan.String("arn:aws:iam::999999999999:role/x")), "KeyPolicy", "Statement", 0, "NotPrincipal"),
	setting("sense", "which no stack of its account makes", keyType, object("AWS", plan.String("arn:aws:sts::999999999999:assumed-role/x/y")), "KeyPolicy", "Statement", 0, "Principal"),
	setting("sense", "allows nothing", "AWS::IAM::Policy", list(), "PolicyDocument", "Statement"),
	setting("sense", "could not be changed by the policies", keyType, list(), "KeyPolicy", "Statement"),
	setting("sense", "could not be changed by the policies", keyType, plan.String("Deny"), "KeyPolicy", "Statement", 0, "Effect"),
	setting("sense", "could not be changed by the policies", keyType, object("ArnEquals", object("aws:PrincipalArn", plan.String("x"))), "KeyPolicy", "Statement", 0, "Condition"),
	setting("sense", "could not be changed by the policies", keyType, plan.String("arn:aws:iam::999999999999:root"), "KeyPolicy", "Statement", 0, "Principal", "AWS"),
	setting("sense", "which ECR refuses", "AWS::ECR::Repository", plan.String("*"), "RepositoryPolicyText", "Statement", 0, "Resource"),
	onEach("sense", "two statements with the Sid", "AWS::SNS::TopicPolicy", "a statement twice", func(_ *plan.Plan, r *plan.Resource) {
		put(r, at(r.Properties, "PolicyDocument", "Statement", 0), "PolicyDocument", "Statement", 99)
	}),
	setting("sense", "no service may publish with", topicType, plan.String("alias/aws/sns"), "KmsMasterKeyId"),
}

// beside adds a resource that attaches rights to a role.
func beside(says, resourceType string) damages {
	return onEach("sense", says, roleType, "with "+resourceType, func(p *plan.Plan, r *plan.Resource) {
		addTo(p, r, "Beside", resourceType, object("Roles", list(plan.Ref{To: r})))
	})
}

// principal makes a role of another account the principal of a statement.
func principal(resourceType, document string) damages {
	return setting("sense", "which no stack of its account makes", resourceType,
		object("AWS", plan.String("arn:aws:iam::999999999999:role/another")), document, "Statement", 0, "Principal")
}

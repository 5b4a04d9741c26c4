package prove

import (
	"fmt"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// dangerDamages add to every role's policy a statement that is dangerous or of no use, and open what has a policy of its own.
var dangerDamages = []damages{
	// actions
	granting(tooWide, object("Action", plan.String("*"), "Resource", aBucket)),
	granting(tooWide, object("Action", plan.String("s3:*"), "Resource", aBucket)),
	granting(tooWide, object("Action", plan.String("*:GetObject"), "Resource", aBucket)),
	granting(tooWide, object("Action", plan.Strings("s3:ListBucket", "s3:*Object"), "Resource", aBucket)),
	granting("has no such action. Did you mean \"GetObject\"?", object("Action", plan.String("s3:GetObjct"), "Resource", aBucket)),
	granting("no service with the prefix codedploy", object("Action", plan.String("codedploy:GetDeployment"), "Resource", aBucket)),

	// resources
	granting(tooWide, object("Action", plan.String("s3:GetObject"), "Resource", plan.String("*"))),
	granting(tooWide, object("Action", plan.Strings("ecr:GetAuthorizationToken", "ecr:PutImage"), "Resource", plan.String("*"))),
	granting(tooWide, object("Action", plan.String("s3:Get*"), "Resource", plan.Strings("arn:aws:s3:::a", "*"))),
	granting(tooWide, object("Action", plan.String("cloudwatch:PutMetricData"), "Resource", plan.String("*"))),
	granting("on what it does not support", object("Action", plan.String("ecr:GetAuthorizationToken"), "Resource", aRole)),
	granting("on what it does not support", object("Action", plan.String("s3:GetObject"), "Resource", aBucket)),
	granting("on what it does not support", object("Action", plan.String("logs:PutLogEvents"), "Resource", plan.String("arn:aws:logs:us-east-1:123456789012:log-group:a"))),
	granting("on what it does not support", object("Action", plan.String("codedeploy:StopDeployment"), "Resource", plan.String("arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:a/b"))),

	// roles that are handed on
	granting("every role", object("Action", plan.String("iam:PassRole"), "Resource", plan.String("arn:aws:iam::123456789012:role/*"), "Condition", toEC2)),
	granting("every role", object("Action", plan.String("iam:Pass*"), "Resource", plan.String("*"), "Condition", toEC2)),
	granting("on to any service", object("Action", plan.String("iam:PassRole"), "Resource", aRole)),
	func(p *plan.Plan) []damage {
		var out []damage
		for _, r := range p.Resources {
			for i, statement := range items(at(r.Properties, "PolicyDocument", "Statement")) {
				if at(statement, "Action") == plan.String("iam:PassRole") && r.Type == policyType && !r.Own {
					out = append(out, damage{r.ID + ": passes its role on without a condition", "danger", "on to any service", func() {
						put(r, nil, "PolicyDocument", "Statement", i, "Condition")
					}})
				}
			}
		}
		return out
	},

	// rights to take more
	escalating("iam:CreateAccessKey", "arn:aws:iam::123456789012:user/a"), escalating("iam:CreateLoginProfile", "arn:aws:iam::123456789012:user/a"),
	escalating("iam:UpdateLoginProfile", "arn:aws:iam::123456789012:user/a"), escalating("iam:AddUserToGroup", "arn:aws:iam::123456789012:group/a"),
	escalating("iam:CreatePolicyVersion", "arn:aws:iam::123456789012:policy/a"), escalating("iam:SetDefaultPolicyVersion", "arn:aws:iam::123456789012:policy/a"),
	escalating("iam:AttachUserPolicy", "arn:aws:iam::123456789012:user/a"), escalating("iam:AttachGroupPolicy", "arn:aws:iam::123456789012:group/a"),
	escalating("iam:AttachRolePolicy", "arn:aws:iam::123456789012:role/a"), escalating("iam:PutUserPolicy", "arn:aws:iam::123456789012:user/a"),
	escalating("iam:PutGroupPolicy", "arn:aws:iam::123456789012:group/a"), escalating("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/a"),
	escalating("iam:UpdateAssumeRolePolicy", "arn:aws:iam::123456789012:role/a"), escalating("iam:Put*", "arn:aws:iam::123456789012:role/a"),
	escalating("sts:AssumeRole", "arn:aws:iam::123456789012:role/*"), escalating("lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:123456789012:function:*"),
	escalating("lambda:UpdateFunctionConfiguration", "arn:aws:lambda:us-east-1:123456789012:function:*"),
	escalating("cloudformation:UpdateStack", "arn:aws:cloudformation:us-east-1:123456789012:stack/*"),
	escalating("codepipeline:UpdatePipeline", "arn:aws:codepipeline:us-east-1:123456789012:*"),
	escalating("glue:UpdateDevEndpoint", "arn:aws:glue:us-east-1:123456789012:devEndpoint/*"),
	escalating("ecs:ExecuteCommand", "arn:aws:ecs:us-east-1:123456789012:cluster/*"), escalating("ssm:SendCommand", "arn:aws:ec2:us-east-1:123456789012:instance/*"),
	escalating("ssm:StartSession", "arn:aws:ec2:us-east-1:123456789012:instance/*"),
	granting("cloudformation:CreateChangeSet and cloudformation:ExecuteChangeSet", object(
		"Action", plan.Strings("cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"), "Resource", plan.String("arn:aws:cloudformation:us-east-1:123456789012:stack/*"))),
	granting("codebuild:UpdateProject and codebuild:StartBuild", object(
		"Action", plan.Strings("codebuild:UpdateProject", "codebuild:StartBuild"), "Resource", plan.String("arn:aws:codebuild:us-east-1:123456789012:project/*"))),
	granting("ec2:CreateLaunchTemplateVersion and ec2:ModifyLaunchTemplate", object(
		"Action", plan.Strings("ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"), "Resource", plan.String("arn:aws:ec2:us-east-1:123456789012:launch-template/*"))),
	granting("ec2:ModifyInstanceAttribute and ec2:StopInstances and ec2:StartInstances", object(
		"Action", plan.Strings("ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"), "Resource", plan.String("arn:aws:ec2:us-east-1:123456789012:instance/*"))),

	// who is let in
	letting(openToAll, plan.String("*"), nil),
	letting(openToAll, object("AWS", plan.String("*")), nil),
	letting(openToAll, plan.String("*"), object("StringNotEquals", object("aws:PrincipalAccount", plan.String("999999999999")))),
	letting(openToAll, plan.String("*"), object("StringLike", object("aws:PrincipalArn", plan.String("*")))),
	letting(openToAll, plan.String("*"), object("ArnEqualsIfExists", object("aws:SourceArn", plan.String("arn:aws:s3:::a")))),
	letting(openToAll, plan.String("*"), object("Bool", object("aws:SecureTransport", plan.Bool(true)))),
	letting("everybody in account 999999999999", object("AWS", plan.String("arn:aws:iam::999999999999:root")), nil),
	letting("everybody in account 999999999999", object("AWS", plan.String("999999999999")), nil),
	letting("everybody in account 999999999999", object("AWS", plan.String("999999999999")), object("Bool", object("aws:SecureTransport", plan.Bool(true)))),
	setting("danger", "everybody in account 123456789012", roleType, list(object("Effect", plan.String("Allow"), "Action", plan.String("sts:AssumeRole"),
		"Principal", object("AWS", plan.String("arn:aws:iam::123456789012:root")))), "AssumeRolePolicyDocument", "Statement"),
}

const (
	aBucket = plan.String("arn:aws:s3:::a")
	aRole   = plan.String("arn:aws:iam::123456789012:role/a")
)

var toEC2 = object("StringEquals", object("iam:PassedToService", plan.String("ec2.amazonaws.com")))

// granting adds a statement to the first policy of each stack.
func granting(says string, statement plan.Object) damages {
	return func(p *plan.Plan) []damage {
		var out []damage
		seen := map[*plan.Stack]bool{}
		for _, r := range p.Resources {
			if r.Type != policyType || r.Own || seen[r.Stack] {
				continue
			}
			seen[r.Stack] = true
			out = append(out, damage{fmt.Sprintf("%s: and %v", r.ID, statement), "danger", says, func() {
				whole := items(at(r.Properties, "PolicyDocument", "Statement"))
				put(r, append(object("Effect", plan.String("Allow")), statement...), "PolicyDocument", "Statement", len(whole))
			}})
		}
		return out
	}
}

func escalating(action, resource string) damages {
	return granting(escalates, object("Action", plan.String(action), "Resource", plan.String(resource)))
}

// letting adds a statement to the policies on resources.
func letting(says string, who, when plan.Value) damages {
	return func(p *plan.Plan) []damage {
		var out []damage
		for _, in := range []struct{ of, document, action string }{
			{roleType, "AssumeRolePolicyDocument", "sts:AssumeRole"},
			{keyType, "KeyPolicy", "kms:Decrypt"},
			{repositoryType, "RepositoryPolicyText", "ecr:BatchGetImage"},
			{bucketPolicyType, "PolicyDocument", "s3:GetObject"},
			{"AWS::SNS::TopicPolicy", "PolicyDocument", "sns:Publish"},
			{"AWS::SQS::QueuePolicy", "PolicyDocument", "sqs:SendMessage"},
		} {
			for _, r := range p.Resources {
				whole := items(at(r.Properties, in.document, "Statement"))
				if r.Type != in.of || r.Own || len(whole) == 0 {
					continue
				}
				statement := object("Effect", plan.String("Allow"), "Action", plan.String(in.action), "Principal", who, "Resource", plan.String("*"))
				if when != nil {
					statement = append(statement, plan.Field{Key: "Condition", Value: when})
				}
				out = append(out, damage{fmt.Sprintf("%s: and %v", r.ID, statement), "danger", says, func() { put(r, statement, in.document, "Statement", len(whole)) }})
				break
			}
		}
		return out
	}
}

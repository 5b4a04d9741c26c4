package prove

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

const roleType = "AWS::IAM::Role"

var roleEdges = []edge{
	{later: "AWS::IAM::Policy", earlier: rolesNamedBy("Roles"), because: noSuchRole, source: roleSource},
	{later: "AWS::IAM::InstanceProfile", earlier: rolesNamedBy("Roles"), because: noSuchRole, source: roleSource},
	{later: functionType, earlier: rolesNamedBy("Role"), because: noSuchRole, source: roleSource},
	{later: "AWS::CodeBuild::Project", earlier: rolesNamedBy("ServiceRole"), because: noSuchRole, source: roleSource},
	{later: "AWS::CodePipeline::Pipeline", earlier: rolesNamedBy("RoleArn"), because: noSuchRole, source: roleSource},
	{later: groupType, earlier: rolesNamedBy("ServiceRoleArn"), because: noSuchRole, source: roleSource},
	{
		later: "AWS::EC2::FlowLog", earlier: rolesNamedBy("DeliverLogsPermissionArn"),
		because: "flow logs are delivered with the role's rights, and are not while it does not exist",
		source:  `VPC guide, "Publish flow logs to CloudWatch Logs"`,
	},
	{
		later: "AWS::Events::Rule", earlier: rolesOfTargets,
		because: "EventBridge acts as the role, and loses events while it does not exist",
		source:  `EventBridge user guide, "Using identity-based policies"`,
	},

	{later: roleType, earlier: principalsOf("AssumeRolePolicyDocument"), because: noSuchPrincipal, source: principalSource},
	{later: bucketPolicyType, earlier: principalsOf("PolicyDocument"), because: noSuchPrincipal, source: principalSource},
	{later: keyType, earlier: principalsOf("KeyPolicy"), because: noSuchPrincipal, source: principalSource},
	{later: "AWS::ECR::Repository", earlier: principalsOf("RepositoryPolicyText"), because: noSuchPrincipal, source: principalSource},
	{later: "AWS::SNS::TopicPolicy", earlier: principalsOf("PolicyDocument"), because: noSuchPrincipal, source: principalSource},

	{
		later: "AWS::EC2::FlowLog", earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			role := s.resolve(r, r.Properties.Get("DeliverLogsPermissionArn"), roleType)
			group := s.resolve(r, r.Properties.Get("LogGroupName"), logGroupType)
			return append(s.policiesOf(role), some(group)...)
		},
		because: "the flow log is made all the same, and then reports that it cannot deliver",
		source:  "terraform-aws-modules/terraform-aws-vpc issue 435; hashicorp/terraform issue 14750",
	},
	{
		later: "AWS::Events::Rule", earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			var out []*plan.Resource
			for _, role := range rolesOfTargets(s, r) {
				out = append(out, s.policiesOf(role)...)
			}
			return out
		},
		because: "EventBridge does not test the role's rights, and the first events are lost",
		source:  "CloudFormation reference of AWS::IAM::Policy",
	},
	{
		later: "AWS::Events::Rule", earlier: targetsOfRule,
		because: "EventBridge does not look whether a target is there and lets the rule in, and the first events are lost",
		source:  `EventBridge user guide, "Event bus targets"`,
	},
	{
		later: functionType, earlier: policiesInVPC("Role"),
		because: "Lambda refuses a function in a VPC whose role may not make network interfaces",
		source:  "aws-cdk-lib, aws-lambda/lib/function.js",
	},
	{
		later: projectType, earlier: policiesInVPC("ServiceRole"),
		because: "CodeBuild refuses a project in a VPC whose role may not make network interfaces",
		source:  "aws/aws-cdk issue 2652",
	},
	{
		later: topicType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return some(s.resolve(r, r.Properties.Get("KmsMasterKeyId"), "AWS::KMS::Alias"))
		},
		because: "messages are refused while the alias leads nowhere",
		source:  `SNS developer guide, "Key management"`,
	},
	{
		later: functionType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return some(s.resolve(r, at(r.Properties, "LoggingConfig", "LogGroup"), logGroupType))
		},
		because: `the function would make its log group itself, and CloudFormation finds that it "already exists"; its last call writes there, too`,
		source:  "aws/aws-cdk issues 32689 and 31487",
	},
	{
		later: "AWS::CodeBuild::Project", earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return some(s.resolve(r, at(r.Properties, "LogsConfig", "CloudWatchLogs", "GroupName"), logGroupType))
		},
		because: `a build would make its log group itself, and CloudFormation finds that it "already exists"`,
		source:  "aws/serverless-application-model issue 1216",
	},
	{
		later: "AWS::CloudWatch::Alarm", earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			var out []*plan.Resource
			for _, property := range []string{"AlarmActions", "OKActions", "InsufficientDataActions"} {
				for _, v := range items(r.Properties.Get(property)) {
					out = append(out, s.policiesOfTopic(s.resolve(r, v, topicType))...)
				}
			}
			return out
		},
		because: "CloudWatch does not look whether it may publish, and the first messages are lost",
		source:  `SNS developer guide, "Example cases for Amazon SNS access control"`,
	},
}

const (
	noSuchPrincipal = "the service refuses a policy with a principal that does not exist, and forgets one that is deleted before the policy"
	principalSource = `IAM user guide, "AWS JSON policy elements: Principal"; KMS API reference, CreateKey, Policy`

	noSuchRole = "the service refuses a role that does not exist"
	roleSource = dependsOn + `; CodeBuild user guide, "Troubleshooting", on sts:AssumeRole; IAM API reference, NoSuchEntity`
	topicType  = "AWS::SNS::Topic"
)

// rolesNamedBy returns the roles that a property names, whether by reference or by text.
func rolesNamedBy(property string) func(s *survey, r *plan.Resource) []*plan.Resource {
	return func(s *survey, r *plan.Resource) []*plan.Resource {
		var out []*plan.Resource
		for _, v := range items(r.Properties.Get(property)) {
			out = append(out, some(s.resolve(r, v, roleType))...)
		}
		return out
	}
}

// principalsOf returns the roles that a policy names as principals.
func principalsOf(document string) func(s *survey, r *plan.Resource) []*plan.Resource {
	return func(s *survey, r *plan.Resource) []*plan.Resource {
		var out []*plan.Resource
		for _, statement := range items(at(r.Properties, document, "Statement")) {
			for _, v := range items(at(statement, "Principal", "AWS")) {
				out = append(out, some(s.resolve(r, v, roleType))...)
			}
		}
		return out
	}
}

// policiesInVPC returns the policies of a role that a resource in a VPC names.
func policiesInVPC(property string) func(s *survey, r *plan.Resource) []*plan.Resource {
	return func(s *survey, r *plan.Resource) []*plan.Resource {
		if r.Properties.Get("VpcConfig") == nil {
			return nil
		}
		return s.policiesOf(s.resolve(r, r.Properties.Get(property), roleType))
	}
}

func rolesOfTargets(s *survey, rule *plan.Resource) []*plan.Resource {
	var out []*plan.Resource
	for _, target := range items(rule.Properties.Get("Targets")) {
		out = append(out, some(s.resolve(rule, at(target, "RoleArn"), roleType))...)
	}
	return out
}

// targetsOfRule are the pipelines that a rule starts, the functions by way of which it does, and what lets it publish to its topics.
func targetsOfRule(s *survey, rule *plan.Resource) []*plan.Resource {
	var out []*plan.Resource
	for _, target := range items(rule.Properties.Get("Targets")) {
		arn := at(target, "Arn")
		out = append(out, some(s.resolve(rule, arn, pipelineType))...)
		if function := s.resolve(rule, arn, functionType); function != nil {
			out = append(append(out, function), some(s.startedBy(function))...)
		}
		if topic := s.resolve(rule, arn, topicType); topic != nil {
			out = append(append(out, topic), s.policiesOfTopic(topic)...)
		}
	}
	return out
}

func (s *survey) policiesOfTopic(topic *plan.Resource) []*plan.Resource {
	if topic == nil {
		return nil
	}
	return s.usersOf(topic, "AWS::SNS::TopicPolicy")
}

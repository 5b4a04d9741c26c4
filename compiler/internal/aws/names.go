package aws

// NameRule is the longest name that AWS takes for a resource type, in characters.
type NameRule struct {
	Property string
	Max      int
}

// NameRuleOf returns the rule for a resource type; ok is false for a type
// without a name of the user's. The limits are those of AWS's resource schemas
// and, for load balancers and target groups, of their CloudFormation reference.
func NameRuleOf(resourceType string) (rule NameRule, ok bool) {
	switch resourceType {
	case "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::TargetGroup":
		return NameRule{"Name", 32}, true
	case "AWS::S3::Bucket":
		return NameRule{"BucketName", 63}, true
	case "AWS::IAM::Role":
		return NameRule{"RoleName", 64}, true
	case "AWS::Lambda::Function":
		return NameRule{"FunctionName", 64}, true
	case "AWS::Events::Rule":
		return NameRule{"Name", 64}, true
	case "AWS::CodePipeline::Pipeline":
		return NameRule{"Name", 100}, true
	case "AWS::CodeCommit::Repository":
		return NameRule{"RepositoryName", 100}, true
	case "AWS::CodeDeploy::Application":
		return NameRule{"ApplicationName", 100}, true
	case "AWS::CodeDeploy::DeploymentGroup":
		return NameRule{"DeploymentGroupName", 100}, true
	case "AWS::IAM::Policy":
		return NameRule{"PolicyName", 128}, true
	case "AWS::IAM::InstanceProfile":
		return NameRule{"InstanceProfileName", 128}, true
	case "AWS::EC2::LaunchTemplate":
		return NameRule{"LaunchTemplateName", 128}, true
	case "AWS::CodeBuild::ReportGroup":
		return NameRule{"Name", 128}, true
	case "AWS::CodeBuild::Project":
		return NameRule{"Name", 150}, true
	case "AWS::AutoScaling::AutoScalingGroup":
		return NameRule{"AutoScalingGroupName", 255}, true
	case "AWS::CloudWatch::Alarm":
		return NameRule{"AlarmName", 255}, true
	case "AWS::ECR::Repository":
		return NameRule{"RepositoryName", 256}, true
	case "AWS::SNS::Topic":
		return NameRule{"TopicName", 256}, true
	case "AWS::KMS::Alias":
		return NameRule{"AliasName", 256}, true
	case "AWS::Logs::LogGroup":
		return NameRule{"LogGroupName", 512}, true
	case "AWS::SSM::Parameter":
		return NameRule{"Name", 1011}, true
	}
	return NameRule{}, false
}

package aws

import (
	"strconv"
	"strings"
)

// NameRule is what AWS takes as the name of a resource type.
type NameRule struct {
	Property string
	Max      int    // characters
	Alphabet string // the characters allowed, with ranges such as a-z; a hyphen of its own comes last
	Edges    bool   // it begins and ends with a letter or a digit
	Reserved string // how names of AWS's own begin, in lower case and with blanks between
}

// NameRuleOf returns the rule for a resource type; ok is false for a type
// without a name of the user's. The limits and alphabets are those of AWS's
// resource schemas and, for load balancers and target groups, of their
// CloudFormation reference; where two of AWS's texts differ, the narrower one.
func NameRuleOf(resourceType string) (rule NameRule, ok bool) {
	const (
		word   = "a-zA-Z0-9_-"
		iam    = "a-zA-Z0-9_+=,.@-"
		deploy = "a-zA-Z0-9._+=,@-" // CodeDeploy user guide, "CodeDeploy quotas"
	)
	switch resourceType {
	case "AWS::ElasticLoadBalancingV2::LoadBalancer":
		return NameRule{"Name", 32, "a-zA-Z0-9-", true, "internal-"}, true
	case "AWS::ElasticLoadBalancingV2::TargetGroup":
		return NameRule{"Name", 32, "a-zA-Z0-9-", true, ""}, true
	case "AWS::S3::Bucket":
		return NameRule{"BucketName", 63, "a-z0-9.-", true, ""}, true
	case "AWS::IAM::Role":
		return NameRule{"RoleName", 64, iam, false, ""}, true
	case "AWS::Lambda::Function":
		return NameRule{"FunctionName", 64, word, false, ""}, true
	case "AWS::Events::Rule":
		return NameRule{"Name", 64, "a-zA-Z0-9._-", false, ""}, true
	case "AWS::CodePipeline::Pipeline":
		return NameRule{"Name", 100, "a-zA-Z0-9.@_-", false, ""}, true
	case "AWS::CodeCommit::Repository":
		return NameRule{"RepositoryName", 100, "a-zA-Z0-9._-", false, ""}, true
	case "AWS::CodeDeploy::Application":
		return NameRule{"ApplicationName", 100, deploy, false, ""}, true
	case "AWS::CodeDeploy::DeploymentGroup":
		return NameRule{"DeploymentGroupName", 100, deploy, false, ""}, true
	case "AWS::CodeDeploy::DeploymentConfig":
		return NameRule{"DeploymentConfigName", 100, deploy, false, "codedeploydefault."}, true
	case "AWS::SQS::Queue":
		return NameRule{"QueueName", 80, word, false, ""}, true
	case "AWS::IAM::Policy":
		return NameRule{"PolicyName", 128, iam, false, ""}, true
	case "AWS::IAM::InstanceProfile":
		return NameRule{"InstanceProfileName", 128, iam, false, ""}, true
	case "AWS::EC2::LaunchTemplate":
		return NameRule{"LaunchTemplateName", 128, "a-zA-Z0-9()./_-", false, ""}, true
	case "AWS::CodeBuild::ReportGroup":
		return NameRule{"Name", 128, word, false, ""}, true
	case "AWS::CodeBuild::Project":
		return NameRule{"Name", 150, word, true, ""}, true
	case "AWS::AutoScaling::AutoScalingGroup":
		return NameRule{"AutoScalingGroupName", 255, "!-9;-~", false, ""}, true // a colon would end it in its ARN
	case "AWS::CloudWatch::Alarm":
		return NameRule{"AlarmName", 255, "!-9;-~", false, ""}, true
	case "AWS::Synthetics::Canary":
		return NameRule{"Name", 255, "a-z0-9_-", false, ""}, true
	case "AWS::ECR::Repository":
		return NameRule{"RepositoryName", 256, "a-z0-9._/-", true, ""}, true
	case "AWS::SNS::Topic":
		return NameRule{"TopicName", 256, word, false, ""}, true
	case "AWS::KMS::Alias":
		return NameRule{"AliasName", 256, "a-zA-Z0-9:/_-", false, "alias/aws/"}, true
	case "AWS::Logs::LogGroup":
		return NameRule{"LogGroupName", 512, "a-zA-Z0-9.#/_-", false, ""}, true
	case "AWS::SSM::Parameter":
		return NameRule{"Name", 1011, "a-zA-Z0-9./_-", false, "/aws /ssm aws ssm"}, true
	}
	return NameRule{}, false
}

// Fault says what AWS would not take about a name; empty if nothing.
func (r NameRule) Fault(name string) string {
	switch {
	case len(name) > r.Max:
		return "is too long"
	case name == "":
		return "is empty"
	}
	for beginning := range strings.FieldsSeq(r.Reserved) {
		if strings.HasPrefix(strings.ToLower(name), beginning) {
			return "begins with " + beginning + ", which AWS keeps for itself"
		}
	}
	for i := range len(name) {
		if !r.allows(name[i]) {
			return "holds " + strconv.Quote(name[i:i+1]) + ", which is none of " + r.Alphabet
		}
	}
	if r.Edges && (!alphanumeric(name[0]) || !alphanumeric(name[len(name)-1])) {
		return "begins or ends with something else than a letter or a digit"
	}
	return ""
}

func (r NameRule) allows(c byte) bool {
	a := r.Alphabet
	for i := 0; i < len(a); i++ {
		if i+2 < len(a) && a[i+1] == '-' {
			if a[i] <= c && c <= a[i+2] {
				return true
			}
			i += 2
			continue
		}
		if a[i] == c {
			return true
		}
	}
	return false
}

func alphanumeric(c byte) bool {
	return strings.IndexByte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", c) >= 0
}

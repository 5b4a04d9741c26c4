package prove

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

const (
	bucketType       = "AWS::S3::Bucket"
	bucketPolicyType = "AWS::S3::BucketPolicy"
	emptierType      = "Custom::BucketEmptier"
	functionType     = "AWS::Lambda::Function"
	logGroupType     = "AWS::Logs::LogGroup"
)

// The order around a bucket is what lets its stack be deleted: the services that
// write stop, their rights go, the door to others is shut, the bucket is emptied,
// and only then do the emptier's own rights go.
var bucketEdges = []edge{
	{
		later: emptierType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return some(s.resolve(r, r.Properties.Get("BucketName"), bucketType))
		},
		because: "the bucket has to be empty when CloudFormation deletes it",
		source:  "S3 API reference, DeleteBucket; aws/aws-cdk issue 20660",
	},
	{
		later: emptierType, earlier: rightsOfEmptier,
		because: "its last call, the one that empties, needs its function and that function's rights",
		source:  "CloudFormation reference of AWS::IAM::Policy; aws-cdk-lib, custom-resources/lib/aws-custom-resource/aws-custom-resource.js",
	},
	{
		later: bucketPolicyType, earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return s.emptiersOf(s.resolve(r, r.Properties.Get("Bucket"), bucketType))
		},
		because: "whom the policy lets in would write into the bucket after it was emptied",
		source:  "aws/aws-cdk issues 16332 and 21776, on logs that arrive late",
	},
	{
		later: "AWS::IAM::Policy", earlier: emptiersOfWritten,
		because: "what runs with these rights outlives its service, and would write into the bucket after it was emptied",
		source:  `CodeBuild API reference, DeleteProject ("builds are not deleted")`,
	},
	{
		later: "AWS::CodeBuild::Project", earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return s.emptiersWrittenBy(s.resolve(r, r.Properties.Get("ServiceRole"), roleType))
		},
		because: "a build that starts meanwhile would write into the bucket after it was emptied",
		source:  "S3 API reference, DeleteBucket; CodeBuild API reference, DeleteProject",
	},
	{
		later: "AWS::CodePipeline::Pipeline", earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return s.policiesOfBucket(s.resolve(r, at(r.Properties, "ArtifactStore", "Location"), bucketType))
		},
		because: "its first run, which starts at once, needs the policy, and a run would write into the bucket after it was emptied",
		source:  `CodePipeline user guide, "Start a pipeline"; S3 API reference, DeleteBucket`,
	},
	{
		later: "AWS::ElasticLoadBalancingV2::LoadBalancer", earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			var out []*plan.Resource
			for _, bucket := range s.logBuckets(r) {
				out = append(out, s.policiesOfBucket(bucket)...)
			}
			return out
		},
		because: `Elastic Load Balancing writes a test object when logs are turned on ("Access Denied for bucket"), and goes on writing while it exists`,
		source:  `Elastic Load Balancing guide, "Enable access logs"; aws/copilot-cli pull request 4169`,
	},
	{
		later: "AWS::EC2::FlowLog", earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return s.policiesOfBucket(s.resolve(r, r.Properties.Get("LogDestination"), bucketType))
		},
		because: "flow logs are refused without the policy, or add statements to it that CloudFormation does not know of",
		source:  `VPC guide, "Publish flow logs to Amazon S3"; aws-cdk-lib, aws-ec2/lib/vpc-flow-logs.js`,
	},
}

// function is the Lambda function behind a custom resource.
func (s *survey) function(custom *plan.Resource) *plan.Resource {
	return s.resolve(custom, custom.Properties.Get("ServiceToken"), functionType)
}

func rightsOfEmptier(s *survey, r *plan.Resource) []*plan.Resource {
	function := s.function(r)
	if function == nil {
		return nil
	}
	return append(s.policiesOf(s.resolve(function, function.Properties.Get("Role"), roleType)), function)
}

func (s *survey) emptiersOf(bucket *plan.Resource) []*plan.Resource {
	if bucket == nil {
		return nil
	}
	var out []*plan.Resource
	for _, emptier := range s.usersOf(bucket, emptierType) {
		if s.resolve(emptier, emptier.Properties.Get("BucketName"), bucketType) == bucket {
			out = append(out, emptier)
		}
	}
	return out
}

// emptiersOfWritten are the emptiers of the buckets of this plan that a policy lets its role write to.
func emptiersOfWritten(s *survey, policy *plan.Resource) []*plan.Resource {
	var out []*plan.Resource
	for _, statement := range s.grantsOf(policy) {
		if !statement.covers("s3:PutObject") {
			continue
		}
		for _, resource := range statement.resources {
			if text := written(resource); text == "*" || strings.Contains(text, ":s3:::*") {
				return s.types[emptierType] // proof order passes over those of other accounts
			}
			out = append(out, s.emptiersOf(s.resolve(policy, resource, bucketType))...)
		}
	}
	return out
}

func (s *survey) emptiersWrittenBy(role *plan.Resource) []*plan.Resource {
	var out []*plan.Resource
	for _, policy := range s.policiesOf(role) {
		out = append(out, emptiersOfWritten(s, policy)...)
	}
	return out
}

func (s *survey) policiesOfBucket(bucket *plan.Resource) []*plan.Resource {
	if bucket == nil {
		return nil
	}
	return s.usersOf(bucket, bucketPolicyType)
}

// logBuckets are the buckets of this plan that a load balancer logs to: accesses, connections, health checks.
func (s *survey) logBuckets(balancer *plan.Resource) []*plan.Resource {
	var out []*plan.Resource
	for _, attribute := range items(balancer.Properties.Get("LoadBalancerAttributes")) {
		if strings.HasSuffix(written(at(attribute, "Key")), ".s3.bucket") {
			out = append(out, some(s.resolve(balancer, at(attribute, "Value"), bucketType))...)
		}
	}
	return out
}

// attributeOf is an attribute of a load balancer or target group; nil if it is left to its default.
func attributeOf(attributes plan.Value, key string) plan.Value {
	for _, attribute := range items(attributes) {
		if at(attribute, "Key") == plan.String(key) {
			return at(attribute, "Value")
		}
	}
	return nil
}

package prove

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

var storageSense = []rule{
	{
		of: bucketType, broken: func(_ *survey, r *plan.Resource) string {
			if r.Own {
				return ""
			}
			for _, flag := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
				if !plan.IsTrue(at(r.Properties, "PublicAccessBlockConfiguration", flag)) {
					return "can be opened to the public: its " + flag + " is not true"
				}
			}
			return ""
		},
		advice: true,
		remedy: "PublicAccessBlockConfiguration has to have all four.",
		source: `S3 user guide, "Blocking public access to your Amazon S3 storage"`,
	},
	{
		of: balancerType, broken: func(s *survey, r *plan.Resource) string {
			for _, bucket := range s.logBuckets(r) {
				encryption := at(bucket.Properties, "BucketEncryption", "ServerSideEncryptionConfiguration", 0, "ServerSideEncryptionByDefault", "SSEAlgorithm")
				if encryption != nil && encryption != plan.String("AES256") {
					return "logs to " + bucket.ID + ", whose encryption load balancers cannot write with"
				}
			}
			return ""
		},
		remedy: "SSEAlgorithm of a load balancer's log bucket has to be AES256.",
		source: `Elastic Load Balancing guide, "Enable access logs"; aws/aws-cdk issue 21947`,
	},
	{
		of: bucketType, broken: func(s *survey, r *plan.Resource) string {
			return unless(len(s.policiesOfBucket(r)) < 2, "has two policies, of which one overwrites the other")
		},
		remedy: "One AWS::S3::BucketPolicy to a bucket.",
		source: "S3 API reference, PutBucketPolicy; aws-cloudformation/cloudformation-coverage-roadmap issue 1954",
	},
	{
		of: "AWS::ECR::Repository", broken: expiresImages,
		remedy: "A host pulls its image again at every scale-out and rollback: rules may expire untagged images only.",
		source: `ECR user guide, "Automate the cleanup of images by using lifecycle policies"`,
	},
	{
		of: "AWS::SSM::Parameter", broken: func(_ *survey, r *plan.Resource) string {
			text, ok := r.Properties.Get("Value").(plan.JSONText)
			safe := ok && text.NoDoubleBraces
			return unless(safe || !contains(r.Properties.Get("Value"), "{{"), "holds {{, which Parameter Store takes for a reference")
		},
		remedy: "Write the braces another way.",
		source: "Systems Manager API reference, PutParameter, Value",
	},
}

// expiresImages looks for lifecycle rules that reach images with a tag.
func expiresImages(_ *survey, r *plan.Resource) string {
	text, ok := at(r.Properties, "LifecyclePolicy", "LifecyclePolicyText").(plan.JSONText)
	if !ok {
		return ""
	}
	for _, rule := range items(at(text.Of, "rules")) {
		if at(rule, "selection", "tagStatus") != plan.String("untagged") {
			return "expires images that may still be deployed"
		}
	}
	return ""
}

// contains tells whether a text stands in any literal of a value.
func contains(v plan.Value, text string) bool {
	found := false
	plan.Walk(v, func(v plan.Value) {
		literal, ok := v.(plan.String)
		found = found || ok && strings.Contains(string(literal), text)
	})
	return found
}

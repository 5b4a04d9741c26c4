package expand

import (
	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
)

// bucket is a bucket that its stack can delete: emptier is made right after the
// bucket and before everything that lets others write to it. A delete therefore
// takes the writers and their rights first, then empties, then deletes.
type bucket struct {
	bucket     *plan.Resource
	policy     *plan.Resource
	emptier    *plan.Resource
	statements aws.Policy // of the bucket's policy
	properties aws.S3Bucket
}

// bucket makes a bucket of a kind with what every bucket has. id and kind name it, as in add and name.
func (s scope) bucket(id, kind, why string, properties aws.S3Bucket) *bucket {
	properties.BucketName = s.bucketName(kind)
	properties.OwnershipControls = aws.S3Ownership{Rules: []aws.S3OwnershipRule{{ObjectOwnership: "BucketOwnerEnforced"}}}
	properties.PublicAccessBlockConfiguration = aws.S3PublicAccessBlock{
		BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true,
	}
	properties.VersioningConfiguration = aws.S3Versioning{Status: "Enabled"}
	b := &bucket{bucket: s.add(id+"Bucket", why, properties), properties: properties}
	b.emptier = s.emptier(id, kind, b.bucket)
	arn := attr(b.bucket, "Arn")
	b.statements = aws.Policy{denyPlainHTTP("s3:*", arn, plan.Text(arn, "/*"))}
	b.policy = s.add(id+"BucketPolicy", "Who from outside may use the bucket; never without TLS.", aws.S3BucketPolicy{})
	b.policy.After(b.emptier)
	s.expander.finish = append(s.expander.finish, func() {
		b.policy.Properties = aws.Properties(aws.S3BucketPolicy{Bucket: ref(b.bucket), PolicyDocument: b.statements})
	})
	return b
}

func defaultEncryption(algorithm aws.S3EncryptionDefault, bucketKey plan.Value) aws.S3Encryption {
	return aws.S3Encryption{ServerSideEncryptionConfiguration: []aws.S3EncryptionRule{{
		ServerSideEncryptionByDefault: algorithm, BucketKeyEnabled: bucketKey,
	}}}
}

// emptier is the custom resource that empties a bucket when it is deleted. Its
// rights stand in its role, not in the bucket's policy: they outlast the policy.
func (s scope) emptier(id, kind string, target *plan.Resource) *plan.Resource {
	name := s.name(kind + "-emptier")
	logs := s.logGroup(id+"EmptierLogs", kind+"-emptier-logs", "What the emptier did.", plan.Int(programDays))
	runs := s.role(id+"EmptierRole", kind+"-emptier-role", "Lets the emptier delete what is in its bucket.",
		trustService("lambda.amazonaws.com"))
	runs.allow("ListBucket", []string{"s3:ListBucketVersions", "s3:ListBucketMultipartUploads"}, attr(target, "Arn"))
	runs.allow("EmptyBucket", []string{"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload"},
		plan.Text(attr(target, "Arn"), "/*"))
	runs.allow("GoOnInAnotherCall", []string{"lambda:InvokeFunction"}, s.arn("lambda", "function:", name))
	function := s.program(id+"EmptierFunction", "Empties the bucket before it is deleted.", runs, logs, aws.LambdaFunction{
		FunctionName: name, Description: plan.String("Empties a bucket when its stack is deleted."),
		Timeout: plan.Int(programTime), MemorySize: plan.Int(256),
		Code: aws.LambdaCode{ZipFile: script.BucketEmptier()},
	})
	// The policy outlasts the last call: without the edge it would go while the bucket is being emptied.
	return s.add(id+"Emptier", "Empties the bucket when the stack is deleted.", aws.BucketEmptier{
		ServiceToken: attr(function, "Arn"), ServiceTimeout: answerTimeout, BucketName: ref(target),
	}).After(runs.policy)
}

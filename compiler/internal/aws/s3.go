package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// S3Bucket is AWS::S3::Bucket.
type S3Bucket struct {
	BucketName                     plan.Value
	BucketEncryption               S3Encryption
	OwnershipControls              S3Ownership
	PublicAccessBlockConfiguration S3PublicAccessBlock
	VersioningConfiguration        S3Versioning
	LifecycleConfiguration         S3Lifecycle
}

// S3Encryption is the default encryption of a bucket.
type S3Encryption struct{ ServerSideEncryptionConfiguration []S3EncryptionRule }

// S3EncryptionRule is one rule of S3Encryption.
type S3EncryptionRule struct {
	ServerSideEncryptionByDefault S3EncryptionDefault
	BucketKeyEnabled              plan.Value
}

// S3EncryptionDefault names the algorithm, and the key if it is KMS's.
type S3EncryptionDefault struct {
	SSEAlgorithm   plan.Value
	KMSMasterKeyID plan.Value
}

// S3Ownership says who owns the objects that others write.
type S3Ownership struct{ Rules []S3OwnershipRule }

// S3OwnershipRule is one rule of S3Ownership.
type S3OwnershipRule struct{ ObjectOwnership string }

// S3PublicAccessBlock shuts the four ways in which a bucket can become public.
type S3PublicAccessBlock struct {
	BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets bool
}

// S3Versioning is a bucket's versioning: Enabled or Suspended.
type S3Versioning struct{ Status string }

// S3Lifecycle is the rules by which objects expire.
type S3Lifecycle struct{ Rules []S3LifecycleRule }

// S3LifecycleRule is one rule of S3Lifecycle; times in days.
type S3LifecycleRule struct {
	Id                             string
	Status                         string
	Prefix                         plan.Value // none: every object
	ExpirationInDays               plan.Value
	NoncurrentVersionExpiration    S3NoncurrentExpiration
	AbortIncompleteMultipartUpload S3AbortUpload
	ExpiredObjectDeleteMarker      bool
}

// S3NoncurrentExpiration says when versions that were replaced expire.
type S3NoncurrentExpiration struct{ NoncurrentDays plan.Value }

// S3AbortUpload says when uploads that were never finished are given up.
type S3AbortUpload struct{ DaysAfterInitiation int }

// S3BucketPolicy is AWS::S3::BucketPolicy.
type S3BucketPolicy struct {
	Bucket         plan.Value
	PolicyDocument Policy
}

// ResourceType implements Resource.
func (S3Bucket) ResourceType() string       { return "AWS::S3::Bucket" }
func (S3BucketPolicy) ResourceType() string { return "AWS::S3::BucketPolicy" }

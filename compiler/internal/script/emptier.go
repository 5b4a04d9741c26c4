package script

import _ "embed"

//go:embed empty_bucket.py
var bucketEmptier string

// BucketEmptier is the Python program, handler index.handler, of the custom resource that empties its BucketName
// before CloudFormation deletes the bucket.
func BucketEmptier() string { return customResource(bucketEmptier) }

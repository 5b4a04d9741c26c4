package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// LambdaFunction is AWS::Lambda::Function with inline code.
type LambdaFunction struct {
	FunctionName  plan.Value
	Description   string
	Runtime       string
	Handler       string
	Role          plan.Value
	Timeout       int // seconds
	MemorySize    int // MiB
	LoggingConfig LambdaLogging
	Code          LambdaCode
}

// LambdaLogging names the log group that a function writes to.
type LambdaLogging struct{ LogGroup plan.Value }

// LambdaCode is a function's inline code.
type LambdaCode struct{ ZipFile string }

// BucketEmptier is Custom::BucketEmptier: it empties a bucket when the stack is deleted.
type BucketEmptier struct {
	ServiceToken   plan.Value
	ServiceTimeout int // seconds
	BucketName     plan.Value
}

// ResourceType implements Resource.
func (LambdaFunction) ResourceType() string { return "AWS::Lambda::Function" }
func (BucketEmptier) ResourceType() string  { return "Custom::BucketEmptier" }

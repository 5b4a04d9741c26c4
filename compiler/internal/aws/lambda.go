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
	Environment   LambdaEnvironment
	LoggingConfig LambdaLogging
	Code          LambdaCode
}

// LambdaEnvironment is the variables that a function finds in its environment.
type LambdaEnvironment struct{ Variables plan.Object }

// LambdaLogging names the log group that a function writes to.
type LambdaLogging struct{ LogGroup plan.Value }

// LambdaCode is a function's inline code.
type LambdaCode struct{ ZipFile string }

// LambdaPermission is AWS::Lambda::Permission: a service may call a function.
type LambdaPermission struct {
	FunctionName plan.Value
	Action       string
	Principal    string
	SourceArn    plan.Value
}

// BucketEmptier is Custom::BucketEmptier: it empties a bucket when the stack is deleted.
type BucketEmptier struct {
	ServiceToken   plan.Value
	ServiceTimeout int // seconds
	BucketName     plan.Value
}

// ResourceType implements Resource.
func (LambdaFunction) ResourceType() string   { return "AWS::Lambda::Function" }
func (LambdaPermission) ResourceType() string { return "AWS::Lambda::Permission" }
func (BucketEmptier) ResourceType() string    { return "Custom::BucketEmptier" }

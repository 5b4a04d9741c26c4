package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// LambdaFunction is AWS::Lambda::Function, of inline code or of a container image.
type LambdaFunction struct {
	FunctionName  plan.Value
	Description   plan.Value
	PackageType   string
	Architectures []string
	Runtime       string
	Handler       string
	Role          plan.Value
	Timeout       plan.Value // seconds
	MemorySize    plan.Value // MiB
	Environment   LambdaEnvironment
	VpcConfig     LambdaVPC
	LoggingConfig LambdaLogging
	Code          LambdaCode
	ImageConfig   LambdaImage

	DeadLetterConfig             LambdaDeadLetters
	ReservedConcurrentExecutions plan.Value
}

// LambdaEnvironment is the variables that a function finds in its environment.
type LambdaEnvironment struct{ Variables plan.Object }

// LambdaLogging names the log group that a function writes to.
type LambdaLogging struct{ LogGroup plan.Value }

// LambdaCode is a function's code: a program, or an image.
type LambdaCode struct {
	ZipFile  string
	ImageUri plan.Value
}

// LambdaImage is what an image runs instead of its own.
type LambdaImage struct{ Command plan.Value }

// LambdaVPC is where in a VPC a function runs.
type LambdaVPC struct{ SubnetIds, SecurityGroupIds []plan.Value }

// LambdaDeadLetters is where asynchronous calls go that fail.
type LambdaDeadLetters struct{ TargetArn plan.Value }

// LambdaVersion is AWS::Lambda::Version: what a function is when the version is made.
type LambdaVersion struct{ FunctionName, Description plan.Value }

// LambdaAlias is AWS::Lambda::Alias.
type LambdaAlias struct {
	Name            string
	FunctionName    plan.Value
	FunctionVersion plan.Value
}

// LambdaURL is AWS::Lambda::Url, of an alias.
type LambdaURL struct {
	TargetFunctionArn plan.Value
	Qualifier         string
	AuthType          plan.Value
}

// LambdaPermission is AWS::Lambda::Permission: a service, or everybody, may call a function.
type LambdaPermission struct {
	FunctionName plan.Value
	Action       string
	Principal    string
	SourceArn    plan.Value

	FunctionUrlAuthType   string
	InvokedViaFunctionUrl bool
}

// BucketEmptier is Custom::BucketEmptier: it empties a bucket when the stack is deleted.
type BucketEmptier struct {
	ServiceToken   plan.Value
	ServiceTimeout int // seconds
	BucketName     plan.Value
}

// FunctionStack is Custom::FunctionStack: the stack that a pipeline deploys a function in.
type FunctionStack struct {
	ServiceToken   plan.Value
	ServiceTimeout int // seconds
	StackName      plan.Value
	RoleARN        plan.Value // that CloudFormation works as
	Offers         plan.Value // what the function may use, as words
}

// FunctionTarget is Custom::FunctionTarget: a function among the targets of the group that its handler knows.
type FunctionTarget struct {
	ServiceToken plan.Value
	FunctionArn  plan.Value
	Release      plan.Value // so that each release sees to it
}

// ResourceType implements Resource.
func (LambdaFunction) ResourceType() string   { return "AWS::Lambda::Function" }
func (LambdaVersion) ResourceType() string    { return "AWS::Lambda::Version" }
func (LambdaAlias) ResourceType() string      { return "AWS::Lambda::Alias" }
func (LambdaURL) ResourceType() string        { return "AWS::Lambda::Url" }
func (LambdaPermission) ResourceType() string { return "AWS::Lambda::Permission" }
func (BucketEmptier) ResourceType() string    { return "Custom::BucketEmptier" }
func (FunctionStack) ResourceType() string    { return "Custom::FunctionStack" }
func (FunctionTarget) ResourceType() string   { return "Custom::FunctionTarget" }

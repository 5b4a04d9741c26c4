package expand

import (
	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// program makes the function of a Python program that stands in the template, works as a role and writes to a log group of its own.
func (s scope) program(id, why string, runs *role, logs *plan.Resource, f aws.LambdaFunction) *plan.Resource {
	runs.allow("Log", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, attr(logs, "Arn"))
	f.Runtime, f.Handler, f.Role = "python3.13", "index.handler", runs.arn()
	f.LoggingConfig = aws.LambdaLogging{LogGroup: ref(logs)}
	return s.add(id, why, f)
}

const (
	// answerTimeout is how long CloudFormation waits for the program of a custom resource, in seconds:
	// the longest that it can (reference of AWS::CloudFormation::CustomResource).
	answerTimeout = 3600
	programTime   = 900 // seconds: as long as Lambda can
	programDays   = 30  // for which its logs are kept
)

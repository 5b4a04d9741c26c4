package spec

import "github.com/hashicorp/hcl/v2"

// Further strategies of `deploy "lambda"`.
const (
	StrategyCanary = "canary"
	StrategyLinear = "linear"
)

// Who may call a function at its URL, in Lambda's words.
const (
	FunctionURLIAM  = "AWS_IAM"
	FunctionURLNone = "NONE"
)

// Traffic is how requests are shifted to a new version: so many of a hundred at a time, and so many minutes between.
type Traffic struct {
	Percent Number
	Minutes Number
	Range   hcl.Range
}

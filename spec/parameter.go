package spec

import "github.com/hashicorp/hcl/v2"

// Parameter is a `parameter` block: a value that CloudFormation asks for when a stack is made.
type Parameter struct {
	Label                 Text
	Type                  Text
	Default               Text
	HasDefault            bool // otherwise a value has to be given
	Description           Text
	AllowedValues         Texts
	AllowedPattern        Text
	ConstraintDescription Text
	MinLength, MaxLength  Number // of a String; 0: no bound
	Range                 hcl.Range
}

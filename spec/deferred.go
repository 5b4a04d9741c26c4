package spec

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Deferred is a string of which parts may get their text only when CloudFormation makes the stack.
type Deferred struct {
	Parts []Part
	Range hcl.Range
}

// Part is a part of a Deferred: Literal, ParameterValue, PseudoValue or ResourceValue.
type Part interface{ part() }

// Literal is text that is known.
type Literal string

// ParameterValue is what a parameter of the template is given.
type ParameterValue struct {
	Name string // EnvironmentSuffix, or a parameter of the configuration
}

// PseudoValue is what CloudFormation says about the stack: Pseudo.
type PseudoValue struct{ Of Pseudo }

// Pseudo is one of the names behind `aws.`.
type Pseudo string

// What `aws.` stands for.
const (
	AccountID Pseudo = "account_id"
	Region    Pseudo = "region"
	Partition Pseudo = "partition"
	StackName Pseudo = "stack_name"
)

// ResourceValue is a value of a resource, generated or of a `resource` block.
type ResourceValue struct {
	ID        string // logical id
	Attribute string // empty: what Ref gives
}

func (Literal) part()        {}
func (ParameterValue) part() {}
func (PseudoValue) part()    {}
func (ResourceValue) part()  {}

// Known returns a Deferred that is known: a text.
func Known(text string, at hcl.Range) Deferred {
	if text == "" {
		return Deferred{Range: at}
	}
	return Deferred{Parts: []Part{Literal(text)}, Range: at}
}

// IsSet tells whether there is anything: an attribute that is left out has no parts.
func (d Deferred) IsSet() bool { return len(d.Parts) > 0 }

// Text returns the string if all of it is known.
func (d Deferred) Text() (text string, known bool) {
	var out strings.Builder
	for _, part := range d.Parts {
		literal, ok := part.(Literal)
		if !ok {
			return "", false
		}
		out.WriteString(string(literal))
	}
	return out.String(), true
}

// Resource returns the value of a resource that the string is, if it is that and nothing else.
func (d Deferred) Resource() (value ResourceValue, ok bool) {
	if len(d.Parts) != 1 {
		return ResourceValue{}, false
	}
	value, ok = d.Parts[0].(ResourceValue)
	return value, ok
}

// String is the string as it is written; what is not known stands as its reference. Two that are the same give the same text,
// and different ones different texts: a literal `${` is written `$${`.
func (d Deferred) String() string {
	var out strings.Builder
	for _, part := range d.Parts {
		switch p := part.(type) {
		case Literal:
			out.WriteString(strings.ReplaceAll(string(p), "${", "$${"))
		case ParameterValue:
			out.WriteString("${param." + p.Name + "}")
		case PseudoValue:
			out.WriteString("${aws." + string(p.Of) + "}")
		case ResourceValue:
			out.WriteString("${resource." + p.ID)
			if p.Attribute != "" {
				out.WriteString("." + p.Attribute)
			}
			out.WriteString("}")
		}
	}
	return out.String()
}

// DeferredList is a list of strings. Range covers the whole list.
type DeferredList struct {
	Items []Deferred
	Range hcl.Range
}

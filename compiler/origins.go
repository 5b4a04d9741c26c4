package compiler

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Origin is where a resource of the templates comes from.
type Origin struct {
	ID      string // logical id
	Type    string
	Stack   string // without the suffix
	Account string // label
	Why     string // one sentence: why it is there
	Name    string // that AWS knows it by, with ${EnvironmentSuffix} and what else CloudFormation fills in; empty if AWS chooses it

	At      hcl.Range // the label of the block that it is made for
	Parts   []Decided // what decided parts of it
	Removed []Decided // what an override took away
}

// Decided is a part of a resource with the attribute, or the block, that decides it. The part is given by its JSON pointer in the
// resource, which leads on into documents that the template holds as a text; the empty pointer means that the resource is there.
// A part may be decided by several attributes, and what none decides belongs to the part that it is in.
type Decided struct {
	Pointer string
	At      hcl.Range
}

// Inspect is Compile, but a system that expanded comes back although the proofs found errors in it; it is nil otherwise.
func Inspect(files []Source, inputs ...Input) (*System, hcl.Diagnostics) {
	return prepare(files, inputs)
}

// Origins returns where every resource comes from, in the order of the templates. Those of stacks that a pipeline deploys are among them.
func (s *System) Origins() []Origin {
	out := make([]Origin, len(s.plan.Resources))
	for i, r := range s.plan.Resources {
		out[i] = Origin{
			ID: r.ID, Type: r.Type, Stack: r.Stack.Name, Account: r.Stack.Account.Label, Why: r.Why, Name: physicalName(r),
			At: r.Origin, Parts: decided(r.Sources), Removed: decided(r.Removed),
		}
	}
	return out
}

func decided(places []plan.Place) []Decided {
	out := make([]Decided, len(places))
	for i, place := range places {
		out[i] = Decided{place.Path, place.At}
	}
	return out
}

// physicalName is the name that a resource has in AWS, as a text; empty if it is given none, or one that only the stack knows.
func physicalName(r *plan.Resource) string {
	rule, named := aws.NameRuleOf(r.Type)
	if !named {
		return ""
	}
	var out strings.Builder
	known := true
	plan.Walk(r.Properties.Get(rule.Property), func(v plan.Value) {
		switch v := v.(type) {
		case plan.Concat:
		case plan.String:
			out.WriteString(string(v))
		case plan.Param:
			out.WriteString("${" + v.Of.Name + "}")
		case plan.Pseudo:
			out.WriteString("${" + string(v) + "}")
		default:
			known = false
		}
	})
	if !known {
		return ""
	}
	return out.String()
}

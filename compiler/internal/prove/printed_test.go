package prove

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/template"
)

// TestPoliciesArePrintedAsTheyAreRead: what the proofs read of a policy is what CloudFormation makes of the one that is printed.
func TestPoliciesArePrintedAsTheyAreRead(t *testing.T) {
	documents := 0
	for _, name := range exampleNames(t) {
		p := examplePlan(t, name)
		s := surveyOf(p)
		for _, stack := range p.Stacks {
			printed := struct {
				Resources map[string]struct{ Properties map[string]any }
			}{}
			if err := json.Unmarshal(template.Stack(p, stack), &printed); err != nil {
				t.Fatal(err)
			}
			formation := &formation{s, stack}
			for _, r := range p.Of(stack) {
				property := policyPlaces[r.Type].property
				document := r.Properties.Get(property)
				if document == nil {
					continue
				}
				documents++
				got := formation.fill(printed.Resources[r.ID].Properties[property])
				if want := s.inAWS(stack.Account, document); !reflect.DeepEqual(got, want) {
					t.Errorf("%s: %s of %s:\n%v\nand read as\n%v", name, property, r.ID, got, want)
				}
			}
		}
	}
	if documents < 300 {
		t.Errorf("only %d documents", documents)
	}
}

// formation fills in a template as CloudFormation does, with the same words for what only a deployment knows.
type formation struct {
	s     *survey
	stack *plan.Stack
}

var placeholder = regexp.MustCompile(`\$\{[^}]+\}`)

func (f *formation) fill(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = f.fill(item)
		}
		return out
	case map[string]any:
		for function, argument := range v {
			switch function {
			case "Ref":
				return f.variable(argument.(string), nil)
			case "Fn::GetAtt":
				return f.variable(fmt.Sprintf("%v.%v", argument.([]any)...), nil)
			case "Fn::Sub":
				return f.sub(argument)
			case "Fn::ImportValue":
				return f.imported(f.fill(argument).(string))
			}
		}
		out := map[string]any{}
		for key, item := range v {
			out[key] = f.fill(item)
		}
		return out
	}
	return v
}

func (f *formation) sub(argument any) string {
	var more map[string]any
	if pair, ok := argument.([]any); ok {
		argument, more = pair[0], pair[1].(map[string]any)
	}
	return placeholder.ReplaceAllStringFunc(argument.(string), func(name string) string { return f.variable(name[2:len(name)-1], more) })
}

func (f *formation) variable(name string, more map[string]any) string {
	if value, ok := more[name]; ok {
		return f.fill(value).(string)
	}
	switch name {
	case "AWS::AccountId":
		return f.stack.Account.ID
	case "AWS::Region":
		return f.s.plan.Region
	case "AWS::Partition":
		return "aws"
	case "AWS::URLSuffix":
		return "amazonaws.com"
	}
	id, attribute, isAttribute := strings.Cut(name, ".")
	r := f.s.plan.Resource(id)
	switch {
	case r == nil:
		return unknown(name)
	case isAttribute:
		return f.s.attribute(r, attribute)
	}
	return f.s.referred(r)
}

// imported is what another stack of the account exports under a name.
func (f *formation) imported(name string) any {
	for _, stack := range f.s.plan.Stacks {
		if stack.Account != f.stack.Account {
			continue
		}
		printed := struct {
			Outputs map[string]struct {
				Value  any
				Export struct{ Name any }
			}
		}{}
		if err := json.Unmarshal(template.Stack(f.s.plan, stack), &printed); err != nil {
			return err
		}
		other := &formation{f.s, stack}
		for _, output := range printed.Outputs {
			if output.Export.Name != nil && other.fill(output.Export.Name) == name {
				return other.fill(output.Value)
			}
		}
	}
	return "nothing exports " + name
}

package access

import (
	"strconv"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Document is a policy.
type Document struct {
	Statements []Statement
}

// Statement is one statement of a policy.
type Statement struct {
	Sid          string
	Index        int    // of the statement in its document
	Path         string // where it stands in its resource, as a JSON pointer
	Of           *plan.Resource
	Deny         bool
	Principals   *Principals // nil in a policy of who calls
	NotPrincipal bool
	Actions      []string // in lower case, as IAM compares them; patterns
	Named        []string // the same as they are written
	NotActions   bool
	Resources    []string // patterns; nil if the statement names none
	NotResources bool
	Conditions   []Condition

	variables bool // ${...} stands for a key: by version 2012-10-17
}

// Principals is who a statement of a policy on a resource is about.
type Principals struct {
	Everyone bool
	AWS      []string // accounts and ARNs
	Services []string
	Others   []string // of other kinds, such as Federated, each as KIND:NAME
}

// Condition is one condition of a statement: one of Values has to compare with the key.
type Condition struct {
	Operator string // as it is written, such as ForAnyValue:StringEquals
	Key      string
	Values   []string

	operator operator
}

// Read reads the policy document of a resource, which stands there at a path. say is the text that a value has in AWS.
func Read(of *plan.Resource, path string, document plan.Value, say func(plan.Value) string) *Document {
	body, _ := document.(plan.Object)
	version := body.Get("Version")
	variables := version != nil && say(version) == "2012-10-17"
	list := plan.Items(body.Get("Statement"))
	d := &Document{Statements: make([]Statement, 0, len(list))}
	for i, item := range list {
		object, _ := item.(plan.Object)
		s := Statement{Index: i, Of: of, Path: path + "/Statement/" + strconv.Itoa(i), variables: variables}
		for _, field := range object {
			switch field.Key {
			case "Sid":
				s.Sid = say(field.Value)
			case "Effect":
				s.Deny = say(field.Value) == "Deny"
			case "Principal", "NotPrincipal":
				s.Principals, s.NotPrincipal = principals(field.Value, say), field.Key == "NotPrincipal"
			case "Action", "NotAction":
				s.Named, s.NotActions = texts(field.Value, say), field.Key == "NotAction"
				for _, action := range s.Named {
					s.Actions = append(s.Actions, strings.ToLower(action))
				}
			case "Resource", "NotResource":
				s.Resources, s.NotResources = texts(field.Value, say), field.Key == "NotResource"
			case "Condition":
				s.Conditions = conditions(field.Value, say)
			}
		}
		d.Statements = append(d.Statements, s)
	}
	return d
}

func principals(v plan.Value, say func(plan.Value) string) *Principals {
	out := &Principals{}
	object, isObject := v.(plan.Object)
	if !isObject {
		out.Everyone = say(v) == "*"
	}
	for _, field := range object {
		switch names := texts(field.Value, say); field.Key {
		case "AWS":
			for _, name := range names {
				out.Everyone = out.Everyone || name == "*"
			}
			out.AWS = names
		case "Service":
			out.Services = names
		default:
			for _, name := range names {
				out.Others = append(out.Others, field.Key+":"+name)
			}
		}
	}
	return out
}

func conditions(v plan.Value, say func(plan.Value) string) []Condition {
	var out []Condition
	operators, _ := v.(plan.Object)
	for _, written := range operators {
		keys, _ := written.Value.(plan.Object)
		for _, key := range keys {
			c := Condition{Operator: written.Key, Key: key.Key, Values: texts(key.Value, say), operator: operatorOf(written.Key)}
			out = append(out, c)
		}
	}
	return out
}

func texts(v plan.Value, say func(plan.Value) string) []string {
	list := plan.Items(v)
	out := make([]string, len(list))
	for i, item := range list {
		out[i] = say(item)
	}
	return out
}

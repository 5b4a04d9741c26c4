package aws

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Policy is an IAM policy document.
type Policy []Statement

// Statement is one statement of a policy document. Effect is Allow unless Deny is set.
type Statement struct {
	Sid       string
	Deny      bool
	Principal *Principal // resource policies and trust policies only
	Actions   []string
	Resources []plan.Value // empty in a trust policy
	When      []Condition
	For       []hcl.Range // what in the configuration asks for it
}

// Principal says to whom a statement applies; exactly one field is set.
type Principal struct {
	Accounts []plan.Value // ARNs of account roots
	Service  string
	Everyone bool
}

// Condition is one condition of a statement.
type Condition struct {
	Operator string
	Key      string
	Values   []plan.Value
}

func (p Policy) planValue() plan.Value {
	statements := make(plan.List, 0, len(p))
	for _, s := range p {
		statements = append(statements, s.planValue())
	}
	return plan.Object{{Key: "Version", Value: plan.String("2012-10-17")}, {Key: "Statement", Value: statements}}
}

func (s Statement) planValue() plan.Value {
	var out plan.Object
	add := func(key string, value plan.Value) { out = append(out, plan.Field{Key: key, Value: value}) }
	if s.Sid != "" {
		add("Sid", plan.String(s.Sid))
	}
	effect := "Allow"
	if s.Deny {
		effect = "Deny"
	}
	add("Effect", plan.String(effect))
	if s.Principal != nil {
		add("Principal", s.Principal.planValue())
	}
	add("Action", oneOrMany(plan.Strings(s.Actions...)))
	if len(s.Resources) > 0 {
		add("Resource", oneOrMany(s.Resources))
	}
	if len(s.When) > 0 {
		add("Condition", conditionsValue(s.When))
	}
	value := plan.Value(out)
	for _, at := range s.For {
		value = plan.From{Of: value, At: at}
	}
	return value
}

func (p *Principal) planValue() plan.Value {
	switch {
	case p.Everyone:
		return plan.String("*")
	case p.Service != "":
		return plan.Object{{Key: "Service", Value: plan.String(p.Service)}}
	}
	return plan.Object{{Key: "AWS", Value: oneOrMany(p.Accounts)}}
}

// conditionsValue groups conditions by operator, as the policy language has it.
func conditionsValue(conditions []Condition) plan.Value {
	var out plan.Object
	for _, c := range conditions {
		field := plan.Field{Key: c.Key, Value: oneOrMany(c.Values)}
		grouped := false
		for i := range out {
			if out[i].Key == c.Operator {
				out[i].Value = append(out[i].Value.(plan.Object), field)
				grouped = true
			}
		}
		if !grouped {
			out = append(out, plan.Field{Key: c.Operator, Value: plan.Object{field}})
		}
	}
	return out
}

func oneOrMany(values []plan.Value) plan.Value {
	if len(values) == 1 {
		return values[0]
	}
	return plan.List(values)
}

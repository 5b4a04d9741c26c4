package prove

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

const notTaken = "Policy that AWS does not take"

// grammarDamages are statements that are none, by program, of every statement.
var grammarDamages = []damages{
	ofEachStatement(func(of statementPlace) []damage {
		caller := of.r.Type == policyType
		out := []damage{
			of.grammar("with a small letter in its effect", "Effect", plan.String("allow")),
			of.grammar("without an effect", "Effect", nil),
			of.grammar("with a member too many", "Conditions", object("Bool", object("aws:SecureTransport", plan.Bool(true)))),
			of.grammar("without an action", "Action", nil),
			of.grammar("with an action that is none", "Action", plan.String("GetObject")),
			of.grammar("with a misspelt operator", []any{"Condition", "StringEqual", "aws:PrincipalAccount"}, plan.String("123456789012")),
			of.grammar("with an operator that is none of a set", []any{"Condition", "ForSomeValues:StringEquals", "aws:PrincipalAccount"}, plan.String("123456789012")),
		}
		if !of.administers() && of.member("Condition") != nil {
			slip := of.grammar("with a key that is misspelt", []any{"Condition", "StringEquals", "aws:PrncipalArn"}, plan.String("arn:aws:iam::123456789012:role/a"))
			slip.says = "Did you mean \"aws:PrincipalArn\""
			out = append(out, slip)
		}
		switch {
		case caller:
			out = append(out,
				of.grammar("without a resource", "Resource", nil), of.grammar("with a principal", "Principal", plan.String("*")),
				of.grammar("on a name", "Resource", plan.String("storefront/other")), of.grammar("with a hyphen in its name", "Sid", plan.String("a-b")),
			)
		case of.r.Type == roleType:
			out = append(out, of.grammar("with a resource", "Resource", plan.String("*")))
		case of.r.Type != repositoryType:
			out = append(out, of.grammar("without a resource", "Resource", nil))
		}
		if !caller {
			out = append(out, of.grammar("without a principal", "Principal", nil))
		}
		return out
	}),
	ofEachDocument(func(r *plan.Resource, document string) []damage {
		add := func(what string, value plan.Value, path ...any) damage {
			return damage{r.ID + ": " + what, "grammar", notTaken, func() { put(r, value, append([]any{document}, path...)...) }}
		}
		return []damage{
			add("of another version", plan.String("2012-10-18"), "Version"), add("with a member too many", plan.String("x"), "Statements"),
			add("with a statement that is a text", list(plan.String("allow all")), "Statement"),
		}
	}),
}

// weakDamages are conditions that hold for more, and rights under other words.
var weakDamages = []damages{
	ofEachStatement(func(of statementPlace) []damage {
		if of.deny() {
			return nil
		}
		var out []damage
		operators, _ := of.member("Condition").(plan.Object)
		for _, operator := range operators {
			keys, _ := operator.Value.(plan.Object)
			for _, key := range keys {
				if key.Key == "aws:PrincipalArn" {
					out = append(out, of.replaced(operator.Key, key.Key, "ArnLike", key.Key, plan.String("arn:aws:iam::*:role/*"), unneeded, "with every role"))
				}
				says := tooFar
				if key.Key == "aws:PrincipalArn" {
					says = unneeded
				}
				if key.Key != "aws:SourceAccount" { // The ARN says it as well.
					out = append(out, of.replaced(operator.Key, key.Key, "StringEquals", "aws:RequestedRegion", plan.String("us-east-1"), says, "of another key"))
				}
				if key.Key == "aws:PrincipalArn" {
					continue
				}
				base := operator.Key[strings.Index(operator.Key, ":")+1:]
				out = append(out,
					of.replaced(operator.Key, key.Key, operator.Key, key.Key, append(items(key.Value), plan.String("another")), tooFar, "with a value more"),
					of.replaced(operator.Key, key.Key, operator.Key+"IfExists", key.Key, key.Value, "pins nothing", "if it exists"),
					of.replaced(operator.Key, key.Key, "ForAllValues:"+base, key.Key, key.Value, "pins nothing", "for all values"),
					of.replaced(operator.Key, key.Key, "Null", key.Key, plan.String("false"), "pins nothing", "that it is there"),
					of.replaced(operator.Key, key.Key, "StringNotEquals", key.Key, plan.String("another"), "pins nothing", "the other way round"),
					of.replaced(operator.Key, key.Key, "StringLike", key.Key, plan.String("*"), tooFar, "with a star"),
				)
			}
		}
		return out
	}),
	ofEachStatement(func(of statementPlace) []damage {
		if of.deny() || of.administers() {
			return nil
		}
		whole := items(at(of.r.Properties, of.document, "Statement"))
		more := func(what, says, proof string, statement plan.Value) damage {
			return damage{of.r.ID + ": statement " + of.name() + " " + what, proof, says, func() { put(of.r, statement, of.document, "Statement", len(whole)) }}
		}
		all := with(with(whole[of.i], nil, "Action"), plan.String(of.service()+":ResignCommission"), "NotAction")
		out := []damage{more("and all but one action", unneeded, "access", all)}
		if of.member("Principal") != nil {
			for kind, name := range map[string]string{"Federated": "arn:aws:iam::123456789012:oidc-provider/token.example.com", "CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"} {
				other := with(whole[of.i], object(kind, plan.String(name)), "Principal")
				out = append(out, more("and for "+kind, unneeded, "access", other), more("and for "+kind+" without a condition", openToAll, "danger", with(other, nil, "Condition")))
			}
		}
		return out
	}),
}

func (p statementPlace) grammar(what string, member any, value plan.Value) damage {
	d := p.damage(what, notTaken, member, value)
	d.proof = "grammar"
	return d
}

// replaced puts another condition into the place of one.
func (p statementPlace) replaced(operator, key, newOperator, newKey string, value plan.Value, says, what string) damage {
	return damage{p.r.ID + ": statement " + p.name() + " on " + key + ", " + what, "access", says, func() {
		path := []any{p.document, "Statement", p.i, "Condition"}
		conditions := p.member("Condition")
		if left := with(at(conditions, operator), nil, key); len(left.(plan.Object)) == 0 {
			conditions = with(conditions, nil, operator)
		} else {
			conditions = with(conditions, left, operator)
		}
		put(p.r, with(conditions, value, newOperator, newKey), path...)
	}}
}

// ofEachDocument damages every policy that is not the configuration's own.
func ofEachDocument(of func(r *plan.Resource, document string) []damage) damages {
	return func(p *plan.Plan) []damage {
		var out []damage
		for _, r := range p.Resources {
			if place, has := policyPlaces[r.Type]; has && !r.Own && !r.Written && r.Properties.Get(place.property) != nil {
				out = append(out, of(r, place.property)...)
			}
		}
		return out
	}
}

package prove

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

const (
	refused  = "Call that AWS refuses"
	unneeded = "Right that nothing needs"
	tooFar   = "Right that goes too far"
)

// accessDamages are those of policies, by program, of every statement.
var accessDamages = []damages{
	ofEachStatement(func(of statementPlace) []damage {
		if of.deny() {
			return nil
		}
		var out []damage
		for i, action := range of.actions {
			if of.administers() {
				break // Nobody is known to do it.
			}
			if len(of.actions) > 1 {
				out = append(out, of.damage("without "+action, refused, "Action", lessOne(of.member("Action"), i)))
			}
		}
		out = append(out, of.damage("with an action more", unneeded, "Action", append(items(of.member("Action")), plan.String(of.service()+":ResignCommission"))))
		if !of.administers() {
			out = append(out,
				of.damage("of other actions", refused, "Action", plan.String(of.service()+":ResignCommission")),
				of.damage("that denies", refused, "Effect", plan.String("Deny")),
			)
		}
		if of.service() != "sts" {
			out = append(out, of.damage("of all actions of its service", unneeded, "Action", plan.String(of.service()+":*")))
		}
		return append(out, of.damage("of all actions", unneeded, "Action", plan.String("*")))
	}),
	ofEachStatement(func(of statementPlace) []damage {
		resources := items(of.member("Resource"))
		if of.deny() || of.r.Type == keyType || len(resources) == 0 {
			return nil
		}
		out := []damage{of.damage("on something else", refused, "Resource", plan.String("arn:aws:s3:::another"))}
		if resources[0] != plan.String("*") {
			out = append(out,
				of.damage("on everything", unneeded, "Resource", plan.String("*")),
				of.damage("on something more", unneeded, "Resource", append(resources[:len(resources):len(resources)], plan.String("arn:aws:s3:::another/*"))),
			)
		}
		for i := range resources {
			if len(resources) > 1 {
				out = append(out, of.damage(fmt.Sprintf("without resource %d", i), refused, "Resource", lessOne(resources, i)))
			}
			if text := written(resources[i]); strings.HasSuffix(text, "}") && !strings.HasSuffix(text, "key/*") {
				out = append(out, of.damage(fmt.Sprintf("on resource %d and all that begin so", i), unneeded, "Resource", plan.Text(resources[i], "*")))
			}
		}
		return out
	}),
	ofEachStatement(func(of statementPlace) []damage {
		var out []damage
		operators, _ := of.member("Condition").(plan.Object)
		for _, operator := range operators {
			keys, _ := operator.Value.(plan.Object)
			for _, key := range keys {
				path := []any{"Condition", operator.Key, key.Key}
				if of.deny() {
					out = append(out, of.loosened(of.damage("with another "+key.Key, "", path, plan.String("another"))))
					continue
				}
				says := tooFar
				if key.Key == "aws:PrincipalArn" {
					says = unneeded
				}
				if !(key.Key == "aws:SourceAccount") { // The ARN says it as well.
					out = append(out, of.damage("without "+key.Key, says, path, nil))
				}
				out = append(out,
					of.damage("with another "+key.Key, refused, path, plan.String("another")),
					of.damage("with a condition more", refused, []any{"Condition", "StringEquals", "iam:PassedToService"}, plan.String("another.amazonaws.com")),
				)
				if strings.HasSuffix(strings.ToLower(key.Key), "arn") {
					out = append(out, of.damage("with an ARN that is another in "+key.Key, refused, path, plan.String("arn:aws:iam::123456789012:role/another")))
				}
				values := items(key.Value)
				for i := range values {
					if len(values) > 1 {
						out = append(out, of.damage(fmt.Sprintf("without value %d of %s", i, key.Key), refused, path, lessOne(values, i)))
					}
				}
				if key.Key == "aws:PrincipalArn" {
					more := append(values[:len(values):len(values)], plan.String("arn:aws:iam::111111111111:role/another"))
					out = append(out, of.damage("with a role more", unneeded, path, more))
				}
			}
		}
		return out
	}),
	ofEachStatement(func(of statementPlace) []damage {
		if of.member("Principal") == nil || of.deny() || of.administers() {
			return nil
		}
		out := []damage{
			of.damage("for another service", refused, "Principal", object("Service", plan.String("another.amazonaws.com"))),
			of.damage("for a service more", unneeded, []any{"Principal", "Service"}, list(at(of.member("Principal"), "Service"), plan.String("another.amazonaws.com"))),
			of.damage("for another account", refused, "Principal", object("AWS", plan.String("arn:aws:iam::999999999999:root"))),
		}
		if of.member("Condition") == nil {
			out = append(out, of.damage("for everybody", unneeded, "Principal", plan.String("*")))
		}
		return out
	}),
	ofEachStatement(func(of statementPlace) []damage {
		if of.administers() {
			return nil
		}
		whole := items(at(of.r.Properties, of.document, "Statement"))
		gone := damage{of.r.ID + ": without its statement " + of.name(), "access", refused, func() { put(of.r, lessOne(whole, of.i), of.document, "Statement") }}
		if of.deny() {
			gone = of.loosened(gone)
		}
		return []damage{gone}
	}),
	func(p *plan.Plan) []damage {
		var out []damage
		for _, r := range p.Resources {
			if r.Type == policyType && !r.Own {
				out = append(out, damage{r.ID + ": attached to no role", "access", refused, func() { put(r, list(), "Roles") }})
			}
		}
		return out
	},
	onEach("access", refused, permissionType, "for another rule", func(_ *plan.Plan, r *plan.Resource) {
		put(r, plan.String("arn:aws:events:us-east-1:999999999999:rule/another"), "SourceArn")
	}),
	onEach("access", tooFar, permissionType, "for every rule", func(_ *plan.Plan, r *plan.Resource) { put(r, nil, "SourceArn") }),
	onEach("access", refused, permissionType, "of another action", func(_ *plan.Plan, r *plan.Resource) { put(r, plan.String("lambda:GetFunction"), "Action") }),
	onEach("access", unneeded, permissionType, "of every action", func(_ *plan.Plan, r *plan.Resource) { put(r, plan.String("lambda:*"), "Action") }),
	onEach("access", refused, permissionType, "for another service", func(_ *plan.Plan, r *plan.Resource) { put(r, plan.String("s3.amazonaws.com"), "Principal") }),
	onEach("access", unneeded, permissionType, "for everybody", func(_ *plan.Plan, r *plan.Resource) { put(r, plan.String("*"), "Principal") }),
}

// statementPlace is a statement, and where it stands.
type statementPlace struct {
	r        *plan.Resource
	document string
	i        int
	actions  []string
}

func (p statementPlace) member(name string) plan.Value {
	return at(p.r.Properties, p.document, "Statement", p.i, name)
}

func (p statementPlace) deny() bool { return p.member("Effect") == plan.String("Deny") }

func (p statementPlace) administers() bool { return p.member("Sid") == plan.String("Administer") }

func (p statementPlace) service() string {
	service, _, _ := strings.Cut(p.actions[0], ":")
	return service
}

// loosened is a damage of a statement that denies, with what finds it.
func (p statementPlace) loosened(d damage) damage {
	if d.says = tooFar; p.r.Type == keyType {
		d.proof, d.says = "danger", "does not deny kms:CreateGrant"
	}
	return d
}

func (p statementPlace) name() string { return fmt.Sprintf("%d (%s)", p.i, written(p.member("Sid"))) }

// damage changes a member of the statement, by its name or the path to it.
func (p statementPlace) damage(what, says string, member any, value plan.Value) damage {
	path := []any{p.document, "Statement", p.i}
	if names, several := member.([]any); several {
		path = append(path, names...)
	} else {
		path = append(path, member)
	}
	return damage{p.r.ID + ": statement " + p.name() + " " + what, "access", says, func() { put(p.r, value, path...) }}
}

func lessOne(v plan.Value, i int) plan.List {
	list := items(v)
	return append(list[:i:i], list[i+1:]...)
}

// ofEachStatement damages every statement of every policy that is not the configuration's own. Of statements that differ in the stage
// alone it is one.
func ofEachStatement(of func(statementPlace) []damage) damages {
	return func(p *plan.Plan) []damage {
		var out []damage
		seen := map[string]bool{}
		for _, r := range p.Resources {
			document := map[string]string{roleType: "AssumeRolePolicyDocument", keyType: "KeyPolicy", repositoryType: "RepositoryPolicyText"}[r.Type]
			if document == "" {
				document = "PolicyDocument"
			}
			list := items(at(r.Properties, document, "Statement"))
			for i, statement := range list {
				place := statementPlace{r: r, document: document, i: i}
				for _, action := range items(at(statement, "Action")) {
					place.actions = append(place.actions, written(action))
				}
				kind := fmt.Sprint(r.Type, place.actions, len(list), i)
				if !r.Own && !r.Written && !seen[kind] {
					seen[kind] = true
					out = append(out, of(place)...)
				}
			}
		}
		return out
	}
}

// TestEveryTypeThatCallsIsInAnExample: no row is one that nothing tries.
func TestEveryTypeThatCallsIsInAnExample(t *testing.T) {
	spoken := map[string]bool{}
	for _, name := range exampleNames(t) {
		for _, m := range callsIn(surveyOf(examplePlan(t, name))).list {
			spoken[m.of.Type] = true
		}
	}
	for of := range callsOf {
		if !spoken[of] && of != alarmType && of != urlType { // The other cases have those.
			t.Errorf("no example makes a call of %s", of)
		}
	}
}

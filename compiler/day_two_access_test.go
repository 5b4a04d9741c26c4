package compiler_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// request is a call to AWS by somebody who acts as a role.
type request struct {
	by               *resource // the role
	action, resource string
	context          map[string][]string // condition keys and what AWS says of the call
}

// allowed tells whether statements of r allow a request; of none, they deny it.
// A condition that the context does not answer holds for a denial, not for an allowance.
func (p *printed) allowed(r *resource, statements any, q request) bool {
	list, _ := statements.([]any)
	allowed := false
	for _, item := range list {
		s := item.(map[string]any)
		deny := s["Effect"] == "Deny"
		if !p.concerns(r, s, q) || !p.conditionsHold(r, s["Condition"], q, deny) {
			continue
		}
		if deny {
			return false
		}
		allowed = true
	}
	return allowed
}

// concerns tells whether a statement is about the caller, the action and the resource of a request.
func (p *printed) concerns(r *resource, s map[string]any, q request) bool {
	if principal, ok := s["Principal"].(map[string]any); ok && !slices.Contains(p.texts(r, principal["AWS"]), "arn:aws:iam::"+q.by.account+":root") {
		return false // of another account, or a service
	}
	resources := p.texts(r, s["Resource"])
	return matchesAny(p.texts(r, s["Action"]), q.action) && (resources == nil || matchesAny(resources, q.resource))
}

func (p *printed) conditionsHold(r *resource, conditions any, q request, unknown bool) bool {
	operators, _ := conditions.(map[string]any)
	for operator, keys := range operators {
		for key, wanted := range keys.(map[string]any) {
			said, known := q.context[key]
			if key == "aws:PrincipalArn" {
				said, known = []string{p.say(q.by, map[string]any{"Fn::GetAtt": []any{q.by.id, "Arn"}})}, true
			}
			comparable := slices.Contains([]string{"ArnEquals", "ArnLike", "StringEquals", "StringLike", "ForAnyValue:StringEquals", "Bool"}, operator)
			if !known || !comparable {
				return unknown
			}
			if !slices.ContainsFunc(said, func(value string) bool { return matchesAny(p.texts(r, wanted), value) }) {
				return false
			}
		}
	}
	return true
}

// texts is what a value or a list of values says.
func (p *printed) texts(r *resource, value any) []string {
	var out []string
	switch v := value.(type) {
	case nil:
	case []any:
		for _, item := range v {
			out = append(out, p.texts(r, item)...)
		}
	default:
		out = append(out, p.say(r, v))
	}
	return out
}

// matchesAny tells whether a text matches one of some patterns with * and ?.
func matchesAny(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		if !strings.ContainsAny(pattern, "*?") {
			return pattern == text
		}
		quoted := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
		return regexp.MustCompile("^(?:" + quoted + ")$").MatchString(text)
	})
}

// granted tells whether the policies that stand in a role's own stack allow a request.
func (p *printed) granted(q request) bool {
	for _, policy := range p.of("AWS::IAM::Policy") {
		roles, _ := policy.get("Roles").([]any)
		for _, role := range roles {
			if p.to(role) == q.by && p.allowed(policy, policy.get("PolicyDocument/Statement"), q) {
				return true
			}
		}
	}
	return false
}

// admitted tells whether the owner of a resource lets a request in by the policy
// on it. Within one account the role's own policy is enough, but never with a key.
func (p *printed) admitted(q request, owner *resource, by *resource, path string) bool {
	if owner.account == q.by.account && owner.kind() != "AWS::KMS::Key" {
		return true
	}
	return by != nil && p.allowed(by, by.get(path), q)
}

// refused lists which of some actions a role may not do to what owner is; by is where the policy on it stands.
func (p *printed) refused(role *resource, actions []string, on string, context map[string][]string, owner, by *resource, path string) []string {
	var out []string
	for _, action := range actions {
		q := request{role, action, on, context}
		switch {
		case !p.granted(q):
			out = append(out, fmt.Sprintf("%s may not %s %s", role.id, action, on))
		case owner != nil && !p.admitted(q, owner, by, path):
			out = append(out, fmt.Sprintf("%s does not let %s %s", owner.id, role.id, action))
		}
	}
	return out
}

// TestAccess: the reading of policies that the other tests rely on.
func TestAccess(t *testing.T) {
	p := newPrinted()
	p.resources["Role"] = &resource{id: "Role", account: "123456789012", body: map[string]any{
		"Type": "AWS::IAM::Role", "Properties": map[string]any{"RoleName": map[string]any{"Fn::Sub": "host-${EnvironmentSuffix}"}},
	}}
	r := p.resources["Role"]
	q := request{by: r, action: "s3:GetObject", resource: "arn:aws:s3:::b/f/Bundle/k", context: map[string][]string{"aws:SecureTransport": {"true"}}}
	base := func(more ...any) map[string]any {
		s := map[string]any{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*/Bundle/*"}
		for i := 0; i < len(more); i += 2 {
			s[more[i].(string)] = more[i+1]
		}
		return s
	}
	arn := func(name string) map[string]any {
		return map[string]any{"ArnEquals": map[string]any{"aws:PrincipalArn": map[string]any{"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/" + name}}}
	}
	deny := base("Effect", "Deny", "Action", "s3:*", "Condition", map[string]any{"Bool": map[string]any{"aws:SecureTransport": false}})
	for _, test := range []struct {
		name       string
		statements []any
		want       bool
	}{
		{"plain", []any{base()}, true},
		{"none", nil, false},
		{"other action", []any{base("Action", "s3:PutObject")}, false},
		{"other resource", []any{base("Resource", "arn:aws:s3:::b/*/Source/*")}, false},
		{"its account", []any{base("Principal", map[string]any{"AWS": "arn:aws:iam::123456789012:root"})}, true},
		{"another account", []any{base("Principal", map[string]any{"AWS": "arn:aws:iam::111111111111:root"})}, false},
		{"a service", []any{base("Principal", map[string]any{"Service": "s3.amazonaws.com"})}, false},
		{"its name", []any{base("Condition", arn("host-${EnvironmentSuffix}"))}, true},
		{"another name", []any{base("Condition", arn("hosts-${EnvironmentSuffix}"))}, false},
		{"until a day", []any{base("Condition", map[string]any{"DateLessThan": map[string]any{"aws:CurrentTime": "2026-12-31T00:00:00Z"}})}, false},
		{"denied without TLS", []any{base(), deny}, true},
		{"denied", []any{base(), base("Effect", "Deny")}, false},
	} {
		if got := p.allowed(r, test.statements, q); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

package compiler_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/access"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
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
	asked := &access.Request{
		Principal: p.say(q.by, map[string]any{"Fn::GetAtt": []any{q.by.id, "Arn"}}), Account: q.by.account, Action: q.action, Resource: q.resource,
		Unsaid: func(string) bool { return true },
	}
	for key, values := range q.context {
		asked.Keys = append(asked.Keys, access.Key{Name: key, Values: values})
	}
	policy := plan.Object{{Key: "Version", Value: plan.String("2012-10-17")}, {Key: "Statement", Value: p.value(r, statements)}}
	allows, denies := access.Weigh(asked, access.Read(nil, "", policy, func(v plan.Value) string { return string(v.(plan.String)) }))
	return allows != nil && denies == nil
}

// value is a printed value with every text as it is in AWS.
func (p *printed) value(r *resource, printed any) plan.Value {
	switch v := printed.(type) {
	case []any:
		out := make(plan.List, len(v))
		for i, item := range v {
			out[i] = p.value(r, item)
		}
		return out
	case map[string]any:
		for key := range v {
			if key == "Ref" || strings.HasPrefix(key, "Fn::") {
				return plan.String(p.say(r, v))
			}
		}
		var out plan.Object
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(out, plan.Field{Key: key, Value: p.value(r, v[key])})
		}
		return out
	}
	return plan.String(p.say(r, printed))
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

package expand

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// role is an IAM role whose permissions grow where they are needed. They are a
// resource of their own: whatever acts as the role comes after policy.
type role struct {
	scope
	name       plan.Value
	resource   *plan.Resource
	policy     *plan.Resource
	statements aws.Policy
}

// role makes a role that trust may assume. kind is the role's part of the name, such as "build-role".
func (s scope) role(id, kind, why string, trust aws.Statement) *role {
	name := s.name(kind)
	r := &role{scope: s, name: name}
	r.resource = s.add(id, why, aws.IAMRole{
		RoleName: name, Description: why, AssumeRolePolicyDocument: aws.Policy{trust},
	})
	r.policy = s.add(id+"Policy", "Permissions of "+r.resource.ID+", each for one use.", aws.IAMPolicy{})
	s.expander.finish = append(s.expander.finish, func() {
		r.policy.Properties = aws.Properties(aws.IAMPolicy{
			PolicyName:     name,
			PolicyDocument: r.statements,
			Roles:          []plan.Value{ref(r.resource)},
		})
	})
	return r
}

// allow grants actions on one or more resources. sid says what for.
func (r *role) allow(sid string, actions []string, resources ...plan.Value) {
	r.statements = append(r.statements, aws.Statement{Sid: sid, Actions: actions, Resources: resources})
}

// since says what in the configuration asks for what was granted, or denied, last.
func (r *role) since(at ...hcl.Range) { r.statements[len(r.statements)-1].For = at }

// allowWhen is allow under conditions.
func (r *role) allowWhen(sid string, actions []string, resources []plan.Value, when ...aws.Condition) {
	r.statements = append(r.statements, aws.Statement{Sid: sid, Actions: actions, Resources: resources, When: when})
}

// denyWhen takes actions away under conditions, whatever else allows them.
func (r *role) denyWhen(sid string, actions []string, resources []plan.Value, when ...aws.Condition) {
	r.statements = append(r.statements, aws.Statement{Sid: sid, Deny: true, Actions: actions, Resources: resources, When: when})
}

// anywhere is the resource of actions that support nothing narrower.
const anywhere = plan.String("*")

// arn is the role's ARN inside its own stack.
func (r *role) arn() plan.Value { return attr(r.resource, "Arn") }

// writtenARN is the role's ARN as a scope writes it without a reference:
// from another account or stack, or where a reference would close a circle.
func (r *role) writtenARN(from scope) plan.Value {
	return from.arnIn(r.stack.Account, "iam", "role/", r.name)
}

// trustService lets a service of AWS assume a role. A condition pins the call to
// what belongs to this system, where the service is known to send the key.
func trustService(service string, when ...aws.Condition) aws.Statement {
	return aws.Statement{Principal: &aws.Principal{Service: service}, Actions: []string{"sts:AssumeRole"}, When: when}
}

// trustRole lets one role of an account assume a role. The principal is the
// account with a condition on the role's ARN: IAM refuses a role as principal
// that does not exist yet, and forgets it when it is made again. An account
// alone, without the condition, is advisory GHSA-5pq3-h73f-66hr.
func (s scope) trustRole(account *plan.Account, roleName plan.Value) aws.Statement {
	return aws.Statement{
		Principal: s.rootOf(account),
		Actions:   []string{"sts:AssumeRole"},
		When:      []aws.Condition{isPrincipal(s.arnIn(account, "iam", "role/", roleName))},
	}
}

func (s scope) rootOf(account *plan.Account) *aws.Principal {
	return &aws.Principal{Accounts: []plan.Value{s.arnIn(account, "iam", "root")}}
}

// isPrincipal holds for the roles of these ARNs. The key is the role's ARN, never the session's.
func isPrincipal(arns ...plan.Value) aws.Condition {
	return aws.Condition{Operator: "ArnEquals", Key: "aws:PrincipalArn", Values: arns}
}

func isSource(arn plan.Value) aws.Condition {
	return aws.Condition{Operator: "ArnLike", Key: "aws:SourceArn", Values: []plan.Value{arn}}
}

func isSourceAccount() aws.Condition {
	return aws.Condition{Operator: "StringEquals", Key: "aws:SourceAccount", Values: []plan.Value{plan.AccountID}}
}

func isPassedTo(service string) aws.Condition {
	return aws.Condition{Operator: "StringEquals", Key: "iam:PassedToService", Values: []plan.Value{plan.String(service)}}
}

// denyPlainHTTP refuses requests without TLS. The value is a JSON boolean, which
// is what the published rule sets compare with.
func denyPlainHTTP(action string, resources ...plan.Value) aws.Statement {
	return aws.Statement{
		Sid: "DenyPlainHTTP", Deny: true, Principal: &aws.Principal{Everyone: true},
		Actions: []string{action}, Resources: resources,
		When: []aws.Condition{{Operator: "Bool", Key: "aws:SecureTransport", Values: []plan.Value{plan.Bool(false)}}},
	}
}

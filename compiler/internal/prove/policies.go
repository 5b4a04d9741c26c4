package prove

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/access"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

const (
	policyType        = "AWS::IAM::Policy"
	managedPolicyType = "AWS::IAM::ManagedPolicy"
	repositoryType    = "AWS::ECR::Repository"
	queueType         = "AWS::SQS::Queue"
)

// read is a policy document of a resource as AWS will have it.
func (s *survey) read(of *plan.Resource, document plan.Value) *access.Document {
	return access.Read(of, document, func(v plan.Value) string { return s.said(of.Stack.Account, v) })
}

// identity is what the policies of a role say, wherever they stand.
func (s *survey) identity(role *plan.Resource) []*access.Document {
	known, ok := s.policies[role]
	if ok {
		return known
	}
	for _, policy := range s.policiesOf(role) {
		known = append(known, s.read(policy, policy.Properties.Get("PolicyDocument")))
	}
	for _, inline := range items(role.Properties.Get("Policies")) {
		known = append(known, s.read(role, at(inline, "PolicyDocument")))
	}
	for _, v := range items(role.Properties.Get("ManagedPolicyArns")) {
		if managed := s.resolve(role, v, managedPolicyType); managed != nil {
			known = append(known, s.read(managed, managed.Properties.Get("PolicyDocument")))
		}
	}
	for _, of := range []string{managedPolicyType, "AWS::IAM::RolePolicy"} {
		for _, policy := range s.usersOf(role, of) {
			known = append(known, s.read(policy, policy.Properties.Get("PolicyDocument")))
		}
	}
	s.policies[role] = known
	return known
}

// opaque tells whether a role has rights whose text is not in the plan.
func (s *survey) opaque(role *plan.Resource) bool {
	for _, v := range items(role.Properties.Get("ManagedPolicyArns")) {
		if s.resolve(role, v, managedPolicyType) == nil {
			return true
		}
	}
	return false
}

// guard is the policy on a resource; nil if it has none.
func (s *survey) guard(r *plan.Resource) *access.Document {
	known, ok := s.guards[r]
	if ok || r == nil {
		return known
	}
	own := func(property string) {
		if v := r.Properties.Get(property); v != nil {
			known = s.read(r, v)
		}
	}
	beside := func(policies []*plan.Resource) {
		for _, policy := range policies {
			document := s.read(policy, policy.Properties.Get("PolicyDocument"))
			if known == nil {
				known = &access.Document{}
			}
			known.Statements = append(known.Statements, document.Statements...)
		}
	}
	switch r.Type {
	case roleType:
		own("AssumeRolePolicyDocument")
	case keyType:
		own("KeyPolicy")
	case repositoryType:
		own("RepositoryPolicyText")
	case bucketType:
		beside(s.policiesOfBucket(r))
	case topicType:
		beside(s.policiesOfTopic(r))
	case queueType:
		beside(s.usersOf(r, "AWS::SQS::QueuePolicy"))
	case functionType:
		known = s.permits(r)
	}
	s.guards[r] = known
	return known
}

// permits is the policy of a function that its permissions add up to (Lambda API reference, AddPermission).
func (s *survey) permits(function *plan.Resource) *access.Document {
	out := &access.Document{}
	for _, permission := range s.types[permissionType] {
		p := permission.Properties
		v := p.Get("FunctionName")
		of := s.resolve(permission, v, functionType)
		if alias := s.resolve(permission, v, aliasType); alias != nil {
			of = s.resolve(alias, alias.Properties.Get("FunctionName"), functionType)
		}
		if of != function {
			continue
		}
		resource := s.said(permission.Stack.Account, v)
		if !strings.HasPrefix(resource, "arn:") {
			resource = s.arn(function) + strings.TrimPrefix(resource, s.physicalName(function))
		}
		var when plan.Object
		condition := func(property, operator, key string) {
			if value := p.Get(property); value != nil {
				when = append(when, plan.Field{Key: operator, Value: plan.Object{{Key: key, Value: value}}})
			}
		}
		condition("SourceArn", "ArnLike", "aws:SourceArn")
		condition("SourceAccount", "StringEquals", "aws:SourceAccount")
		condition("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID")
		condition("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType")
		condition("InvokedViaFunctionUrl", "Bool", "lambda:InvokedViaFunctionUrl")
		who := p.Get("Principal")
		switch name := written(who); {
		case strings.HasSuffix(name, ".amazonaws.com"):
			who = plan.Object{{Key: "Service", Value: who}}
		case name != "*":
			who = plan.Object{{Key: "AWS", Value: who}}
		}
		document := s.read(permission, plan.Object{{Key: "Statement", Value: plan.Object{
			{Key: "Effect", Value: plan.String("Allow")},
			{Key: "Principal", Value: who},
			{Key: "Action", Value: p.Get("Action")},
			{Key: "Resource", Value: plan.String(resource)},
			{Key: "Condition", Value: when},
		}}})
		out.Statements = append(out.Statements, document.Statements...)
	}
	return out
}

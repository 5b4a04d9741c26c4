package prove

import (
	"slices"
	"strconv"
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

// read is a policy document of a resource, at a path below its properties, as AWS will have it.
func (s *survey) read(of *plan.Resource, path string, document plan.Value) *access.Document {
	return access.Read(of, "/Properties"+path, document, func(v plan.Value) string { return s.said(of.Stack.Account, v) })
}

// identity is what the policies of a role say, wherever they stand.
func (s *survey) identity(role *plan.Resource) []*access.Document {
	known, ok := s.policies[role]
	if ok {
		return known
	}
	for _, policy := range s.policiesOf(role) {
		known = append(known, s.read(policy, "/PolicyDocument", policy.Properties.Get("PolicyDocument")))
	}
	for i, inline := range items(role.Properties.Get("Policies")) {
		known = append(known, s.read(role, "/Policies/"+strconv.Itoa(i)+"/PolicyDocument", at(inline, "PolicyDocument")))
	}
	for _, v := range items(role.Properties.Get("ManagedPolicyArns")) {
		if managed := s.resolve(role, v, managedPolicyType); managed != nil {
			known = append(known, s.read(managed, "/PolicyDocument", managed.Properties.Get("PolicyDocument")))
		}
	}
	for _, of := range []string{managedPolicyType, "AWS::IAM::RolePolicy"} {
		for _, policy := range s.usersOf(role, of) {
			known = append(known, s.read(policy, "/PolicyDocument", policy.Properties.Get("PolicyDocument")))
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
	beside := func(policies []*plan.Resource) {
		for _, policy := range policies {
			document := s.read(policy, "/PolicyDocument", policy.Properties.Get("PolicyDocument"))
			if known == nil {
				known = &access.Document{}
			}
			known.Statements = append(known.Statements, document.Statements...)
		}
	}
	switch r.Type {
	case roleType, keyType, repositoryType:
		property := policyPlaces[r.Type].property
		if v := r.Properties.Get(property); v != nil {
			known = s.read(r, "/"+property, v)
		}
	case bucketType:
		beside(s.policiesOfBucket(r))
	case topicType:
		beside(slices.Concat(s.naming(r, "AWS::SNS::TopicPolicy", "Topics"), s.naming(r, "AWS::SNS::TopicInlinePolicy", "TopicArn")))
	case queueType:
		beside(slices.Concat(s.usersOf(r, "AWS::SQS::QueuePolicy"), s.usersOf(r, "AWS::SQS::QueueInlinePolicy")))
	case functionType:
		known = s.permits(r)
	}
	s.guards[r] = known
	return known
}

// naming are the policies of a type whose property names a resource.
func (s *survey) naming(owner *plan.Resource, of, property string) []*plan.Resource {
	var out []*plan.Resource
	for _, policy := range s.types[of] {
		if slices.ContainsFunc(items(policy.Properties.Get(property)), func(v plan.Value) bool { return s.resolve(policy, v, owner.Type) == owner }) {
			out = append(out, policy)
		}
	}
	return out
}

// unread tells whether the policy on a resource is a text, into which nobody looks.
func (s *survey) unread(r *plan.Resource) bool {
	place, has := policyPlaces[r.Type]
	if !has || r.Properties.Get(place.property) == nil {
		return false
	}
	_, isObject := r.Properties.Get(place.property).(plan.Object)
	return !isObject
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
			// A name, or an ARN without its beginning; either with an alias or without.
			_, rest, partial := strings.Cut(":"+resource, ":function:")
			if !partial {
				rest = resource
			}
			_, alias, _ := strings.Cut(rest, ":")
			resource = s.arn(function) + strings.TrimSuffix(":"+alias, ":")
		}
		var when plan.Object
		condition := func(property, operator, key string) {
			if value := p.Get(property); value != nil {
				when = append(when, plan.Field{Key: operator, Value: plan.Object{{Key: key, Value: value}}})
			}
		}
		condition("SourceArn", "ArnLike", sourceKey)
		condition("SourceAccount", "StringEquals", accountKey)
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
		document := s.read(permission, "", plan.Object{{Key: "Statement", Value: plan.Object{
			{Key: "Effect", Value: plan.String("Allow")},
			{Key: "Principal", Value: who},
			{Key: "Action", Value: p.Get("Action")},
			{Key: "Resource", Value: plan.String(resource)},
			{Key: "Condition", Value: when},
		}}})
		document.Statements[0].Path = "/Properties" // All of it is the statement.
		out.Statements = append(out.Statements, document.Statements...)
	}
	return out
}

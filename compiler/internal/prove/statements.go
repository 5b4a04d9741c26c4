package prove

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/access"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// statement is one statement of a policy as the template will show it.
type statement struct {
	sid       string
	allows    bool
	principal plan.Value // nil in a policy of a role
	actions   []string   // in lower case, as IAM compares them
	resources plan.List
	condition plan.Value
}

// statementsOf reads a policy document.
func statementsOf(document plan.Value) []statement {
	list := items(at(document, "Statement"))
	out := make([]statement, 0, len(list))
	for _, item := range list {
		s := statement{
			allows: at(item, "Effect") == plan.String("Allow"), principal: at(item, "Principal"),
			resources: items(at(item, "Resource")), condition: at(item, "Condition"),
		}
		sid, _ := at(item, "Sid").(plan.String)
		s.sid = string(sid)
		for _, action := range items(at(item, "Action")) {
			if text, ok := action.(plan.String); ok {
				s.actions = append(s.actions, strings.ToLower(string(text)))
			}
		}
		out = append(out, s)
	}
	return out
}

// covers tells whether a statement allows an action, on whatever resource.
func (s statement) covers(action string) bool { return s.allows && s.names(action) }

// names tells whether a statement is about an action.
func (s statement) names(action string) bool {
	action = strings.ToLower(action)
	for _, pattern := range s.actions {
		if access.Covers(pattern, action) {
			return true
		}
	}
	return false
}

// grantsOf returns the statements of an AWS::IAM::Policy, read once.
func (s *survey) grantsOf(policy *plan.Resource) []statement {
	known, ok := s.grants[policy]
	if !ok {
		known = statementsOf(policy.Properties.Get("PolicyDocument"))
		s.grants[policy] = known
	}
	return known
}

// policiesOf returns the policies that are attached to a role as resources of their own.
func (s *survey) policiesOf(role *plan.Resource) []*plan.Resource {
	if role == nil {
		return nil
	}
	if s.attached == nil {
		s.attached = map[*plan.Resource][]*plan.Resource{}
		for _, policy := range s.types["AWS::IAM::Policy"] {
			for _, name := range items(policy.Properties.Get("Roles")) {
				to := s.resolve(policy, name, "AWS::IAM::Role")
				s.attached[to] = append(s.attached[to], policy)
			}
		}
	}
	return s.attached[role]
}

package prove

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/access"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Holder is who may do something on some of a resource.
type Holder struct {
	Role   *plan.Resource // nil: none of the plan's
	Other  string         // a service, everybody, an ARN, or an account as far as its own policies allow
	Grants []Grant
	When   []string // what has to be the case, as the statements have it
}

// WhoCan returns who may do an action on a resource: roles of the plan, and whom the policy on the resource lets in. The
// resource is a logical id, or an ARN or a pattern of ARNs.
func WhoCan(p *plan.Plan, action, resource string) []Holder {
	q := &question{s: surveyOf(p), action: strings.ToLower(action), arns: []string{resource}}
	if q.owner = p.Resource(resource); q.owner != nil {
		q.arns = q.below(q.owner)
	} else {
		q.owner = q.ownerOf(resource)
	}
	var out []Holder
	for _, role := range q.s.types[roleType] {
		if h, ok := q.held(role); ok {
			out = append(out, h)
		}
	}
	return append(out, q.others()...)
}

// question is what WhoCan is asked.
type question struct {
	s      *survey
	action string // in lower case
	arns   []string
	owner  *plan.Resource // nil: none of the plan
}

// below are a resource and what is in it, each as a pattern.
func (q *question) below(r *plan.Resource) []string {
	arn := q.s.arn(r)
	switch r.Type {
	case bucketType:
		return []string{arn, arn + "/*"}
	case functionType:
		return []string{arn, arn + ":*"}
	case groupType:
		c := &calling{s: q.s}
		return []string{c.groupAt(r).arn}
	}
	return []string{arn}
}

// ownerOf is the resource of the plan that an ARN is of, or what it is in.
func (q *question) ownerOf(arn string) *plan.Resource {
	for _, r := range q.s.plan.Resources {
		if own := q.s.arn(r); own != "" && (own == arn || strings.HasPrefix(arn, own+"/") || strings.HasPrefix(arn, own+":")) {
			return r
		}
	}
	return nil
}

func (q *question) request(arn string) *access.Request {
	return &access.Request{Action: q.action, Resource: arn, Part: true, Doubtful: true, Unsaid: func(string) bool { return true }}
}

// held tells whether a role may.
func (q *question) held(role *plan.Resource) (h Holder, ok bool) {
	h.Role = role
	for _, arn := range q.arns {
		r := q.request(arn)
		r.Principal, r.Account = q.s.arn(role), role.Stack.Account.ID
		var d access.Decision
		if q.owner == nil {
			allows, denies := access.Weigh(r, q.s.identity(role)...)
			if d.Identity = allows; allows != nil && denies == nil {
				d.Verdict = access.Allowed
			}
		} else {
			r.Account = q.owner.Stack.Account.ID
			d = access.Decide(r, q.s.identity(role), q.s.guard(q.owner))
		}
		if d.Verdict != access.Allowed {
			continue
		}
		for _, s := range []*access.Statement{d.Identity, d.Resource} {
			h.Grants, h.When = withGrant(h.Grants, s), withConditions(h.When, s)
		}
	}
	return h, len(h.Grants) > 0
}

// others are those whom the policy on the resource lets in and who are no roles of the plan.
func (q *question) others() []Holder {
	guard := q.s.guard(q.owner)
	if guard == nil {
		return nil
	}
	known := map[string]bool{}
	for _, role := range q.s.types[roleType] {
		known[q.s.arn(role)] = true
	}
	var out []Holder
	for i := range guard.Statements {
		s := &guard.Statements[i]
		about := slices.ContainsFunc(q.arns, func(arn string) bool { return s.About(q.request(arn)) })
		if s.Deny || s.Principals == nil || !about {
			continue
		}
		for _, p := range granteesOf(s) {
			if known[p.arn] {
				continue
			}
			other := p.service + p.arn
			if account, isRoot := strings.CutSuffix(p.arn, ":root"); isRoot {
				other = "account " + account[strings.LastIndexByte(account, ':')+1:] + ", as its own policies allow"
			}
			at := slices.IndexFunc(out, func(h Holder) bool { return h.Other == other })
			if at < 0 {
				out, at = append(out, Holder{Other: other}), len(out)
			}
			out[at].Grants, out[at].When = withGrant(out[at].Grants, s), withConditions(out[at].When, s)
		}
	}
	return out
}

// withConditions adds the conditions of a statement, but for the one on who calls.
func withConditions(list []string, s *access.Statement) []string {
	if s == nil {
		return list
	}
	for _, c := range s.Conditions {
		text := fmt.Sprintf("%s %s %s", c.Key, c.Operator, shown(strings.Join(c.Values, " or ")))
		if !strings.EqualFold(c.Key, "aws:PrincipalArn") && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}

package prove

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/access"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// permitted holds the calls that AWS will make against the policies, both ways: every call is allowed by everyone who is asked, no
// call that is nearly the same is, and every right is one that a call needs.
func permitted(s *survey) hcl.Diagnostics {
	j := newJudge(s)
	for _, m := range j.list {
		j.holds(m)
	}
	for _, r := range s.plan.Resources {
		j.needed(r)
	}
	return j.diags
}

func newJudge(s *survey) *judge {
	j := &judge{
		calling: callsIn(s), said: map[string]bool{}, byRole: map[*plan.Resource][]*call{}, onOwner: map[*plan.Resource][]*call{},
		roles: map[string]*plan.Resource{}, denials: map[*access.Statement]bool{},
	}
	for _, role := range s.types[roleType] {
		j.roles[s.arn(role)] = role
	}
	for _, m := range j.list {
		if m.by != nil {
			j.byRole[m.by] = append(j.byRole[m.by], m)
		}
		if m.on.owner != nil {
			j.onOwner[m.on.owner] = append(j.onOwner[m.on.owner], m)
		}
		for _, key := range m.keys {
			j.said[strings.ToLower(key.Name)] = true
		}
		for _, near := range m.misses {
			for _, key := range near.keys {
				j.said[strings.ToLower(key.Name)] = true
			}
		}
	}
	return j
}

// judge decides about the calls of a plan.
type judge struct {
	*calling
	said    map[string]bool // the condition keys that calls have
	byRole  map[*plan.Resource][]*call
	onOwner map[*plan.Resource][]*call
	roles   map[string]*plan.Resource // by their ARNs
	denials map[*access.Statement]bool
	diags   hcl.Diagnostics
}

// unsaid tells of a condition key, which a call does not list, whether nobody knows what AWS says for it (IAM user guide, "AWS global
// condition context keys").
func (j *judge) unsaid(m *call, key string) bool {
	key = strings.ToLower(key)
	for i := range m.keys {
		if strings.EqualFold(m.keys[i].Name, key) {
			return false // It has none, and that is known.
		}
	}
	tagged := strings.HasPrefix(key, "aws:principaltag/")
	switch {
	case slices.Contains([]string{"aws:multifactorauthpresent", "aws:multifactorauthage", "aws:federatedprovider", "aws:username"}, key):
		return false // No service has them, nor a program that runs as a role of one.
	case slices.Contains([]string{"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner"}, key):
		return m.by == nil
	case slices.Contains([]string{"aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip"}, key):
		return m.by != nil && j.inVPC[m.by]
	case tagged, slices.Contains([]string{"aws:principalorgid", "aws:principalorgpaths"}, key):
		return m.by != nil
	case key == strings.ToLower(regionKey):
		return true
	case key == strings.ToLower(functionKey):
		return m.by != nil && j.coded[m.by]
	}
	return !j.said[key]
}

// request is a call as AWS sees it. What nobody knows counts for it.
func (j *judge) request(m *call, action string) *access.Request {
	q := &access.Request{
		Service: m.service, Action: action, Resource: m.on.arn, Keys: m.keys, Doubtful: true,
		Unsaid: func(key string) bool { return j.unsaid(m, key) },
	}
	if m.by != nil {
		q.Principal = j.s.arn(m.by)
	}
	switch {
	case m.on.owner != nil:
		q.Account = m.on.owner.Stack.Account.ID
	case m.on.alien:
		q.Account = unknown("another")
	case m.by != nil:
		q.Account = m.by.Stack.Account.ID
	}
	return q
}

// decide tells whether all who are asked allow a call. Of what is none of the plan's, nobody knows who would be asked; and a role
// that has rights whose text is not in the plan may have every one.
func (j *judge) decide(m *call, action string) access.Decision {
	d := j.decideOn(m, action)
	// Publishers are told to have every action of this pattern, and call the first (SNS developer guide, "Key management").
	if d.Verdict != access.Allowed && action == "kms:generatedatakey*" {
		return j.decideOn(m, strings.TrimSuffix(action, "*"))
	}
	return d
}

func (j *judge) decideOn(m *call, action string) access.Decision {
	q := j.request(m, action)
	if m.on.owner != nil && j.s.unread(m.on.owner) {
		return access.Decision{Verdict: access.Allowed}
	}
	if m.by == nil {
		return access.Decide(q, nil, j.s.guard(m.on.owner))
	}
	identity := j.s.identity(m.by)
	if j.s.opaque(m.by) {
		identity = append(slices.Clip(identity), everyRight)
	}
	if m.on.owner == nil {
		allows, denies := access.Weigh(q, identity...)
		switch {
		case denies != nil:
			return access.Decision{Verdict: access.ExplicitDeny, Identity: denies}
		case allows != nil:
			return access.Decision{Verdict: access.Allowed, Identity: allows}
		}
		return access.Decision{}
	}
	return access.Decide(q, identity, j.s.guard(m.on.owner))
}

// everyRight is what a policy may say that nobody sees.
var everyRight = &access.Document{Statements: []access.Statement{{Actions: []string{"*"}, Resources: []string{"*"}}}}

// holds says of which actions of a call AWS would refuse.
func (j *judge) holds(m *call) {
	var refused []string
	var last access.Decision
	for i, action := range m.lower {
		if d := j.decide(m, action); d.Verdict != access.Allowed {
			refused, last = append(refused, m.actions[i]), d
		}
	}
	if len(refused) > 0 {
		j.refuses(m, refused, last)
		return
	}
	for _, near := range j.nearMisses(m) {
		for i, action := range m.lower {
			if statement := j.lets(m, near, action); statement != nil && !j.made(m, near, m.actions[i]) {
				j.lax(m, near, m.actions[i], statement)
				break
			}
		}
	}
}

func (j *judge) who(m *call) string {
	if m.by != nil {
		return m.by.ID
	}
	return m.service
}

func (j *judge) what(m *call) string {
	if m.on.owner != nil {
		if rest := strings.TrimPrefix(m.on.arn, j.s.arn(m.on.owner)); rest == "" || strings.HasPrefix(rest, "/") || strings.HasPrefix(rest, ":") {
			return m.on.owner.ID + shown(rest)
		}
	}
	return shown(m.on.arn)
}

func (j *judge) refuses(m *call, actions []string, d access.Decision) {
	if d.Verdict == access.ExplicitDeny {
		j.denied(m, actions, d)
		return
	}
	subject, fault, fix := m.by, "none of its policies allows it", fmt.Sprintf("Allow it in a policy of %s.", j.who(m))
	if m.by == nil || d.Identity != nil {
		subject = m.on.owner
		fault = "the policy on " + m.on.owner.ID + " does not let it"
		fix = fmt.Sprintf("That policy needs a statement for %s that allows it.", m.service)
		if m.by != nil {
			fix = fmt.Sprintf("That policy needs a statement for %s, with a condition on aws:PrincipalArn %s, that allows it.",
				inAWS("iam::"+m.by.Stack.Account.ID+":root"), shown(j.s.arn(m.by)))
		}
	}
	diag := failure(subject.Origin, "Call that AWS refuses", "%s cannot %s, which means %s on %s: %s. %s Source: %s.%s", j.who(m), strings.TrimPrefix(m.because, "to "),
		strings.Join(actions, ", "), j.what(m), fault, fix, m.source, whose(subject))
	if m.by != nil && m.by.Own || m.of.Own {
		diag.Severity = hcl.DiagWarning // It is the configuration's own to do without.
	}
	j.diags = append(j.diags, diag)
}

// denied reports a statement that denies a call, once for all calls that it denies.
func (j *judge) denied(m *call, actions []string, d access.Decision) {
	by := d.Identity
	if by == nil {
		by = d.Resource
	}
	if j.denials[by] {
		return
	}
	j.denials[by] = true
	detail := fmt.Sprintf("%s cannot %s, which means %s on %s: %s denies it. Leave this call out of what the statement denies. Source: %s.%s",
		j.who(m), strings.TrimPrefix(m.because, "to "), strings.Join(actions, ", "), j.what(m), by.Of.ID, m.source, whose(by.Of))
	diag := j.onStatement(by, "Call that AWS refuses", detail)
	if m.by != nil && m.by.Own || m.of.Own {
		diag.Severity = hcl.DiagWarning
	}
	j.diags = append(j.diags, diag)
}

// nearMisses are the misses of a call: its own, and those that every call has.
func (j *judge) nearMisses(m *call) []miss {
	out := m.misses
	owner := m.on.owner
	if owner == nil || owner.Own {
		return out
	}
	switch owner.Type {
	case bucketType, topicType, queueType:
		out = append(slices.Clip(out), miss{what: "without TLS", side: denied, keys: []access.Key{{Name: secureKey, Values: []string{"false"}}}})
	}
	return out
}

// lets returns the statement that would allow a miss; nil if there is none.
func (j *judge) lets(m *call, near miss, action string) *access.Statement {
	q := j.request(m, action)
	q.Keys = slices.Clone(q.Keys)
	for _, key := range near.keys {
		q.Keys = slices.DeleteFunc(q.Keys, func(k access.Key) bool { return strings.EqualFold(k.Name, key.Name) })
		if key.Values[0] != "" {
			q.Keys = append(q.Keys, key)
		}
	}
	if near.arn != "" {
		q.Resource = near.arn
	}
	policies := []*access.Document{j.s.guard(m.on.owner)}
	if near.side == callers {
		policies = j.s.identity(m.by)
	}
	allows, denies := access.Weigh(q, policies...)
	if near.side != denied {
		return allows
	}
	q.Service, q.Principal = "", inAWS("iam::"+unknown("another")+":role/"+unknown("another"))
	if _, others := access.Weigh(q, policies...); denies == nil || others == nil {
		return &access.Statement{Of: m.on.owner}
	}
	return nil
}

// made tells whether a miss of one call is another call.
func (j *judge) made(m *call, near miss, action string) bool {
	return slices.ContainsFunc(j.byRole[m.by], func(other *call) bool {
		if !slices.Contains(other.actions, action) || other.on.arn != m.on.arn || near.arn != "" {
			return false
		}
		for _, key := range near.keys {
			said := ""
			for _, k := range other.keys {
				if k.Name == key.Name && len(k.Values) > 0 {
					said = k.Values[0]
				}
			}
			if said != key.Values[0] {
				return false
			}
		}
		return true
	})
}

func (j *judge) lax(m *call, near miss, action string, by *access.Statement) {
	if by.Of.Own {
		return // It is for calls of the configuration's own as well.
	}
	detail := fmt.Sprintf("%s lets %s call %s on %s %s, and the call that it is for is made otherwise. Source: %s.%s",
		by.Of.ID, j.who(m), action, j.what(m), near.what, m.source, whose(by.Of))
	j.add(by, "Right that goes too far", detail)
}

// onStatement is a diagnostic on the word of the configuration that wrote a statement, or a part of it, or else on where its resource
// comes from. A statement without a policy stands for the whole document.
func (j *judge) onStatement(by *access.Statement, summary, detail string) *hcl.Diagnostic {
	path := by.Path
	if path == "" {
		path = "/Properties/" + policyPlaces[by.Of.Type].property
	}
	diag := exact(by.Of, path, summary, detail)
	if at, written := by.Of.Inside(path); diag.Extra == nil && written {
		diag.Subject, diag.Extra = at.Ptr(), Exact{}
	}
	return diag
}

// add reports what is wrong with a statement; as a warning, if the configuration wrote it.
func (j *judge) add(by *access.Statement, summary, detail string) {
	diag := j.onStatement(by, summary, detail)
	if diag.Extra != nil || by.Of.Own {
		diag.Severity = hcl.DiagWarning
	} else {
		diag.Extra = Ours{}
	}
	j.diags = append(j.diags, diag)
}

// needed holds the rights that a resource gives against the calls.
func (j *judge) needed(r *plan.Resource) {
	if r.Type == roleType && !r.Own && len(j.byRole[r])+len(j.onOwner[r]) == 0 {
		j.add(&access.Statement{Of: r}, "Role that nothing acts as",
			fmt.Sprintf("Nothing acts as %s, so that its rights serve whoever gets hold of it.%s", r.ID, whose(r)))
		return
	}
	switch r.Type {
	case roleType, keyType, repositoryType, functionType, bucketType, topicType, queueType:
		if guard := j.s.guard(r); guard != nil {
			for i := range guard.Statements {
				j.admits(r, &guard.Statements[i])
			}
		}
	}
	if r.Type == roleType && !r.Own {
		for _, document := range j.s.identity(r) {
			for i := range document.Statements {
				j.grants(r, &document.Statements[i])
			}
		}
	}
}

// free tells whether nothing is said against a statement: the configuration wrote it, for programs of its own.
func (j *judge) free(s *access.Statement, role *plan.Resource) bool {
	if s.Of.Own {
		return true
	}
	_, written := s.Of.Place(s.Path)
	if !written {
		_, written = s.Of.Inside(s.Path)
	}
	return written && role != nil && j.others[role]
}

// grants finds rights of a role that no call needs.
func (j *judge) grants(role *plan.Resource, s *access.Statement) {
	if s.Deny || j.free(s, role) {
		return
	}
	calls := j.byRole[role]
	if s.NotActions || s.NotResources {
		j.idle(role.ID, s, []string{"whatever it does not name"})
		return
	}
	j.conditions(s, calls)
	var idle []string
	for i, action := range s.Actions {
		for _, resource := range s.Resources {
			if !slices.ContainsFunc(calls, func(m *call) bool { return m.does(action) && m.within(resource) }) {
				idle = append(idle, s.Named[i]+" on "+shown(resource))
			}
		}
	}
	j.idle(role.ID, s, idle)
}

func (j *judge) idle(who string, s *access.Statement, idle []string) {
	if len(idle) == 0 {
		return
	}
	const most = 3
	more := ""
	if len(idle) > most {
		more = fmt.Sprintf(", and %d more", len(idle)-most)
		idle = idle[:most]
	}
	j.add(s, "Right that nothing needs", fmt.Sprintf("%s lets %s call %s%s, which nothing does. A right that serves no call serves whoever gets hold of it.%s",
		s.Of.ID, who, strings.Join(idle, "; "), more, whose(s.Of)))
}

// does tells whether a right to actions, in lower case, goes no further than one of a call's.
func (m *call) does(pattern string) bool {
	return slices.ContainsFunc(m.lower, func(action string) bool { return access.Covers(action, pattern) })
}

// within tells whether a right goes no further than what a call is about.
func (m *call) within(resource string) bool {
	return access.Covers(m.on.arn, resource) || m.on.within != "" && access.Covers(m.on.within, resource)
}

// admits finds what a policy on a resource allows and no call needs.
func (j *judge) admits(owner *plan.Resource, s *access.Statement) {
	if s.Deny || j.free(s, nil) || s.Principals == nil {
		return
	}
	calls := j.onOwner[owner]
	if s.NotActions || s.NotResources {
		j.idle("whom it names", s, []string{"whatever it does not name"})
		return
	}
	j.conditions(s, calls)
	resources := s.Resources
	if owner.Type == keyType || resources == nil {
		resources = []string{j.s.arn(owner)} // * is the key itself
	}
	for _, p := range granteesOf(s) {
		if p.arn != "" && p.arn == inAWS("iam::"+owner.Stack.Account.ID+":root") && owner.Type == keyType {
			j.administers(owner, s)
			continue
		}
		if role := j.roles[p.arn]; role != nil && len(j.byRole[role])+len(j.onOwner[role]) == 0 {
			continue // It is said of the role.
		}
		var idle []string
		for i, action := range s.Actions {
			for _, resource := range resources {
				if !slices.ContainsFunc(calls, func(m *call) bool {
					return p.is(j.s, m) && m.does(action) && (m.within(resource) || m.on.admits != "" && access.Covers(m.on.admits, resource))
				}) {
					idle = append(idle, s.Named[i]+" on "+shown(resource))
				}
			}
		}
		j.idle(shown(p.arn+p.service), s, idle)
	}
}

// conditions finds what conditions let in beside the calls: further values, and a key that is not there.
func (j *judge) conditions(s *access.Statement, calls []*call) {
	for i := range s.Conditions {
		c := &s.Conditions[i]
		served := slices.DeleteFunc(slices.Clone(calls), func(m *call) bool { return !slices.ContainsFunc(s.Actions, m.does) })
		if !j.said[strings.ToLower(c.Key)] || slices.ContainsFunc(served, func(m *call) bool { return j.unsaid(m, c.Key) }) {
			continue
		}
		if c.Tolerates() {
			j.add(s, "Condition that pins nothing", fmt.Sprintf("%s holds by its condition %s on %s for calls that say nothing of it, or something else, as well. "+
				`Compare it with the values that may be. Source: IAM user guide, "IAM JSON policy elements: Condition operators".%s`, s.Of.ID, c.Operator, c.Key, whose(s.Of)))
			continue
		}
		for _, value := range c.Values {
			if !slices.ContainsFunc(served, func(m *call) bool { return m.says(c.Key, value) }) {
				j.add(s, "Right that goes too far", fmt.Sprintf("%s holds for %s %s, which no call says that it is for.%s", s.Of.ID, c.Key, shown(value), whose(s.Of)))
			}
		}
	}
}

// says tells whether a value of a condition goes no further than what a call says for its key.
func (m *call) says(key, value string) bool {
	for _, k := range m.keys {
		if strings.EqualFold(k.Name, key) {
			return slices.ContainsFunc(k.Values, func(said string) bool { return access.Covers(said, value) })
		}
	}
	return false
}

// grantee is one whom a statement lets in.
type grantee struct{ arn, service string }

func (p grantee) is(s *survey, m *call) bool {
	if p.service != "" {
		return m.service == p.service
	}
	return m.by != nil && s.arn(m.by) == p.arn
}

// granteesOf are those whom a statement lets in: of an account the roles that its condition names, or the account's root if it names none.
func granteesOf(s *access.Statement) []grantee {
	var out []grantee
	if s.Principals.Everyone {
		out = append(out, grantee{service: everybody})
	}
	for _, service := range s.Principals.Services {
		out = append(out, grantee{service: service})
	}
	for _, other := range s.Principals.Others {
		out = append(out, grantee{service: other})
	}
	var named []string
	for i := range s.Conditions {
		if c := &s.Conditions[i]; strings.EqualFold(c.Key, "aws:PrincipalArn") && !c.Tolerates() {
			named = c.Values
		}
	}
	for _, arn := range s.Principals.AWS {
		if len(named) == 0 || !strings.HasSuffix(arn, ":root") {
			out = append(out, grantee{arn: arn})
		}
	}
	for _, arn := range named {
		out = append(out, grantee{arn: arn})
	}
	return out
}

// administers holds what a key's own account may do with it against what administrators do (KMS developer guide, "Default key
// policy": "Allows key administrators to administer the KMS key"). To use it is for the roles that do.
func (j *judge) administers(key *plan.Resource, s *access.Statement) {
	var idle []string
	for i, action := range s.Actions {
		verb := strings.TrimPrefix(action, "kms:")
		if !slices.ContainsFunc(administration, func(does string) bool { return strings.HasPrefix(verb, does) }) {
			idle = append(idle, s.Named[i]+" on "+key.ID)
		}
	}
	j.idle("everybody in its account", s, idle)
}

// administration is how the names of the actions of administrators of keys begin, in lower case.
var administration = []string{
	"cancelkeydeletion", "create", "delete", "describe", "disable", "enable", "getkey", "list", "put", "revoke", "schedulekeydeletion",
	"tagresource", "untagresource", "update",
}

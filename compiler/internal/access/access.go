// Package access decides about requests to AWS by the policies that bear on them, as the IAM user guide says that AWS does.
package access

import "strings"

// Request is a call to AWS. Its resource, and the values of its keys, may be patterns with * and ?, which stand for all that they
// match: such a request is allowed only if all of them are.
type Request struct {
	Principal string // the ARN of the role that calls; empty for a service of AWS that calls by itself
	Service   string // the service that calls by itself, such as events.amazonaws.com
	Action    string // such as s3:GetObject
	Resource  string // an ARN; * for an action that supports none
	Account   string // that owns the resource
	Keys      []Key

	// Part asks whether some of what Resource stands for is allowed, instead of all.
	Part bool
	// Unsaid tells of a condition key that is not among Keys whether that is because nothing is known of it. Nil: it is absent.
	Unsaid func(key string) bool
	// Doubtful lets a condition on an unsaid key hold in favour of the request, and otherwise against it.
	Doubtful bool
}

// Key is a condition key with what AWS says for it. Names are compared without regard to case.
type Key struct {
	Name   string
	Values []string
}

// Verdict is what comes of a request.
type Verdict int

// The verdicts of the IAM user guide, "Policy evaluation logic".
const (
	ImplicitDeny Verdict = iota
	ExplicitDeny
	Allowed
)

func (v Verdict) String() string { return [...]string{"implicitDeny", "explicitDeny", "allowed"}[v] }

// Decision is a verdict with the statements that it rests on.
type Decision struct {
	Verdict  Verdict
	Identity *Statement // that allows the request, or denies it, in the policies of who calls
	Resource *Statement // the same in the policy on the resource
}

// extent is how far a policy on a resource goes.
type extent int

const (
	none     extent = iota
	delegate        // it allows the account to allow it
	directly        // it names who calls, or everybody
)

// Decide says what becomes of a request by the policies of its principal and the policy on its resource; nil if there is none.
// Sources, IAM user guide: "Determining whether a request is allowed or denied within an account", "Cross-account policy
// evaluation logic". What else may refuse it (boundaries, policies of an organization, of sessions and of endpoints) stands in no template.
func Decide(q *Request, identity []*Document, resource *Document) Decision {
	allows, denies := Weigh(q, identity...)
	admits, refuses := Weigh(q, resource)
	d := Decision{Identity: allows, Resource: admits}
	reach := none
	if admits != nil {
		reach = admits.reaches(q)
	}
	switch {
	case denies != nil || refuses != nil:
		return Decision{Verdict: ExplicitDeny, Identity: denies, Resource: refuses}
	case q.allowed(allows != nil, reach):
		d.Verdict = Allowed
	}
	return d
}

// Weigh returns the statement of some policies of one kind that allows a request, or one that denies it; nil without. Of several
// that allow it is one that reaches furthest.
func Weigh(q *Request, documents ...*Document) (allows, denies *Statement) {
	action := strings.ToLower(q.Action)
	for _, document := range documents {
		if document == nil {
			continue
		}
		for i := range document.Statements {
			s := &document.Statements[i]
			if !s.names(action) || !s.of(q) || !s.holds(q) || !s.on(q) {
				continue
			}
			switch {
			case s.Deny:
				return nil, s
			case allows == nil || allows.reaches(q) < s.reaches(q):
				allows = s
			}
		}
	}
	return allows, nil
}

func (q *Request) allowed(identity bool, reach extent) bool {
	switch {
	case q.Service != "":
		return reach == directly // A service has no policies of its own, and is no part of an account.
	case accountOf(q.Principal) != q.Account:
		return identity && reach != none
	case OwnerDecides(q.Action):
		return reach == directly || reach == delegate && identity
	}
	return identity || reach == directly
}

// OwnerDecides tells whether an action always asks the policy on its resource, within an account, too: with keys (KMS developer
// guide, "Key policies in AWS KMS") and with roles that are assumed (IAM user guide, "Update a role trust policy").
func OwnerDecides(action string) bool {
	service, verb, _ := strings.Cut(strings.ToLower(action), ":")
	return service == "kms" || service == "sts" && strings.HasPrefix(verb, "assumerole")
}

// accountOf is the account in an ARN.
func accountOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[4]
}

func (s *Statement) names(action string) bool {
	for _, pattern := range s.Actions {
		if Covers(pattern, action) {
			return !s.NotActions
		}
	}
	return s.NotActions
}

// on tells whether a statement is about the resource of a request; one that denies, about some of what the resource stands for.
func (s *Statement) on(q *Request) bool {
	if s.Resources == nil {
		// The policy of a role or a repository does not name it; in that of a key the statement counts for nothing (KMS developer guide,
		// "Creating a key policy", elements in a key policy), and in that of who calls there is no such statement.
		return s.Principals != nil && !strings.HasPrefix(strings.ToLower(q.Action), "kms:")
	}
	for _, pattern := range s.Resources {
		pattern, known := s.filledIn(pattern, q)
		// All of the resource has to be allowed, or for a part, some; and what denies some of it denies it, or all of it.
		some := (s.Deny != s.NotResources) != q.Part
		if known && (Covers(pattern, q.Resource) || some && Overlaps(pattern, q.Resource)) {
			return !s.NotResources
		}
	}
	return s.NotResources
}

// About tells whether a statement is about the action and the resource of a request, whoever calls.
func (s *Statement) About(q *Request) bool { return s.names(strings.ToLower(q.Action)) && s.on(q) }

// of tells whether a statement is about who calls.
func (s *Statement) of(q *Request) bool {
	if s.Principals == nil {
		return true
	}
	if !s.NotPrincipal {
		return s.reaches(q) != none
	}
	// Who is left out has to be named, and its account as well (IAM user guide, "AWS JSON policy elements: NotPrincipal").
	if q.Service != "" {
		return s.Principals.names(q) == none
	}
	return s.Principals.names(q) != directly || !s.Principals.account(accountOf(q.Principal))
}

// reaches tells how far a statement that allows goes for who calls.
func (s *Statement) reaches(q *Request) extent {
	if s.Principals == nil || s.NotPrincipal {
		return directly
	}
	return s.Principals.names(q)
}

func (p *Principals) names(q *Request) extent {
	if p.Everyone {
		return directly
	}
	if q.Service != "" {
		for _, service := range p.Services {
			if service == q.Service {
				return directly
			}
		}
		return none
	}
	reach := none
	for _, named := range p.AWS {
		if named == q.Principal {
			return directly
		}
		if isAccount(named, accountOf(q.Principal)) {
			reach = delegate
		}
	}
	return reach
}

func (p *Principals) account(id string) bool {
	for _, named := range p.AWS {
		if isAccount(named, id) {
			return true
		}
	}
	return p.Everyone
}

func isAccount(named, id string) bool {
	return named == id || strings.HasPrefix(named, "arn:") && strings.HasSuffix(named, ":iam::"+id+":root")
}

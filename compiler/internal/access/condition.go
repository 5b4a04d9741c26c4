package access

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// operator is a condition operator, taken apart (IAM user guide, "IAM JSON policy elements: Condition operators").
type operator struct {
	name     string // without what stands before and behind, in lower case, and without the Not in it
	negated  bool
	ifExists bool
	set      string // forallvalues or foranyvalue; empty for neither
}

// Tolerates tells whether a condition holds as well when the request has no such key, or one that differs: it pins nothing.
func (c *Condition) Tolerates() bool {
	o := c.operator
	return o.ifExists || o.negated || o.set == "forallvalues" || o.name == "null"
}

// KnownOperator tells whether AWS has a condition operator.
func KnownOperator(written string) bool {
	o := operatorOf(written)
	if o.name == "null" {
		return !o.ifExists && !o.negated
	}
	family, relation := family(o.name)
	known := map[string]string{
		"string": " equals equalsignorecase like ", "arn": " equals like ", "bool": "  ", "binary": " equals ",
		"numeric": " equals lessthan lessthanequals greaterthan greaterthanequals ", "date": " equals lessthan lessthanequals greaterthan greaterthanequals ",
		"ip": " address ",
	}[family]
	return family != "" && strings.Contains(known, " "+relation+" ") && (o.set == "" || o.set == "foranyvalue" || o.set == "forallvalues")
}

func operatorOf(written string) operator {
	o := operator{name: strings.ToLower(written)}
	if set, rest, found := strings.Cut(o.name, ":"); found {
		o.set, o.name = set, rest
	}
	o.name, o.ifExists = strings.CutSuffix(o.name, "ifexists")
	if family, rest, found := strings.Cut(o.name, "not"); found {
		o.name, o.negated = family+rest, true
	}
	return o
}

// holds tells whether all conditions of a statement hold for a request.
func (s *Statement) holds(q *Request) bool {
	for i := range s.Conditions {
		if !s.holdsFor(&s.Conditions[i], q) {
			return false
		}
	}
	return true
}

func (s *Statement) holdsFor(c *Condition, q *Request) bool {
	o := c.operator
	said, present := q.said(c.Key)
	if !present && q.Unsaid != nil && q.Unsaid(c.Key) {
		return q.Doubtful != s.Deny
	}
	if o.name == "null" {
		return slices.ContainsFunc(c.Values, func(v string) bool { return strings.EqualFold(v, "true") == !present })
	}
	if !present {
		return o.ifExists || o.set == "forallvalues" || o.set == "" && o.negated
	}
	matches := func(value string) bool {
		for _, wanted := range c.Values {
			wanted, known := s.filledIn(wanted, q)
			if known && compares(o.name, wanted, value) {
				return true
			}
		}
		return false
	}
	passes := func(value string) bool { return matches(value) != o.negated }
	switch {
	case o.set == "forallvalues", o.set == "" && o.negated:
		return !slices.ContainsFunc(said, func(value string) bool { return !passes(value) })
	}
	return slices.ContainsFunc(said, passes)
}

// said is what a request says for a key, in its own words or by what it is.
func (q *Request) said(key string) (values []string, present bool) {
	for i := range q.Keys {
		if strings.EqualFold(q.Keys[i].Name, key) {
			return q.Keys[i].Values, len(q.Keys[i].Values) > 0
		}
	}
	if strings.EqualFold(key, "kms:CallerAccount") && q.Principal != "" {
		return []string{accountOf(q.Principal)}, true
	}
	if len(key) < 4 || !strings.EqualFold(key[:4], "aws:") {
		return nil, false
	}
	value := ""
	switch strings.ToLower(key[4:]) {
	case "principalarn":
		value = q.Principal // The role's, with its path, and never the session's.
	case "principalaccount":
		value = accountOf(q.Principal)
	case "principaltype":
		if q.Principal != "" {
			value = "AssumedRole"
		}
	case "principalisawsservice":
		value = strconv.FormatBool(q.Service != "")
	case "principalservicename":
		value = q.Service
	case "resourceaccount":
		value = q.Account
	}
	return []string{value}, value != ""
}

// compares tells whether a value of a request is as a condition wants it.
func compares(how, wanted, value string) bool {
	switch family, relation := family(how); family {
	case "string":
		switch relation {
		case "equals":
			return unescaped(wanted) == value
		case "equalsignorecase":
			return strings.EqualFold(unescaped(wanted), value)
		case "like":
			return Covers(wanted, value)
		}
	case "arn":
		return arnCovers(wanted, value)
	case "bool":
		return strings.EqualFold(wanted, value)
	case "binary":
		return wanted == value
	case "numeric":
		a, errA := strconv.ParseFloat(value, 64)
		b, errB := strconv.ParseFloat(wanted, 64)
		return errA == nil && errB == nil && related(relation, a, b)
	case "date":
		a, okA := instant(value)
		b, okB := instant(wanted)
		return okA && okB && related(relation, a, b)
	case "ip":
		return within(wanted, value)
	}
	return false
}

// family parts an operator into what it compares and how.
func family(how string) (family, relation string) {
	for _, family := range []string{"string", "arn", "bool", "binary", "numeric", "date", "ip"} {
		if rest, ok := strings.CutPrefix(how, family); ok {
			return family, rest
		}
	}
	return "", ""
}

func unescaped(text string) string { return strings.ReplaceAll(text, "\x00", "") }

// arnCovers compares the six parts of two ARNs one by one; ArnEquals and ArnLike do the same.
func arnCovers(pattern, arn string) bool {
	if pattern == "*" {
		return true
	}
	const parts = 6
	p, a := strings.SplitN(pattern, ":", parts), strings.SplitN(arn, ":", parts)
	if len(p) != parts || len(a) != parts {
		return false
	}
	for i := range parts {
		if !Covers(p[i], a[i]) {
			return false
		}
	}
	return true
}

func related(relation string, a, b float64) bool {
	switch relation {
	case "equals":
		return a == b
	case "lessthan":
		return a < b
	case "lessthanequals":
		return a <= b
	case "greaterthan":
		return a > b
	case "greaterthanequals":
		return a >= b
	}
	return false
}

// instant is a time in ISO 8601, or in seconds since 1970.
func instant(text string) (seconds float64, ok bool) {
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return n, true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return float64(t.UnixMilli()) / 1000, true
		}
	}
	return 0, false
}

func within(network, address string) bool {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	if prefix, err := netip.ParsePrefix(network); err == nil {
		return prefix.Contains(a)
	}
	only, err := netip.ParseAddr(network)
	return err == nil && only == a
}

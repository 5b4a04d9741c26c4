package expand

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Bounds of the suffix. Every legal configuration leaves room for shortestRoom
// characters; more than longestSuffix helps nobody.
const (
	shortestRoom  = 16
	longestSuffix = 32
)

// suffix works out the parameter EnvironmentSuffix: how long it may be so that
// no name breaks the limit of its type.
func (x *expander) suffix() {
	room := longestSuffix
	if x.mostSuffix > 0 {
		room = min(room, x.mostSuffix)
	}
	worst := map[hcl.Range]shortage{} // by the label that the name is made of
	for _, r := range x.plan.Resources {
		rule, named := aws.NameRuleOf(r.Type)
		if !named {
			continue
		}
		value := r.Properties.Get(rule.Property)
		if value == nil || !carriesSuffix(value, x.plan.Suffix) {
			continue
		}
		left := rule.Max - fixedLength(value, x.plan)
		if left < shortestRoom && left < worst[r.Origin].left(rule.Max) {
			worst[r.Origin] = shortage{r, rule.Max, rule.Max - left}
		}
		room = min(room, left)
	}
	for _, r := range x.plan.Resources {
		if s, short := worst[r.Origin]; short && s.resource == r {
			x.tooLong(s)
		}
	}
	p := x.plan.Suffix
	p.Description = "Ends the name of every resource, so that several copies of the system can stand side by side. Use the same value in every account."
	p.Default = plan.String("dev")
	p.AllowedPattern = "[a-z0-9]+(-[a-z0-9]+)*"
	p.ConstraintText = "Lower case letters, digits and single hyphens inside."
	p.MinLength, p.MaxLength = 1, max(room, 1)
}

// shortage is a name that leaves too little room for the suffix.
type shortage struct {
	resource   *plan.Resource
	max, fixed int
}

// left is the room that the name leaves; none found yet leaves all.
func (s shortage) left(max int) int {
	if s.resource == nil {
		return max
	}
	return s.max - s.fixed
}

func (x *expander) tooLong(s shortage) {
	x.errorf(s.resource.Origin, "Label too long",
		"The name of the %s %s would have %d characters before its suffix. AWS allows %d in all, and %d must stay for the suffix: shorten the labels that it is made of by %d.",
		s.resource.Type, s.resource.ID, s.fixed, s.max, shortestRoom, s.fixed+shortestRoom-s.max)
}

func carriesSuffix(v plan.Value, suffix *plan.Parameter) bool {
	found := false
	plan.Walk(v, func(v plan.Value) {
		if p, ok := v.(plan.Param); ok && p.Of == suffix {
			found = true
		}
	})
	return found
}

// fixedLength is the length of a name without its suffix.
func fixedLength(v plan.Value, p *plan.Plan) int {
	switch v := v.(type) {
	case plan.String:
		return len(v)
	case plan.Pseudo:
		switch v {
		case plan.AccountID:
			return 12
		case plan.Region:
			return len(p.Region)
		}
	case plan.Concat:
		sum := 0
		for _, part := range v {
			sum += fixedLength(part, p)
		}
		return sum
	}
	return 0
}

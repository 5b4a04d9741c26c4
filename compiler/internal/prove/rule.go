package prove

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// rule is something that must hold of every resource of a type.
type rule struct {
	of     string // a resource type; empty: every one
	broken func(s *survey, r *plan.Resource) string
	remedy string // what to do instead
	source string

	advice bool // AWS takes it, only cfnpipe itself does not: of what the configuration wrote it is a warning
}

// ours ends the messages that no author can do anything about.
const ours = " Nothing in the configuration asks for this: please report it as a mistake of cfnpipe."

// WithoutOurs is the detail of a message that an author can do something about after all.
func WithoutOurs(detail string) string { return strings.TrimSuffix(detail, ours) }

// whose ends a message about a resource: with ours, unless the configuration has written it.
func whose(r *plan.Resource) string {
	if r.Written {
		return ""
	}
	return ours
}

// hold holds resources against the rules of its type. broken says what is wrong with one; empty if nothing is.
func hold(s *survey, resources []*plan.Resource, rules map[string][]rule, summary string) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, r := range resources {
		types := []string{"", r.Type}
		if s.makers[r] != nil {
			types = types[1:] // of the template's part it has none
		}
		for _, of := range types {
			for _, rule := range rules[of] {
				if fault := rule.broken(s, r); fault != "" {
					diag := failure(r.Origin, summary, "%s %s. %s Source: %s.%s", r.ID, fault, rule.remedy, rule.source, whose(r))
					if rule.advice && r.Written {
						diag.Severity = hcl.DiagWarning
					}
					diags = append(diags, diag)
				}
			}
		}
	}
	return diags
}

func rulesByType(tables ...[]rule) map[string][]rule {
	out := map[string][]rule{}
	for _, table := range tables {
		for _, r := range table {
			out[r.of] = append(out[r.of], r)
		}
	}
	return out
}

// unless says what is wrong if something does not hold.
func unless(holds bool, fault string) string {
	if holds {
		return ""
	}
	return fault
}

package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// samePriority: a listener has one rule of each priority.
func samePriority(config *spec.Config) hcl.Diagnostics {
	type place struct {
		account  *spec.Account
		priority int
	}
	var diags hcl.Diagnostics
	first := map[place]deployment{}
	for _, d := range deployments(config) {
		route := d.deploy.Route
		if d.deploy.Account == nil || route == nil || route.Priority.Value == 0 {
			continue
		}
		at := place{d.deploy.Account, route.Priority.Value}
		if other, twice := first[at]; twice {
			diags = append(diags, conflict(route.Priority.Range, other.deploy.Route.Priority.Range,
				fmt.Sprintf("Priority %d is used twice in account %q", at.priority, at.account.Label.Value),
				fmt.Sprintf("It is that of %s and of %s. Give one of them another, or leave it out.", other, d)))
			continue
		}
		first[at] = d
	}
	return diags
}

package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// accountTwice: two account blocks are one account. Each would make its own environment in it.
func accountTwice(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	first := map[string]*spec.Account{}
	for _, account := range config.Accounts {
		id := account.ID.Value
		if id == "" {
			continue
		}
		if other, twice := first[id]; twice {
			diags = append(diags, conflict(account.ID.Range, other.ID.Range,
				fmt.Sprintf("Accounts %q and %q have the same id", other.Label.Value, account.Label.Value),
				fmt.Sprintf("Declare the account once and write account.%s wherever it is meant.", other.Label.Value)))
			continue
		}
		first[id] = account
	}
	return diags
}

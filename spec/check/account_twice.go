package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// accountTwice: two account blocks are one account. That may be meant, as staging beside production, or a slip in copying.
func accountTwice(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	first := map[string]*spec.Account{}
	for _, account := range config.Accounts {
		id := account.ID.Value
		if id == "" {
			continue
		}
		if other, twice := first[id]; twice {
			diag := conflict(account.ID.Range, other.ID.Range,
				fmt.Sprintf("Accounts %q and %q have the same id", other.Label.Value, account.Label.Value),
				"They are two environments of one account, which nothing keeps apart but the names of what is in them. If that is not meant, correct the id.")
			diag.Severity = hcl.DiagWarning
			diags = append(diags, diag)
			continue
		}
		first[id] = account
	}
	return diags
}

package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// unusedStore: a store that no pipeline shares is not made. It would have a key that nobody may use, and KMS refuses a
// condition without values.
func unusedStore(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, account := range config.Accounts {
		if account.Artifacts != nil && !config.RunsIn(account) {
			diags = append(diags, warning(account.Artifacts.Range, fmt.Sprintf("Store of account %q without a pipeline", account.Label.Value),
				"No pipeline runs in this account, so the store is not made."))
		}
	}
	return diags
}

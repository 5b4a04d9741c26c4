package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// deployWithoutNetwork: a service needs a VPC and a load balancer, and an account has them by its network.
func deployWithoutNetwork(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, d := range deployments(config) {
		if account := d.deploy.Account; account != nil && account.Network == nil {
			name := account.Label.Value
			diag := fault(d.deploy.AccountRange, fmt.Sprintf("Stage %q deploys to account %q, which has no network", d.stage.Label.Value, name),
				fmt.Sprintf("Add network {} to account %q.", name))
			diag.Extra = spec.Related{Message: "The account is here.", Range: account.Range}
			diags = append(diags, diag)
		}
	}
	return diags
}

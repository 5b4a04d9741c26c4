package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// deployWithoutNetwork: a fleet needs a VPC and a load balancer, and so may a function; an account has them by its network.
func deployWithoutNetwork(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, d := range deployments(config) {
		if account := d.deploy.Account; account != nil && account.Network == nil && d.deploy.NeedsNetwork() {
			name := account.Label.Value
			at, advice := d.deploy.AccountRange, ""
			if d.deploy.Kind.Value == spec.DeployLambda {
				at, advice = d.deploy.VPC.Range, " Or leave vpc out: a function runs without a network as well."
				if d.deploy.Route != nil {
					at, advice = d.deploy.Route.Range, " Or leave the route out: a function may have a URL of its own, or none."
				}
			}
			diag := fault(at, fmt.Sprintf("Stage %q deploys to account %q, which has no network", d.stage.Label.Value, name),
				fmt.Sprintf("Add network {} to account %q.%s", name, advice))
			diag.Extra = spec.Related{Message: "The account is here.", Range: account.Range}
			diags = append(diags, diag)
		}
	}
	return diags
}

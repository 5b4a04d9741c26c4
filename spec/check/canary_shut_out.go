package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// canaryShutOut: a canary is a function outside of any VPC, whose requests come from addresses that nobody can list.
func canaryShutOut(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, l := range lookouts(config) {
		if l.canary.URL.IsSet() || l.canary.Account == nil || l.canary.Account.Network == nil || len(l.deploys) == 0 {
			continue
		}
		network := l.canary.Account.Network
		open := len(network.AllowedCIDRs.Items) == 0
		for _, cidr := range network.AllowedCIDRs.Items {
			text, known := cidr.Text()
			open = open || !known || text == "0.0.0.0/0"
		}
		if !open {
			diag := warning(l.canary.Range, fmt.Sprintf("Canary %q may not reach account %q", l.canary.Label.Value, l.canary.Account.Label.Value),
				"It asks from the internet, from addresses that change, and allowed_cidrs of the network lets in certain ones only. Let in 0.0.0.0/0, or give it a url that it can reach.")
			diag.Extra = spec.Related{Message: "Who is let in is said here.", Range: network.AllowedCIDRs.Range}
			diags = append(diags, diag)
		}
	}
	return diags
}

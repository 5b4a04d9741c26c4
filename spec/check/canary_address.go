package check

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// canaryAddress: without a url a canary asks the load balancer by the load balancer's own name. No certificate is for that name,
// no rule for certain hosts lets it through, and a function without a route is not there.
func canaryAddress(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, l := range lookouts(config) {
		if l.canary.URL.IsSet() || l.canary.Script.Value != "" || len(l.deploys) == 0 {
			continue
		}
		network := l.canary.Account.Network
		balanced := slices.DeleteFunc(slices.Clone(l.deploys), func(d *spec.Deploy) bool { return !d.Balanced() })
		because, at := "", hcl.Range{}
		switch byHost := func(d *spec.Deploy) bool { return d.Route != nil && len(d.Route.Hosts.Items) > 0 }; {
		case len(balanced) == 0:
			last := l.deploys[len(l.deploys)-1]
			remedy := `Write url = "https://...", a script that finds the way, or a route {} in the deploy.`
			if network == nil {
				remedy = `Write url = "https://...", or a script that finds the way.`
			}
			diag := fault(l.canary.Range, fmt.Sprintf("Canary %q does not know the service's address", l.canary.Label.Value),
				fmt.Sprintf(`No load balancer leads to what is deployed to account %q. %s`, l.canary.Account.Label.Value, remedy))
			diag.Extra = spec.Related{Message: "The function is deployed here.", Range: last.Range}
			diags = append(diags, diag)
			continue
		case network != nil && network.CertificateARN.IsSet():
			because, at = "speaks HTTPS, with a certificate for other names than its own", network.CertificateARN.Range
		case !slices.ContainsFunc(balanced, func(d *spec.Deploy) bool { return !byHost(d) }):
			because, at = "lets through what is asked of certain hosts only", balanced[len(balanced)-1].Route.Hosts.Range
		default:
			continue
		}
		diag := fault(l.canary.Range, fmt.Sprintf("Canary %q does not know the service's address", l.canary.Label.Value),
			fmt.Sprintf(`The load balancer of account %q %s. Write url = "https://..." with the name that clients use.`, l.canary.Account.Label.Value, because))
		diag.Extra = spec.Related{Message: "It says so here.", Range: at}
		diags = append(diags, diag)
	}
	return diags
}

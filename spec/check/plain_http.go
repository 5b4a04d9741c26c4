package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// plainHTTP: the load balancer of an account that is deployed to has no certificate.
func plainHTTP(config *spec.Config) hcl.Diagnostics {
	used := map[*spec.Account]bool{}
	for _, d := range deployments(config) {
		used[d.deploy.Account] = true
	}
	var diags hcl.Diagnostics
	for _, account := range config.Accounts {
		if network := account.Network; used[account] && network != nil && !network.CertificateARN.IsSet() {
			diags = append(diags, warning(network.Range, fmt.Sprintf("Services of account %q are reached over plain HTTP", account.Label.Value),
				"Whoever sees the traffic can read it. Set certificate_arn to the ARN of an ACM certificate."))
		}
	}
	return diags
}

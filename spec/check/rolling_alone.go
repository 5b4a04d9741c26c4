package check

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// rollingAlone: with one instance a rolling release takes the whole service away while it runs.
func rollingAlone(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, d := range deployments(config) {
		if d.deploy.Strategy.Value == spec.StrategyRolling && d.deploy.Capacity.Min.Value == 1 {
			diags = append(diags, warning(d.deploy.Capacity.Min.Range, "Rolling release with one instance",
				"The service is away during each release. Write min = 2 or more, or strategy = \"all_at_once\" if that is meant."))
		}
	}
	return diags
}

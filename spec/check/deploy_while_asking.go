package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// deployWhileAsking: what stands in one parallel block starts together, so the approval holds nothing up.
func deployWhileAsking(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, pipeline := range config.Pipelines {
		for _, stage := range pipeline.Stages {
			for _, step := range stage.Steps() {
				approval, deploy := first[*spec.Approval](step), first[*spec.Deploy](step)
				if approval == nil || deploy == nil {
					continue
				}
				diag := fault(approval.Range, fmt.Sprintf("Stage %q deploys while it asks whether to", stage.Label.Value),
					"What stands in one parallel block starts together. Put the approval in front of the block.")
				diag.Extra = spec.Related{Message: "The deploy is here.", Range: deploy.Range}
				diags = append(diags, diag)
			}
		}
	}
	return diags
}

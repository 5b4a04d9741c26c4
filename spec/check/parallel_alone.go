package check

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// parallelAlone: one action has nothing to run beside, unless a dynamic block makes more of them another time.
func parallelAlone(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, pipeline := range config.Pipelines {
		for _, stage := range pipeline.Stages {
			for _, parallel := range stage.Parallels {
				if len(parallel.Actions) == 1 && !parallel.Dynamic {
					diags = append(diags, warning(parallel.Range, "One action in a parallel block",
						"There is nothing that it could run beside. Put another action into the block, or take the block away."))
				}
			}
		}
	}
	return diags
}

package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// stageNames: each stage of a pipeline needs a name of its own, and the stage that fetches the source has one already.
func stageNames(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, pipeline := range config.Pipelines {
		first := map[string]*spec.Stage{}
		for _, stage := range pipeline.Stages {
			name := stage.Label.Value
			if name == "source" {
				diags = append(diags, fault(stage.Label.Range, `Stage name "source" is taken`,
					"It is the name of the stage that the source block makes. Choose another."))
			}
			if other, twice := first[name]; twice {
				diags = append(diags, conflict(stage.Label.Range, other.Label.Range, fmt.Sprintf("A second stage %q", name),
					"Give one of the two another name, or put their actions into one stage."))
				continue
			}
			first[name] = stage
		}
	}
	return diags
}

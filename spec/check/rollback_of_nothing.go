package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// rollbackOfNothing: a rollback runs the stage again with the artifacts of an earlier run, so what it can put back is what the
// stage deploys. A build of that stage would run again, too, on a source that the store may not hold any more
// (CodePipeline user guide, "Configuring stage rollback").
func rollbackOfNothing(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, pipeline := range config.Pipelines {
		for _, stage := range pipeline.Stages {
			if stage.OnFailure.Value != spec.OnFailureRollback {
				continue
			}
			switch {
			case first[*spec.Deploy](stage.Actions) == nil:
				diags = append(diags, warning(stage.OnFailure.Range, fmt.Sprintf("Stage %q rolls back, and deploys nothing", stage.Label.Value),
					"A rollback runs the actions of its stage again with what an earlier run had; without a deploy that puts nothing back. Leave on_failure out here."))
			case first[*spec.Build](stage.Actions) != nil:
				diags = append(diags, warning(stage.OnFailure.Range, fmt.Sprintf("Stage %q builds again when it rolls back", stage.Label.Value),
					fmt.Sprintf("A rollback runs all of its stage, and fails once the source of the earlier run has expired, after %d days. "+
						"Put the build into a stage of its own.", pipeline.Artifacts.ExpireAfterDays.Value)))
			}
		}
	}
	return diags
}

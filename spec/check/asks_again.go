package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// asksAgain: a rejection is a failure like any other, and so is an approval that nobody answers.
func asksAgain(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, pipeline := range config.Pipelines {
		for _, stage := range pipeline.Stages {
			approval := first[*spec.Approval](stage.Actions)
			if stage.OnFailure.Value == "" || approval == nil {
				continue
			}
			diag := warning(stage.OnFailure.Range, fmt.Sprintf("Stage %q asks again after a rejection", stage.Label.Value),
				fmt.Sprintf("Who rejects makes the stage fail, and %s then asks the same question once more. Put the approval into a stage of its own.",
					stage.OnFailure.Value))
			diag.Extra = spec.Related{Message: "The approval is here.", Range: approval.Range}
			diags = append(diags, diag)
		}
	}
	return diags
}

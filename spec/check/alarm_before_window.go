package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// alarmBeforeWindow: the rules of one condition are looked at together, and an alarm that was OK is not looked at again once the
// window opens (CodePipeline user guide of Amazon Web Services China, rule reference, "DeploymentWindow").
func alarmBeforeWindow(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, pipeline := range config.Pipelines {
		for _, stage := range pipeline.Stages {
			entry := stage.BeforeEntry
			if entry == nil || entry.Window == nil || len(entry.Alarms) == 0 {
				continue
			}
			diag := warning(entry.Alarms[0].Range, fmt.Sprintf("Alarm of stage %q may ring when its window opens", stage.Label.Value),
				"CodePipeline reads the alarm when a run arrives, and not again when the window opens. Put the window in front of an earlier stage.")
			diag.Extra = spec.Related{Message: "The window is here.", Range: entry.Window.Range}
			diags = append(diags, diag)
		}
	}
	return diags
}

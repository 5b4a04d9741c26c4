package check

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// narrowWindow: a cron expression usually names the moments at which something starts, and this one all the minutes of a window.
// AWS's own example, with 0 for the minutes, is open for a minute in each hour.
func narrowWindow(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, pipeline := range config.Pipelines {
		for _, stage := range pipeline.Stages {
			if stage.BeforeEntry == nil || stage.BeforeEntry.Window == nil {
				continue
			}
			cron := stage.BeforeEntry.Window.Cron
			fields := strings.Fields(cron.Value)
			if len(fields) < 2 {
				continue
			}
			if _, err := strconv.Atoi(fields[1]); err == nil {
				fields[1] = "*"
				diags = append(diags, warning(cron.Range, fmt.Sprintf("Window of stage %q is open for one minute at a time", stage.Label.Value),
					fmt.Sprintf("Each minute that the expression names is in the window, and no other. Write %q if whole hours are meant.", strings.Join(fields, " "))))
			}
		}
	}
	return diags
}

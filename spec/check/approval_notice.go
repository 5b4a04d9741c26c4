package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// approvalNotice: a notice is asked for that never comes. The default, which has the range of its block, asks for it in any
// case and is passed over.
func approvalNotice(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, pipeline := range config.Pipelines {
		if pipeline.Notifications == nil || len(pipeline.Approvals()) > 0 {
			continue
		}
		for _, event := range pipeline.Notifications.On.Items {
			if event.Value == "approval_needed" && event.Range != pipeline.Notifications.Range {
				diags = append(diags, warning(event.Range, `"approval_needed" never happens`,
					fmt.Sprintf("Pipeline %q has no approval. Leave this out, or put approval {} into a stage.", pipeline.Label.Value)))
			}
		}
	}
	return diags
}

package check

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// retryMode: it is said how to try again what is not tried again. The default, and an on_failure that could not be read, are
// passed over.
func retryMode(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, pipeline := range config.Pipelines {
		for _, stage := range pipeline.Stages {
			unread := stage.OnFailure.Value == "" && stage.OnFailure.Range != stage.Range
			if stage.RetryMode.Range != stage.Range && stage.OnFailure.Value != spec.OnFailureRetry && !unread {
				diags = append(diags, fault(stage.RetryMode.Range, "A mode for a retry that never comes",
					`retry_mode says what on_failure = "retry" tries again. Write that, or leave retry_mode out.`))
			}
		}
	}
	return diags
}

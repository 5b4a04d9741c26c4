package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// unapprovedDeploy: where there are several stages or accounts the last is production, and nobody is asked before it.
func unapprovedDeploy(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, pipeline := range config.Pipelines {
		var last *deployment
		approved, approvedLast := false, false
		stages, accounts := map[*spec.Stage]bool{}, map[*spec.Account]bool{}
		for _, stage := range pipeline.Stages {
			for _, action := range stage.Actions {
				switch action := action.(type) {
				case *spec.Approval:
					approved = true
				case *spec.Deploy:
					last = &deployment{pipeline, stage, action}
					approvedLast = approved
					stages[stage], accounts[action.Account] = true, true
				}
			}
		}
		if (len(stages) > 1 || len(accounts) > 1) && !approvedLast {
			diags = append(diags, warning(last.deploy.Range, fmt.Sprintf("Stage %q is reachable without an approval", last.stage.Label.Value),
				"Every push that passes the stages before goes there. Put approval {} in front of it if somebody should agree first."))
		}
	}
	return diags
}

package check

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// lookout is a canary with the blocks around it, and what was deployed to its account by then.
type lookout struct {
	pipeline *spec.Pipeline
	stage    *spec.Stage
	canary   *spec.Canary
	deploys  []*spec.Deploy
}

// lookouts returns all canaries of a configuration in source order. Beside a deploy, in one parallel block, is too early.
func lookouts(config *spec.Config) []lookout {
	var out []lookout
	for _, pipeline := range config.Pipelines {
		var deployed []*spec.Deploy
		for _, stage := range pipeline.Stages {
			for _, step := range stage.Steps() {
				before := slices.Clone(deployed)
				for _, action := range step {
					switch action := action.(type) {
					case *spec.Deploy:
						deployed = append(deployed, action)
					case *spec.Canary:
						there := slices.DeleteFunc(slices.Clone(before), func(d *spec.Deploy) bool { return d.Account != action.Account })
						out = append(out, lookout{pipeline, stage, action, there})
					}
				}
			}
		}
	}
	return out
}

// canaryBeforeDeploy: a canary looks at what the pipeline has deployed, and it stands in the stack of that.
func canaryBeforeDeploy(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, l := range lookouts(config) {
		canary := l.canary
		named := canary.AccountRange != canary.Range
		switch {
		case len(l.deploys) > 0 || named && canary.Account == nil: // The latter has been reported.
		case canary.Account == nil:
			diags = append(diags, fault(canary.Range, fmt.Sprintf("Stage %q looks at nothing", l.stage.Label.Value),
				fmt.Sprintf("Canary %q runs before anything is deployed. Put it behind a deploy, and not into one parallel block with it.", canary.Label.Value)))
		default:
			account := canary.Account.Label.Value
			diags = append(diags, fault(canary.AccountRange, fmt.Sprintf("Canary %q runs before anything is deployed to account %q", canary.Label.Value, account),
				fmt.Sprintf(`Put a deploy with account = account.%s in front of it in pipeline %q, or name the account of a deploy that is there.`,
					account, l.pipeline.Label.Value)))
		}
	}
	return diags
}

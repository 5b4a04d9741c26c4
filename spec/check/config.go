// Package check reports mistakes that need more than one block to see.
package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// Config holds a configuration against every rule, one per file of this package. The configuration may have come with errors:
// what could not be read is passed over.
func Config(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	diags = append(diags, regionPartition(config)...)
	diags = append(diags, accountTwice(config)...)
	diags = append(diags, overlappingNetworks(config)...)
	diags = append(diags, plainHTTP(config)...)
	diags = append(diags, collidingNames(config)...)
	diags = append(diags, stageNames(config)...)
	diags = append(diags, secondBuild(config)...)
	diags = append(diags, deployBeforeBuild(config)...)
	diags = append(diags, deployWhileAsking(config)...)
	diags = append(diags, parallelAlone(config)...)
	diags = append(diags, retryMode(config)...)
	diags = append(diags, rollbackOfNothing(config)...)
	diags = append(diags, asksAgain(config)...)
	diags = append(diags, narrowWindow(config)...)
	diags = append(diags, alarmBeforeWindow(config)...)
	diags = append(diags, alarmInVain(config)...)
	diags = append(diags, deployWithoutNetwork(config)...)
	diags = append(diags, deployNames(config)...)
	diags = append(diags, canaryNames(config)...)
	diags = append(diags, canaryBeforeDeploy(config)...)
	diags = append(diags, canaryAddress(config)...)
	diags = append(diags, canaryPath(config)...)
	diags = append(diags, canaryShutOut(config)...)
	diags = append(diags, canaryRuntime(config)...)
	diags = append(diags, canaryScript(config)...)
	diags = append(diags, sameRoute(config)...)
	diags = append(diags, samePriority(config)...)
	diags = append(diags, rollingAlone(config)...)
	diags = append(diags, rerouteScales(config)...)
	diags = append(diags, unapprovedDeploy(config)...)
	diags = append(diags, approvalNotice(config)...)
	diags = append(diags, createdRepository(config)...)
	diags = append(diags, repositoryTwice(config)...)
	diags = append(diags, unusedStore(config)...)
	return spec.Tidy(diags)
}

func fault(at hcl.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: at.Ptr()}
}

func warning(at hcl.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: summary, Detail: detail, Subject: at.Ptr()}
}

// conflict is a fault of a second thing with a first one, and points at both.
func conflict(second, first hcl.Range, summary, detail string) *hcl.Diagnostic {
	diag := fault(second, summary, fmt.Sprintf("%s The first is at %s:%d.", detail, first.Filename, first.Start.Line))
	diag.Extra = spec.Related{Message: "The first is here.", Range: first}
	return diag
}

// deployment is a deploy with the blocks around it.
type deployment struct {
	pipeline *spec.Pipeline
	stage    *spec.Stage
	deploy   *spec.Deploy
}

// deployments returns all deploys of a configuration in source order.
func deployments(config *spec.Config) []deployment {
	var out []deployment
	for _, pipeline := range config.Pipelines {
		for _, stage := range pipeline.Stages {
			for _, action := range stage.Actions {
				if deploy, ok := action.(*spec.Deploy); ok {
					out = append(out, deployment{pipeline, stage, deploy})
				}
			}
		}
	}
	return out
}

// String names a deployment in a message.
func (d deployment) String() string {
	name := ""
	if d.deploy.Name.Value != "" {
		name = fmt.Sprintf(" (%s)", d.deploy.Name.Value)
	}
	return fmt.Sprintf("stage %q of pipeline %q%s", d.stage.Label.Value, d.pipeline.Label.Value, name)
}

// first is the first action of a kind; nil if there is none.
func first[T spec.Action](actions []spec.Action) (none T) {
	for _, action := range actions {
		if found, ok := action.(T); ok {
			return found
		}
	}
	return none
}

package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// deployBeforeBuild: a deploy has nothing to deploy yet. What a build makes is there once its step is over: beside it, in one
// parallel block, is too early.
func deployBeforeBuild(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, pipeline := range config.Pipelines {
		built := false
		for _, stage := range pipeline.Stages {
			for _, step := range stage.Steps() {
				builds := false
				for _, action := range step {
					switch action := action.(type) {
					case *spec.Build:
						builds = true
					case *spec.Deploy:
						if !built {
							diags = append(diags, nothingToDeploy(pipeline, stage, action))
						}
					}
				}
				built = built || builds
			}
		}
	}
	return diags
}

func nothingToDeploy(pipeline *spec.Pipeline, stage *spec.Stage, deploy *spec.Deploy) *hcl.Diagnostic {
	summary := fmt.Sprintf("Stage %q deploys before anything is built", stage.Label.Value)
	if len(pipeline.Builds()) > 0 {
		return fault(deploy.Range, summary, fmt.Sprintf(`Move the build of pipeline %q in front of this deploy.`, pipeline.Label.Value))
	}
	return fault(deploy.Range, summary, fmt.Sprintf(`Put build "image" {} in front of this deploy: pipeline %q has no build.`, pipeline.Label.Value))
}

package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// secondBuild: a pipeline delivers one image.
func secondBuild(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, pipeline := range config.Pipelines {
		builds := pipeline.Builds()
		for i, build := range builds {
			if i > 0 {
				diags = append(diags, conflict(build.Range, builds[0].Range, fmt.Sprintf("A second build in pipeline %q", pipeline.Label.Value),
					"A pipeline builds one image, and every deploy takes that one. Put the other into a pipeline of its own."))
			}
		}
	}
	return diags
}

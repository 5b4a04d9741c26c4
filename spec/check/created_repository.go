package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// createdRepository: what the pipeline makes is deleted with it.
func createdRepository(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, pipeline := range config.Pipelines {
		if source := pipeline.Source; source != nil && source.CreateRepository.Value {
			diags = append(diags, warning(source.CreateRepository.Range,
				fmt.Sprintf("Deleting the stack of pipeline %q deletes the source code", pipeline.Label.Value),
				"The repository belongs to the stack. Keep a copy elsewhere, or make the repository yourself and leave create_repository out."))
		}
	}
	return diags
}

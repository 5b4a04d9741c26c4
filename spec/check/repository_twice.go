package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// repositoryTwice: two pipelines would make the same repository in one account.
func repositoryTwice(config *spec.Config) hcl.Diagnostics {
	type place struct {
		account *spec.Account
		name    string
	}
	var diags hcl.Diagnostics
	first := map[place]*spec.Pipeline{}
	for _, pipeline := range config.Pipelines {
		source := pipeline.Source
		if source == nil || !source.CreateRepository.Value || source.Repository.Value == "" {
			continue
		}
		at := place{pipeline.Account, source.Repository.Value}
		if other, twice := first[at]; twice {
			diags = append(diags, conflict(source.CreateRepository.Range, other.Source.CreateRepository.Range,
				fmt.Sprintf("Pipelines %q and %q both create repository %q", other.Label.Value, pipeline.Label.Value, at.name),
				"Leave create_repository out of one of them."))
			continue
		}
		first[at] = pipeline
	}
	return diags
}

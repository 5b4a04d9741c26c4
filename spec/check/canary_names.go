package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// canaryNames: the canaries of one stage are told apart by name alone.
func canaryNames(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, pipeline := range config.Pipelines {
		for _, stage := range pipeline.Stages {
			first := map[string]spec.Text{}
			for _, label := range canaryLabels(stage) {
				other, twice := first[label.Value]
				if !twice {
					first[label.Value] = label
					continue
				}
				diags = append(diags, conflict(label.Range, other.Range,
					fmt.Sprintf("Two canaries of stage %q have the name %q", stage.Label.Value, label.Value), "Give one of them another name."))
			}
		}
	}
	return diags
}

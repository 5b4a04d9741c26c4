package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// deployNames: the deploys of one stage are told apart by name alone.
func deployNames(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	type place struct {
		stage *spec.Stage
		name  string
	}
	first := map[place]*spec.Deploy{}
	for _, d := range deployments(config) {
		at := place{d.stage, d.deploy.Name.Value}
		other, twice := first[at]
		switch {
		case !twice:
			first[at] = d.deploy
		case at.name == "":
			diags = append(diags, conflict(d.deploy.Range, other.Range, fmt.Sprintf("Two deploys of stage %q have no name", d.stage.Label.Value),
				`Set name in each of them, such as name = "api", so that their resources can be told apart.`))
		default:
			diags = append(diags, conflict(d.deploy.Name.Range, other.Name.Range,
				fmt.Sprintf("Two deploys of stage %q have the name %q", d.stage.Label.Value, at.name), "Give one of them another name."))
		}
	}
	return diags
}

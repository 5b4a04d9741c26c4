package check

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// collidingNames: two labels differ, but not in the names that are made of them. Logical ids have no hyphens and underscores,
// and names of resources are compared without regard to case.
func collidingNames(config *spec.Config) hcl.Diagnostics {
	var accounts, pipelines []spec.Text
	for _, account := range config.Accounts {
		accounts = append(accounts, account.Label)
	}
	diags := collisions("account", accounts)
	for _, pipeline := range config.Pipelines {
		pipelines = append(pipelines, pipeline.Label)
		var stages []spec.Text
		for _, stage := range pipeline.Stages {
			stages = append(stages, stage.Label)
			diags = append(diags, collisions("deploy", names(stage))...)
			diags = append(diags, collisions("canary", canaryLabels(stage))...)
		}
		diags = append(diags, collisions("stage", stages)...)
	}
	return append(diags, collisions("pipeline", pipelines)...)
}

func names(stage *spec.Stage) []spec.Text {
	var out []spec.Text
	for _, action := range stage.Actions {
		if deploy, ok := action.(*spec.Deploy); ok && deploy.Name.Value != "" {
			out = append(out, deploy.Name)
		}
	}
	return out
}

func canaryLabels(stage *spec.Stage) []spec.Text {
	var out []spec.Text
	for _, action := range stage.Actions {
		if canary, ok := action.(*spec.Canary); ok {
			out = append(out, canary.Label)
		}
	}
	return out
}

func collisions(what string, labels []spec.Text) hcl.Diagnostics {
	var diags hcl.Diagnostics
	first := map[string]spec.Text{}
	for _, label := range labels {
		id := strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(label.Value))
		other, found := first[id]
		switch {
		case !found:
			first[id] = label
		case other.Value != label.Value: // Equal labels have a message of their own.
			diags = append(diags, conflict(label.Range, other.Range,
				fmt.Sprintf("Names %q and %q of two blocks %q become one", other.Value, label.Value, what),
				"Names of resources are made of them without hyphens and underscores. Rename one of the two."))
		}
	}
	return diags
}

package prove

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// A quota of CodePipeline that a configuration can break by itself (CodePipeline user guide, "Quotas").
const mostActions = 50 // in a stage

// limits finds stacks that are too large for a template.
func limits(p *plan.Plan) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, stack := range p.Stacks {
		if n := len(p.Of(stack)); n > plan.MostResources {
			diags = append(diags, failure(stack.Origin, "Stack too large",
				"The stack %s has %d resources; CloudFormation allows %d. Split the pipeline or the environment.",
				stack.Name, n, plan.MostResources))
		}
		outputs := 0
		for _, output := range p.Outputs {
			if output.Stack == stack {
				outputs++
			}
		}
		if outputs > plan.MostOutputs {
			diags = append(diags, failure(stack.Origin, "Stack too large",
				"The stack %s has %d outputs; CloudFormation allows %d.", stack.Name, outputs, plan.MostOutputs))
		}
	}
	return append(diags, stages(p)...)
}

func stages(p *plan.Plan) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, r := range p.Resources {
		if r.Type != "AWS::CodePipeline::Pipeline" {
			continue
		}
		list, _ := r.Properties.Get("Stages").(plan.List)
		for _, stage := range list {
			object, _ := stage.(plan.Object)
			actions, _ := object.Get("Actions").(plan.List)
			if len(actions) > mostActions {
				diags = append(diags, failure(r.Origin, "Stage too large",
					"A stage of %s has %d actions; CodePipeline allows %d.", r.ID, len(actions), mostActions))
			}
		}
	}
	return diags
}

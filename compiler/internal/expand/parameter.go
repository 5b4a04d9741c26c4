package expand

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// parameters expands the parameter blocks.
func (x *expander) parameters(c *spec.Config) {
	for _, p := range c.Parameters {
		parameter := &plan.Parameter{
			Name: p.Label.Value, Type: p.Type.Value, Description: p.Description.Value,
			Declared: true, Origin: p.Label.Range,
			AllowedValues: p.AllowedValues.Values(), AllowedPattern: p.AllowedPattern.Value, ConstraintText: p.ConstraintDescription.Value,
			MinLength: p.MinLength.Value, MaxLength: p.MaxLength.Value,
			Sources: written(p.Range, []plan.Place{
				{Path: "/Type", At: p.Type.Range},
				{Path: "/Description", At: p.Description.Range},
				{Path: "/Default", At: p.Default.Range},
				{Path: "/AllowedValues", At: p.AllowedValues.Range},
				{Path: "/AllowedPattern", At: p.AllowedPattern.Range},
				{Path: "/ConstraintDescription", At: p.ConstraintDescription.Range},
				{Path: "/MinLength", At: p.MinLength.Range},
				{Path: "/MaxLength", At: p.MaxLength.Range},
			}),
		}
		if p.HasDefault {
			parameter.Default = plan.String(p.Default.Value)
		}
		x.plan.Parameters = append(x.plan.Parameters, parameter)
	}
}

// written are the places that are not the block that lacks an attribute.
func written(block hcl.Range, places []plan.Place) []plan.Place {
	return slices.DeleteFunc(places, func(p plan.Place) bool { return p.At == block })
}

// unused warns of parameters that stand in no template: nobody can give them a value there.
func (x *expander) unused() {
	used := x.plan.Declared()
	for _, p := range x.plan.Parameters {
		if p.Declared && !slices.Contains(used, p) {
			x.errorf(p.Origin, fmt.Sprintf("Parameter %q is used nowhere", p.Name), "It stands in no template. Write param.%s where its value is to stand, or leave it out.", p.Name)
			x.diags[len(x.diags)-1].Severity = hcl.DiagWarning
		}
		if r := x.plan.Resource(p.Name); r != nil {
			// CloudFormation: "all resources and parameters must have unique names".
			at := p.Origin
			if !p.Declared {
				at = r.Origin
			}
			x.errorf(at, fmt.Sprintf("A parameter and a resource are both called %q", p.Name), "CloudFormation wants two names. Rename the one of the two that the configuration names.")
		}
	}
}

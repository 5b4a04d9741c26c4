package prove

import (
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

var functionDamages = []damages{
	onStarters(true, "started by nothing", "its rule may not call the function", func(p *plan.Plan, _, rule *plan.Resource) {
		without(p, permissionOf(p, rule))
	}),
	onStarters(true, "started by nothing", "another rule may call the function", func(p *plan.Plan, _, rule *plan.Resource) {
		put(permissionOf(p, rule), plan.String("arn:aws:events:us-east-1:123456789012:rule/another"), "SourceArn")
	}),
	onStarters(true, "started by nothing", "another service may call the function", func(p *plan.Plan, _, rule *plan.Resource) {
		put(permissionOf(p, rule), plan.String("s3.amazonaws.com"), "Principal")
	}),
	onStarters(true, "started by nothing", "the rule may read the function", func(p *plan.Plan, _, rule *plan.Resource) {
		put(permissionOf(p, rule), plan.String("lambda:GetFunction"), "Action")
	}),
	onStarters(true, "started by nothing", "the function may not start it", func(p *plan.Plan, _, rule *plan.Resource) {
		put(filterPolicy(p, functionOf(p, rule)), plan.String("codepipeline:GetPipeline"), "PolicyDocument", "Statement", 1, "Action")
	}),
	onStarters(true, "started by nothing", "the function may start another", func(p *plan.Plan, _, rule *plan.Resource) {
		put(filterPolicy(p, functionOf(p, rule)), plan.String("arn:aws:codepipeline:us-east-1:123456789012:another"), "PolicyDocument", "Statement", 1, "Resource")
	}),
	onStarters(true, "started by nothing", "the function starts another", func(p *plan.Plan, _, rule *plan.Resource) {
		put(functionOf(p, rule), plan.String("another"), "Environment", "Variables", "PIPELINE")
	}),
	onFilters("access", refused, "it may read the repository only", func(p *plan.Plan, f *plan.Resource) {
		put(filterPolicy(p, f), plan.String("codecommit:GetCommit"), "PolicyDocument", "Statement", 0, "Action")
	}),
	onFilters("access", refused, "it may compare those of another repository", func(p *plan.Plan, f *plan.Resource) {
		put(filterPolicy(p, f), plan.String("arn:aws:codecommit:us-east-1:123456789012:another"), "PolicyDocument", "Statement", 0, "Resource")
	}),
	onFilters("access", refused, "on a condition", func(p *plan.Plan, f *plan.Resource) {
		put(filterPolicy(p, f), object("Bool", object("aws:MultiFactorAuthPresent", plan.Bool(true))), "PolicyDocument", "Statement", 0, "Condition")
	}),
	onFilters("sense", "not told by which paths", "no list of what counts", func(_ *plan.Plan, f *plan.Resource) {
		put(f, nil, "Environment", "Variables", "INCLUDE")
	}),
	onFilters("sense", "not told by which paths", "no list of what does not count", func(_ *plan.Plan, f *plan.Resource) {
		put(f, nil, "Environment", "Variables", "EXCLUDE")
	}),
	onFilters("sense", "too little time", "little time", func(_ *plan.Plan, f *plan.Resource) { put(f, plan.Int(60), "Timeout") }),
	onFilters("sense", "too little time", "the time that Lambda gives by itself", func(_ *plan.Plan, f *plan.Resource) { put(f, nil, "Timeout") }),
	setting("sense", "lets in others than a rule", permissionType, nil, "SourceArn"),
	setting("sense", "lets in others than a rule", permissionType, plan.String("arn:aws:events:us-east-1:999999999999:rule/another"), "SourceArn"),
	func(p *plan.Plan) []damage {
		var out []damage
		for _, rule := range p.Resources {
			if rule.Type == eventRuleType && functionOf(p, rule) != nil {
				role := addressOfRole(p, rule)
				out = append(out, damage{rule.ID + " calls as a role", "sense", "calls a function as a role", func() { put(rule, role, "Targets", 0, "RoleArn") }})
			}
		}
		return out
	},
}

// onStarters damages what starts each pipeline: a rule that does so itself, or by way of a function.
func onStarters(function bool, says, what string, do func(p *plan.Plan, pipeline, rule *plan.Resource)) damages {
	return func(p *plan.Plan) []damage {
		var out []damage
		for _, r := range p.Resources {
			if r.Type != pipelineType {
				continue
			}
			if rule := starter(p, r); (functionOf(p, rule) != nil) == function {
				out = append(out, damage{r.ID + ": " + what, "sense", says, func() { do(p, r, rule) }})
			}
		}
		return out
	}
}

// onFilters damages each function that starts a pipeline.
func onFilters(proof, says, what string, do func(p *plan.Plan, function *plan.Resource)) damages {
	return func(p *plan.Plan) []damage {
		var out []damage
		for _, r := range p.Resources {
			if r.Type == functionType && surveyOf(p).startedBy(r) != nil {
				out = append(out, damage{r.ID + ": " + what, proof, says, func() { do(p, r) }})
			}
		}
		return out
	}
}

func functionOf(p *plan.Plan, rule *plan.Resource) *plan.Resource {
	if found := surveyOf(p).functionsOf(rule); len(found) > 0 {
		return found[0]
	}
	return nil
}

func permissionOf(p *plan.Plan, rule *plan.Resource) *plan.Resource {
	return surveyOf(p).permissionsOf(functionOf(p, rule))[0]
}

func filterPolicy(p *plan.Plan, function *plan.Resource) *plan.Resource {
	s := surveyOf(p)
	return s.policiesOf(s.resolve(function, function.Properties.Get("Role"), roleType))[0]
}

func addressOfRole(p *plan.Plan, beside *plan.Resource) plan.Value {
	return plan.Attr{Of: first(p, beside, roleType), Name: "Arn"}
}

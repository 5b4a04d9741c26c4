package prove

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// over is what proof limits says of an entry.
func over(what string) string { return " " + what }

var limitDamages = []damages{
	inflated(roleType, "characters of the trust policy", trustPolicy.Raised, "AssumeRolePolicyDocument"),
	inflated(bucketPolicyType, "bytes of the bucket policy", bucketPolicy.Most, "PolicyDocument"),
	inflated(keyType, "bytes of the key policy", keyPolicy.Most, "KeyPolicy"),
	inflated("AWS::ECR::Repository", "characters of the repository policy", registryPolicy.Most, "RepositoryPolicyText"),
	inflated("AWS::SNS::TopicPolicy", "bytes of the topic policy", topicPolicy.Most, "PolicyDocument"),
	inflated("AWS::IAM::Policy", "characters of its policies", rolePolicies.Most, "PolicyDocument"),
	onEach("limits", over("characters of its policies"), roleType, "two policies that are too large together", func(p *plan.Plan, r *plan.Resource) {
		half := object("Statement", list(object("Sid", text(strings.Repeat("x", rolePolicies.Most/2)))))
		for _, id := range []string{"One", "Two"} {
			addTo(p, r, r.ID+id, "AWS::IAM::Policy", object("Roles", list(plan.Ref{To: r}), "PolicyDocument", half))
		}
	}),
	onEach("limits", over("bytes of user data"), "AWS::EC2::LaunchTemplate", "a long program", func(_ *plan.Plan, r *plan.Resource) {
		put(r, plan.Base64{Of: plan.String(strings.Repeat("x", userData.Most+1))}, "LaunchTemplateData", "UserData")
	}),
	setting("limits", over("characters of the value"), "AWS::SSM::Parameter", plan.String(strings.Repeat("x", parameterValue.Most+1)), "Value"),
	onEach("limits", over("rules for what comes in"), "AWS::EC2::SecurityGroup", "many rules", func(_ *plan.Plan, r *plan.Resource) {
		put(r, slices.Repeat(list(object("IpProtocol", plan.String("tcp"))), groupRules.Raised+1), "SecurityGroupIngress")
	}),
	onEach("limits", over("rules for what goes out"), "AWS::EC2::SecurityGroup", "many rules from outside", func(p *plan.Plan, r *plan.Resource) {
		for i := range groupRules.Raised {
			addTo(p, r, fmt.Sprintf("Way%d", i), "AWS::EC2::SecurityGroupEgress", object("GroupId", plan.Attr{Of: r, Name: "GroupId"}))
		}
	}),
	onEach("limits", over("target groups"), listenerType, "many target groups", func(p *plan.Plan, r *plan.Resource) {
		for i := range balancerTargets.Most + 1 {
			group := addTo(p, r, fmt.Sprintf("Group%d", i), targetsType, nil)
			addTo(p, r, fmt.Sprintf("Rule%d", i), ruleType, object("ListenerArn", plan.Ref{To: r},
				"Actions", list(object("TargetGroupArn", plan.Ref{To: group}))))
		}
	}),
	onEach("limits", over("values of the rule's conditions"), ruleType, "six paths", func(_ *plan.Plan, r *plan.Resource) {
		put(r, slices.Repeat(list(plan.String("/")), conditionValues.Most+1), "Conditions", 0, "PathPatternConfig", "Values")
	}),
	onEach("limits", over("wildcards in the rule's conditions"), ruleType, "six stars", func(_ *plan.Plan, r *plan.Resource) {
		put(r, list(plan.String("/******")), "Conditions", 0, "PathPatternConfig", "Values")
	}),
	onEach("limits", over("actions."), pipelineType, "many actions", func(_ *plan.Plan, r *plan.Resource) {
		stage := object("Actions", make(plan.List, stageActions.Most))
		put(r, slices.Repeat(list(stage), actions.Most/stageActions.Most+1), "Stages")
	}),
	onEach("limits", over("alarms"), groupType, "eleven alarms", func(_ *plan.Plan, r *plan.Resource) {
		put(r, slices.Repeat(list(object("Name", plan.String("a"))), groupAlarms.Most+1), "AlarmConfiguration", "Alarms")
	}),
	onEach("limits", over("targets"), "AWS::Events::Rule", "six targets", func(_ *plan.Plan, r *plan.Resource) {
		put(r, slices.Repeat(items(r.Properties.Get("Targets")), ruleTargets.Most+1), "Targets")
	}),
	setting("limits", over("characters of the event pattern"), "AWS::Events::Rule", plan.Strings(strings.Repeat("x", eventPattern.Raised)), "EventPattern", "source"),
	setting("limits", over("characters of the input"), "AWS::Events::Rule", plan.String(strings.Repeat("x", inputTemplate.Most+1)), "Targets", 0, "Input"),
	setting("limits", over("characters of the input template"), "AWS::Events::Rule", plan.String(strings.Repeat("x", inputTemplate.Most+1)), "Targets", 0, "InputTransformer", "InputTemplate"),
	onFilters("limits", over("bytes of environment variables"), "many patterns", func(_ *plan.Plan, f *plan.Resource) {
		put(f, plan.String(strings.Repeat("x", environment.Most)), "Environment", "Variables", "INCLUDE")
	}),
	setting("limits", over("stages"), pipelineType, make(plan.List, stages.Most+1), "Stages"),
	setting("limits", over("actions of a stage (source)"), pipelineType, make(plan.List, stageActions.Most+1), "Stages", 0, "Actions"),
	setting("limits", over("characters of an action's setting (BranchName of source/source)"), pipelineType, plan.String(strings.Repeat("x", actionSetting.Most+1)), "Stages", 0, "Actions", 0, "Configuration", "BranchName"),
	onEachStack("resources", func(p *plan.Plan, beside *plan.Resource) {
		for i := range plan.MostResources {
			addTo(p, beside, fmt.Sprintf("R%d", i), "AWS::EC2::EIP", nil)
		}
	}),
	onEachStack("outputs", func(p *plan.Plan, beside *plan.Resource) {
		for i := range plan.MostOutputs + 1 {
			p.Outputs = append(p.Outputs, &plan.Output{ID: fmt.Sprintf("O%d", i), Value: plan.String("x"), Stack: beside.Stack})
		}
	}),
	onEachStack("outputs", func(p *plan.Plan, beside *plan.Resource) {
		other := &plan.Stack{Name: "importer", Account: beside.Stack.Account}
		p.Stacks = append(slices.Clone(p.Stacks), other)
		for i := range plan.MostOutputs + 1 {
			importer := addTo(p, beside, fmt.Sprintf("R%d", i), "AWS::EC2::EIP", object("X", plan.Attr{Of: beside, Name: fmt.Sprint(i)}))
			importer.Stack = other
		}
	}),
	onEachStack("parameters", func(p *plan.Plan, beside *plan.Resource) {
		var values plan.List
		for i := range parameters.Most {
			parameter := &plan.Parameter{Name: fmt.Sprintf("P%d", i)}
			p.Parameters = append(slices.Clone(p.Parameters), parameter)
			values = append(values, plan.Param{Of: parameter})
		}
		put(beside, values, "Further")
	}),
	onEachStack("bytes", func(_ *plan.Plan, beside *plan.Resource) {
		put(beside, plan.String(strings.Repeat("x", plan.MostBytes)), "Further")
	}),
}

// inflated adds a statement to a policy that alone is as long as the whole may be.
func inflated(resourceType, what string, most int, document string) damages {
	return onEach("limits", over(what), resourceType, "a long "+document, func(_ *plan.Plan, r *plan.Resource) {
		statements := items(at(r.Properties, document, "Statement"))
		put(r, append(slices.Clone(statements), object("Sid", text(strings.Repeat("x", most)))), document, "Statement")
	})
}

// onEachStack damages a stack, of which do gets one resource.
func onEachStack(what string, do func(p *plan.Plan, beside *plan.Resource)) damages {
	return func(p *plan.Plan) []damage {
		var out []damage
		seen := map[*plan.Stack]bool{}
		for _, r := range p.Resources {
			if !seen[r.Stack] {
				seen[r.Stack] = true
				out = append(out, damage{r.Stack.Name + ": " + what, "limits", over(what), func() { do(p, r) }})
			}
		}
		return out
	}
}

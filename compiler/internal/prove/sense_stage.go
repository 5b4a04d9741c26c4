package prove

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// stageSense is about what stages do beside their actions.
var stageSense = []rule{
	{
		of: pipelineType, broken: behavesInV1,
		remedy: "PipelineType has to be V2: pipelines of type V1 know neither conditions nor rollback nor retry of a stage.",
		source: `CodePipeline user guide, "What type of pipeline is right for me?"`,
	},
	{
		of: pipelineType, broken: misnamedSteps,
		remedy: "Names of stages and actions have 1 to 100 letters, digits and .@_-.",
		source: "CodePipeline API reference, StageDeclaration and ActionDeclaration",
	},
	{
		of: pipelineType, broken: rollsBackSource,
		remedy: "OnFailure of the first stage cannot be ROLLBACK.",
		source: `CodePipeline user guide, "Configuring stage rollback", considerations`,
	},
	{
		of: pipelineType, broken: rollsBackInParallel,
		remedy: "ExecutionMode has to be another: runs side by side have no last good one.",
		source: `CodePipeline user guide, "Set or change the pipeline execution mode"`,
	},
	{
		of: pipelineType, broken: retriesOnCondition,
		remedy: "OnFailure has either the result RETRY or conditions.",
		source: `CodePipeline user guide, "Configure conditions for a stage", considerations`,
	},
}

var conditionSense = []rule{
	{
		of: pipelineType, broken: misshapenConditions,
		remedy: "BeforeEntry and OnSuccess take one condition, and a condition one to five rules with a name each, with settings that are not empty.",
		source: "CodePipeline API reference, BeforeEntryConditions, Condition and RuleDeclaration",
	},
	{
		of: pipelineType, broken: resultOutOfPlace,
		remedy: "Before entry it is FAIL, or SKIP by the rules LambdaInvoke and VariableCheck; on success FAIL or ROLLBACK; on failure ROLLBACK.",
		source: `CodePipeline user guide, "Configure conditions for a stage"`,
	},
}

// conditionsOf calls visit for every condition of a pipeline, with the name of its stage and the member that it stands in, until
// that says something.
func conditionsOf(r *plan.Resource, visit func(stage, member string, condition plan.Value) string) string {
	for _, stage := range items(r.Properties.Get("Stages")) {
		for _, member := range behaviours() {
			for _, condition := range items(at(stage, member, "Conditions")) {
				if fault := visit(written(at(stage, "Name")), member, condition); fault != "" {
					return fault
				}
			}
		}
	}
	return ""
}

// misnamedSteps looks for a stage or an action with a name that CodePipeline does not take.
func misnamedSteps(_ *survey, r *plan.Resource) string {
	for _, stage := range items(r.Properties.Get("Stages")) {
		for _, step := range append(plan.List{stage}, items(at(stage, "Actions"))...) {
			name, _ := at(step, "Name").(plan.String)
			const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.@_-"
			if name == "" || len(name) > 100 || strings.Trim(string(name), letters) != "" {
				return "has a stage or an action named " + strconv.Quote(written(at(step, "Name")))
			}
		}
	}
	return ""
}

// rulesOf is conditionsOf for the rules of the conditions.
func rulesOf(r *plan.Resource, visit func(stage string, rule plan.Value) string) string {
	return conditionsOf(r, func(stage, _ string, condition plan.Value) string {
		for _, rule := range items(at(condition, "Rules")) {
			if fault := visit(stage, rule); fault != "" {
				return fault
			}
		}
		return ""
	})
}

func misshapenConditions(_ *survey, r *plan.Resource) string {
	for _, stage := range items(r.Properties.Get("Stages")) {
		for _, member := range behaviours() {
			n := len(items(at(stage, member, "Conditions")))
			if at(stage, member) != nil && n != 1 && (n > 1 || member != "OnFailure") {
				return "has not one condition in " + member + " of the stage " + written(at(stage, "Name"))
			}
		}
	}
	return conditionsOf(r, func(stage, member string, condition plan.Value) string {
		rules, names := items(at(condition, "Rules")), map[string]bool{}
		of := member + " of the stage " + stage
		if len(rules) < 1 || len(rules) > 5 {
			return "has not one to five rules in " + of
		}
		for _, rule := range rules {
			name := written(at(rule, "Name"))
			if name == "" || names[name] {
				return "has rules that no name tells apart in " + of
			}
			names[name] = true
			configuration, _ := at(rule, "Configuration").(plan.Object)
			for _, field := range configuration {
				if field.Value == plan.String("") {
					return "has the empty setting " + field.Key + " of a rule in " + of
				}
			}
		}
		return ""
	})
}

func resultOutOfPlace(_ *survey, r *plan.Resource) string {
	allowed := map[string][]string{"BeforeEntry": {"FAIL", "SKIP"}, "OnSuccess": {"FAIL", "ROLLBACK"}, "OnFailure": {"ROLLBACK"}}
	return conditionsOf(r, func(stage, member string, condition plan.Value) string {
		result := written(at(condition, "Result"))
		skips := slices.ContainsFunc(items(at(condition, "Rules")), func(rule plan.Value) bool {
			provider := written(at(rule, "RuleTypeId", "Provider"))
			return result == "SKIP" && provider != "LambdaInvoke" && provider != "VariableCheck"
		})
		return unless(slices.Contains(allowed[member], result) && !skips, "has the result "+result+" in "+member+" of the stage "+stage+", where it cannot be")
	})
}

// behaviours are the members of a stage that say what it does beside its actions.
func behaviours() []string { return []string{"BeforeEntry", "OnFailure", "OnSuccess"} }

func behavesInV1(_ *survey, r *plan.Resource) string {
	for _, stage := range items(r.Properties.Get("Stages")) {
		for _, member := range behaviours() {
			if at(stage, member) != nil && written(r.Properties.Get("PipelineType")) != "V2" {
				return "has " + member + " in the stage " + written(at(stage, "Name")) + ", and is not of type V2"
			}
		}
	}
	return ""
}

func rollsBack(stage plan.Value) bool {
	for _, member := range behaviours() {
		if written(at(stage, member, "Result")) == "ROLLBACK" {
			return true
		}
		for _, condition := range items(at(stage, member, "Conditions")) {
			if written(at(condition, "Result")) == "ROLLBACK" {
				return true
			}
		}
	}
	return false
}

func rollsBackSource(_ *survey, r *plan.Resource) string {
	return unless(!rollsBack(at(r.Properties, "Stages", 0)), "rolls back the stage of its source")
}

func rollsBackInParallel(_ *survey, r *plan.Resource) string {
	for _, stage := range items(r.Properties.Get("Stages")) {
		if rollsBack(stage) && written(r.Properties.Get("ExecutionMode")) == "PARALLEL" {
			return "rolls back the stage " + written(at(stage, "Name")) + " while its runs go side by side"
		}
	}
	return ""
}

func retriesOnCondition(_ *survey, r *plan.Resource) string {
	for _, stage := range items(r.Properties.Get("Stages")) {
		if written(at(stage, "OnFailure", "Result")) == "RETRY" && at(stage, "OnFailure", "Conditions") != nil {
			return "tries the stage " + written(at(stage, "Name")) + " again on a condition"
		}
	}
	return ""
}

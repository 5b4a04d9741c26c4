package prove

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// stageSense is about what stages do beside their actions.
var stageSense = []rule{
	{
		of: pipelineType, broken: behavesInV1,
		remedy: "PipelineType has to be V2: pipelines of type V1 know neither conditions nor rollback nor retry of a stage.",
		source: `CodePipeline user guide, "What type of pipeline is right for me?"`,
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

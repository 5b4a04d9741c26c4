package prove

import (
	"slices"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// stagesSource is a system whose stages do what those of the examples do not.
const stagesSource = `
account "tools" { id = "111111111111" }
account "live" {
  id = "123456789012"
  network {}
}
pipeline "stages" {
  account = account.tools
  source "codecommit" { repository = "stages" }
  stage "build" {
    on_failure = "retry"
    build "image" {}
  }
  stage "release" {
    approval { timeout_minutes = 60 }
  }
  stage "live" {
    on_failure = "rollback"
    before_entry {
      deployment_window { cron = "* * 9-16 ? * MON-THU" }
      alarm {
        name         = "errors"
        wait_minutes = 20
      }
    }
    parallel {
      deploy "ec2" {
        name    = "api"
        account = account.live
        route { paths = ["/api/*"] }
      }
      deploy "ec2" {
        name    = "web"
        account = account.live
      }
    }
  }
}
`

var stageDamages = []damages{
	onStages("OnFailure", "is not of type V2", func(r *plan.Resource, _ ...any) { put(r, plan.String("V1"), "PipelineType") }),
	onStages("OnFailure", "is not of type V2", func(r *plan.Resource, _ ...any) { put(r, nil, "PipelineType") }),
	setting("sense", "has a stage or an action named", pipelineType, plan.String("a b"), "Stages", 1, "Name"),
	setting("sense", "has a stage or an action named", pipelineType, plan.String(""), "Stages", 0, "Actions", 0, "Name"),
	setting("sense", "rolls back the stage of its source", pipelineType, object("Result", plan.String("ROLLBACK")), "Stages", 0, "OnFailure"),
	setting("sense", "rolls back the stage of its source", pipelineType, object("Conditions", list(object("Result", plan.String("ROLLBACK")))), "Stages", 0, "OnSuccess"),
	onRollbacks("while its runs go side by side", func(r *plan.Resource, _ ...any) { put(r, plan.String("PARALLEL"), "ExecutionMode") }),
	onStages("OnFailure", "again on a condition", func(r *plan.Resource, path ...any) {
		put(r, object("Result", plan.String("RETRY"), "Conditions", list(object("Result", plan.String("ROLLBACK")))), append(path, "OnFailure")...)
	}),
	onStages("BeforeEntry", "is not of type V2", func(r *plan.Resource, _ ...any) { put(r, plan.String("V1"), "PipelineType") }),
	setting("sense", "has not one condition in OnSuccess", pipelineType, object("Result", plan.String("FAIL")), "Stages", 1, "OnSuccess"),
	inCondition("has not one condition in BeforeEntry", object("Result", plan.String("FAIL")), 99),
	inCondition("has not one to five rules", list(), 0, "Rules"),
	inCondition("has not one to five rules", make(plan.List, 6), 0, "Rules"),
	inCondition("that no name tells apart", plan.String("alarm"), 0, "Rules", 0, "Name"),
	inCondition("that no name tells apart", nil, 0, "Rules", 0, "Name"),
	inCondition("has the empty setting TimeZone of a rule", plan.String(""), 0, "Rules", 0, "Configuration", "TimeZone"),
	inCondition("has the result ROLLBACK in BeforeEntry", plan.String("ROLLBACK"), 0, "Result"),
	inCondition("has the result SKIP in BeforeEntry", plan.String("SKIP"), 0, "Result"),
	inCondition("has the result  in BeforeEntry", nil, 0, "Result"),
}

// inCondition puts a value into what has to hold before a stage, where several things have to.
func inCondition(says string, value plan.Value, below ...any) damages {
	several := func(stage plan.Value) bool { return at(stage, "BeforeEntry", "Conditions", 0, "Rules", 1) != nil }
	return whereStages(says, several, func(r *plan.Resource, path ...any) {
		put(r, value, slices.Concat(path, []any{"BeforeEntry", "Conditions"}, below)...)
	})
}

// onStages damages each stage of a pipeline that has a member; do gets the path of the stage.
func onStages(member, says string, do func(r *plan.Resource, path ...any)) damages {
	return whereStages(says, func(stage plan.Value) bool { return at(stage, member) != nil }, do)
}

func onRollbacks(says string, do func(r *plan.Resource, path ...any)) damages {
	return whereStages(says, rollsBack, do)
}

func whereStages(says string, is func(stage plan.Value) bool, do func(r *plan.Resource, path ...any)) damages {
	return func(p *plan.Plan) []damage {
		var out []damage
		for _, r := range p.Resources {
			if r.Type != pipelineType {
				continue
			}
			for i, stage := range items(r.Properties.Get("Stages")) {
				if is(stage) {
					out = append(out, damage{r.ID + " in " + written(at(stage, "Name")), "sense", says, func() { do(r, "Stages", i) }})
				}
			}
		}
		return out
	}
}

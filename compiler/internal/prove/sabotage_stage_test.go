package prove

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

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
	setting("sense", "rolls back the stage of its source", pipelineType, object("Result", plan.String("ROLLBACK")), "Stages", 0, "OnFailure"),
	setting("sense", "rolls back the stage of its source", pipelineType, object("Conditions", list(object("Result", plan.String("ROLLBACK")))), "Stages", 0, "OnSuccess"),
	onRollbacks("while its runs go side by side", func(r *plan.Resource, _ ...any) { put(r, plan.String("PARALLEL"), "ExecutionMode") }),
	onStages("OnFailure", "again on a condition", func(r *plan.Resource, path ...any) {
		put(r, object("Result", plan.String("RETRY"), "Conditions", list(object("Result", plan.String("ROLLBACK")))), append(path, "OnFailure")...)
	}),
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

package handbook

import (
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// TestStagesThatActByThemselves holds that the handbook tells of what a stage does, and of that alone.
func TestStagesThatActByThemselves(t *testing.T) {
	cases := []struct {
		name   string
		fields []plan.Field
		want   []string // nothing: no word of it
	}{
		{"nothing", nil, nil},
		{
			"rollback",
			[]plan.Field{{Key: "OnFailure", Value: plan.Object{{Key: "Result", Value: plan.String("ROLLBACK")}}}},
			[]string{"Stage go of books:", "runs again with what its last good run had", `retry-stage-execution --profile "$DEV_TOOLS_PROFILE"`, "--stage-name go"},
		},
		{
			"retry",
			[]plan.Field{{Key: "OnFailure", Value: plan.Object{{Key: "Result", Value: plan.String("RETRY")}}}},
			[]string{"tried once more", "stageStates[?stageName=='go'].latestExecution.pipelineExecutionId | [0]"},
		},
	}
	for _, c := range cases {
		config, p, templates := bookshop()
		pipeline := p.Resource("Pipeline")
		stage := stagesOf(pipeline)[0]
		pipeline.Properties = plan.Object{pipeline.Properties[0], {Key: "Stages", Value: plan.List{append(stage, c.fields...)}}}
		_, after, found := strings.Cut(string(Deploy(config, p, templates)), "## Stages that act by themselves")
		if found != (len(c.want) > 0) {
			t.Errorf("%s: the section is there: %t", c.name, found)
		}
		section, _, _ := strings.Cut(after, "\n## ")
		for _, want := range c.want {
			if !strings.Contains(section, want) {
				t.Errorf("%s: no %q in:%s", c.name, want, section)
			}
		}
	}
}

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
	cases = append(cases, struct {
		name   string
		fields []plan.Field
		want   []string
	}{"conditions", []plan.Field{conditions()}, []string{
		"It begins while `* * 9-16 ? * MON-THU` names the minute in Europe/Berlin. A run waits for that",
		"It begins if the alarm `errors` of account dev-tools is OK; a run waits for that for 20 minutes.", "the alarm `slow` of account dev-tools is OK. You",
		`override-stage-condition --profile "$DEV_TOOLS_PROFILE"`, `--pipeline-execution-id "$RUN" --condition-type BEFORE_ENTRY`,
	}})
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

// conditions is what has to hold before a stage: a window and two alarms.
func conditions() plan.Field {
	rule := func(provider string, configuration plan.Object) plan.Object {
		return plan.Object{
			{Key: "RuleTypeId", Value: plan.Object{{Key: "Provider", Value: plan.String(provider)}}},
			{Key: "Configuration", Value: configuration},
		}
	}
	rules := plan.List{
		rule("DeploymentWindow", plan.Object{
			{Key: "Cron", Value: plan.String("* * 9-16 ? * MON-THU")}, {Key: "TimeZone", Value: plan.String("Europe/Berlin")},
		}),
		rule("CloudWatchAlarm", plan.Object{{Key: "AlarmName", Value: plan.String("errors")}, {Key: "WaitTime", Value: plan.String("20")}}),
		rule("CloudWatchAlarm", plan.Object{{Key: "AlarmName", Value: plan.String("slow")}}),
	}
	return plan.Field{Key: "BeforeEntry", Value: plan.Object{{Key: "Conditions", Value: plan.List{plan.Object{{Key: "Rules", Value: rules}}}}}}
}

// TestFirstRunStopsBeforeEntry: what a window or an alarm holds up is not deployed at once.
func TestFirstRunStopsBeforeEntry(t *testing.T) {
	_, p, _ := bookshop()
	pipeline := p.Resource("Pipeline")
	deploy := plan.Object{
		{Key: "Name", Value: plan.String("deploy")},
		{Key: "ActionTypeId", Value: plan.Object{{Key: "Category", Value: plan.String("Deploy")}}},
	}
	stage := func(name string, more ...plan.Field) plan.Object {
		return append(plan.Object{{Key: "Name", Value: plan.String(name)}, {Key: "Actions", Value: plan.List{deploy}}}, more...)
	}
	pipeline.Properties = plan.Object{{Key: "Stages", Value: plan.List{stage("a"), stage("b", conditions()), stage("c")}}}
	at, later := reached(pipeline)
	if strings.Join(at, " ") != "`a/deploy`" || strings.Join(later, " ") != "`b/deploy` `c/deploy`" {
		t.Errorf("at once %q, later %q", at, later)
	}
	if got := orEntry(pipeline); got != ", a window or an alarm" {
		t.Errorf("they wait for an approval%s", got)
	}
}

package spec

import "github.com/hashicorp/hcl/v2"

// BeforeEntry is the `before_entry` block of a stage: what has to hold before the stage begins.
type BeforeEntry struct {
	Window *DeploymentWindow // nil: at any time
	Alarms []*Alarm
	Range  hcl.Range
}

// DeploymentWindow is the times at which a stage may begin.
type DeploymentWindow struct {
	Cron     Text // CodePipeline's form: seconds, minutes, hours, day of month, month, day of week, perhaps year
	TimeZone Text
	Range    hcl.Range
}

// Alarm is a CloudWatch alarm of the pipeline's account that has to be OK.
type Alarm struct {
	Name        Deferred
	WaitMinutes Number // 0: not at all
	Range       hcl.Range
}

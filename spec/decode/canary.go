package decode

import (
	"fmt"

	"github.com/cfnpipe/cfnpipe/spec"
)

func (b *block) canary(stage string) *spec.Canary {
	out := &spec.Canary{
		Label:          b.label,
		URL:            b.deferred("url"),
		Path:           b.text("path"),
		ExpectedStatus: b.number("expected_status"),
		BodyContains:   b.text("body_contains"),
		Script:         b.text("script"),
		Every:          b.text("every"),
		TimeoutSeconds: b.number("timeout_seconds"),
		Runtime:        b.text("runtime"),
		AccountRange:   b.header,
		Range:          b.header,
	}
	if b.has("account") {
		out.Account, out.AccountRange = b.reference(fmt.Sprintf("Stage %q runs a canary in", stage))
	}
	b.checkScript()
	// Source: Synthetics API reference, CanaryRunConfigInput: no longer than the frequency of the runs.
	if every := out.EveryMinutes(); every > 0 && out.TimeoutSeconds.Value > every*60 {
		b.d.report(out.TimeoutSeconds.Range, fmt.Sprintf("A run may take longer than %s", out.Every.Value),
			fmt.Sprintf("The next one begins by then. Write timeout_seconds = %d or less, or let the canary run less often.", every*60))
	}
	return out
}

// checkScript refuses what only the check of cfnpipe itself looks at.
func (b *block) checkScript() {
	if !b.has("script") {
		return
	}
	for _, name := range []string{"path", "expected_status", "body_contains"} {
		if b.has(name) {
			b.d.report(b.attributes[name].NameRange, fmt.Sprintf("Attribute %q together with script", name),
				"A script of your own decides by itself what passes. Leave one of the two out.")
		}
	}
}

// besideDeploys gives each canary that names no account that of the last deploy before it.
func besideDeploys(pipeline *spec.Pipeline) {
	var last *spec.Account
	for _, stage := range pipeline.Stages {
		for _, step := range stage.Steps() {
			deployed := last
			for _, action := range step {
				switch action := action.(type) {
				case *spec.Deploy:
					deployed = action.Account
				case *spec.Canary:
					if action.AccountRange == action.Range {
						action.Account = last
					}
				}
			}
			last = deployed
		}
	}
}

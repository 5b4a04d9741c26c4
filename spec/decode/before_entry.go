package decode

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// maxRules is how many rules a condition takes. Source: CodePipeline API reference, Condition.
const maxRules = 5

// beforeEntry is nil if its dynamic blocks make nothing of the values that they have.
func (b *block) beforeEntry() *spec.BeforeEntry {
	out := &spec.BeforeEntry{Range: b.header}
	if window, found := b.one("deployment_window", ""); found {
		out.Window = window.deploymentWindow()
	}
	first := map[string]hcl.Range{}
	for _, n := range b.of("alarm") {
		alarm := b.d.open(n).alarm()
		name := alarm.Name.String()
		if at, twice := first[name]; twice && alarm.Name.IsSet() {
			b.d.duplicate(alarm.Name.Range, at, fmt.Sprintf("A second alarm %q", name), "Keep one of the two.")
			continue
		}
		first[name] = alarm.Name.Range
		out.Alarms = append(out.Alarms, alarm)
	}
	if b.none && len(b.nested) == 0 {
		return nil
	}
	switch rules := len(b.nested); {
	case len(b.seen) == 0 && !b.d.broken[b.header.Filename]:
		b.d.report(b.header, "Nothing has to hold before entry", "Put deployment_window {} or alarm {} into the block, or leave it out.")
	case out.Window != nil && len(b.of("alarm")) == maxRules:
		b.d.report(b.header, fmt.Sprintf("More than %d rules before entry", maxRules),
			fmt.Sprintf("CodePipeline takes at most %d, and there are %d; make one alarm of several with a composite alarm.", maxRules, rules))
	}
	return out
}

func (b *block) deploymentWindow() *spec.DeploymentWindow {
	return &spec.DeploymentWindow{Cron: b.cron(), TimeZone: b.text("time_zone"), Range: b.header}
}

func (b *block) cron() spec.Text {
	out := b.text("cron")
	if out.Value == "" {
		return out
	}
	if fault := cronFault(out.Value); fault != "" {
		v, _ := b.value("cron")
		v.misfit(out.Value, " "+fault)
		return spec.Text{Range: out.Range}
	}
	return out
}

// alarm refuses an ARN: the rule takes a name, and AWS documents no way to an alarm of another account.
// Source: CodePipeline user guide, rule reference, "CloudWatchAlarm".
func (b *block) alarm() *spec.Alarm {
	out := &spec.Alarm{Name: b.deferred("name"), WaitMinutes: b.number("wait_minutes"), Range: b.header}
	if text := out.Name.String(); strings.HasPrefix(text, "arn:") {
		v, _ := b.value("name")
		name := text[strings.LastIndex(text, ":")+1:]
		b.d.reportValue(v, "Alarm named by its ARN", fmt.Sprintf("CodePipeline reads alarms of the pipeline's own account and region alone, by name. "+
			"For an alarm that is there write name = %q.", shorten(name)))
		out.Name.Parts = nil
	}
	return out
}

package draw

import (
	"fmt"
	"strings"

	"github.com/cfnpipe/cfnpipe/spec"
)

// shown is a string as one reads it: what only CloudFormation knows stands as its reference.
func shown(d spec.Deferred) string {
	if text, known := d.Text(); known {
		return text
	}
	return d.String()
}

func patterns(paths *spec.Paths) string {
	out := strings.Join(paths.Include.Values(), ", ")
	if len(paths.Exclude.Items) > 0 {
		out += " without " + strings.Join(paths.Exclude.Values(), ", ")
	}
	return plain(out)
}

func buildWords(b *spec.Build) string {
	out := "no tests"
	if n := len(b.Test.Items); n > 0 {
		out = counted(n, "test command")
		for _, runtime := range b.Runtime {
			out += ", " + runtime.Key.Value + " " + shown(runtime.Value)
		}
	}
	if b.TestReports.Value != "" {
		out += ", reports"
	}
	if b.Dockerfile.Value != "Dockerfile" {
		out += ", " + b.Dockerfile.Value
	}
	return plain(out)
}

func approvalWords(a *spec.Approval) string {
	out := "somebody has to agree"
	if a.Message.IsSet() {
		out = shown(a.Message)
	}
	if minutes := a.TimeoutMinutes.Value; minutes > 0 {
		out += " (within " + duration(minutes) + ")"
	}
	return plain(out)
}

func strategy(d *spec.Deploy) string {
	lambda := d.Kind.Value == spec.DeployLambda
	switch d.Strategy.Value {
	case spec.StrategyRolling:
		return "rolling, one host after another"
	case spec.StrategyBlueGreen:
		if d.BlueGreen != nil && d.BlueGreen.Reroute.Value == spec.RerouteManual {
			return "blue/green, requests go over by hand"
		}
		return "blue/green, new hosts each time"
	case spec.StrategyCanary:
		return fmt.Sprintf("canary, first %d %% for %s", d.Traffic.Percent.Value, duration(d.Traffic.Minutes.Value))
	case spec.StrategyLinear:
		return fmt.Sprintf("linear, %d %% every %s", d.Traffic.Percent.Value, duration(d.Traffic.Minutes.Value))
	case spec.StrategyAllAtOnce:
		if lambda {
			return "all requests at once"
		}
		return "all hosts at once"
	}
	return plain(d.Strategy.Value)
}

// size is what a deployment runs on.
func size(d *spec.Deploy) string {
	if d.Kind.Value == spec.DeployLambda {
		out := fmt.Sprintf("function, %d MB, %d s", d.MemorySize.Value, d.TimeoutSeconds.Value)
		if d.VPC.Value {
			out += ", VPC"
		}
		return out
	}
	hosts := fmt.Sprintf("%d to %d", d.Capacity.Min.Value, d.Capacity.Max.Value)
	if d.Capacity.Min.Value == d.Capacity.Max.Value {
		hosts = fmt.Sprint(d.Capacity.Min.Value)
	}
	return plain(fmt.Sprintf("hosts, %s of %s", hosts, shown(d.InstanceType)))
}

func stageBadges(s *spec.Stage) []badge {
	var out []badge
	if entry := s.BeforeEntry; entry != nil {
		if w := entry.Window; w != nil {
			out = append(out, badge{window, plain("only at " + w.Cron.Value + ", " + w.TimeZone.Value)})
		}
		for _, a := range entry.Alarms {
			name := shown(a.Name)
			if resource, ok := a.Name.Resource(); ok {
				name = resource.ID
			}
			out = append(out, badge{alarm, plain("only while " + name + " is OK")})
		}
	}
	switch s.OnFailure.Value {
	case spec.OnFailureRollback:
		out = append(out, badge{rollback, "rolls back if it fails"})
	case spec.OnFailureRetry:
		out = append(out, badge{retry, "tries again if it fails"})
	}
	return out
}

func deployBadges(d *spec.Deploy) []badge {
	var out []badge
	if d.Route != nil {
		if text := routed(d.Route); text != "" {
			out = append(out, badge{route, text})
		}
	}
	switch d.FunctionURL.Value {
	case spec.FunctionURLIAM:
		out = append(out, badge{route, "URL of its own, by IAM"})
	case spec.FunctionURLNone:
		out = append(out, badge{route, "URL of its own, for everybody"})
	}
	for _, a := range d.Alarms {
		out = append(out, badge{alarm, alarmWords(a)})
	}
	return out
}

func routed(r *spec.Route) string {
	var out []string
	for _, list := range [][]spec.Deferred{r.Hosts.Items, r.Paths.Items} {
		var items []string
		for _, item := range list {
			items = append(items, shown(item))
		}
		if len(items) > 0 {
			out = append(out, strings.Join(items, ", "))
		}
	}
	return plain(strings.Join(out, " at "))
}

func alarmWords(a *spec.DeployAlarm) string {
	switch a.Kind.Value {
	case spec.AlarmErrors:
		return fmt.Sprintf("errors over %d %%", a.Percent.Value)
	case spec.AlarmLatency:
		return fmt.Sprintf("p%d over %d ms", a.Percentile.Value, a.Milliseconds.Value)
	case spec.AlarmThrottles:
		return fmt.Sprintf("throttles over %d", a.Above.Value)
	}
	return plain(fmt.Sprintf("%s over %d", a.Name.Value, a.Above.Value))
}

// kept says where the artifacts of a pipeline stay, and for how long.
func kept(a *spec.Artifacts, in *spec.Account) string {
	where := "in a bucket of its own"
	if in != nil && in.Artifacts == a {
		where = "in the bucket that the account's pipelines share"
	}
	return "artifacts for " + counted(a.ExpireAfterDays.Value, "day") + " " + where
}

func notified(n *spec.Notifications) string {
	var emails []string
	for _, email := range n.Emails.Items {
		emails = append(emails, shown(email))
	}
	on := strings.ReplaceAll(strings.Join(n.On.Values(), ", "), "_", " ")
	return plain(strings.Join(emails, ", ") + " on " + on)
}

// duration is a number of minutes in the largest unit that it is a whole number of.
func duration(minutes int) string {
	switch {
	case minutes >= 2*24*60 && minutes%(24*60) == 0:
		return counted(minutes/(24*60), "day")
	case minutes >= 2*60 && minutes%60 == 0:
		return counted(minutes/60, "hour")
	}
	return counted(minutes, "minute")
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

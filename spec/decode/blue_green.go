package decode

import (
	"fmt"

	"github.com/cfnpipe/cfnpipe/spec"
)

// blueGreen reads how a blue/green deployment goes about it; nil with another strategy.
func (b *block) blueGreen(strategy string) *spec.BlueGreen {
	options, found := b.one("blue_green", "")
	if found && strategy != "" && strategy != spec.StrategyBlueGreen {
		b.d.report(options.header, fmt.Sprintf("Block blue_green with strategy = %q", strategy),
			fmt.Sprintf("It is for strategy = %q. Write that, or leave the block out.", spec.StrategyBlueGreen))
	}
	if strategy != spec.StrategyBlueGreen {
		return nil
	}
	out := &spec.BlueGreen{
		Reroute: options.text("reroute"), RerouteWaitMinutes: options.number("reroute_wait_minutes"),
		OriginalInstances: options.text("original_instances"), TerminationWaitMinutes: options.number("termination_wait_minutes"),
		RollbackOnFailure: options.flag("rollback_on_failure"), Range: options.header,
	}
	if out.Reroute.Value == spec.RerouteAutomatic && options.has("reroute_wait_minutes") {
		b.d.report(options.attributes["reroute_wait_minutes"].NameRange, "Nothing to wait for",
			fmt.Sprintf("Requests go over as soon as the release is on all new instances. Write reroute = %q, or leave reroute_wait_minutes out.", spec.RerouteManual))
	}
	if out.OriginalInstances.Value == spec.OriginalKeep && options.has("termination_wait_minutes") {
		b.d.report(options.attributes["termination_wait_minutes"].NameRange, "No end to wait for",
			fmt.Sprintf("The original instances are kept. Write original_instances = %q, or leave termination_wait_minutes out.", spec.OriginalTerminate))
	}
	return out
}

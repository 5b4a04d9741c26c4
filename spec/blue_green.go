package spec

import "github.com/hashicorp/hcl/v2"

// What may become of the original instances of a blue/green deployment, and when requests leave them.
const (
	RerouteAutomatic  = "automatic"
	RerouteManual     = "manual"
	OriginalTerminate = "terminate"
	OriginalKeep      = "keep"
)

// BlueGreen is the `blue_green` block of a deploy, or its defaults.
type BlueGreen struct {
	Reroute                Text   // RerouteAutomatic or RerouteManual
	RerouteWaitMinutes     Number // minutes; RerouteManual
	OriginalInstances      Text   // OriginalTerminate or OriginalKeep
	TerminationWaitMinutes Number // minutes; OriginalTerminate
	RollbackOnFailure      Flag
	Range                  hcl.Range
}

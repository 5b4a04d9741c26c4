package prove

import (
	"github.com/hashicorp/hcl/v2"
)

// sense finds what AWS refuses, or what breaks later, although no schema says so.
func sense(s *survey) hcl.Diagnostics {
	return hold(s, s.resources, senseRules, "What AWS would not run")
}

var senseRules = rulesByType(nameSense, pipelineSense, stageSense, conditionSense, functionSense, releaseSense, earlySense, canarySense, fleetSense, blueGreenSense, reachSense, networkSense, policySense, storageSense)

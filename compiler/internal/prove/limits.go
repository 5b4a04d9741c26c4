package prove

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// nearly is the part of a limit, in percent, from which a plan is warned.
const nearly = 80

// limits finds what is over a limit of AWS's, and warns of what comes close.
func limits(s *survey, size func(*plan.Stack) int) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, e := range s.ledger(s.roughly(size)) {
		at := e.Stack.Origin
		if e.Resource != nil {
			at = e.Resource.Origin
		}
		switch {
		case e.Used > e.Most:
			diags = append(diags, failure(at, "Over a limit of AWS", "%s", e))
		case e.nearly():
			diags = append(diags, warning(at, "Close to a limit of AWS", "%s", e))
		}
	}
	return diags
}

// nearly: small numbers, such as the alarms of a group, are used up without growing.
func (e Entry) nearly() bool { return e.Most >= 50 && e.Used*100 >= e.Most*nearly }

// roughly is size, asked only where it may matter: printing a template takes longer than all proofs.
func (s *survey) roughly(size func(*plan.Stack) int) func(*plan.Stack) int {
	// A printed template has at most this many times the bytes of its properties without white space.
	const indented, frame = 4, 1_000 // bytes of a resource around its properties
	return func(stack *plan.Stack) int {
		bound := 0
		for _, r := range s.own[stack] {
			bound += indented*s.jsonLength(r.Properties) + frame
		}
		if bound*100 < plan.MostBytes*nearly {
			return bound
		}
		return size(stack)
	}
}

package spec

import (
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Canary is a `canary` block: a CloudWatch Synthetics canary that the pipeline runs and waits for.
type Canary struct {
	Label          Text
	Account        *Account  // nil when nothing was deployed before it, and none is named
	AccountRange   hcl.Range // where the account is named
	URL            Deferred  // of the service, without a path; not set: the load balancer's
	Path           Text
	ExpectedStatus Number
	BodyContains   Text // empty: any body
	Script         Text // empty: the check of the fields before
	Every          Text // empty: only when the pipeline starts it
	TimeoutSeconds Number
	Runtime        Text // empty: the template's parameter
	Range          hcl.Range
}

// EveryMinutes is how often the canary runs by itself, in minutes; 0 if it does not.
func (c *Canary) EveryMinutes() int {
	number, unit, _ := strings.Cut(c.Every.Value, " ")
	minutes, _ := strconv.Atoi(number)
	if unit == "hour" {
		return minutes * 60
	}
	return minutes
}

package decode

import (
	"fmt"

	"github.com/cfnpipe/cfnpipe/spec"
)

// maxRouteValues is how many hosts and paths a listener rule compares with.
// Source: Elastic Load Balancing, "Quotas for your Application Load Balancers", condition values per rule.
const maxRouteValues = 5

func (b *block) route() *spec.Route {
	out := &spec.Route{Hosts: b.texts("hosts"), Paths: b.texts("paths"), Priority: b.number("priority"), Range: b.header}
	if n := len(out.Hosts.Items) + len(out.Paths.Items); n > maxRouteValues {
		b.d.report(b.header, fmt.Sprintf("Route has %d hosts and paths", n),
			fmt.Sprintf("A load balancer compares at most %d in one rule; use * and ? or another deploy.", maxRouteValues))
	}
	return out
}

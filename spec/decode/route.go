package decode

import (
	"fmt"
	"strings"

	"github.com/cfnpipe/cfnpipe/spec"
)

// maxRouteValues is how many hosts and paths a listener rule compares with.
// Source: Elastic Load Balancing, "Quotas for your Application Load Balancers", condition values per rule.
const maxRouteValues = 5

// maxRouteWildcards is how many * and ? they may hold together.
// Source: Elastic Load Balancing, "Quotas for your Application Load Balancers", condition wildcards per rule.
const maxRouteWildcards = 5

func (b *block) route() *spec.Route {
	out := &spec.Route{Hosts: b.deferreds("hosts"), Paths: b.deferreds("paths"), Priority: b.number("priority"), Range: b.header}
	if n := len(out.Hosts.Items) + len(out.Paths.Items); n > maxRouteValues {
		b.d.report(b.header, fmt.Sprintf("Route has %d hosts and paths", n),
			fmt.Sprintf("A load balancer compares at most %d in one rule; use * and ? or another deploy.", maxRouteValues))
	}
	if n := wildcards(out.Hosts) + wildcards(out.Paths); n > maxRouteWildcards {
		b.d.report(b.header, fmt.Sprintf("Route has %d wildcards", n),
			fmt.Sprintf("A load balancer takes at most %d of * and ? in one rule; use fewer, or another deploy.", maxRouteWildcards))
	}
	return out
}

func wildcards(texts spec.DeferredList) int {
	n := 0
	for _, item := range texts.Items {
		text := item.String()
		n += strings.Count(text, "*") + strings.Count(text, "?")
	}
	return n
}

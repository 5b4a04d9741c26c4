package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// sameRoute: two services of an account share its load balancer and would take the same requests, so one would get none.
func sameRoute(config *spec.Config) hcl.Diagnostics {
	type place struct {
		account *spec.Account
		route   string
	}
	var diags hcl.Diagnostics
	first := map[place]deployment{}
	for _, d := range deployments(config) {
		if d.deploy.Account == nil || !d.deploy.Balanced() {
			continue
		}
		at := place{d.deploy.Account, requests(d.deploy.Route)}
		other, twice := first[at]
		if !twice {
			first[at] = d
			continue
		}
		what := "take the same requests"
		if at.route == requests(nil) {
			what = "both take all requests"
		}
		diags = append(diags, conflict(routeRange(d.deploy), routeRange(other.deploy),
			fmt.Sprintf("Two services of account %q %s", at.account.Label.Value, what),
			fmt.Sprintf("They are %s and %s. Give one of them a route with other hosts or paths.", other, d)))
	}
	return diags
}

func routeRange(deploy *spec.Deploy) hcl.Range {
	if deploy.Route != nil {
		return deploy.Route.Range
	}
	return deploy.Range
}

// requests is the same text for routes that take the same requests. A rule for the path /* is a rule for all.
func requests(route *spec.Route) string {
	var hosts, paths []string
	if route != nil {
		for _, host := range route.Hosts.Items {
			hosts = append(hosts, strings.ToLower(host.String()))
		}
		for _, path := range route.Paths.Items {
			paths = append(paths, path.String())
		}
	}
	slices.Sort(hosts)
	slices.Sort(paths)
	if slices.Contains(paths, "/*") {
		paths = nil
	}
	return fmt.Sprintf("%q %q", slices.Compact(hosts), slices.Compact(paths))
}

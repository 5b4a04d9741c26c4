package check

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// canaryPath: the load balancer answers 404 to a path that no route of a deploy takes, and a canary that asks for it never passes.
func canaryPath(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, l := range lookouts(config) {
		if l.canary.Script.Value != "" || l.canary.Path.Value == "" {
			continue
		}
		var first *spec.Deploy
		taken := slices.ContainsFunc(l.deploys, func(d *spec.Deploy) bool {
			if !d.Balanced() || !asked(l.canary, d) {
				return false
			}
			first = d
			return takes(d.Route, l.canary.Path.Value)
		})
		if taken || first == nil {
			continue
		}
		diag := fault(l.canary.Path.Range, fmt.Sprintf("Canary %q asks for %s, which no route takes", l.canary.Label.Value, l.canary.Path.Value),
			"The load balancer answers 404 to it. Write a path that a deploy before it takes.")
		diag.Extra = spec.Related{Message: "These paths are taken.", Range: first.Route.Paths.Range}
		diags = append(diags, diag)
	}
	return diags
}

// asked tells whether the host that a canary asks for is one of a deploy's: the load balancer's own name where it has no url.
func asked(canary *spec.Canary, deploy *spec.Deploy) bool {
	hosts := deploy.Route != nil && len(deploy.Route.Hosts.Items) > 0
	if !canary.URL.IsSet() {
		return !hosts
	}
	address, known := canary.URL.Text()
	parsed, err := url.Parse(address)
	if !known || err != nil || !hosts {
		return false
	}
	return slices.ContainsFunc(deploy.Route.Hosts.Items, func(host spec.Deferred) bool {
		text, known := host.Text()
		return known && strings.EqualFold(text, parsed.Hostname())
	})
}

// takes tells whether a route may take a path: * stands for any characters and ? for one (Elastic Load Balancing guide, "Condition
// types for listener rules"), and what only CloudFormation knows for anything.
func takes(route *spec.Route, path string) bool {
	if route == nil || len(route.Paths.Items) == 0 {
		return true
	}
	path, _, _ = strings.Cut(path, "?")
	for _, item := range route.Paths.Items {
		pattern, known := item.Text()
		if !known {
			return true
		}
		pattern = strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
		if regexp.MustCompile("^(?:" + pattern + ")$").MatchString(path) {
			return true
		}
	}
	return false
}

package spec

import "github.com/hashicorp/hcl/v2"

// Route is the `route` block of a deploy: which requests of the shared load balancer reach the service.
// Without a block it is every request for a fleet, and none for a function.
type Route struct {
	Hosts    DeferredList
	Paths    DeferredList
	Priority Number // of the listener rule; 0 means derived from the labels
	Range    hcl.Range
}

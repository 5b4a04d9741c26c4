package spec

import "github.com/hashicorp/hcl/v2"

// Deployment strategies of `deploy "ec2"`.
const (
	StrategyRolling   = "rolling"
	StrategyAllAtOnce = "all_at_once"
)

// Deploy is a `deploy "ec2"` block: the image runs on an Auto Scaling group behind the account's load balancer.
type Deploy struct {
	Kind         Text // "ec2"
	Name         Text // tells several deploys of one stage apart; empty when there is one
	Account      *Account
	AccountRange hcl.Range // where the account is named
	InstanceType Deferred
	Capacity     Capacity
	Port         Number
	HealthCheck  Text // path
	Strategy     Text // StrategyRolling or StrategyAllAtOnce
	Environment  []Pair
	Secrets      []Pair // environment variable to the name of a secret
	Route        *Route
	Range        hcl.Range
}

// Capacity is the size of a fleet, in instances.
type Capacity struct {
	Min   Number
	Max   Number
	Range hcl.Range
}

// Route is the `route` block of a deploy: which requests of the shared load balancer reach the service.
// Without a block it is every request.
type Route struct {
	Hosts    DeferredList
	Paths    DeferredList
	Priority Number // of the listener rule; 0 means derived from the labels
	Range    hcl.Range
}

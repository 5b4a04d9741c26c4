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
	Alarms       []*DeployAlarm // that stop a deployment; none: the usual one on errors
	Range        hcl.Range
}

// Capacity is the size of a fleet, in instances.
type Capacity struct {
	Min   Number
	Max   Number
	Range hcl.Range
}

// Kinds of alarms of a deploy.
const (
	AlarmErrors  = "errors"
	AlarmLatency = "latency"
	AlarmMetric  = "metric"
)

// DeployAlarm is an `alarm` block of a deploy. Each kind has fields of its own.
type DeployAlarm struct {
	Kind    Text
	Minutes Number // in a row

	Percent     Number // AlarmErrors: of the requests of a minute
	MinRequests Number // AlarmErrors: in a minute that counts

	Milliseconds Number // AlarmLatency
	Percentile   Number // AlarmLatency

	Name       Text   // AlarmMetric
	Namespace  Text   // AlarmMetric
	MetricName Text   // AlarmMetric
	Dimensions []Pair // AlarmMetric
	Statistic  Text   // AlarmMetric
	Above      Number // AlarmMetric

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

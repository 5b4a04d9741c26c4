package spec

import "github.com/hashicorp/hcl/v2"

// Strategies of `deploy "ec2"`; StrategyAllAtOnce is one of `deploy "lambda"`, too.
const (
	StrategyRolling   = "rolling"
	StrategyAllAtOnce = "all_at_once"
	StrategyBlueGreen = "blue_green"
)

// Capacity is the size of a fleet, in instances.
type Capacity struct {
	Min   Number
	Max   Number
	Range hcl.Range
}

package spec

import "github.com/hashicorp/hcl/v2"

// Kinds of deploys.
const (
	DeployEC2    = "ec2"
	DeployLambda = "lambda"
)

// Deploy is a `deploy` block. Each kind has fields of its own beside those of all:
// "ec2" runs the image on an Auto Scaling group behind the account's load balancer, "lambda" as a function.
type Deploy struct {
	Kind         Text
	Name         Text // tells several deploys of one stage apart; empty when there is one
	Account      *Account
	AccountRange hcl.Range // where the account is named
	Strategy     Text
	Environment  []Pair
	Secrets      []Pair // environment variable to the name of a secret

	EnvironmentRange, SecretsRange hcl.Range // of the whole maps

	Route  *Route
	Alarms []*DeployAlarm // that stop a deployment; none: the usual one on errors

	InstanceType Deferred   // DeployEC2
	Capacity     Capacity   // DeployEC2
	Port         Number     // DeployEC2
	HealthCheck  Text       // DeployEC2: path
	BlueGreen    *BlueGreen // DeployEC2 with StrategyBlueGreen

	MemorySize          Number // DeployLambda: MB
	TimeoutSeconds      Number // DeployLambda
	Command             Texts  // DeployLambda
	VPC                 Flag   // DeployLambda
	FunctionURL         Text   // DeployLambda: FunctionURLIAM, FunctionURLNone, or empty
	ReservedConcurrency Number // DeployLambda; 0: none
	DeadLetterQueue     Flag   // DeployLambda
	Traffic             Traffic

	Range hcl.Range
}

// Balanced tells whether requests reach the service through the account's load balancer.
func (d *Deploy) Balanced() bool { return d.Kind.Value == DeployEC2 || d.Route != nil }

// NeedsNetwork tells whether the service stands in the account's network.
func (d *Deploy) NeedsNetwork() bool { return d.Balanced() || d.VPC.Value }

package spec

import "github.com/hashicorp/hcl/v2"

// Account is an `account` block: one AWS account that the configuration deploys into.
type Account struct {
	Label     Text
	ID        Text // 12 digits
	Network   *Network
	Artifacts *Artifacts // nil: each pipeline has a store of its own
	Range     hcl.Range  // the block's header
}

// NAT gateway layouts of a network.
const (
	NATOne        = "one"
	NATOnePerZone = "one_per_zone"
	NATNone       = "none"
)

// Network is the `network` block of an account: a VPC that is made, or an existing one by its ids.
type Network struct {
	CIDR              Text // of the VPC to be made
	AvailabilityZones Number
	NATGateways       Text // NATOne, NATOnePerZone or NATNone

	VPCID            Deferred // an existing VPC; not set when one is to be made
	PublicSubnetIDs  DeferredList
	PrivateSubnetIDs DeferredList

	CertificateARN       Deferred     // of ACM; not set means plain HTTP
	AllowedCIDRs         DeferredList // who may reach the load balancer
	AccessLogExpireAfter Number       // days

	Range hcl.Range // the block's header
}

// Existing tells whether the network is a VPC that exists already.
func (n *Network) Existing() bool { return n.VPCID.IsSet() }

package prove

import (
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

var networkSense = []rule{
	{
		of: balancerType, broken: func(s *survey, r *plan.Resource) string {
			subnets := items(r.Properties.Get("Subnets"))
			zones := map[string]bool{}
			for _, zone := range s.zones(r, subnets) {
				zones[zone] = true
			}
			return unless(len(subnets) >= 2 && (len(zones) == 0 || len(zones) == len(subnets)), "has fewer than two subnets, or two in one zone")
		},
		remedy: "A load balancer needs subnets in two zones, one in each.",
		source: "CloudFormation reference of AWS::ElasticLoadBalancingV2::LoadBalancer, Subnets",
	},
	{
		of: balancerType, broken: func(s *survey, r *plan.Resource) string {
			if r.Properties.Get("Scheme") != plan.String("internet-facing") {
				return ""
			}
			return s.withoutGateway(r, r.Properties.Get("Subnets"))
		},
		remedy: "Its subnets need a default route to an internet gateway.",
		source: "Elastic Load Balancing API reference, CreateLoadBalancer (InvalidSubnet)",
	},
	{
		of: "AWS::EC2::NatGateway", broken: func(s *survey, r *plan.Resource) string {
			if r.Properties.Get("ConnectivityType") == plan.String("private") {
				return ""
			}
			return s.withoutGateway(r, r.Properties.Get("SubnetId"))
		},
		remedy: "A NAT gateway belongs into a subnet with a default route to an internet gateway.",
		source: `VPC guide, "NAT gateways"`,
	},
	{
		of: "AWS::EC2::VPCEndpoint", broken: nameless,
		remedy: "EnableDnsSupport and EnableDnsHostnames of the VPC have to be true.",
		source: "CloudFormation reference of AWS::EC2::VPCEndpoint, PrivateDnsEnabled",
	},
	{
		of: "AWS::EC2::VPCEndpoint", broken: secondEndpoint,
		remedy: "One endpoint of a service to a VPC.",
		source: "hashicorp/terraform-provider-aws issue 17535 (conflicting DNS domain)",
	},
	{
		of: "AWS::EC2::SecurityGroup", broken: func(s *survey, r *plan.Resource) string {
			return unless(len(items(r.Properties.Get("SecurityGroupEgress"))) > 0, "lets everything out: EC2 takes away its rule that allows all only from a group that lists a rule itself")
		},
		advice: true,
		remedy: "SecurityGroupEgress needs at least one rule.",
		source: "CloudFormation reference of AWS::EC2::SecurityGroup",
	},
	{
		of: ruleType, broken: samePriority,
		remedy: "A priority is taken once on a listener.",
		source: "Elastic Load Balancing API reference, CreateRule (PriorityInUse)",
	},
	{
		of: ruleType, broken: repeatedCondition,
		remedy: "One condition of each kind.",
		source: `Elastic Load Balancing guide, "Rule condition types"`,
	},
}

// withoutGateway says which subnet of this plan has no default route to an internet gateway.
func (s *survey) withoutGateway(r *plan.Resource, subnets plan.Value) string {
	for _, v := range items(subnets) {
		subnet := s.resolve(r, v, "AWS::EC2::Subnet")
		if subnet == nil {
			continue
		}
		leads := false
		for _, association := range s.usersOf(subnet, "AWS::EC2::SubnetRouteTableAssociation") {
			for _, route := range s.defaultRoutes(association) {
				leads = leads || route.Properties.Get("GatewayId") != nil
			}
		}
		if !leads {
			return "is in " + subnet.ID + ", which has no way to the internet"
		}
	}
	return ""
}

func nameless(s *survey, r *plan.Resource) string {
	vpc := s.resolve(r, r.Properties.Get("VpcId"), "AWS::EC2::VPC")
	if vpc == nil || !plan.IsTrue(r.Properties.Get("PrivateDnsEnabled")) {
		return ""
	}
	named := plan.IsTrue(vpc.Properties.Get("EnableDnsSupport")) && plan.IsTrue(vpc.Properties.Get("EnableDnsHostnames"))
	return unless(named, "takes over a name in a VPC that gives out none")
}

func secondEndpoint(s *survey, r *plan.Resource) string {
	service := written(r.Properties.Get("ServiceName"))
	vpc := s.resolve(r, r.Properties.Get("VpcId"), "AWS::EC2::VPC")
	for _, other := range s.kinds[kind{r.Stack, r.Type}] {
		if other == r {
			return ""
		}
		same := vpc != nil && s.resolve(other, other.Properties.Get("VpcId"), "AWS::EC2::VPC") == vpc
		if same && written(other.Properties.Get("ServiceName")) == service && plan.IsTrue(r.Properties.Get("PrivateDnsEnabled")) {
			return "is the second endpoint of " + service + ", after " + other.ID
		}
	}
	return ""
}

func samePriority(s *survey, r *plan.Resource) string {
	if s.priorities == nil {
		s.priorities = map[priority]*plan.Resource{}
		for _, rule := range s.types[ruleType] {
			if p, ok := s.priority(rule); ok && s.priorities[p] == nil {
				s.priorities[p] = rule
			}
		}
	}
	p, ok := s.priority(r)
	first := s.priorities[p]
	if !ok || first == r {
		return ""
	}
	return "has the priority of " + first.ID
}

// priority is a place among the rules of a listener.
type priority struct {
	listener *plan.Resource
	number   int
}

func (s *survey) priority(rule *plan.Resource) (p priority, ok bool) {
	p.listener = s.resolve(rule, rule.Properties.Get("ListenerArn"), listenerType)
	p.number, ok = number(rule.Properties.Get("Priority"))
	return p, ok && p.listener != nil
}

func repeatedCondition(_ *survey, r *plan.Resource) string {
	seen := map[string]bool{}
	for _, condition := range items(r.Properties.Get("Conditions")) {
		field := written(at(condition, "Field"))
		if seen[field] {
			return "has two conditions of the kind " + field
		}
		seen[field] = true
	}
	return ""
}

package prove

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

const dependsOn = `CloudFormation template reference, "DependsOn attribute"`

var networkEdges = []edge{
	{
		later: "AWS::EC2::Route", earlier: attachmentOfGateway,
		because: "EC2 takes a route to an internet gateway only once the gateway is attached",
		source:  dependsOn + "; aws-cdk-lib, aws-ec2/lib/vpc.js",
	},
	{
		later: "AWS::EC2::EIP", earlier: attachmentsOfStack,
		because: "an address can be mapped only in a VPC with an internet gateway, and the gateway stays attached while one is",
		source:  "CloudFormation reference of AWS::EC2::EIP",
	},
	{
		later: "AWS::EC2::NatGateway", earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			return s.wayOut(r, r.Properties.Get("SubnetId"))
		},
		because: "a NAT gateway whose subnet has no way to the internet fails, and keeps the internet gateway from being detached",
		source:  "aws/aws-cdk issue 21348; aws-cdk-lib, aws-ec2/lib/vpc.js",
	},
	{
		later: "AWS::ElasticLoadBalancingV2::LoadBalancer", earlier: wayOutOfBalancer,
		because: "Elastic Load Balancing refuses an internet-facing load balancer in a VPC without an internet gateway, and its addresses hold the gateway",
		source:  dependsOn + "; aws-cdk-lib, aws-elasticloadbalancingv2/lib/shared/base-load-balancer.js",
	},
	{
		later: "AWS::EC2::Subnet", earlier: func(s *survey, r *plan.Resource) []*plan.Resource {
			vpc := s.resolve(r, r.Properties.Get("VpcId"), "AWS::EC2::VPC")
			if vpc == nil {
				return nil
			}
			return s.usersOf(vpc, "AWS::EC2::VPCCidrBlock")
		},
		because: "EC2 refuses a subnet outside of the ranges that its VPC has so far",
		source:  "aws-cdk-lib, aws-ec2/lib/vpc.js",
	},
	{
		later: fleetType, earlier: wayOutOfFleet,
		because: "hosts that come up before their subnet has a way out cannot install what they need or signal, and lose the network while they are drained",
		source:  "aws/aws-cdk issue 21348; buildkite/elastic-ci-stack-for-aws pull request 934",
	},
	{
		later: fleetType, earlier: endpointsOfFleet,
		because: "hosts that come up before the VPC's endpoints do not reach AWS, and a new gateway endpoint cuts the connections that are open",
		source:  `CodeDeploy user guide, "Use CodeDeploy with Amazon VPC"; VPC guide, "Gateway endpoints for Amazon S3"`,
	},
}

// attachmentOfGateway is for a route: the attachments of the internet gateway that it leads to.
func attachmentOfGateway(s *survey, r *plan.Resource) []*plan.Resource {
	gateway := s.resolve(r, r.Properties.Get("GatewayId"), "AWS::EC2::InternetGateway")
	if gateway == nil {
		return nil
	}
	return s.usersOf(gateway, "AWS::EC2::VPCGatewayAttachment")
}

func attachmentsOfStack(s *survey, r *plan.Resource) []*plan.Resource {
	return s.kinds[kind{r.Stack, "AWS::EC2::VPCGatewayAttachment"}]
}

// wayOut is what gives a subnet of this plan its way to the internet: the
// association with its route table, and the default routes of that.
func (s *survey) wayOut(r *plan.Resource, subnet plan.Value) []*plan.Resource {
	to := s.resolve(r, subnet, "AWS::EC2::Subnet")
	if to == nil {
		return nil
	}
	var out []*plan.Resource
	for _, association := range s.usersOf(to, "AWS::EC2::SubnetRouteTableAssociation") {
		out = append(out, association)
		out = append(out, s.defaultRoutes(association)...)
	}
	return out
}

// defaultRoutes are the routes to everywhere of the table that an association names.
func (s *survey) defaultRoutes(association *plan.Resource) []*plan.Resource {
	table := s.resolve(association, association.Properties.Get("RouteTableId"), "AWS::EC2::RouteTable")
	if table == nil {
		return nil
	}
	var out []*plan.Resource
	for _, route := range s.usersOf(table, "AWS::EC2::Route") {
		if route.Properties.Get("DestinationCidrBlock") == plan.String("0.0.0.0/0") ||
			route.Properties.Get("DestinationIpv6CidrBlock") == plan.String("::/0") {
			out = append(out, route)
		}
	}
	return out
}

func wayOutOfBalancer(s *survey, r *plan.Resource) []*plan.Resource {
	if r.Properties.Get("Scheme") != plan.String("internet-facing") {
		return nil
	}
	return s.wayOuts(r, r.Properties.Get("Subnets"))
}

func wayOutOfFleet(s *survey, r *plan.Resource) []*plan.Resource {
	return s.wayOuts(r, r.Properties.Get("VPCZoneIdentifier"))
}

func (s *survey) wayOuts(r *plan.Resource, subnets plan.Value) []*plan.Resource {
	var out []*plan.Resource
	for _, subnet := range items(subnets) {
		out = append(out, s.wayOut(r, subnet)...)
	}
	return out
}

// endpointsOfFleet are the endpoints of a fleet's subnets.
func endpointsOfFleet(s *survey, r *plan.Resource) []*plan.Resource {
	var out []*plan.Resource
	for _, v := range items(r.Properties.Get("VPCZoneIdentifier")) {
		if subnet := s.resolve(r, v, "AWS::EC2::Subnet"); subnet != nil {
			out = append(out, s.endpoints(subnet)...)
		}
	}
	return out
}

// endpoints are the interface endpoints of a subnet's VPC whose names resolve
// there, and the gateway endpoints of the tables that the subnet uses.
func (s *survey) endpoints(subnet *plan.Resource) []*plan.Resource {
	vpc := s.resolve(subnet, subnet.Properties.Get("VpcId"), "AWS::EC2::VPC")
	if vpc == nil {
		return nil
	}
	tables := map[*plan.Resource]bool{}
	for _, association := range s.usersOf(subnet, "AWS::EC2::SubnetRouteTableAssociation") {
		tables[s.resolve(association, association.Properties.Get("RouteTableId"), "AWS::EC2::RouteTable")] = true
	}
	var out []*plan.Resource
	for _, endpoint := range s.usersOf(vpc, "AWS::EC2::VPCEndpoint") {
		if plan.IsTrue(endpoint.Properties.Get("PrivateDnsEnabled")) || s.serves(endpoint, tables) {
			out = append(out, endpoint)
		}
	}
	return out
}

func (s *survey) serves(endpoint *plan.Resource, tables map[*plan.Resource]bool) bool {
	for _, v := range items(endpoint.Properties.Get("RouteTableIds")) {
		if tables[s.resolve(endpoint, v, "AWS::EC2::RouteTable")] {
			return true
		}
	}
	return false
}

package expand

import (
	"fmt"
	"net/netip"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// environment is an account's network as its services see it.
type environment struct {
	scope
	network *spec.Network

	vpc     plan.Value
	public  []plan.Value
	private []plan.Value

	wayIn     []*plan.Resource // what an internet-facing load balancer needs
	wayOut    []*plan.Resource // what a host in a private subnet needs to reach AWS
	endpoints bool             // the way out is VPC endpoints

	balancer      *plan.Resource
	balancerGroup *plan.Resource
	listener      *plan.Resource // where services hang their rules
}

// environment expands the network of an account: the VPC, if it is not there
// yet, and the load balancer that the account's services share.
func (x *expander) environment(c *spec.Config, account *spec.Account) *environment {
	name := plan.PhysicalName(account.Label.Value, "environment")
	stack := x.stack(plan.Environment, account, name,
		"Network and load balancer of "+account.Label.Value+".", account.Label.Range)
	e := &environment{
		scope: scope{
			expander: x, stack: stack, labels: []string{account.Label.Value}, origin: account.Label.Range,
			because: []hcl.Range{account.Network.Range}, account: account.Label.Range,
		},
		network: account.Network,
	}
	if account.Network.Existing() {
		e.vpc = x.text(account.Network.VPCID)
		e.public = x.texts(account.Network.PublicSubnetIDs)
		e.private = x.texts(account.Network.PrivateSubnetIDs)
	} else {
		e.makeVPC(secretsIn(c, account), hostsThatStay(c, account))
	}
	e.loadBalancer()
	return e
}

func (e *environment) makeVPC(secrets, standing bool) {
	vpc := e.add("Vpc", "The network of this environment.", aws.EC2VPC{
		CidrBlock: textOf(e.network.CIDR), EnableDnsSupport: true, EnableDnsHostnames: true, Tags: e.tags("vpc"),
	})
	e.vpc = ref(vpc)
	gateway := e.add("InternetGateway", "The way between the public subnets and the internet.",
		aws.EC2InternetGateway{Tags: e.tags("igw")})
	attachment := e.add("InternetGatewayAttachment", "Joins the internet gateway to the VPC.",
		aws.EC2GatewayAttachment{VpcId: e.vpc, InternetGatewayId: ref(gateway)})

	private, public := subnetBlocks(e.network.CIDR.Value, e.network.AvailabilityZones.Value)
	publicTable := e.add("PublicRouteTable", "Routes of the public subnets.",
		aws.EC2RouteTable{VpcId: e.vpc, Tags: e.tags("public-routes")})
	// The route names the gateway, but EC2 takes it only once the gateway is attached.
	publicRoute := e.add("PublicRoute", "Public subnets reach the internet through the gateway.", aws.EC2Route{
		RouteTableId: ref(publicTable), DestinationCidrBlock: "0.0.0.0/0", GatewayId: ref(gateway),
	}).After(attachment)
	e.wayIn = append(e.wayIn, publicRoute)

	zones := e.network.AvailabilityZones.Range
	byZones, byGateways := *e, e.of(e.network.NATGateways.Range, zones) // for what is there once for each zone
	byZones.scope = e.of(zones)
	var associations []*plan.Resource
	for zone, block := range public {
		subnet := byZones.subnet("Public", "public", "For the load balancer.", zone, block)
		association := byZones.associate("Public", zone, subnet, publicTable)
		e.public = append(e.public, from(ref(subnet), zones))
		e.wayIn = append(e.wayIn, association)
		associations = append(associations, association)
	}
	gateways := e.natGateways(publicRoute, associations)
	var tables []plan.Value
	for zone, block := range private {
		subnet := byZones.subnet("Private", "private", "For the hosts.", zone, block)
		table := byZones.add(fmt.Sprintf("PrivateRouteTable%d", zone+1), "Routes of a private subnet.",
			aws.EC2RouteTable{VpcId: e.vpc, Tags: e.tags(fmt.Sprintf("private-routes-%d", zone+1))})
		e.private = append(e.private, from(ref(subnet), zones))
		e.wayOut = append(e.wayOut, byZones.associate("Private", zone, subnet, table))
		tables = append(tables, from(ref(table), zones))
		if len(gateways) > 0 {
			nat := gateways[min(zone, len(gateways)-1)]
			e.wayOut = append(e.wayOut, byGateways.add(fmt.Sprintf("PrivateRoute%d", zone+1),
				"A private subnet reaches the internet through a NAT gateway.", aws.EC2Route{
					RouteTableId: ref(table), DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: from(ref(nat), byGateways.because...),
				}))
		}
	}
	e.storageEndpoint(tables)
	if len(gateways) == 0 {
		e.interfaceEndpoints(secrets, standing)
	}
	e.flowLog()
}

func (e *environment) subnet(id, kind, why string, zone int, block netip.Prefix) *plan.Resource {
	return e.add(fmt.Sprintf("%sSubnet%d", id, zone+1), why, aws.EC2Subnet{
		VpcId: e.vpc, CidrBlock: from(plan.String(block.String()), e.network.CIDR.Range),
		AvailabilityZone: plan.Select{Index: zone, From: plan.Zones{}},
		Tags:             e.tags(fmt.Sprintf("%s-subnet-%d", kind, zone+1)),
	})
}

func (e *environment) associate(id string, zone int, subnet, table *plan.Resource) *plan.Resource {
	return e.add(fmt.Sprintf("%sRouteTableAssociation%d", id, zone+1), "Gives a subnet its routes.",
		aws.EC2SubnetRouteTableAssociation{SubnetId: ref(subnet), RouteTableId: ref(table)})
}

// natGateways makes none, one, or one for each zone.
func (e *environment) natGateways(publicRoute *plan.Resource, associations []*plan.Resource) []*plan.Resource {
	count := 0
	switch e.network.NATGateways.Value {
	case spec.NATOne:
		count = 1
	case spec.NATOnePerZone:
		count = len(e.public)
	}
	s := e.of(e.network.NATGateways.Range)
	if e.network.NATGateways.Value == spec.NATOnePerZone {
		s = e.of(e.network.NATGateways.Range, e.network.AvailabilityZones.Range)
	}
	var gateways []*plan.Resource
	for zone := range count {
		address := s.add(fmt.Sprintf("NatAddress%d", zone+1), "The address under which hosts appear on the internet.",
			aws.EC2EIP{Domain: "vpc", Tags: e.tags(fmt.Sprintf("nat-address-%d", zone+1))})
		// An address can be mapped only in a VPC with a gateway, and keeps the gateway from being detached.
		address.After(publicRoute.DependsOn...)
		nat := s.add(fmt.Sprintf("NatGateway%d", zone+1), "The way out for the hosts of private subnets.", aws.EC2NatGateway{
			SubnetId: e.public[zone], AllocationId: attr(address, "AllocationId"),
			Tags: e.tags(fmt.Sprintf("nat-%d", zone+1)),
		})
		// Without the route and its association the NAT gateway has no way out itself.
		gateways = append(gateways, nat.After(publicRoute, associations[zone]))
	}
	return gateways
}

// storageEndpoint keeps traffic to S3 (bundles, image layers, packages) off the NAT gateways, at no cost.
func (e *environment) storageEndpoint(tables []plan.Value) {
	e.wayOut = append(e.wayOut, e.add("S3Endpoint", "Keeps traffic to S3 inside AWS.", aws.EC2VPCEndpoint{
		VpcId: e.vpc, ServiceName: plan.Text("com.amazonaws.", plan.Region, ".s3"),
		VpcEndpointType: "Gateway", RouteTableIds: tables,
	}))
}

// interfaceEndpoints are the services that a host calls, for a network without
// NAT gateways: the CodeDeploy agent (both endpoints, CodeDeploy user guide
// "Use CodeDeploy with Amazon VPC"), docker pulls, logs, Session Manager, the
// signal to CloudFormation, the load balancer's view of the host. Hosts that releases exchange need neither of the last two: they
// signal to an address of S3.
func (e *environment) interfaceEndpoints(secrets, standing bool) {
	services := []string{
		"codedeploy", "codedeploy-commands-secure", "ecr.api", "ecr.dkr", "logs",
		"ssm", "ssmmessages",
	}
	if standing {
		services = append(services, "cloudformation", "elasticloadbalancing")
	}
	if secrets {
		services = append(services, "secretsmanager")
	}
	s := e.of(e.network.NATGateways.Range)
	group := s.add("EndpointSecurityGroup", "Lets the hosts of the VPC reach the endpoints.", aws.EC2SecurityGroup{
		GroupDescription: "Endpoints of AWS services", VpcId: e.vpc,
		SecurityGroupIngress: []aws.EC2SecurityRule{{
			Description: "HTTPS from the VPC", IpProtocol: "tcp", FromPort: 443, ToPort: 443, CidrIp: textOf(e.network.CIDR),
		}},
		SecurityGroupEgress: noEgress(),
		Tags:                e.tags("endpoints"),
	})
	for _, service := range services {
		e.wayOut = append(e.wayOut, s.add(endpointID(service), "Lets hosts reach "+service+" without a way to the internet.",
			aws.EC2VPCEndpoint{
				VpcId: e.vpc, ServiceName: plan.Text("com.amazonaws.", plan.Region, "."+service),
				VpcEndpointType: "Interface", PrivateDnsEnabled: true,
				SubnetIds: e.private, SecurityGroupIds: []plan.Value{attr(group, "GroupId")},
			}))
	}
	e.endpoints = true
}

func endpointID(service string) string {
	id := ""
	for _, part := range splitAny(service, ".-") {
		id += plan.LogicalID(part)
	}
	return id + "Endpoint"
}

// noEgress is the documented way to have no rule at all: EC2 adds one that
// allows everything to a group that names none, and restores it when the last goes.
func noEgress() []aws.EC2SecurityRule {
	return []aws.EC2SecurityRule{{Description: "Nothing but what is added", IpProtocol: "-1", CidrIp: plan.String("127.0.0.1/32")}}
}

// flowLog records who talked to whom in the VPC.
func (e *environment) flowLog() {
	group := e.logGroup("FlowLogGroup", "flow-logs", "Accepted and refused connections of the VPC.", plan.Int(flowLogDays))
	writer := e.role("FlowLogRole", "flow-log-role", "Lets VPC flow logs write to their log group.",
		trustService("vpc-flow-logs.amazonaws.com", isSourceAccount(), isSource(e.arn("ec2", "vpc-flow-log/*"))))
	writer.allow("WriteFlowLog",
		[]string{"logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"}, attr(group, "Arn"))
	e.add("FlowLog", "Records the VPC's connections.", aws.EC2FlowLog{
		Of: "VPC", ResourceId: e.vpc, TrafficType: "ALL", LogDestinationType: "cloud-watch-logs",
		LogGroupName: ref(group), DeliverLogsPermissionArn: writer.arn(), Tags: e.tags("flow-log"),
	}).After(writer.policy)
}

const flowLogDays = 30

// subnetBlocks cuts a VPC's range: an eighth for each private subnet, and the
// last eighth cut again into eight for the public ones. A block depends on its
// zone alone, so that a further zone moves no subnet.
func subnetBlocks(cidr string, zones int) (private, public []netip.Prefix) {
	vpc, err := netip.ParsePrefix(cidr)
	if err != nil {
		return nil, nil
	}
	last := nth(vpc, 3, 7)
	for zone := range zones {
		private = append(private, nth(vpc, 3, zone))
		public = append(public, nth(last, 3, zone))
	}
	return private, public
}

// nth is the n-th of the blocks that are bits longer than prefix.
func nth(prefix netip.Prefix, bits, n int) netip.Prefix {
	length := prefix.Bits() + bits
	address := prefix.Addr().As4()
	number := uint32(address[0])<<24 | uint32(address[1])<<16 | uint32(address[2])<<8 | uint32(address[3])
	number += uint32(n) << (32 - length)
	address = [4]byte{byte(number >> 24), byte(number >> 16), byte(number >> 8), byte(number)}
	return netip.PrefixFrom(netip.AddrFrom4(address), length)
}

// hostsThatStay tells whether an account has a fleet that releases do not exchange, or none as yet.
func hostsThatStay(c *spec.Config, account *spec.Account) bool {
	exchanged := false
	for _, pipeline := range c.Pipelines {
		for _, deploy := range pipeline.Deploys() {
			if deploy.Account == account && deploy.Kind.Value == spec.DeployEC2 {
				if deploy.BlueGreen == nil {
					return true
				}
				exchanged = true
			}
		}
	}
	return !exchanged
}

// secretsIn tells whether a deployment to an account reads from Secrets Manager.
func secretsIn(c *spec.Config, account *spec.Account) bool {
	for _, pipeline := range c.Pipelines {
		for _, deploy := range pipeline.Deploys() {
			if deploy.Account != account {
				continue
			}
			for _, secret := range deploy.Secrets {
				if _, parameter := parameterName(secret.Value); !parameter {
					return true
				}
			}
		}
	}
	return false
}

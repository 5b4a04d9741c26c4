package prove

import (
	"slices"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// A load balancer, its hosts and the endpoints that hosts call have security
// groups, which have to agree on both sides.
var reachSense = []rule{
	{
		of: fleetType, broken: cutOffFromBalancer,
		remedy: "The load balancer's security group has to let requests out to the target group's port, and that of the hosts in.",
		source: `Elastic Load Balancing guide, "Security groups for your Application Load Balancer"`,
	},
	{
		of: fleetType, broken: func(s *survey, r *plan.Resource) string {
			for _, v := range items(r.Properties.Get("TargetGroupARNs")) {
				group := s.resolve(r, v, targetsType)
				if group != nil && len(s.forwarders(r, plan.List{v})) == 0 {
					return "is in " + group.ID + ", which no listener sends requests to"
				}
			}
			return ""
		},
		remedy: "A rule of a listener has to forward to it: else its targets are unused and never healthy.",
		source: `Elastic Load Balancing guide, "Target health status"`,
	},
	{
		of: fleetType, broken: func(s *survey, r *plan.Resource) string {
			for _, v := range items(r.Properties.Get("TargetGroupARNs")) {
				group := s.resolve(r, v, targetsType)
				subnet := s.resolve(r, at(r.Properties, "VPCZoneIdentifier", 0), "AWS::EC2::Subnet")
				if group == nil || subnet == nil {
					continue
				}
				own := s.resolve(subnet, subnet.Properties.Get("VpcId"), "AWS::EC2::VPC")
				if s.resolve(group, group.Properties.Get("VpcId"), "AWS::EC2::VPC") != own {
					return "is in another VPC than " + group.ID
				}
			}
			return ""
		},
		remedy: "A target group and its targets belong into one VPC.",
		source: "Elastic Load Balancing API reference, RegisterTargets",
	},
	{
		of: fleetType, broken: func(s *survey, r *plan.Resource) string {
			hosts := s.hostGroups(r)
			return unless(len(hosts) == 0 || s.lets(hosts, nil, httpsPort, outward), "has hosts that may call nothing over HTTPS")
		},
		remedy: "A security group of the hosts has to let port 443 out.",
		source: `CodeDeploy user guide, "Use CodeDeploy with Amazon VPC"`,
	},
	{
		of: groupType, broken: func(s *survey, r *plan.Resource) string {
			for _, v := range targetNames(r) {
				if group := s.resolve(r, v, targetsType); group != nil && group.Properties.Get("TargetType") != plan.String("instance") {
					return "controls the traffic of " + group.ID + ", whose targets are not instances"
				}
			}
			return ""
		},
		remedy: "TargetType has to be instance.",
		source: `CodeDeploy user guide, "Integrating CodeDeploy with Elastic Load Balancing"`,
	},
	{
		of: "AWS::EC2::VPCEndpoint", broken: func(s *survey, r *plan.Resource) string {
			if r.Properties.Get("VpcEndpointType") != plan.String("Interface") {
				return ""
			}
			groups := s.groups(r, r.Properties.Get("SecurityGroupIds"))
			switch {
			case len(items(r.Properties.Get("SubnetIds"))) == 0:
				return "is in no subnet"
			case len(groups) > 0 && !s.lets(groups, nil, httpsPort, inward):
				return "lets nobody in on port 443"
			}
			return ""
		},
		remedy: "It needs subnets, and a security group that lets port 443 in.",
		source: `VPC guide, "Access an AWS service using an interface VPC endpoint"`,
	},
}

const httpsPort = 443

// direction is where the traffic of a security group's rules goes: the property
// with the group's own, the type of those beside it, and where a rule names the other side.
type direction struct{ inline, separate, peer string }

var (
	inward  = direction{"SecurityGroupIngress", "AWS::EC2::SecurityGroupIngress", "SourceSecurityGroupId"}
	outward = direction{"SecurityGroupEgress", "AWS::EC2::SecurityGroupEgress", "DestinationSecurityGroupId"}
)

// groups are those security groups that are of this plan.
func (s *survey) groups(r *plan.Resource, ids plan.Value) []*plan.Resource {
	var out []*plan.Resource
	for _, v := range items(ids) {
		out = append(out, some(s.resolve(r, v, "AWS::EC2::SecurityGroup"))...)
	}
	return out
}

func (s *survey) hostGroups(fleet *plan.Resource) []*plan.Resource {
	template, data := s.launchData(fleet)
	if template == nil {
		return nil
	}
	return s.groups(template, at(data, "SecurityGroupIds"))
}

// lets tells whether one of groups lets TCP traffic of a port through, to or from
// one of peers or a network; without peers, to or from whomever.
func (s *survey) lets(groups, peers []*plan.Resource, port int, d direction) bool {
	for _, group := range groups {
		for _, rule := range items(group.Properties.Get(d.inline)) {
			if s.admits(group, rule, peers, port, d) {
				return true
			}
		}
		// A rule of both groups is among the few of the peer; the other may have one for each service.
		for _, end := range slices.Concat(peers, []*plan.Resource{group}) {
			for _, rule := range s.usersOf(end, d.separate) {
				own := s.resolve(rule, rule.Properties.Get("GroupId"), group.Type) == group
				if own && s.admits(rule, rule.Properties, peers, port, d) {
					return true
				}
			}
		}
	}
	return false
}

func (s *survey) admits(r *plan.Resource, rule plan.Value, peers []*plan.Resource, port int, d direction) bool {
	protocol := at(rule, "IpProtocol")
	from, bounded := number(at(rule, "FromPort"))
	to, _ := number(at(rule, "ToPort"))
	if protocol != plan.String("-1") && (protocol != plan.String("tcp") || !bounded || port < from || port > to) {
		return false
	}
	if other := s.resolve(r, at(rule, d.peer), "AWS::EC2::SecurityGroup"); other != nil {
		for _, peer := range peers {
			if peer == other {
				return true
			}
		}
		return len(peers) == 0
	}
	const nobody = "127.0.0.1/32" // what a group without rules of its own lists
	network := at(rule, "CidrIp")
	return network != nil && network != plan.String(nobody)
}

// cutOffFromBalancer looks at both ends of the way from each load balancer to the hosts.
func cutOffFromBalancer(s *survey, r *plan.Resource) string {
	hosts := s.hostGroups(r)
	for _, v := range items(r.Properties.Get("TargetGroupARNs")) {
		group := s.resolve(r, v, targetsType)
		if group == nil || len(hosts) == 0 {
			continue
		}
		port, _ := number(group.Properties.Get("Port"))
		for _, forwarder := range s.forwarders(r, plan.List{v}) {
			balancer := s.balancerOf(forwarder)
			if balancer == nil {
				continue
			}
			own := s.groups(balancer, balancer.Properties.Get("SecurityGroups"))
			switch {
			case len(own) == 0:
			case !s.lets(own, hosts, port, outward):
				return "gets no requests: " + balancer.ID + " may not send them"
			case !s.lets(hosts, own, port, inward):
				return "gets no requests: its hosts do not take those of " + balancer.ID
			}
		}
	}
	return ""
}

// balancerOf is the load balancer of a listener, or of the listener of a rule.
func (s *survey) balancerOf(forwarder *plan.Resource) *plan.Resource {
	listener := forwarder
	if forwarder.Type == ruleType {
		listener = s.resolve(forwarder, forwarder.Properties.Get("ListenerArn"), listenerType)
	}
	if listener == nil {
		return nil
	}
	return s.resolve(listener, listener.Properties.Get("LoadBalancerArn"), balancerType)
}

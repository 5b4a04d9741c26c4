package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// LoadBalancer is AWS::ElasticLoadBalancingV2::LoadBalancer.
type LoadBalancer struct {
	Name                   plan.Value
	Type                   string
	Scheme                 string
	IpAddressType          string
	Subnets                []plan.Value
	SecurityGroups         []plan.Value
	LoadBalancerAttributes []LoadBalancerAttribute
}

// LoadBalancerAttribute is an attribute of a load balancer or a target group.
type LoadBalancerAttribute struct {
	Key   string
	Value plan.Value
}

// Listener is AWS::ElasticLoadBalancingV2::Listener.
type Listener struct {
	LoadBalancerArn plan.Value
	Port            int
	Protocol        string
	SslPolicy       string
	Certificates    []Certificate
	DefaultActions  []ListenerAction
}

// Certificate is a certificate by its ARN.
type Certificate struct{ CertificateArn plan.Value }

// ListenerAction is what a listener or a rule does with a request.
type ListenerAction struct {
	Type                string
	TargetGroupArn      plan.Value
	RedirectConfig      *RedirectConfig
	FixedResponseConfig *FixedResponseConfig
}

// RedirectConfig is where a request is sent.
type RedirectConfig struct {
	Protocol, Port, StatusCode string
}

// FixedResponseConfig is an answer of the load balancer's own.
type FixedResponseConfig struct {
	StatusCode, ContentType, MessageBody string
}

// ListenerRule is AWS::ElasticLoadBalancingV2::ListenerRule.
type ListenerRule struct {
	ListenerArn plan.Value
	Priority    plan.Value
	Conditions  []ListenerCondition
	Actions     []ListenerAction
}

// ListenerCondition is what a request must match.
type ListenerCondition struct {
	Field             string
	HostHeaderConfig  *HostHeaderConfig
	PathPatternConfig *PathPatternConfig
}

// HostHeaderConfig matches the host of a request.
type HostHeaderConfig struct{ Values []plan.Value }

// PathPatternConfig matches the path of a request.
type PathPatternConfig struct{ Values []plan.Value }

// TargetGroup is AWS::ElasticLoadBalancingV2::TargetGroup.
type TargetGroup struct {
	Name                       plan.Value
	VpcId                      plan.Value
	TargetType                 string
	Protocol                   string
	Port                       int
	HealthCheckProtocol        string
	HealthCheckPath            plan.Value
	HealthCheckIntervalSeconds int
	HealthCheckTimeoutSeconds  int
	HealthyThresholdCount      int
	UnhealthyThresholdCount    int
	Matcher                    HTTPMatcher
	TargetGroupAttributes      []LoadBalancerAttribute
}

// HTTPMatcher is the status codes of a healthy target.
type HTTPMatcher struct{ HttpCode string }

// ResourceType implements Resource.
func (LoadBalancer) ResourceType() string { return "AWS::ElasticLoadBalancingV2::LoadBalancer" }
func (Listener) ResourceType() string     { return "AWS::ElasticLoadBalancingV2::Listener" }
func (ListenerRule) ResourceType() string { return "AWS::ElasticLoadBalancingV2::ListenerRule" }
func (TargetGroup) ResourceType() string  { return "AWS::ElasticLoadBalancingV2::TargetGroup" }

package expand

import (
	"hash/fnv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// service is one deployment of a pipeline: what runs in one account behind its load balancer.
type service struct {
	scope
	delivery    *delivery
	deploy      *spec.Deploy
	environment *environment
	title       string // for people: "storefront in staging"
}

// serviceStacks makes the stacks for what a pipeline runs, one in each account that it deploys to.
func (x *expander) serviceStacks(p *spec.Pipeline) map[*spec.Account]*plan.Stack {
	stacks := map[*spec.Account]*plan.Stack{}
	for _, deploy := range p.Deploys() {
		if stacks[deploy.Account] == nil {
			stacks[deploy.Account] = x.stack(plan.Service, deploy.Account, plan.PhysicalName(p.Label.Value, "service"),
				"What "+p.Label.Value+" runs in "+deploy.Account.Label.Value+".", p.Label.Range)
		}
	}
	return stacks
}

// service opens the scope of a deploy block. Its labels are the pipeline's, the
// stage's and, where a stage has several, the deploy's own name.
func (d *delivery) service(stage *spec.Stage, deploy *spec.Deploy, stack *plan.Stack) *service {
	labels, origin := []string{d.spec.Label.Value, stage.Label.Value}, stage.Label.Range
	if deploy.Name.Value != "" {
		labels, origin = append(labels, deploy.Name.Value), deploy.Name.Range
	}
	return &service{
		scope:    scope{expander: d.expander, stack: stack, labels: labels, origin: origin, because: []hcl.Range{deploy.Range}, account: deploy.AccountRange},
		delivery: d, deploy: deploy, environment: d.environments[deploy.Account],
		title: d.spec.Label.Value + " in " + strings.Join(labels[1:], " "),
	}
}

// actionName is the name of the pipeline's action that deploys.
func (s *service) actionName() string {
	if s.deploy.Name.Value == "" {
		return "deploy"
	}
	return "deploy-" + plan.PhysicalName(s.deploy.Name.Value)
}

// assumes lets the pipeline work as a role of a service, once what the role needs is there.
func (d *delivery) assumes(actor *role, first *plan.Resource) {
	d.role.allow("Deploy"+plan.LogicalID(actor.labels[1:]...), []string{"sts:AssumeRole"}, actor.writtenARN(d.scope))
	d.role.since(actor.origin)
	if actor.stack.Account == d.stack.Account {
		// CreatePipeline fails when the pipeline's role may not assume an action's role.
		d.first = append(d.first, actor.policy, first)
	}
}

// targets makes the target group and the rule that sends it its requests.
func (s *service) targets() (group, rule *plan.Resource) {
	group = s.add("TargetGroup", "The hosts that requests go to, and how their health is seen.", aws.TargetGroup{
		Name: s.targetGroupName("tg"), VpcId: s.environment.vpc, TargetType: "instance", Protocol: "HTTP", Port: hostPort,
		HealthCheckProtocol: "HTTP", HealthCheckPath: textOf(s.deploy.HealthCheck),
		HealthCheckIntervalSeconds: 10, HealthCheckTimeoutSeconds: 5, HealthyThresholdCount: 2, UnhealthyThresholdCount: 3,
		Matcher: aws.HTTPMatcher{HttpCode: "200-399"},
		TargetGroupAttributes: []aws.LoadBalancerAttribute{
			// How long requests in flight may take when a host is taken out, in seconds.
			{Key: "deregistration_delay.timeout_seconds", Value: plan.String("30")},
		},
	})
	return group, s.rule(group)
}

func (s *service) rule(group *plan.Resource) *plan.Resource {
	return s.add("ListenerRule", "Which requests are for this service.", aws.ListenerRule{
		ListenerArn: ref(s.environment.listener), Priority: s.priority(), Conditions: s.conditions(),
		Actions: []aws.ListenerAction{{Type: "forward", TargetGroupArn: ref(group)}},
	})
}

// hostPort is the port of a host that the load balancer sends requests to. It is
// fixed, and docker takes them to the container's own port from there: were the
// two one, a change of the author's port would replace the target group under the
// running hosts and cut them off before new ones serve.
const hostPort = 8080

// targetGroupName carries a kind of targets and a hash of the VPC's id too: a target group of other targets, or in another
// VPC, is another target group, which has to stand beside the old one under a name of its own.
func (s *service) targetGroupName(kind string) plan.Value {
	sum := hash(6, append([]string{s.environment.network.VPCID.String()}, s.labels...)...)
	beginning := cut(plan.PhysicalName(s.labels[0]), shortBase-len(kind)-len(sum)-2)
	return from(s.suffixed(beginning+"-"+kind+"-"+sum), s.environment.network.VPCID.Range, s.origin)
}

func (s *service) conditions() []aws.ListenerCondition {
	var out []aws.ListenerCondition
	if r := s.deploy.Route; r != nil && len(r.Hosts.Items) > 0 {
		out = append(out, aws.ListenerCondition{
			Field: "host-header", HostHeaderConfig: &aws.HostHeaderConfig{Values: s.texts(r.Hosts)},
		})
	}
	if r := s.deploy.Route; r != nil && len(r.Paths.Items) > 0 {
		out = append(out, aws.ListenerCondition{
			Field: "path-pattern", PathPatternConfig: &aws.PathPatternConfig{Values: s.texts(r.Paths)},
		})
	}
	if len(out) == 0 {
		out = append(out, aws.ListenerCondition{
			Field: "path-pattern", PathPatternConfig: &aws.PathPatternConfig{Values: []plan.Value{plan.String("/*")}},
		})
	}
	return out
}

// A listener takes priorities from 1 to 50,000. A rule that asks for more goes
// before one that asks for less; within a band a hash of the labels decides, so
// that a service keeps its place whatever else comes and goes.
const (
	priorityBand   = 12000
	bandHostPath   = 1
	bandHost       = bandHostPath + priorityBand
	bandPath       = bandHost + priorityBand
	bandEverything = bandPath + priorityBand
)

func (s *service) priority() plan.Value {
	priority := s.derivedPriority()
	at := s.deploy.Range
	var decides []hcl.Range
	if r := s.deploy.Route; r != nil {
		at, decides = r.Range, []hcl.Range{r.Hosts.Range, r.Paths.Range} // they put the rule into its band
		if r.Priority.Value != 0 {
			priority, at = r.Priority.Value, r.Priority.Range
			decides = []hcl.Range{at}
		}
	}
	taken := s.routes[s.environment.listener]
	if taken == nil {
		taken = map[int]*service{}
		s.routes[s.environment.listener] = taken
	}
	if other := taken[priority]; other != nil {
		s.errorf(at, "Listener rules of one priority",
			"%s and %s both get the priority %d on the load balancer of %s. Set another priority in a route block of one of them.",
			s.title, other.title, priority, s.environment.labels[0])
	}
	taken[priority] = s
	return from(plan.Int(priority), decides...)
}

func (s *service) derivedPriority() int {
	band := bandEverything
	if r := s.deploy.Route; r != nil {
		hosts, paths := len(r.Hosts.Items) > 0, len(r.Paths.Items) > 0
		switch {
		case hosts && paths:
			band = bandHostPath
		case hosts:
			band = bandHost
		case paths:
			band = bandPath
		}
	}
	h := fnv.New32a()
	h.Write([]byte(strings.Join(s.labels, "\x00")))
	return band + int(h.Sum32()%priorityBand)
}

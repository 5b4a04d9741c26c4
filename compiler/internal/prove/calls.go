package prove

import (
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/access"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// call is what AWS, or a program that stands in the templates, asks of AWS while the system works: who, what, of what, and why.
type call struct {
	of *plan.Resource // what occasions it
	in string         // the action of a pipeline that it is part of, as STAGE/ACTION

	by      *plan.Resource // the role that calls; nil for a service that calls by itself
	service string         // such a service
	actions []string       // patterns where AWS says no more
	lower   []string       // the same as IAM compares them
	on      target

	keys   []access.Key // what AWS says of the call
	misses []miss

	because string // what for, as an infinitive
	source  string
}

// target is what a call is about.
type target struct {
	arn    string         // a pattern, if there will be several; * for actions without resources
	owner  *plan.Resource // whose policy is asked as well; nil where it is none of the plan
	alien  bool           // it belongs to somebody who is nobody of the plan
	within string         // how far a right may go where nobody can know the ARN; empty: no further than it
	admits string         // how far the owner's policy may go, where both sides are asked and the caller's goes no further than it has to
}

// miss is what a call would be if one thing about it were different, and what then nothing may allow.
type miss struct {
	what string       // is different
	keys []access.Key // in the place of the same keys
	arn  string       // in the place of the ARN; empty: the same
	side side         // whose policies have to see the difference
}

type side int

const (
	callers side = iota // the policies of the role that calls
	owners              // the policy on the resource
	denied              // the policy on the resource has to deny it, whoever calls
)

// calling collects the calls of a plan.
type calling struct {
	s    *survey
	list []*call
	of   *plan.Resource
	in   string

	others map[*plan.Resource]bool // roles as which programs of the user's run: what they call nobody knows
	inVPC  map[*plan.Resource]bool // roles as which something in a VPC calls
	coded  map[*plan.Resource]bool // roles as which a function's code calls
}

// callsOf are the calls that are made because a resource of a type is there, each with its source.
var callsOf = map[string]func(c *calling, r *plan.Resource){
	pipelineType: (*calling).ofPipeline, projectType: (*calling).ofProject,
	fleetType: (*calling).ofFleet, groupType: (*calling).ofGroup,
	functionType: (*calling).ofFunction, functionStackType: (*calling).ofFunctionStack, functionTargetType: (*calling).ofFunctionTarget, urlType: (*calling).ofURL,
	emptierType: (*calling).ofEmptier, sweeperType: (*calling).ofSweeper, blueGreenType: (*calling).ofBlueGreen,
	canaryType: (*calling).ofCanary, eventRuleType: (*calling).ofRule, alarmType: (*calling).ofAlarm,
	balancerType: (*calling).ofBalancer, "AWS::EC2::FlowLog": (*calling).ofFlowLog,
}

// callsIn are all calls that AWS and the shipped programs make while the system is set up, works and is taken down, other than as
// whoever sets it up.
func callsIn(s *survey) *calling {
	c := &calling{s: s, others: map[*plan.Resource]bool{}, inVPC: map[*plan.Resource]bool{}, coded: map[*plan.Resource]bool{}}
	for _, r := range s.resources {
		if rows := callsOf[r.Type]; rows != nil {
			c.of, c.in = r, ""
			rows(c, r)
		}
	}
	return c
}

const (
	secureKey = "aws:SecureTransport"
	regionKey = "aws:RequestedRegion" // services of no region say us-east-1 (IAM user guide, "AWS global condition context keys")
)

// as is a call by a role; of a role that is none of the plan nothing is known.
func (c *calling) as(role *plan.Resource, because, source string, on target, actions ...string) *call {
	return c.add(&call{by: role, because: because, source: source, on: on, actions: actions}, role != nil)
}

// byService is a call by a service of AWS itself.
func (c *calling) byService(service, because, source string, on target, actions ...string) *call {
	return c.add(&call{service: service, because: because, source: source, on: on, actions: actions}, true)
}

func (c *calling) add(made *call, known bool) *call {
	if !known || made.on.arn == "" {
		return made // about something that is none of the plan
	}
	made.of, made.in = c.of, c.in
	made.keys = []access.Key{{Name: secureKey, Values: []string{"true"}}}
	if service, _, _ := strings.Cut(made.actions[0], ":"); service != "iam" && made.actions[0] != "s3:ListAllMyBuckets" {
		made.keys = append(made.keys, access.Key{Name: regionKey, Values: []string{c.s.plan.Region}})
	}
	made.lower = make([]string, len(made.actions))
	for i, action := range made.actions {
		made.lower[i] = strings.ToLower(action)
	}
	c.list = append(c.list, made)
	return made
}

// acts has a service act as a role. The service says for which resource, if from is its ARN.
func (c *calling) acts(service string, role *plan.Resource, from, because, source string) {
	if role == nil {
		return
	}
	made := c.byService(service, because, source, c.at(role), "sts:AssumeRole")
	if from != "" {
		made.from(from, c.of.Stack.Account)
	}
}

// assumes has a role assume another.
func (c *calling) assumes(by, role *plan.Resource, because, source string) {
	if role != nil {
		c.as(by, because, source, c.at(role), "sts:AssumeRole")
	}
}

const (
	sourceKey  = "aws:SourceArn"
	accountKey = "aws:SourceAccount"
)

// from says for which resource a service calls; no other may do.
func (m *call) from(arn string, account *plan.Account) *call {
	m.keys = append(m.keys, access.Key{Name: sourceKey, Values: []string{arn}}, access.Key{Name: accountKey, Values: []string{account.ID}})
	return m.unless("for another resource", owners, sourceKey, inAWS("any:REGION:"+account.ID+":another"))
}

// without says that a call has no such keys.
func (m *call) without(keys ...string) *call {
	for _, key := range keys {
		m.keys = slices.DeleteFunc(m.keys, func(k access.Key) bool { return k.Name == key })
		m.keys = append(m.keys, access.Key{Name: key})
	}
	return m
}

// saying adds what AWS says of a call. The right may not hold where it says something else.
func (m *call) saying(key, value string) *call {
	m.keys = append(m.keys, access.Key{Name: key, Values: []string{value}})
	return m.unless("with another "+key, callers, key, unknown("another"))
}

// unless adds a miss: the call with another value of a key.
func (m *call) unless(what string, of side, key, value string) *call {
	m.misses = append(m.misses, miss{what: what, side: of, keys: []access.Key{{Name: key, Values: []string{value}}}})
	return m
}

// at is a resource itself.
func (c *calling) at(r *plan.Resource) target { return c.below(r, "") }

// below is what is in a resource, by the end of its ARN.
func (c *calling) below(r *plan.Resource, rest string) target {
	if r == nil {
		return target{}
	}
	return target{arn: c.s.arn(r) + rest, owner: r}
}

// inAccountOf is what has an ARN in the account and the region of a resource, whether or not it is of the plan.
func (c *calling) inAccountOf(r *plan.Resource, service, rest string) target {
	return target{arn: inAWS(service + ":" + c.s.plan.Region + ":" + r.Stack.Account.ID + ":" + rest)}
}

// everything is for the actions that support nothing narrower.
var everything = target{arn: "*"}

// role is the role that a property of a resource names; nil for one that is none of the plan.
func (c *calling) role(r *plan.Resource, v plan.Value) *plan.Resource {
	return c.s.resolve(r, v, roleType)
}

// texted is what a property of a resource says.
func (c *calling) texted(r *plan.Resource, path ...any) string {
	return c.s.said(r.Stack.Account, at(r.Properties, path...))
}

// viaService is the key that S3, or another service that calls KMS with its caller's rights, adds to the call.
func (c *calling) viaService(service string) string {
	return service + "." + c.s.plan.Region + ".amazonaws.com"
}

const viaKey = "kms:ViaService"

// writesLogs is what every program does that prints into a log group of the plan.
func (c *calling) writesLogs(role, group *plan.Resource, because, source string) {
	c.as(role, because, source, c.streams(group), "logs:CreateLogStream", "logs:PutLogEvents")
}

// streams are those of a log group, for which CloudWatch Logs asks; a right to all that is in the group is no wider.
func (c *calling) streams(group *plan.Resource) target {
	out := c.at(group)
	if group != nil {
		out.within, out.arn = out.arn, strings.TrimSuffix(out.arn, "*")+"log-stream:*"
	}
	return out
}

// keyOf is the target of calls about a key. Who does not stand in a pipeline's stack knows it by its alias alone.
func (c *calling) keyOf(key *plan.Resource, by *plan.Resource) (on target, aliases []string) {
	for _, alias := range c.s.usersOf(key, "AWS::KMS::Alias") {
		aliases = append(aliases, c.s.physicalName(alias))
	}
	on = c.at(key)
	if by.Stack != key.Stack && by.Stack.Kind != plan.Pipeline {
		on.within = strings.TrimSuffix(on.arn, unknown(key.ID)) + "*"
	}
	return on, aliases
}

// usesKey is a call to KMS about a key of the plan, by S3 or another service on the caller's behalf unless via is empty.
func (c *calling) usesKey(role, key *plan.Resource, via, because, source string, actions ...string) {
	if role == nil || key == nil {
		return
	}
	on, aliases := c.keyOf(key, role)
	made := c.as(role, because, source, on, actions...)
	if len(aliases) > 0 {
		made.keys = append(made.keys, access.Key{Name: "kms:ResourceAliases", Values: aliases})
		made.misses = append(made.misses, miss{
			what: "about another key", side: callers, arn: strings.TrimSuffix(on.arn, unknown(key.ID)) + unknown("another"),
			keys: []access.Key{{Name: "kms:ResourceAliases", Values: []string{unknown("another")}}},
		})
	}
	if via != "" {
		made.keys = append(made.keys, access.Key{Name: viaKey, Values: []string{c.viaService(via)}})
		made.unless("directly", callers, viaKey, "")
	}
}

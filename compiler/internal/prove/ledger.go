package prove

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Entry is one line of the ledger: how much of a limit of AWS's a plan uses.
type Entry struct {
	Stack    *plan.Stack
	Resource *plan.Resource // nil for the stack's template itself
	What     string         // what is counted, such as "resources"
	Used     int
	Most     int
	Source   string // where AWS says so

	remedy string         // what an author can do; empty where it is ours to keep it small
	shares func() []share // nil: nothing to tell apart
}

// share is what one part of the whole adds to what is used.
type share struct {
	part string
	used int
}

// Most of what a template and a policy may hold. Units are those of the entry that counts against it.
const (
	mostParameters      = 200
	mostRolePolicies    = 10_240
	mostTrustPolicy     = 2_048
	mostBucketPolicy    = 20_480
	mostKeyPolicy       = 32_768
	mostRegistryPolicy  = 10_240
	mostTopicPolicy     = 30_720
	mostStages          = 50
	mostStageActions    = 50
	mostActionValue     = 1_000
	mostUserData        = 16_384
	mostParameterValue  = 4_096
	mostGroupRules      = 60
	mostBalancerRules   = 100
	mostBalancerTargets = 100
	mostConditionValues = 5
	mostGroupAlarms     = 10
	mostRuleTargets     = 5
	mostEventPattern    = 2_048
	mostInputTemplate   = 8_192
)

// CloudFormationQuotas is where the limits of templates stand.
const CloudFormationQuotas = `CloudFormation user guide, "Understand CloudFormation quotas"`

const (
	iamQuotas      = `IAM user guide, "IAM and AWS STS quotas"`
	pipelineQuotas = `CodePipeline user guide, "Quotas in AWS CodePipeline"`
	balancerQuotas = `Elastic Load Balancing guide, "Quotas for your Application Load Balancers"`
)

// What an author can do about a limit.
const (
	splitPipeline  = "Split the pipeline in two."
	fewerTargets   = "Let one pipeline deploy to fewer accounts and stages."
	moreAccounts   = "Give some of the services an account of their own."
	shorterTests   = "Move long commands into a script of the repository, or split the pipeline in two."
	shorterSetting = "Shorten it."
)

// Ledger lists what a plan uses of every limit that it is held to, stack by stack.
// size tells how many bytes the template of a stack has.
func Ledger(p *plan.Plan, size func(*plan.Stack) int) []Entry {
	s := surveyOf(p)
	entries := s.ledger(size)
	for _, stack := range p.Stacks {
		if e, ok := s.longestName(stack); ok {
			last := len(entries)
			for last > 0 && entries[last-1].Stack != stack {
				last--
			}
			entries = slices.Insert(entries, last, e)
		}
	}
	return entries
}

// longestName is the name of a stack that leaves least room for the suffix. Proof
// names holds every name; one may use its limit to the full.
func (s *survey) longestName(stack *plan.Stack) (e Entry, ok bool) {
	longest := s.atItsLongest()
	e = Entry{Stack: stack, Most: 1, Source: "AWS's resource schemas"}
	for _, r := range s.own[stack] {
		n, named := s.nameOf(r)
		if !named {
			continue
		}
		rule, _ := aws.NameRuleOf(r.Type)
		if used := len(longest.Replace(n.text)); used*e.Most > e.Used*rule.Max {
			e.Resource, e.Used, e.Most = r, used, rule.Max
		}
	}
	e.What = fmt.Sprintf("characters of the name with a suffix of %d", s.plan.Suffix.MaxLength)
	return e, e.Resource != nil
}

func (s *survey) ledger(size func(*plan.Stack) int) []Entry {
	var out []Entry
	exports := s.exports()
	for _, stack := range s.plan.Stacks {
		own := s.own[stack]
		one := Entry{Stack: stack, Source: CloudFormationQuotas, remedy: splitPipeline}
		bytes, resources, parameters, outputs := one, one, one, one
		bytes.What, bytes.Used, bytes.Most = "bytes", size(stack), plan.MostBytes
		bytes.remedy, bytes.shares = shorterTests, func() []share { return s.bulks(own) }
		resources.What, resources.Used, resources.Most = "resources", len(own), plan.MostResources
		resources.shares = func() []share { return blocks(own) }
		parameters.What, parameters.Used, parameters.Most = "parameters", s.parameters(own), mostParameters
		outputs.What, outputs.Used, outputs.Most = "outputs", exports[stack], plan.MostOutputs
		out = append(out, bytes, resources, parameters, outputs)
		for _, r := range own {
			for _, e := range s.entries(r) {
				e.Stack, e.Resource = stack, r
				out = append(out, e)
			}
		}
	}
	return out
}

// exports counts the outputs of each stack's own template: what its operator is
// shown, and what other stacks of its account refer to.
func (s *survey) exports() map[*plan.Stack]int {
	type export struct {
		of   *plan.Resource
		attr string
	}
	out := map[*plan.Stack]int{}
	seen := map[export]bool{}
	visit := func(from *plan.Stack) func(plan.Value) {
		return func(v plan.Value) {
			var e export
			switch v := v.(type) {
			case plan.Ref:
				e.of = v.To
			case plan.Attr:
				e = export{v.Of, v.Name}
			default:
				return
			}
			if e.of.Stack != from && !seen[e] {
				seen[e] = true
				out[e.of.Stack]++
			}
		}
	}
	for i, r := range s.plan.Resources {
		for _, to := range s.refs[i] {
			if to.Stack != r.Stack {
				plan.Walk(r.Properties, visit(r.Stack))
				break
			}
		}
	}
	for _, o := range s.plan.Outputs {
		out[o.Stack]++
		plan.Walk(o.Value, visit(o.Stack))
	}
	return out
}

// parameters counts the parameters of a template: the suffix, and what else its resources use.
func (s *survey) parameters(resources []*plan.Resource) int {
	if len(s.plan.Parameters) == 1 {
		return 1
	}
	used := map[*plan.Parameter]bool{s.plan.Suffix: true}
	for _, r := range resources {
		plan.Walk(r.Properties, func(v plan.Value) {
			if p, ok := v.(plan.Param); ok {
				used[p.Of] = true
			}
		})
	}
	return len(used)
}

// entries are the limits of one resource.
func (s *survey) entries(r *plan.Resource) []Entry {
	p := r.Properties
	switch r.Type {
	case roleType:
		return []Entry{
			s.rolePolicies(r),
			s.document("characters of the trust policy", mostTrustPolicy, iamQuotas, p.Get("AssumeRolePolicyDocument")),
		}
	case bucketPolicyType:
		return []Entry{s.document("bytes of the bucket policy", mostBucketPolicy, `S3 user guide, "Bucket policies"`, p.Get("PolicyDocument"))}
	case keyType:
		return []Entry{s.document("bytes of the key policy", mostKeyPolicy, `KMS developer guide, "Resource quotas"`, p.Get("KeyPolicy"))}
	case "AWS::ECR::Repository":
		if p.Get("RepositoryPolicyText") == nil {
			return nil
		}
		return []Entry{s.document("characters of the repository policy", mostRegistryPolicy, "ECR API reference, SetRepositoryPolicy", p.Get("RepositoryPolicyText"))}
	case "AWS::SNS::TopicPolicy":
		return []Entry{s.document("bytes of the topic policy", mostTopicPolicy, `SNS API reference, SetTopicAttributes`, p.Get("PolicyDocument"))}
	case pipelineType:
		return s.pipelineEntries(p)
	case "AWS::EC2::LaunchTemplate":
		encoded, _ := at(p, "LaunchTemplateData", "UserData").(plan.Base64)
		return []Entry{{What: "bytes of user data", Used: s.textLength(encoded.Of), Most: mostUserData, Source: `EC2 user guide, "Run commands at launch"`}}
	case "AWS::SSM::Parameter":
		return []Entry{{
			What: "characters of the value", Used: s.textLength(p.Get("Value")), Most: mostParameterValue,
			Source: `Systems Manager user guide, "Managing parameter tiers"`,
			remedy: "Move large values into a file of the image or into a secret.",
		}}
	case "AWS::EC2::SecurityGroup":
		return s.groupEntries(r)
	case "AWS::ElasticLoadBalancingV2::LoadBalancer":
		return s.balancerEntries(r)
	case ruleType:
		values := 0
		for _, condition := range items(p.Get("Conditions")) {
			values += len(items(at(condition, "HostHeaderConfig", "Values"))) + len(items(at(condition, "PathPatternConfig", "Values")))
		}
		return []Entry{{What: "values of the rule's conditions", Used: values, Most: mostConditionValues, Source: balancerQuotas, remedy: "Give the service fewer hosts and paths."}}
	case groupType:
		return []Entry{{
			What: "alarms", Used: len(items(at(p, "AlarmConfiguration", "Alarms"))), Most: mostGroupAlarms,
			Source: `CodeDeploy user guide, "CodeDeploy quotas"`,
		}}
	case "AWS::Events::Rule":
		return s.eventEntries(p)
	}
	return nil
}

// rolePolicies counts the policies of a role as IAM does: all of them together, without white space.
func (s *survey) rolePolicies(role *plan.Resource) Entry {
	e := Entry{What: "characters of the role's policies", Most: mostRolePolicies, Source: iamQuotas, remedy: fewerTargets}
	var documents []plan.Value
	for _, policy := range s.policiesOf(role) {
		document := policy.Properties.Get("PolicyDocument")
		documents = append(documents, document)
		e.Used += s.jsonLength(document)
	}
	e.shares = func() []share { return s.statementShares(documents...) }
	return e
}

// document counts a policy document; its statements share what is used.
func (s *survey) document(what string, most int, source string, document plan.Value) Entry {
	return Entry{
		What: what, Used: s.jsonLength(document), Most: most, Source: source, remedy: fewerTargets,
		shares: func() []share { return s.statementShares(document) },
	}
}

func (s *survey) statementShares(documents ...plan.Value) []share {
	var out []share
	for _, document := range documents {
		for _, item := range items(at(document, "Statement")) {
			sid, _ := at(item, "Sid").(plan.String)
			out = append(out, share{"statement " + cmp.Or(string(sid), "without a name"), s.jsonLength(item)})
		}
	}
	return out
}

func (s *survey) pipelineEntries(p plan.Object) []Entry {
	stages := items(p.Get("Stages"))
	out := []Entry{{What: "stages", Used: len(stages), Most: mostStages, Source: pipelineQuotas, remedy: splitPipeline}}
	for _, stage := range stages {
		name := written(at(stage, "Name"))
		actions := items(at(stage, "Actions"))
		out = append(out, Entry{What: "actions of the stage " + name, Used: len(actions), Most: mostStageActions, Source: pipelineQuotas, remedy: splitPipeline})
		for _, action := range actions {
			longest := Entry{Most: mostActionValue, Source: pipelineQuotas, remedy: shorterSetting}
			configuration, _ := at(action, "Configuration").(plan.Object)
			for _, field := range configuration {
				if used := s.textLength(field.Value); used > longest.Used {
					longest.What, longest.Used = "characters of "+field.Key+" of the action "+name+"/"+written(at(action, "Name")), used
				}
			}
			if longest.Used > 0 {
				out = append(out, longest)
			}
		}
	}
	return out
}

// groupEntries counts the rules of a security group, those that were added from outside included.
func (s *survey) groupEntries(r *plan.Resource) []Entry {
	count := func(what, property, separate string) Entry {
		used := len(items(r.Properties.Get(property)))
		var added []*plan.Resource
		for _, rule := range s.usersOf(r, separate) {
			if s.resolve(rule, rule.Properties.Get("GroupId"), r.Type) == r {
				added = append(added, rule)
			}
		}
		return Entry{
			What: what, Used: used + len(added), Most: mostGroupRules, Source: `VPC guide, "Amazon VPC quotas"`, remedy: moreAccounts,
			shares: func() []share { return blocks(added) },
		}
	}
	return []Entry{
		count("rules for what comes in", "SecurityGroupIngress", "AWS::EC2::SecurityGroupIngress"),
		count("rules for what goes out", "SecurityGroupEgress", "AWS::EC2::SecurityGroupEgress"),
	}
}

func (s *survey) balancerEntries(r *plan.Resource) []Entry {
	var rules []*plan.Resource
	targets := map[*plan.Resource]bool{}
	for _, listener := range s.usersOf(r, listenerType) {
		for _, rule := range s.usersOf(listener, ruleType) {
			rules = append(rules, rule)
			for _, action := range items(rule.Properties.Get("Actions")) {
				if group := s.resolve(rule, at(action, "TargetGroupArn"), targetsType); group != nil {
					targets[group] = true
				}
			}
		}
	}
	return []Entry{
		{
			What: "rules of its listeners", Used: len(rules), Most: mostBalancerRules, Source: balancerQuotas, remedy: moreAccounts,
			shares: func() []share { return blocks(rules) },
		},
		{What: "target groups", Used: len(targets), Most: mostBalancerTargets, Source: balancerQuotas, remedy: moreAccounts},
	}
}

func (s *survey) eventEntries(p plan.Object) []Entry {
	const quotas = `EventBridge user guide, "Amazon EventBridge quotas"`
	targets := items(p.Get("Targets"))
	out := []Entry{
		{What: "targets", Used: len(targets), Most: mostRuleTargets, Source: quotas},
		{What: "characters of the event pattern", Used: s.jsonLength(p.Get("EventPattern")), Most: mostEventPattern, Source: quotas},
	}
	for _, target := range targets {
		if input := at(target, "InputTransformer", "InputTemplate"); input != nil {
			out = append(out, Entry{What: "characters of the input template", Used: s.textLength(input), Most: mostInputTemplate, Source: quotas})
		}
	}
	return out
}

// blocks counts resources by the block that they came from.
func blocks(resources []*plan.Resource) []share {
	return byBlock(resources, func(*plan.Resource) int { return 1 })
}

func (s *survey) bulks(resources []*plan.Resource) []share {
	return byBlock(resources, func(r *plan.Resource) int { return s.jsonLength(r.Properties) })
}

func byBlock(resources []*plan.Resource, of func(*plan.Resource) int) []share {
	sums := map[hcl.Range]int{}
	var order []hcl.Range
	for _, r := range resources {
		if _, known := sums[r.Origin]; !known {
			order = append(order, r.Origin)
		}
		sums[r.Origin] += of(r)
	}
	var out []share
	for _, origin := range order {
		out = append(out, share{fmt.Sprintf("the block at %s:%d", origin.Filename, origin.Start.Line), sums[origin]})
	}
	return out
}

// Payers names the parts that use most of an entry, the greatest first; none if no part stands out.
func (e Entry) Payers() []string {
	if e.shares == nil {
		return nil
	}
	const shown, standsOut = 3, 10 // of all: percent
	shares := e.shares()
	slices.SortStableFunc(shares, func(a, b share) int { return b.used - a.used })
	var out []string
	for _, one := range shares[:min(len(shares), shown)] {
		if one.used*100 >= e.Used*standsOut {
			out = append(out, fmt.Sprintf("%s (%d)", one.part, one.used))
		}
	}
	return out
}

// String says how much of the limit is used, by what, and what can be done.
func (e Entry) String() string {
	of := "The template of the stack " + e.Stack.Name
	if e.Resource != nil {
		of = e.Resource.ID
	}
	text := fmt.Sprintf("%s uses %d of %d %s.", of, e.Used, e.Most, e.What)
	if names := e.Payers(); len(names) > 0 {
		text += " Most goes to " + strings.Join(names, ", ") + "."
	}
	if e.remedy != "" {
		text += " " + e.remedy
	}
	return text + " Source: " + e.Source + "."
}

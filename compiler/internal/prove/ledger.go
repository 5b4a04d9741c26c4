package prove

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/template"
)

// Entry is one line of the ledger: how much of a limit of AWS's a plan uses.
type Entry struct {
	Stack    *plan.Stack
	Resource *plan.Resource // nil for the stack's template itself
	What     string         // what is counted, with its unit, the same for all resources of a type
	Part     string         // what of the resource; empty: all of it
	Used     int
	Limit

	remedy string         // what an author can do; empty where it is ours to keep it small
	shares func() []share // nil: nothing to tell apart
}

// Limit is a quota of AWS's.
type Limit struct {
	Most   int
	Raised int    // how far AWS raises it on request; 0: not at all
	Source string // where AWS says so

	fixed bool // what is counted has a bound of its own, so that it is not about to grow
}

// share is what one part of the whole adds to what is used.
type share struct {
	part string
	used int
}

const (
	cloudFormationQuotas = `CloudFormation user guide, "Understand CloudFormation quotas"`
	iamQuotas            = `IAM user guide, "IAM and AWS STS quotas"`
	pipelineQuotas       = `CodePipeline user guide, "Quotas in AWS CodePipeline"`
	balancerQuotas       = `Elastic Load Balancing guide, "Quotas for your Application Load Balancers"`
	eventQuotas          = `EventBridge user guide, "Amazon EventBridge quotas"`
	vpcQuotas            = `VPC guide, "Amazon VPC quotas"`
)

// onRequest is how far AWS raises a quota of which it does not say how far.
const onRequest = 1 << 30

// The limits. Where AWS's texts differ, the number is the one that its users meet.
var (
	templateBytes   = Limit{Most: plan.MostBytes, Source: cloudFormationQuotas}
	resources       = Limit{Most: plan.MostResources, Source: cloudFormationQuotas}
	parameters      = Limit{Most: 200, Source: cloudFormationQuotas}
	dynamic         = Limit{Most: 60, Source: `CloudFormation user guide, "Get values stored in other services using dynamic references"`}
	outputs         = Limit{Most: plan.MostOutputs, Source: cloudFormationQuotas}
	rolePolicies    = Limit{Most: 10_240, Source: iamQuotas}
	trustPolicy     = Limit{Most: 2_048, Raised: 8_192, Source: iamQuotas}
	bucketPolicy    = Limit{Most: 20_480, Source: `S3 user guide, "Bucket policies"`}
	keyPolicy       = Limit{Most: 32_768, Source: `KMS developer guide, "Resource quotas"`}
	registryPolicy  = Limit{Most: 10_240, Source: "ECR API reference, SetRepositoryPolicy"}
	topicPolicy     = Limit{Most: 30_720, Source: `SNS developer guide, "Amazon SNS API permissions"`}
	stages          = Limit{Most: 50, Source: pipelineQuotas}
	actions         = Limit{Most: 500, Source: pipelineQuotas}
	stageActions    = Limit{Most: 50, Source: pipelineQuotas}
	actionSetting   = Limit{Most: 1_000, Source: pipelineQuotas, fixed: true}
	userData        = Limit{Most: 16_384, Source: `EC2 user guide, "Run commands at launch"`}
	parameterValue  = Limit{Most: 4_096, Source: `Systems Manager user guide, "Managing parameter tiers"`}
	groupRules      = Limit{Most: 60, Raised: 1_000, Source: vpcQuotas}
	addresses       = Limit{Most: 5, Raised: onRequest, Source: vpcQuotas, fixed: true}
	balancerRules   = Limit{Most: 100, Raised: onRequest, Source: balancerQuotas}
	balancerTargets = Limit{Most: 100, Source: balancerQuotas}
	conditionValues = Limit{Most: 5, Source: balancerQuotas, fixed: true}
	wildcards       = Limit{Most: 5, Source: balancerQuotas, fixed: true}
	groupAlarms     = Limit{Most: 10, Source: `CodeDeploy user guide, "CodeDeploy quotas"`, fixed: true}
	ruleTargets     = Limit{Most: 5, Source: eventQuotas, fixed: true}
	eventPattern    = Limit{Most: 2_048, Raised: 4_096, Source: eventQuotas}
	inputTemplate   = Limit{Most: 8_192, Source: eventQuotas}
	buildspec       = Limit{Most: 25_600, Source: `aws/aws-cdk pull request 14974, "assets buildspec can exceed 25k size limit"; no page of AWS's has it`}
	environment     = Limit{Most: 4_096, Source: `Lambda developer guide, "Lambda quotas"`, fixed: true}
)

// What an author can do about a limit.
const (
	splitPipeline = "Split the pipeline in two."
	fewerTargets  = "Let one pipeline deploy to fewer accounts and stages."
	fewerSharers  = "Give some of the pipelines another account, or take artifacts out of this one, so that each pipeline has a store of its own."
	moreAccounts  = "Give some of the services an account of their own."
	shorterTests  = "Move long commands into a script of the repository, or split the pipeline in two."
)

// Ledger lists what a plan uses of every limit that it is held to, stack by stack.
func Ledger(p *plan.Plan) []Entry {
	return surveyOf(p).ledger(func(stack *plan.Stack) int { return len(template.Stack(p, stack)) })
}

// ledger is Ledger; size tells how many bytes the template of a stack has.
func (s *survey) ledger(size func(*plan.Stack) int) []Entry {
	var out []Entry
	exports := s.exports()
	for _, stack := range s.plan.Stacks {
		own := s.own[stack]
		entries := TemplateLimits()
		for i, used := range []int{size(stack), len(own), s.parameters(own), exports[stack]} {
			entries[i].Used = used
		}
		entries[0].shares = func() []share { return s.bulks(own) }
		entries[1].shares = func() []share { return blocks(own) }
		if n := len(s.kinds[kind{stack, "AWS::EC2::EIP"}]); n > 0 {
			entries = append(entries, Entry{
				What: "Elastic IP addresses of the account", Used: n, Limit: addresses, remedy: `Use fewer zones, or nat_gateways = "one".`,
			})
		}
		read := 0
		for _, r := range own {
			plan.Walk(r.Properties, func(v plan.Value) {
				text, _ := v.(plan.String)
				read += strings.Count(string(text), "{{resolve:")
			})
		}
		if read > 0 {
			entries = append(entries, Entry{
				What: "dynamic references", Used: read, Limit: dynamic, remedy: "Let fewer variables wait for values that CloudFormation knows.",
			})
		}
		for _, e := range entries {
			e.Stack = stack
			out = append(out, e)
		}
		for _, r := range own {
			entries := s.entries(r)
			for _, made := range aws.Made(r) {
				entries = append(entries, s.entries(made)...)
			}
			for _, e := range entries {
				e.Stack, e.Resource = stack, r
				out = append(out, e)
			}
		}
	}
	return out
}

// TemplateLimits are the limits of any template: bytes, resources, parameters and outputs.
func TemplateLimits() []Entry {
	return []Entry{
		{What: "bytes", Limit: templateBytes, remedy: shorterTests},
		{What: "resources", Limit: resources, remedy: splitPipeline},
		{What: "parameters", Limit: parameters, remedy: splitPipeline},
		{What: "outputs", Limit: outputs, remedy: splitPipeline},
	}
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
		if o.Exported {
			plan.Walk(o.Value, visit(nil))
			continue
		}
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
		return []Entry{s.rolePolicies(r), s.document("characters of the trust policy", trustPolicy, p.Get("AssumeRolePolicyDocument"))}
	case bucketPolicyType:
		return []Entry{inStore(r, s.document("bytes of the bucket policy", bucketPolicy, p.Get("PolicyDocument")))}
	case keyType:
		return []Entry{inStore(r, s.document("bytes of the key policy", keyPolicy, p.Get("KeyPolicy")))}
	case "AWS::ECR::Repository":
		if p.Get("RepositoryPolicyText") == nil {
			return nil
		}
		return []Entry{s.document("characters of the repository policy", registryPolicy, p.Get("RepositoryPolicyText"))}
	case "AWS::SNS::TopicPolicy":
		return []Entry{s.document("bytes of the topic policy", topicPolicy, p.Get("PolicyDocument"))}
	case pipelineType:
		return s.pipelineEntries(p)
	case "AWS::EC2::LaunchTemplate":
		encoded, _ := at(p, "LaunchTemplateData", "UserData").(plan.Base64)
		return []Entry{{What: "bytes of user data", Used: s.textLength(encoded.Of), Limit: userData}}
	case "AWS::SSM::Parameter":
		return []Entry{{
			What: "characters of the value", Used: s.textLength(p.Get("Value")), Limit: parameterValue,
			remedy: "Move large values into a file of the image or into a secret.",
		}}
	case "AWS::EC2::SecurityGroup":
		return s.groupEntries(r)
	case balancerType:
		return s.balancerEntries(r)
	case ruleType:
		return conditionEntries(p)
	case groupType:
		return []Entry{{What: "alarms", Used: len(items(at(p, "AlarmConfiguration", "Alarms"))), Limit: groupAlarms, remedy: "Write fewer alarms."}}
	case "AWS::Events::Rule":
		return s.eventEntries(p)
	case functionType:
		return s.environmentEntries(r)
	case projectType:
		return []Entry{{
			What: "characters of the buildspec", Used: s.textLength(at(p, "Source", "BuildSpec")), Limit: buildspec, remedy: shorterTests,
		}}
	}
	return nil
}

// rolePolicies counts the policies of a role as IAM does: all of them together, without white space.
func (s *survey) rolePolicies(role *plan.Resource) Entry {
	e := Entry{What: "characters of its policies", Limit: rolePolicies, remedy: fewerTargets}
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
func (s *survey) document(what string, limit Limit, document plan.Value) Entry {
	return Entry{
		What: what, Used: s.jsonLength(document), Limit: limit, remedy: fewerTargets,
		shares: func() []share { return s.statementShares(document) },
	}
}

// inStore is an entry whose remedy is that of what several pipelines share, if they do.
func inStore(r *plan.Resource, e Entry) Entry {
	if r.Stack.Kind == plan.Environment {
		e.remedy = fewerSharers
	}
	return e
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
	list := items(p.Get("Stages"))
	all := 0
	out := []Entry{{What: "stages", Used: len(list), Limit: stages, remedy: splitPipeline}}
	for _, stage := range list {
		name := written(at(stage, "Name"))
		own := items(at(stage, "Actions"))
		all += len(own)
		out = append(out, Entry{What: "actions of a stage", Part: name, Used: len(own), Limit: stageActions, remedy: splitPipeline})
		for _, action := range own {
			longest := Entry{What: "characters of an action's setting", Limit: actionSetting, remedy: "Shorten it."}
			configuration, _ := at(action, "Configuration").(plan.Object)
			for _, field := range configuration {
				if used := s.textLength(field.Value); used > longest.Used {
					longest.Part, longest.Used = field.Key+" of "+name+"/"+written(at(action, "Name")), used
				}
			}
			if longest.Used > 0 {
				out = append(out, longest)
			}
		}
	}
	return append(out, Entry{What: "actions", Used: all, Limit: actions, remedy: splitPipeline})
}

// groupEntries counts the rules of a security group, those that were added from outside included.
func (s *survey) groupEntries(r *plan.Resource) []Entry {
	count := func(what, property, separate, remedy string) Entry {
		used := len(items(r.Properties.Get(property)))
		var added []*plan.Resource
		for _, rule := range s.usersOf(r, separate) {
			if s.resolve(rule, rule.Properties.Get("GroupId"), r.Type) == r {
				added = append(added, rule)
			}
		}
		return Entry{
			What: what, Used: used + len(added), Limit: groupRules, remedy: remedy,
			shares: func() []share { return blocks(added) },
		}
	}
	return []Entry{
		count("rules for what comes in", "SecurityGroupIngress", "AWS::EC2::SecurityGroupIngress", "Let in fewer networks: each counts once for each port."),
		count("rules for what goes out", "SecurityGroupEgress", "AWS::EC2::SecurityGroupEgress", moreAccounts),
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
			What: "rules of its listeners", Used: len(rules), Limit: balancerRules, remedy: moreAccounts,
			shares: func() []share { return blocks(rules) },
		},
		{What: "target groups", Used: len(targets), Limit: balancerTargets, remedy: moreAccounts},
	}
}

func conditionEntries(p plan.Object) []Entry {
	values, wild := 0, 0
	for _, condition := range items(p.Get("Conditions")) {
		for _, config := range []string{"HostHeaderConfig", "PathPatternConfig"} {
			for _, value := range items(at(condition, config, "Values")) {
				values++
				text := written(value)
				wild += strings.Count(text, "*") + strings.Count(text, "?")
			}
		}
	}
	const remedy = "Give the service fewer hosts and paths."
	return []Entry{
		{What: "values of the rule's conditions", Used: values, Limit: conditionValues, remedy: remedy},
		{What: "wildcards in the rule's conditions", Used: wild, Limit: wildcards, remedy: remedy},
	}
}

func (s *survey) eventEntries(p plan.Object) []Entry {
	targets := items(p.Get("Targets"))
	out := []Entry{
		{What: "targets", Used: len(targets), Limit: ruleTargets},
		{What: "characters of the event pattern", Used: s.jsonLength(p.Get("EventPattern")), Limit: eventPattern},
	}
	for _, target := range targets {
		if input := at(target, "Input"); input != nil {
			out = append(out, Entry{What: "characters of the input", Used: s.textLength(input), Limit: inputTemplate})
		}
		if input := at(target, "InputTransformer", "InputTemplate"); input != nil {
			out = append(out, Entry{What: "characters of the input template", Used: s.textLength(input), Limit: inputTemplate})
		}
	}
	return out
}

// environmentEntries counts the variables of a function with their names.
func (s *survey) environmentEntries(r *plan.Resource) []Entry {
	variables, _ := at(r.Properties, "Environment", "Variables").(plan.Object)
	if len(variables) == 0 {
		return nil
	}
	e := Entry{What: "bytes of environment variables", Limit: environment, remedy: "Keep large values elsewhere, such as in Parameter Store."}
	if variables.Get("INCLUDE") != nil {
		e.remedy = "Write fewer patterns, with * and **."
	}
	for _, variable := range variables {
		e.Used += len(variable.Key) + s.resolvedLength(r, variable.Value)
	}
	return []Entry{e}
}

// resolvedLength is textLength of what r gets where v is a dynamic reference.
func (s *survey) resolvedLength(r *plan.Resource, v plan.Value) int {
	if stored, is := dynamicReference(v); is {
		if parameter := s.named[name{r.Stack.Account, parameterType, stored}]; parameter != nil {
			return s.textLength(parameter.Properties.Get("Value"))
		}
	}
	return s.textLength(v)
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
	what := e.What
	if e.Part != "" {
		what += " (" + e.Part + ")"
	}
	text := fmt.Sprintf("%s uses %d of %d %s.", of, e.Used, e.Most, what)
	if names := e.Payers(); len(names) > 0 {
		text += " Most goes to " + strings.Join(names, ", ") + "."
	}
	if e.remedy != "" {
		text += " " + e.remedy
	}
	if e.Raised > 0 {
		text += " AWS raises this quota on request."
	}
	return text + " Source: " + e.Source + "."
}

// Tightest is the resource whose name leaves least room for the suffix; nil if no name carries it.
func Tightest(p *plan.Plan) *plan.Resource {
	s := surveyOf(p)
	longest := s.atItsLongest()
	var tightest *plan.Resource
	least := 0
	for _, r := range p.Resources {
		n, ok := s.nameOf(r)
		if !ok {
			continue
		}
		rule, _ := aws.NameRuleOf(r.Type)
		if room := rule.Max - len(longest.Replace(n.text)); tightest == nil || room < least {
			tightest, least = r, room
		}
	}
	return tightest
}

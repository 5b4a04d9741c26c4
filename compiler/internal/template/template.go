// Package template prints a plan as CloudFormation JSON, as one template or as one per stack.
//
// It is pure: the same plan gives the same bytes.
package template

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Single returns the whole plan as one template. Where the plan has several
// accounts, the same template is deployed to each of them: every resource and
// output carries the condition that the stack is in the account that owns it.
// Stacks that a pipeline makes stand in it only as what carries them.
func Single(p *plan.Plan) []byte {
	d := document{renderer: renderer{plan: p}}
	outputs := slices.DeleteFunc(slices.Clone(p.Outputs), func(o *plan.Output) bool { return o.Stack.ByPipeline() })
	return d.print(p.Name+": the complete delivery pipeline. Deploy this template to "+accountsText(p)+".",
		p.Accounts, p.Operated(), outputs)
}

// Stack returns one stack of the plan as a template. What other stacks of the
// account refer to is exported, what it refers to in them is imported.
func Stack(p *plan.Plan, stack *plan.Stack) []byte {
	d := document{renderer: renderer{plan: p, stack: stack}}
	var outputs []*plan.Output
	for _, output := range p.Outputs {
		if output.Stack == stack {
			outputs = append(outputs, output)
		}
	}
	way := " Deploy this template to account "
	if stack.ByPipeline() {
		way = " The pipeline deploys this template to account "
	}
	return d.print(stack.Title+way+stack.Account.Label+" ("+stack.Account.ID+").",
		[]*plan.Account{stack.Account}, p.Of(stack), outputs)
}

func accountsText(p *plan.Plan) string {
	text := ""
	for i, account := range p.Accounts {
		switch {
		case i == 0:
		case i == len(p.Accounts)-1:
			text += " and "
		default:
			text += ", "
		}
		text += account.Label + " (" + account.ID + ")"
	}
	if len(p.Accounts) == 1 {
		return "account " + text
	}
	return "each of the accounts " + text
}

type document struct {
	renderer
}

func (d *document) print(description string, accounts []*plan.Account, resources []*plan.Resource, outputs []*plan.Output) []byte {
	const usual = 1600 // bytes of a resource
	out := make([]byte, 0, (len(resources)+8)*usual)
	return append(d.appendJSON(out, d.build(description, accounts, resources, outputs), 0), '\n')
}

func (d *document) build(description string, accounts []*plan.Account, resources []*plan.Resource, outputs []*plan.Output) members {
	conditional := len(accounts) > 1
	body := make(members, 0, len(resources))
	for _, r := range resources {
		body = append(body, member{r.ID, d.resource(r, conditional)})
	}
	shown := d.outputs(outputs, conditional)

	doc := members{
		{"AWSTemplateFormatVersion", "2010-09-09"},
		{"Description", description[:min(len(description), longestDescription)]},
		{"Parameters", d.parameters(resources, outputs)},
		{"Rules", d.rules(accounts)},
	}
	if conditional {
		doc = append(doc, member{"Conditions", conditions(accounts)})
	}
	doc = append(doc, member{"Resources", body})
	if len(shown) > 0 {
		doc = append(doc, member{"Outputs", shown})
	}
	return doc
}

// longestDescription is CloudFormation's limit on a template's description, in bytes.
const longestDescription = 1024

// parameters lists the suffix, which every template takes, and what else the resources use.
func (d *document) parameters(resources []*plan.Resource, outputs []*plan.Output) members {
	used := d.plan.Uses(resources, outputs)
	var out members
	for _, p := range d.plan.Parameters {
		if !used[p] {
			continue
		}
		out = append(out, member{p.Name, parameter(p, d.typeOf(p))})
	}
	return out
}

// typeOf is the type of a parameter. CloudFormation looks for the thing behind an id in the account in which a template is
// deployed, whether or not anything there uses it: in one template for several accounts an id is a string like any other.
func (d *document) typeOf(p *plan.Parameter) string {
	if d.stack == nil && len(d.plan.Accounts) > 1 && strings.HasPrefix(p.Type, "AWS::") && !strings.HasPrefix(p.Type, "AWS::SSM::") {
		return "String"
	}
	return p.Type
}

func parameter(p *plan.Parameter, typeName string) members {
	m := members{{"Type", typeName}}
	add := func(name string, set bool, value node) {
		if set {
			m = append(m, member{name, value})
		}
	}
	add("Description", p.Description != "", p.Description)
	add("Default", p.Default != nil, p.Default)
	allowed := make([]node, len(p.AllowedValues))
	for i, value := range p.AllowedValues {
		allowed[i] = value
	}
	add("AllowedValues", len(allowed) > 0, allowed)
	add("AllowedPattern", p.AllowedPattern != "", p.AllowedPattern)
	add("ConstraintDescription", p.ConstraintText != "", p.ConstraintText)
	add("MinLength", p.MinLength > 0, p.MinLength)
	add("MaxLength", p.MaxLength > 0, p.MaxLength)
	return m
}

// rules refuses a deployment to the wrong place. Without it CloudFormation would
// make an empty stack there, without a word: every condition would be false.
func (d *document) rules(accounts []*plan.Account) members {
	var known []node
	text := ""
	for i, account := range accounts {
		known = append(known, equals("AWS::AccountId", account.ID))
		if i > 0 {
			text += ", "
		}
		text += account.ID + " (" + account.Label + ")"
	}
	assertion := func(assert node, text string) node {
		return members{{"Assertions", []node{members{{"Assert", assert}, {"AssertDescription", text}}}}}
	}
	return members{
		{"AccountIsKnown", assertion(anyOf(known), "This template is for these accounts only: "+text+".")},
		{"RegionIsKnown", assertion(equals("AWS::Region", d.plan.Region), "This template is for the region "+d.plan.Region+" only.")},
	}
}

func equals(pseudo, value string) node {
	return members{{"Fn::Equals", []node{members{{"Ref", pseudo}}, value}}}
}

// anyOf is Fn::Or, which takes two to ten conditions.
func anyOf(conditions []node) node {
	const most = 10
	switch {
	case len(conditions) == 1:
		return conditions[0]
	case len(conditions) > most:
		return members{{"Fn::Or", append(conditions[:most-1:most-1], anyOf(conditions[most-1:]))}}
	}
	return members{{"Fn::Or", conditions}}
}

func conditions(accounts []*plan.Account) members {
	var out members
	for _, account := range accounts {
		out = append(out, member{Condition(account), equals("AWS::AccountId", account.ID)})
	}
	return out
}

// Condition is the name of the condition that holds in one account only.
func Condition(account *plan.Account) string {
	return "In" + plan.LogicalID(account.Label) + "Account"
}

func (d *document) resource(r *plan.Resource, conditional bool) members {
	out := members{{"Type", r.Type}}
	if conditional {
		out = append(out, member{"Condition", Condition(r.Stack.Account)})
	}
	out = append(out, member{"Metadata", append(plan.Object{{Key: "Purpose", Value: plan.String(r.Why)}}, r.Metadata...)})
	if edges := d.dependsOn(r); len(edges) > 0 {
		out = append(out, member{"DependsOn", edges})
	}
	if len(r.CreationPolicy) > 0 {
		out = append(out, member{"CreationPolicy", r.CreationPolicy})
	}
	if len(r.UpdatePolicy) > 0 {
		out = append(out, member{"UpdatePolicy", r.UpdatePolicy})
	}
	out = append(out, member{"DeletionPolicy", r.DeletionPolicy}, member{"UpdateReplacePolicy", r.UpdateReplacePolicy})
	if len(r.Properties) > 0 {
		out = append(out, member{"Properties", r.Properties})
	}
	return out
}

// dependsOn lists the edges that the template has to say: those inside the
// template that no reference of the resource shows already.
func (d *document) dependsOn(r *plan.Resource) []node {
	if len(r.DependsOn) == 0 {
		return nil
	}
	shown := map[*plan.Resource]bool{}
	for _, to := range r.References() {
		shown[to] = true
	}
	var out []node
	for _, to := range r.DependsOn {
		if !shown[to] && !d.imported(to) {
			out = append(out, to.ID)
		}
	}
	return out
}

func (d *document) outputs(outputs []*plan.Output, conditional bool) members {
	var out members
	for _, output := range outputs {
		var m members
		if output.Description != "" {
			m = append(m, member{"Description", output.Description})
		}
		if conditional {
			m = append(m, member{"Condition", Condition(output.Stack.Account)})
		}
		out = append(out, member{output.ID, append(m, member{"Value", output.Value})})
	}
	if d.stack == nil {
		return out
	}
	for _, e := range exports(d.plan, d.stack) {
		out = append(out, member{exportID(e.of, e.attr), members{
			{"Description", "For the other stacks of this account."},
			{"Value", e.value()},
			{"Export", members{{"Name", ExportName(d.plan, e.of, e.attr)}}},
		}})
	}
	return out
}

// export is a value of a resource that another stack of its account refers to.
type export struct {
	of   *plan.Resource
	attr string // empty: Ref
}

func (e export) value() plan.Value {
	if e.attr == "" {
		return plan.Ref{To: e.of}
	}
	return plan.Attr{Of: e.of, Name: e.attr}
}

// exports lists what other stacks refer to in one stack, in the order of its resources, whoever refers to them first, and behind
// that what they may come to refer to.
func exports(p *plan.Plan, stack *plan.Stack) []export {
	var out []export
	seen := map[export]bool{}
	add := func(e export, from *plan.Stack) {
		if e.of.Stack == stack && from != stack && !seen[e] {
			seen[e] = true
			out = append(out, e)
		}
	}
	visit := func(from *plan.Stack) func(plan.Value) {
		return func(v plan.Value) {
			switch v := v.(type) {
			case plan.Ref:
				add(export{of: v.To}, from)
			case plan.Attr:
				add(export{v.Of, v.Name}, from)
			}
		}
	}
	var always []export
	for _, o := range p.Outputs {
		if value, ok := o.Value.(plan.Attr); ok && o.Exported && o.Stack == stack {
			e := export{value.Of, value.Name}
			always, seen[e] = append(always, e), true
		}
	}
	for _, r := range p.Resources {
		if r.Stack == stack {
			continue
		}
		for _, part := range r.Values() {
			plan.Walk(part, visit(r.Stack))
		}
	}
	for _, o := range p.Outputs {
		if o.Stack != stack {
			plan.Walk(o.Value, visit(o.Stack))
		}
	}
	place := map[*plan.Resource]int{}
	for i, r := range p.Resources {
		if r.Stack == stack {
			place[r] = i
		}
	}
	slices.SortFunc(out, func(a, b export) int {
		return cmp.Or(cmp.Compare(place[a.of], place[b.of]), cmp.Compare(a.attr, b.attr))
	})
	return append(out, always...)
}

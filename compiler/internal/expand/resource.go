package expand

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// resources expands the resource blocks.
func (x *expander) resources(c *spec.Config) {
	for _, r := range c.Resources {
		stack := x.stackFor(r)
		if stack == nil {
			continue
		}
		if r.DeletionPolicy.Value == "Snapshot" && !takesSnapshot(r.Type.Value) {
			x.errorf(r.DeletionPolicy.Range, "Resource without snapshots", "%s has none. Write \"Retain\".", r.Type.Value)
		}
		resource := &plan.Resource{
			ID: r.Label.Value, Type: r.Type.Value, Stack: stack, Why: "Written in the configuration.",
			Properties:     x.object(r.Properties),
			DeletionPolicy: r.DeletionPolicy.Value, UpdateReplacePolicy: replacePolicy(r.DeletionPolicy.Value),
			Stays:   r.DeletionPolicy.Value != plan.Delete,
			Own:     true,
			Written: true, Origin: r.Label.Range, Places: places("/Properties", r.Properties),
			Sources: []plan.Place{
				{At: r.Stack.Range},
				{Path: "/Type", At: r.Type.Range},
				{Path: "/Condition", At: r.AccountRange},
				{Path: "/Properties", At: r.Properties.Range},
				{Path: "/DeletionPolicy", At: r.DeletionPolicy.Range},
				{Path: "/UpdateReplacePolicy", At: r.DeletionPolicy.Range},
			},
		}
		if _, taken := x.plan.Add(resource); taken != nil {
			x.errorf(r.Label.Range, fmt.Sprintf("Logical id %q is taken", r.Label.Value),
				"It is that of a generated resource, of type %s. Give this one another; to change that one, write override %q.",
				taken.First.Type, r.Label.Value)
			continue
		}
		if resource.Type == "AWS::S3::Bucket" && resource.DeletionPolicy == plan.Delete {
			// Made at once, so that what writes to the bucket can wait for it.
			own := scope{expander: x, stack: stack, labels: []string{r.Account.Label.Value}, origin: r.Label.Range, account: r.AccountRange}
			emptier := own.emptier(resource.ID, strings.ToLower(resource.ID), resource)
			emptier.Written = true // what of the configuration's writes to the bucket has to wait for it
		}
		x.written = append(x.written, resource)
	}
	for _, r := range c.Resources {
		for _, id := range r.DependsOn.Items {
			x.dependency(x.plan.Resource(r.Label.Value), id)
		}
	}
	x.secretsFirst()
}

// replacePolicy is the policy for what is replaced. It knows no RetainExceptOnCreate (CloudFormation template reference,
// "UpdateReplacePolicy attribute").
func replacePolicy(deletion string) string {
	if deletion == "RetainExceptOnCreate" {
		return "Retain"
	}
	return deletion
}

// takesSnapshot tells whether CloudFormation can keep a snapshot of what a resource holds (CloudFormation template reference,
// "DeletionPolicy attribute").
func takesSnapshot(resourceType string) bool {
	return slices.Contains([]string{
		"AWS::DocDB::DBCluster", "AWS::EC2::Volume", "AWS::ElastiCache::CacheCluster", "AWS::ElastiCache::ReplicationGroup",
		"AWS::Neptune::DBCluster", "AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::Redshift::Cluster",
	}, resourceType)
}

// dependency makes a resource wait for another that depends_on names.
func (x *expander) dependency(resource *plan.Resource, id spec.Text) {
	to := x.plan.Resource(id.Value)
	switch {
	case to == nil:
		x.unknownResource(id.Range, id.Value)
	case resource == nil || to == resource:
		x.errorf(id.Range, "Resource that waits for itself", "Leave %s out.", id.Value)
	case x.reachable(resource.Stack, to, id.Range):
		resource.After(to)
		resource.Sources = append(resource.Sources, plan.Place{Path: "/DependsOn", At: id.Range})
	}
}

// stackFor is the stack that a resource block asks for; nil if there is none, which is reported.
func (x *expander) stackFor(r *spec.Resource) *plan.Stack {
	own := plan.PhysicalName(r.Account.Label.Value, "resources")
	if r.Stack.Value == "" || r.Stack.Value == own {
		return x.stack(plan.Resources, r.Account, own, "What the configuration adds to "+r.Account.Label.Value+".", r.Label.Range)
	}
	names := []string{own}
	for _, stack := range x.plan.Stacks {
		if stack.Account != x.account(r.Account) || stack.Kind == plan.Resources || stack.ByPipeline() {
			continue
		}
		if stack.Name == r.Stack.Value {
			return stack
		}
		names = append(names, stack.Name)
	}
	x.errorf(r.Stack.Range, fmt.Sprintf("Unknown stack %q", r.Stack.Value), "Stacks of account %q: %s.%s",
		r.Account.Label.Value, spec.Listed(names), spec.DidYouMean(r.Stack.Value, names))
	return nil
}

// object is an object of the configuration as a template has it.
func (x *expander) object(o spec.Object) plan.Object {
	out := make(plan.Object, 0, len(o.Members))
	for _, member := range o.Members {
		out = append(out, plan.Field{Key: member.Name.Value, Value: x.value(member.Value)})
	}
	return out
}

// places are where the parts of a value are written, below a path.
func places(path string, v spec.Value) []plan.Place {
	var out []plan.Place
	switch v := v.(type) {
	case spec.Object:
		for _, member := range v.Members {
			below := path + plan.Step(member.Name.Value)
			out = append(append(out, plan.Place{Path: below, At: member.Name.Range}), places(below, member.Value)...)
		}
	case spec.List:
		for i, item := range v.Items {
			below := path + "/" + strconv.Itoa(i)
			if object, ok := item.(spec.Object); ok {
				out = append(out, plan.Place{Path: below, At: object.Range})
			}
			out = append(out, places(below, item)...)
		}
	}
	return out
}

func (x *expander) value(v spec.Value) plan.Value {
	switch v := v.(type) {
	case spec.Deferred:
		return x.text(v)
	case spec.Flag:
		return from(plan.Bool(v.Value), v.Range)
	case spec.Decimal:
		if n, err := strconv.Atoi(v.Digits); err == nil {
			return from(plan.Int(n), v.Range)
		}
		return from(plan.Decimal(v.Digits), v.Range)
	case spec.List:
		out := make(plan.List, len(v.Items))
		for i, item := range v.Items {
			out[i] = x.value(item)
		}
		return from(out, v.Range)
	case spec.Object:
		return from(x.object(v), v.Range)
	}
	return nil
}

// reference is a value that refers to a resource, with the place where it is written.
type reference struct {
	from *plan.Stack
	to   *plan.Resource
	at   hcl.Range
}

// resolve puts references in the place of names, now that every resource is there.
func (x *expander) resolve() {
	if !x.pending {
		return
	}
	for _, r := range x.plan.Resources {
		for _, part := range []*plan.Object{&r.Properties, &r.CreationPolicy, &r.UpdatePolicy, &r.Metadata} {
			if len(*part) > 0 {
				*part, _ = plan.Transform(*part, x.resolver(r.Stack)).(plan.Object)
			}
		}
		for i, v := range r.Reads {
			r.Reads[i] = plan.Transform(v, x.resolver(r.Stack))
		}
	}
}

func (x *expander) resolver(from *plan.Stack) func(plan.Value) plan.Value {
	return func(v plan.Value) plan.Value {
		pending, ok := v.(plan.Pending)
		if !ok {
			return v
		}
		to := x.plan.Resource(pending.ID)
		if to == nil {
			x.unknownResource(pending.Origin, pending.ID)
			return plan.String("")
		}
		if !x.reachable(from, to, pending.Origin) {
			return plan.String("")
		}
		if pending.Attribute == "" {
			return plan.Ref{To: to}
		}
		return plan.Attr{Of: to, Name: pending.Attribute}
	}
}

// reachable tells whether a stack can refer to a resource: nothing is passed between accounts. Whether it comes later is looked
// at when the order of the stacks is known.
func (x *expander) reachable(from *plan.Stack, to *plan.Resource, at hcl.Range) bool {
	if to.Stack.Account != from.Account {
		x.errorf(at, "Reference to another account", "%s is in account %q, and this is in account %q. CloudFormation passes no value between accounts: write the name or ARN down.",
			to.ID, to.Stack.Account.Label, from.Account.Label)
		return false
	}
	if to.Stack != from && (to.Stack.ByPipeline() || from.ByPipeline()) {
		advice := "Write its name or ARN down."
		if from.ByPipeline() {
			advice = "Put the value into environment of the deploy, or write it down."
		}
		x.errorf(at, "Reference between what a pipeline deploys and the rest",
			"%s stands in the stack %s, and this in %s: a release makes the one, and the other is there before. %s", to.ID, to.Stack.Name, from.Name, advice)
		return false
	}
	x.references = append(x.references, reference{from, to, at})
	return true
}

func (x *expander) unknownResource(at hcl.Range, id string) {
	for _, d := range x.diags {
		if d.Subject.String() == at.String() {
			return // once for each place
		}
	}
	var ids []string
	for _, r := range x.plan.Resources {
		ids = append(ids, r.ID)
	}
	advice := ""
	if closest := spec.Closest(id, ids, len(id)/3); closest != "" {
		advice = fmt.Sprintf(" Did you mean %q?", closest)
	}
	x.errorf(at, fmt.Sprintf("Unknown resource %q", id), "No resource has this logical id.%s The ids stand in the templates.", advice)
}

// secretUse is a resource whose start needs a secret.
type secretUse struct {
	by   *plan.Resource
	name plan.Value
}

// secretsFirst makes what reads a secret wait for it where the configuration makes it, too.
func (x *expander) secretsFirst() {
	for _, r := range x.written {
		if r.Type != "AWS::SecretsManager::Secret" && r.Type != "AWS::SSM::Parameter" {
			continue
		}
		for _, use := range x.secrets {
			if use.by.Stack.Account == r.Stack.Account && plan.Equal(use.name, r.Properties.Get("Name")) {
				use.by.After(r)
				x.references = append(x.references, reference{use.by.Stack, r, r.Origin})
			}
		}
	}
}

// place puts the stacks of the configuration's own resources where they can be made: after what they refer to, and at the
// beginning if that is nothing. What is made before and refers to them is an error at the reference.
func (x *expander) place() {
	for _, stack := range slices.Clone(x.plan.Stacks) {
		if stack.Kind != plan.Resources {
			continue
		}
		rest := slices.DeleteFunc(slices.Clone(x.plan.Stacks), func(s *plan.Stack) bool { return s == stack })
		at := 0
		for _, r := range x.references {
			if r.from == stack && r.to.Stack != stack {
				at = max(at, slices.Index(rest, r.to.Stack)+1)
			}
		}
		x.plan.Stacks = slices.Insert(rest, at, stack)
	}
	for _, r := range x.references {
		if slices.Index(x.plan.Stacks, r.to.Stack) > slices.Index(x.plan.Stacks, r.from) {
			remedy := "Put what refers to it into the same stack or a later one, with the attribute stack of its block."
			if r.from.Kind != plan.Resources {
				remedy = "Write its name or ARN down; a resource block can also be put into a later stack, with its attribute stack."
			}
			x.errorf(r.at, "Stacks that need each other", "%s stands in the stack %s, which is made after %s. %s", r.to.ID, r.to.Stack.Name, r.from.Name, remedy)
		}
	}
}

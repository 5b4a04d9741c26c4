// Package plan is the graph that a configuration stands for: resources, each
// owned by one stack of one account, with references and the source range each came from.
//
// A plan says nothing about files: the same plan is printed as one template or
// as one per stack, and a reference becomes Ref or Fn::ImportValue as that needs.
package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Plan is a complete system. Everything is in a fixed order that follows the source.
type Plan struct {
	Name      string // of the system: the first pipeline's label, or the first account's
	Region    string // the one region that every stack is made in
	RegionAt  hcl.Range
	Accounts  []*Account
	Stacks    []*Stack // an order in which they can be created: exports before imports
	Resources []*Resource
	Outputs   []*Output

	Parameters []*Parameter
	Suffix     *Parameter // EnvironmentSuffix, which every name carries

	byID map[string]*Resource
}

// Account is an AWS account that owns at least one stack.
type Account struct {
	Label  string
	ID     string // 12 digits
	IDAt   hcl.Range
	Origin hcl.Range
}

// StackKind tells what a stack is for.
type StackKind string

// The kinds of stacks.
const (
	Environment StackKind = "environment" // what an account's services or pipelines share: network and load balancer, or the artifact store
	Service     StackKind = "service"     // what one pipeline runs in one account
	Resources   StackKind = "resources"   // what resource blocks add to an account
	Function    StackKind = "function"    // a function of a service, which its pipeline deploys
	Pipeline    StackKind = "pipeline"    // source, build, artifact store unless it is shared, and the pipeline itself
)

// Stack is a unit that CloudFormation creates, updates and deletes as one.
type Stack struct {
	Kind    StackKind
	Account *Account
	Name    string // without the suffix
	Title   string // one sentence for the template's description
	Origin  hcl.Range
}

// File is the name of the template's file.
func (s *Stack) File() string { return s.Name + ".template.json" }

// ByPipeline tells whether a pipeline creates and updates the stack, and not the operator: its template travels with each
// release, so nothing refers to it or from it to other stacks.
func (s *Stack) ByPipeline() bool { return s.Kind == Function }

// Operated returns the resources of the stacks that an operator creates and updates.
func (p *Plan) Operated() []*Resource {
	return slices.DeleteFunc(slices.Clone(p.Resources), func(r *Resource) bool { return r.Stack.ByPipeline() })
}

// Parameter is a parameter of a template.
type Parameter struct {
	Name           string
	Type           string
	Description    string
	Default        Value // nil: it has to be given
	AllowedValues  []string
	AllowedPattern string
	ConstraintText string
	MinLength      int  // 0: no limit
	MaxLength      int  // 0: no limit
	Declared       bool // by the configuration
	Origin         hcl.Range
	Sources        []Place // what in the configuration decided its members
}

// Resource is one CloudFormation resource.
type Resource struct {
	ID    string // logical id, the same in every layout
	Type  string
	Stack *Stack
	Why   string // one sentence: why it is there

	Properties     Object
	DependsOn      []*Resource // edges that no reference shows
	CreationPolicy Object
	UpdatePolicy   Object
	Metadata       Object

	// What CloudFormation does with the thing when its resource is deleted, or replaced by another.
	DeletionPolicy, UpdateReplacePolicy string
	Stays                               bool // the configuration asks for policies other than Delete

	Reads   []Value   // of a role: ARNs of the secrets that programs read as it, where no property names them
	Own     bool      // of a resource block
	Written bool      // by the configuration itself: a resource block, or an override
	Origin  hcl.Range // the label of the block that it came from
	Places  []Place   // where the configuration wrote parts of it; what is written later counts
	Sources []Place   // what in the configuration decided parts of it, and by the empty path that it is there
	Removed []Place   // what an override took away
}

// Place is where a part of a resource is written, by its JSON pointer (RFC 6901) in the resource.
type Place struct {
	Path string
	At   hcl.Range
}

// Step is a name as a step of a JSON pointer.
func Step(name string) string { return "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }

// Place is where the part at a path is written, or what it is in; ok is false for what the configuration did not write, which
// comes from the resource's origin.
func (r *Resource) Place(path string) (at hcl.Range, ok bool) {
	for path != "" {
		for i := len(r.Places) - 1; i >= 0; i-- {
			if r.Places[i].Path == path {
				return r.Places[i].At, true
			}
		}
		path = path[:max(strings.LastIndexByte(path, '/'), 0)]
	}
	return r.Origin, false
}

// Inside is where the configuration wrote something in the part at a path; ok is false if it wrote nothing there.
func (r *Resource) Inside(path string) (at hcl.Range, ok bool) {
	for i := len(r.Places) - 1; i >= 0; i-- {
		if strings.HasPrefix(r.Places[i].Path, path+"/") {
			return r.Places[i].At, true
		}
	}
	return r.Origin, false
}

// Delete is the DeletionPolicy and UpdateReplacePolicy of what goes with its resource.
const Delete = "Delete"

// Output is a value that a stack shows to its operator.
type Output struct {
	ID          string
	Description string
	Value       Value
	Stack       *Stack
	Exported    bool // to the other stacks of its account, whether or not one refers to it by now
	Origin      hcl.Range
	Sources     []Place // what in the configuration decided its members
}

// New returns a plan with nothing in it but the parameter EnvironmentSuffix.
func New(name, region string) *Plan {
	suffix := &Parameter{Name: "EnvironmentSuffix", Type: "String"}
	return &Plan{
		Name: name, Region: region,
		Suffix: suffix, Parameters: []*Parameter{suffix},
		byID: map[string]*Resource{},
	}
}

// Add puts a resource into the plan. A second resource with a logical id that
// is taken is an error that names both; the plan is unchanged then. A resource
// goes with its stack unless its policies say otherwise.
func (p *Plan) Add(r *Resource) (*Resource, *Collision) {
	if first, taken := p.byID[r.ID]; taken {
		return first, &Collision{First: first, Second: r}
	}
	r.DeletionPolicy, r.UpdateReplacePolicy = cmp.Or(r.DeletionPolicy, Delete), cmp.Or(r.UpdateReplacePolicy, Delete)
	p.byID[r.ID] = r
	p.Resources = append(p.Resources, r)
	return r, nil
}

// Resource returns the resource with a logical id, or nil.
func (p *Plan) Resource(id string) *Resource { return p.byID[id] }

// Sort puts the resources into the order of their stacks, and those of one
// stack into the order in which they were added.
func (p *Plan) Sort() {
	rank := make(map[*Stack]int, len(p.Stacks))
	for i, stack := range p.Stacks {
		rank[stack] = i
	}
	slices.SortStableFunc(p.Resources, func(a, b *Resource) int { return rank[a.Stack] - rank[b.Stack] })
	slices.SortStableFunc(p.Outputs, func(a, b *Output) int { return rank[a.Stack] - rank[b.Stack] })
}

// Of returns the resources of one stack.
func (p *Plan) Of(stack *Stack) []*Resource {
	var out []*Resource
	for _, r := range p.Resources {
		if r.Stack == stack {
			out = append(out, r)
		}
	}
	return out
}

// Values returns everything in the resource that may refer to others.
func (r *Resource) Values() []Value {
	return []Value{r.Properties, r.CreationPolicy, r.UpdatePolicy, r.Metadata}
}

// References returns the resources that the resource refers to by Ref or Fn::GetAtt, in printed order, with repeats.
func (r *Resource) References() []*Resource {
	var out []*Resource
	for _, part := range r.Values() {
		out = append(out, References(part)...)
	}
	return out
}

// After adds edges: r is created after each of others, and so deleted before it.
func (r *Resource) After(others ...*Resource) *Resource {
	for _, other := range others {
		if other == nil || other == r || r.dependsOn(other) {
			continue
		}
		r.DependsOn = append(r.DependsOn, other)
	}
	return r
}

func (r *Resource) dependsOn(other *Resource) bool {
	for _, have := range r.DependsOn {
		if have == other {
			return true
		}
	}
	return false
}

// Collision is two resources of one logical id.
type Collision struct{ First, Second *Resource }

func (c *Collision) Error() string {
	return fmt.Sprintf("two resources with the logical id %s", c.First.ID)
}

// Declared returns the parameters that the configuration declares and the plan uses.
func (p *Plan) Declared() []*Parameter {
	declared := slices.DeleteFunc(slices.Clone(p.Parameters), func(parameter *Parameter) bool { return !parameter.Declared })
	if len(declared) == 0 {
		return nil // To look through everything takes its time.
	}
	used := p.Uses(p.Resources, p.Outputs)
	return slices.DeleteFunc(declared, func(parameter *Parameter) bool { return !used[parameter] })
}

// Parameter returns the parameter of a name, or nil.
func (p *Plan) Parameter(name string) *Parameter {
	for _, parameter := range p.Parameters {
		if parameter.Name == name {
			return parameter
		}
	}
	return nil
}

// Uses tells which parameters resources and outputs use. The suffix is among them: names of exports carry it.
func (p *Plan) Uses(resources []*Resource, outputs []*Output) map[*Parameter]bool {
	used := map[*Parameter]bool{p.Suffix: true}
	note := func(v Value) {
		if p, ok := v.(Param); ok {
			used[p.Of] = true
		}
	}
	for _, r := range resources {
		for _, part := range r.Values() {
			Walk(part, note)
		}
	}
	for _, output := range outputs {
		Walk(output.Value, note)
	}
	return used
}

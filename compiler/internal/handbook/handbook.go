// Package handbook writes the papers that go with a system's templates: the
// manifest for programs and DEPLOY.md for people.
package handbook

import (
	"slices"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Template is a stack's template as printed.
type Template struct {
	Stack *plan.Stack
	Path  string
	Bytes []byte
}

// Templates are those of a plan.
type Templates struct {
	Operated   []Template // of the stacks that an operator creates and updates
	ByPipeline []Template // of the others
}

// Add puts a template where it belongs.
func (t *Templates) Add(template Template) {
	if template.Stack.ByPipeline() {
		t.ByPipeline = append(t.ByPipeline, template)
		return
	}
	t.Operated = append(t.Operated, template)
}

// Path is where a stack's template stands in the system's folder.
func Path(stack *plan.Stack) string {
	return stack.Account.Label + "/" + stack.File()
}

func (t Template) needsUpload() bool { return len(t.Bytes) > plan.InlineBytes }

// inOrder returns templates in the order in which their stacks are best made.
// Within an account a stack of an earlier kind exports to one of a later kind,
// and a pipeline that finds its targets in place has a first run that can succeed.
func inOrder(p *plan.Plan, templates []Template) []Template {
	tiers := tiersOf(p)
	out := slices.Clone(templates)
	slices.SortStableFunc(out, func(a, b Template) int { return tiers[a.Stack] - tiers[b.Stack] })
	return out
}

// tiersOf tells how late each stack is made: as its kind says, or as the last that it needs. The plan has what a stack needs before it.
func tiersOf(p *plan.Plan) map[*plan.Stack]int {
	ofKind := map[plan.StackKind]int{plan.Environment: 0, plan.Resources: 0, plan.Service: 1, plan.Pipeline: 2}
	tiers := make(map[*plan.Stack]int, len(p.Stacks))
	for _, stack := range p.Stacks {
		tiers[stack] = ofKind[stack.Kind]
		for _, other := range needs(p, stack) {
			tiers[stack] = max(tiers[stack], tiers[other])
		}
	}
	return tiers
}

// capability is what CloudFormation wants to hear for a stack that makes roles with names.
const capability = "CAPABILITY_NAMED_IAM"

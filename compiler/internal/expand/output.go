package expand

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// outputs expands the output blocks. Each stands in the last of the stacks that it refers to, so that it can show what the
// others export.
func (x *expander) outputs(c *spec.Config) {
	for _, o := range c.Outputs {
		if i := slices.IndexFunc(x.plan.Outputs, func(other *plan.Output) bool { return other.ID == o.Label.Value }); i >= 0 {
			x.errorf(o.Label.Range, fmt.Sprintf("Output %q is there already", o.Label.Value), "It is generated, for the stack %s. Give this one another name.", x.plan.Outputs[i].Stack.Name)
			continue
		}
		if strings.HasPrefix(o.Label.Value, "Export") {
			x.errorf(o.Label.Range, "Name of an output that begins with Export", "What stacks tell each other has such names. Give this one another.")
			continue
		}
		stack := x.outputStack(o)
		if stack == nil {
			continue
		}
		value := plan.Transform(x.text(o.Value), x.resolver(stack))
		x.plan.Outputs = append(x.plan.Outputs, &plan.Output{
			ID: o.Label.Value, Description: o.Description.Value, Value: value, Stack: stack, Origin: o.Label.Range,
			Sources: written(o.Range, []plan.Place{{Path: "/Description", At: o.Description.Range}, {Path: "/Condition", At: o.AccountRange}}),
		})
	}
}

func (x *expander) outputStack(o *spec.Output) *plan.Stack {
	var stack *plan.Stack
	for _, part := range o.Value.Parts {
		of, ok := part.(spec.ResourceValue)
		if !ok {
			continue
		}
		to := x.plan.Resource(of.ID)
		if to == nil {
			x.unknownResource(o.Value.Range, of.ID)
			return nil
		}
		if stack == nil || slices.Index(x.plan.Stacks, to.Stack) > slices.Index(x.plan.Stacks, stack) {
			stack = to.Stack
		}
	}
	var account *plan.Account
	switch {
	case o.Account != nil:
		account = x.account(o.Account)
	case stack == nil && len(x.plan.Accounts) == 1:
		account = x.plan.Accounts[0]
	case stack == nil:
		x.errorf(o.Range, fmt.Sprintf("Output %q without a place", o.Label.Value), "It refers to no resource; write account = account.NAME, in whose first stack it is to stand.")
		return nil
	}
	switch {
	case account != nil && stack != nil && stack.Account != account:
		x.errorf(o.Range, fmt.Sprintf("Output %q shows a resource of another account", o.Label.Value), "What it refers to is in account %q. Leave account out.", stack.Account.Label)
		return nil
	case stack != nil:
		return stack
	}
	for _, s := range x.plan.Stacks {
		if s.Account == account {
			return s
		}
	}
	x.errorf(o.Range, fmt.Sprintf("Output %q in an account without a stack", o.Label.Value), "Nothing is deployed to account %q. Name another account.", account.Label)
	return nil
}

// Package expand turns each block of a configuration into the resources that it stands for.
package expand

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// Config expands a configuration that package check has passed. The plan is
// incomplete if a diagnostic is an error.
func Config(c *spec.Config) (*plan.Plan, hcl.Diagnostics) {
	x := &expander{
		plan:         plan.New(systemName(c), c.Region.Value),
		accounts:     map[*spec.Account]*plan.Account{},
		environments: map[*spec.Account]*environment{},
		stores:       map[*spec.Account]*store{},
		routes:       map[*plan.Resource]map[int]*service{},
	}
	x.plan.RegionAt = c.Region.Range
	x.parameters(c)
	x.sealed = sealedSecrets(c)
	for _, account := range c.Accounts {
		x.account(account)
	}
	for _, account := range c.Accounts {
		if account.Network != nil {
			x.environments[account] = x.environment(c, account)
		}
	}
	for _, account := range c.Accounts {
		if account.Artifacts != nil && c.RunsIn(account) {
			x.sharedStore(account)
		}
	}
	for _, pipeline := range c.Pipelines {
		x.pipeline(pipeline)
	}
	x.resources(c)
	for _, finish := range x.finish {
		finish()
	}
	x.overrides(c)
	x.resolve()
	x.place()
	x.outputs(c)
	x.unused()
	x.plan.Settle()
	x.plan.Sort()
	x.suffix()
	return x.plan, x.diags
}

// systemName names the whole: by its first pipeline, or, while an author has none yet, by its first account.
func systemName(c *spec.Config) string {
	switch {
	case len(c.Pipelines) > 0:
		return plan.PhysicalName(c.Pipelines[0].Label.Value)
	case len(c.Accounts) > 0:
		return plan.PhysicalName(c.Accounts[0].Label.Value)
	}
	return "system"
}

type expander struct {
	plan  *plan.Plan
	diags hcl.Diagnostics

	accounts     map[*spec.Account]*plan.Account
	environments map[*spec.Account]*environment
	stores       map[*spec.Account]*store            // that pipelines of an account share
	routes       map[*plan.Resource]map[int]*service // by listener and priority

	image         *plan.Parameter // the machine image of all hosts
	canaryRuntime *plan.Parameter // of all canaries that name none
	mostSuffix    int             // how long the suffix may be where its beginning counts; 0: no bound
	finish        []func()        // what can be written only when every grant is known

	pending    bool             // whether values of resources were named before the resources were there
	references []reference      // to resources, of the configuration's own making
	written    []*plan.Resource // of resource blocks
	secrets    []secretUse
	sealed     map[string]bool // ids of secrets that resource blocks make with a key of their own
}

// account returns the plan's account: one for each id, by the label that was declared first, since two labels may be two
// environments of one account. One that owns no stack stays out of the plan's list.
func (x *expander) account(account *spec.Account) *plan.Account {
	if known, ok := x.accounts[account]; ok {
		return known
	}
	for other, known := range x.accounts {
		if other.ID.Value == account.ID.Value {
			x.accounts[account] = known
			return known
		}
	}
	a := &plan.Account{Label: account.Label.Value, ID: account.ID.Value, IDAt: account.ID.Range, Origin: account.Label.Range}
	x.accounts[account] = a
	return a
}

// stack returns the stack of a name in an account, and makes it when it is new.
func (x *expander) stack(kind plan.StackKind, account *spec.Account, name, title string, origin hcl.Range) *plan.Stack {
	owner := x.account(account)
	for _, s := range x.plan.Stacks {
		if s.Account == owner && s.Name == name {
			return s
		}
	}
	s := &plan.Stack{Kind: kind, Account: owner, Name: name, Title: title, Origin: origin}
	x.plan.Stacks = append(x.plan.Stacks, s)
	for _, a := range x.plan.Accounts {
		if a == owner {
			return s
		}
	}
	x.plan.Accounts = append(x.plan.Accounts, owner)
	return s
}

func (x *expander) errorf(at hcl.Range, summary, detail string, args ...any) {
	x.diags = append(x.diags, &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  summary,
		Detail:   fmt.Sprintf(detail, args...),
		Subject:  at.Ptr(),
	})
}

package compiler

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/prove"
	"github.com/cfnpipe/cfnpipe/compiler/internal/template"
)

// Ledger says how much of AWS's limits a system uses.
type Ledger struct {
	// Limits is stack by stack, and at the end what one template of everything
	// would use: that may be more than CloudFormation takes.
	Limits []Limit `json:"limits"`
	Suffix Suffix  `json:"suffix"`
}

// Limit is how much of one limit is used.
type Limit struct {
	Account    string   `json:"account,omitempty"` // the label; empty for one template of everything
	Stack      string   `json:"stack,omitempty"`
	Resource   string   `json:"resource,omitempty"` // the logical id; empty for a template as a whole
	What       string   `json:"what"`               // what is counted, with its unit; the same for all resources of a type
	Part       string   `json:"part,omitempty"`     // what of the resource; empty: all of it
	Used       int      `json:"used"`
	Most       int      `json:"most"`
	Adjustable bool     `json:"adjustable"`       // whether AWS raises it on request
	Payers     []string `json:"payers,omitempty"` // the parts that use most of it, the greatest first
	Source     string   `json:"source"`           // where AWS says so
}

// Suffix is how long the parameter EnvironmentSuffix may be.
type Suffix struct {
	MaxLength int    `json:"maxLength"`
	Because   string `json:"because,omitempty"` // the resource whose name leaves least room for it
}

// Limits is Compile with the ledger. It is there, too, when a limit is among what
// is wrong; nil if the configuration is too faulty to have one.
func Limits(files []Source, inputs ...Input) (*Ledger, hcl.Diagnostics) {
	system, diags := prepare(files, inputs)
	if system == nil {
		return nil, diags
	}
	return system.ledger(), diags
}

func (s *System) ledger() *Ledger {
	out := &Ledger{Suffix: Suffix{MaxLength: s.plan.Suffix.MaxLength}}
	if r := prove.Tightest(s.plan); r != nil {
		out.Suffix.Because = r.ID
	}
	add := func(l Limit, e prove.Entry) {
		l.What, l.Part, l.Used, l.Most = e.What, e.Part, e.Used, e.Most
		l.Adjustable, l.Payers, l.Source = e.Raised > 0, e.Payers(), e.Source
		out.Limits = append(out.Limits, l)
	}
	for _, e := range prove.Ledger(s.plan) {
		l := Limit{Account: e.Stack.Account.Label, Stack: e.Stack.Name}
		if e.Resource != nil {
			l.Resource = e.Resource.ID
		}
		add(l, e)
	}
	used := map[string]int{
		"bytes": len(template.Single(s.plan)), "resources": len(s.plan.Operated()),
		"parameters": len(s.plan.Parameters), "outputs": len(s.plan.Outputs),
	}
	for _, e := range prove.TemplateLimits() {
		e.Used = used[e.What]
		add(Limit{}, e)
	}
	return out
}

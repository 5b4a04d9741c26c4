package compiler

import (
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/prove"
	"github.com/cfnpipe/cfnpipe/compiler/internal/template"
)

// Limit is how much of one of AWS's limits a system uses.
type Limit struct {
	Account  string   `json:"account,omitempty"` // the label; empty for the layout in which one template holds everything
	Stack    string   `json:"stack,omitempty"`
	Resource string   `json:"resource,omitempty"` // the logical id; empty for a template as a whole
	What     string   `json:"what"`               // what is counted, with its unit
	Used     int      `json:"used"`
	Most     int      `json:"most"`
	Payers   []string `json:"payers,omitempty"` // the parts that use most of it, the greatest first
	Source   string   `json:"source"`           // where AWS says so
}

// Limits lists what a system uses of every limit that it is held to, stack by
// stack, and at the end what one template of everything would use: that may be
// more than CloudFormation takes.
func (s *System) Limits() []Limit {
	var out []Limit
	for _, e := range prove.Ledger(s.plan, s.size) {
		l := Limit{
			Account: e.Stack.Account.Label, Stack: e.Stack.Name, What: e.What,
			Used: e.Used, Most: e.Most, Payers: e.Payers(), Source: e.Source,
		}
		if e.Resource != nil {
			l.Resource = e.Resource.ID
		}
		out = append(out, l)
	}
	whole := func(what string, used, most int) {
		out = append(out, Limit{What: what, Used: used, Most: most, Source: prove.CloudFormationQuotas})
	}
	whole("bytes", len(template.Single(s.plan)), plan.MostBytes)
	whole("resources", len(s.plan.Resources), plan.MostResources)
	whole("outputs", len(s.plan.Outputs), plan.MostOutputs)
	return out
}

// Package spec holds a configuration as plain Go values, each with its source range.
//
// The values come out of package decode complete: defaults are applied and
// references to accounts are resolved, so a reader never asks whether something was set.
package spec

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// Text is a string with the place where it was written. A default has the range of the block that lacks it.
type Text struct {
	Value string
	Range hcl.Range
}

// Number is a whole number with the place where it was written.
type Number struct {
	Value int
	Range hcl.Range
}

// Flag is a boolean with the place where it was written.
type Flag struct {
	Value bool
	Range hcl.Range
}

// Texts is a list of strings. Range covers the whole list.
type Texts struct {
	Items []Text
	Range hcl.Range
}

// Values returns the strings without their ranges.
func (t Texts) Values() []string {
	out := make([]string, len(t.Items))
	for i, item := range t.Items {
		out[i] = item.Value
	}
	return out
}

// Pair is one entry of a map from names to strings.
type Pair struct {
	Key   Text
	Value Deferred
}

// Config is everything that the files of one configuration say.
type Config struct {
	Region     Text // the one AWS region of all stacks
	Parameters []*Parameter
	Accounts   []*Account
	Pipelines  []*Pipeline
	Resources  []*Resource
	Overrides  []*Override
	Outputs    []*Output
}

// RunsIn tells whether a pipeline of the configuration runs in an account.
func (c *Config) RunsIn(account *Account) bool {
	return slices.ContainsFunc(c.Pipelines, func(p *Pipeline) bool { return p.Account == account })
}

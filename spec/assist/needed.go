package assist

import (
	"regexp"
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// inThis is a row as this configuration needs it at a path: with several accounts, a reference to one has to be there; and the examples
// of a condition speak of the variable that it is for.
func (c *Config) inThis(row schema.Block, path []*outline.Block) schema.Block {
	var accounts []string
	for _, s := range c.declared(Account) {
		accounts = append(accounts, s.Name.Text)
	}
	variable := ""
	if len(path) > 0 && path[0].Type.Text == "variable" && len(path[0].Labels) > 0 {
		variable = path[0].Labels[0].Text
	}
	return adapted(row, accounts, variable)
}

func adapted(row schema.Block, accounts []string, variable string) schema.Block {
	row.Attributes = slices.Clone(row.Attributes)
	for i, a := range row.Attributes {
		own := &row.Attributes[i]
		if a.Type == schema.AccountRef {
			own.Values = accounts
			own.Required = len(accounts) > 1 && strings.HasPrefix(a.Condition, "may be left out when exactly one")
		}
		if variable != "" {
			own.Example = strings.ReplaceAll(a.Example, "var.services", "var."+variable)
		}
	}
	row.Blocks = slices.Clone(row.Blocks)
	for i, nested := range row.Blocks {
		row.Blocks[i] = adapted(nested, accounts, variable)
	}
	return row
}

// The conditions of the schema that say which attributes go together. They are what readers of the reference go by.
var (
	without = regexp.MustCompile(`^not together with ([a-z_]+)$`)
	onlyBy  = regexp.MustCompile(`^required with ([a-z_]+), and only then$`)
)

// withRow says whether what is set in a body needs an attribute, or leaves no room for it.
func withRow(row schema.Block, body *outline.Body, name string) (needed, excluded bool) {
	for _, a := range row.Attributes {
		set := body.Attribute(a.Name) != nil
		if found := without.FindStringSubmatch(a.Condition); found != nil {
			excluded = excluded || a.Name == name && body.Attribute(found[1]) != nil || found[1] == name && set
		}
		if found := onlyBy.FindStringSubmatch(a.Condition); found != nil && a.Name == name {
			needed = body.Attribute(found[1]) != nil
			excluded = excluded || !needed
		}
	}
	return needed, excluded
}

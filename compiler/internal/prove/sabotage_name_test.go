package prove

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

var nameDamages = []damages{
	renamed("longer by one", "with the longest suffix, of", func(p *plan.Plan, rule aws.NameRule) plan.Value {
		return text(strings.Repeat("x", rule.Max-p.Suffix.MaxLength+1), plan.Param{Of: p.Suffix})
	}),
	renamed("with a blank", "which is none of", func(p *plan.Plan, _ aws.NameRule) plan.Value { return text("a b-", plan.Param{Of: p.Suffix}) }),
	renamed("without the suffix", "Name without the suffix", func(*plan.Plan, aws.NameRule) plan.Value { return plan.String("plain") }),
	func(p *plan.Plan) []damage {
		var out []damage
		for _, r := range p.Resources {
			rule, named := aws.NameRuleOf(r.Type)
			if !named || r.Properties.Get(rule.Property) == nil {
				continue
			}
			out = append(out, damage{r.ID + " has a namesake", "names", "Two resources of one name", func() {
				addTo(p, r, "Namesake", r.Type, object(rule.Property, r.Properties.Get(rule.Property)))
			}})
			if rule.Edges {
				out = append(out, damage{r.ID + " begins with a hyphen", "names", "begins or ends", func() {
					put(r, text("-x-", plan.Param{Of: p.Suffix}), rule.Property)
				}})
			}
			if rule.Reserved != "" {
				out = append(out, damage{r.ID + " has a name of AWS's own", "names", "AWS keeps for itself", func() {
					put(r, text(strings.Fields(rule.Reserved)[0], "x-", plan.Param{Of: p.Suffix}), rule.Property)
				}})
			}
		}
		return out
	},
	func(p *plan.Plan) []damage {
		return []damage{{"a suffix of one more character", "names", "with the longest suffix, of", func() { p.Suffix.MaxLength++ }}}
	},
}

func renamed(what, says string, to func(p *plan.Plan, rule aws.NameRule) plan.Value) damages {
	return func(p *plan.Plan) []damage {
		var out []damage
		for _, r := range p.Resources {
			rule, named := aws.NameRuleOf(r.Type)
			if named && r.Properties.Get(rule.Property) != nil {
				out = append(out, damage{r.ID + " has a name " + what, "names", says, func() {
					put(r, to(p, rule), rule.Property)
				}})
			}
		}
		return out
	}
}

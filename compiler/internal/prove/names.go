package prove

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// names finds names that AWS would not take with the longest suffix, names
// without a suffix, and two resources of one type that would have one name in
// one account, as the labels a-b and a_b, or a with b-c and a-b with c, would.
func names(s *survey) hcl.Diagnostics {
	var diags hcl.Diagnostics
	longest := s.atItsLongest()
	for _, r := range s.plan.Resources {
		n, ok := s.nameOf(r)
		if !ok {
			continue
		}
		if first := s.named[n]; first != r {
			diags = append(diags, failure(r.Origin, "Two resources of one name",
				"This label and the one at %s both give a resource of type %s the name %s. Rename one of them.",
				first.Origin, r.Type, n.text))
		}
		rule, _ := aws.NameRuleOf(r.Type)
		name := longest.Replace(n.text)
		switch fault := rule.Fault(name); {
		case !strings.HasSuffix(n.text, "${"+s.plan.Suffix.Name+"}"):
			diags = append(diags, failure(r.Origin, "Name without the suffix",
				"The %s %s is named %s, so a second copy of the system could not stand beside the first.%s", r.Type, r.ID, n.text, suffixAdvice(r)))
		case fault != "" && len(name) > rule.Max:
			diags = append(diags, failure(r.Origin, "Name that AWS does not take",
				"The name %s of the %s %s has %d characters with the longest suffix, of %d. Shorten the label.",
				n.text, r.Type, r.ID, len(name), rule.Max))
		case fault != "":
			diags = append(diags, failure(r.Origin, "Name that AWS does not take",
				"The name %s of the %s %s %s. Change the label.", n.text, r.Type, r.ID, fault))
		}
	}
	return diags
}

func suffixAdvice(r *plan.Resource) string {
	if r.Written {
		return " Let it end in -${param.EnvironmentSuffix}."
	}
	return ""
}

// atItsLongest puts what a name may hold for its placeholders: the suffix at its longest.
func (s *survey) atItsLongest() *strings.Replacer {
	return strings.NewReplacer(
		"${"+s.plan.Suffix.Name+"}", strings.Repeat("x", s.plan.Suffix.MaxLength),
		"${"+string(plan.AccountID)+"}", "123456789012",
		"${"+string(plan.Region)+"}", s.plan.Region,
	)
}

// written is a name as the template will show it; empty for one that another resource gives.
func written(v plan.Value) string {
	switch v := v.(type) {
	case plan.String:
		return string(v)
	case plan.Param:
		return "${" + v.Of.Name + "}"
	case plan.Pseudo:
		return "${" + string(v) + "}"
	case plan.Concat:
		var text strings.Builder
		for _, part := range v {
			text.WriteString(written(part))
		}
		return text.String()
	}
	return ""
}

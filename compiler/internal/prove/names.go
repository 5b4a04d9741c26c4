package prove

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/template"
)

// names finds names that AWS would not take with the longest suffix, names
// without a suffix, and two resources of one type that would have one name in
// one account, as the labels a-b and a_b, or a with b-c and a-b with c, would.
func names(s *survey) hcl.Diagnostics {
	diags := outputTwice(s)
	longest := s.atItsLongest()
	for _, r := range s.resources {
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
		text := n.text
		if base, ordered := strings.CutSuffix(text, fifo); ordered && (r.Type == "AWS::SQS::Queue" || r.Type == topicType) {
			text, rule.Max = base, rule.Max-len(fifo)
		}
		name := longest.Replace(text)
		switch fault := rule.Fault(name); {
		case !strings.HasSuffix(text, "${"+s.plan.Suffix.Name+"}"):
			diags = append(diags, failure(r.Origin, "Name without the suffix",
				"The %s %s is named %s, so a second copy of the system could not stand beside the first.%s", r.Type, r.ID, n.text, suffixAdvice(r)))
		case fault != "" && len(name) > rule.Max:
			diags = append(diags, failure(r.Origin, "Name that AWS does not take",
				"The name %s of the %s %s has %d characters with the longest suffix, of %d. Shorten the %s.",
				n.text, r.Type, r.ID, len(name), rule.Max, namedBy(r)))
		case fault != "":
			diags = append(diags, failure(r.Origin, "Name that AWS does not take",
				"The name %s of the %s %s %s. Change the %s.", n.text, r.Type, r.ID, fault, namedBy(r)))
		}
	}
	return diags
}

// fifo ends the names of queues and topics that keep an order (SQS API reference, CreateQueue; SNS API reference, CreateTopic).
const fifo = ".fifo"

// outputTwice finds outputs of one name in a stack: what is exported is named by the logical id and the attribute behind one another.
func outputTwice(s *survey) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, stack := range s.plan.Stacks {
		// Generated ids are never such that one is another with an attribute's name behind it.
		if !slices.ContainsFunc(s.own[stack], func(r *plan.Resource) bool { return r.Own }) {
			continue
		}
		seen := map[string]bool{}
		for _, name := range template.Outputs(s.plan, stack) {
			if seen[name] {
				at := stack.Origin
				for _, r := range s.own[stack] {
					if r.Own && "Export"+r.ID == name {
						at = r.Origin
					}
				}
				diags = append(diags, failure(at, "Two outputs of one name", "The stack %s exports two values as %s. Give the resource another logical id.", stack.Name, name))
			}
			seen[name] = true
		}
	}
	return diags
}

// namedBy is what the name of a resource comes from.
func namedBy(r *plan.Resource) string {
	if r.Own {
		return "name"
	}
	return "label"
}

func suffixAdvice(r *plan.Resource) string {
	if r.Written {
		return " Let it end in -${param.EnvironmentSuffix}."
	}
	return ""
}

// atItsLongest puts what a name may hold for its placeholders: the suffix at its longest.
func (s *survey) atItsLongest() *strings.Replacer {
	pairs := []string{
		"${" + s.plan.Suffix.Name + "}", strings.Repeat("x", s.plan.Suffix.MaxLength),
		"${" + string(plan.AccountID) + "}", "123456789012",
		"${" + string(plan.Region) + "}", s.plan.Region,
		"${" + string(plan.Partition) + "}", s.partition(),
		"${" + string(plan.StackName) + "}", "stack",
	}
	for _, p := range s.plan.Parameters {
		if p.Declared {
			pairs = append(pairs, "${"+p.Name+"}", longestValue(p))
		}
	}
	return strings.NewReplacer(pairs...)
}

// longestValue is a value of a parameter of the configuration, the longest if there is one.
func longestValue(p *plan.Parameter) string {
	longest := strings.Repeat("x", max(p.MaxLength, 1))
	for i, value := range p.AllowedValues {
		if i == 0 || len(value) > len(longest) {
			longest = value
		}
	}
	return longest
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

package handbook

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// quote writes text as one word of a shell.
func quote(text string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@,+="
	if text != "" && strings.Trim(text, plain) == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// between writes text for a place between double quotes.
func between(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(text)
}

// variable is the shell variable that belongs to an account, such as PRODUCTION_PROFILE.
func variable(account *plan.Account, what string) string {
	return strings.ToUpper(strings.ReplaceAll(account.Label, "-", "_")) + "_" + what
}

func profile(account *plan.Account) string { return `"$` + variable(account, "PROFILE") + `"` }

// stackName is the name of a stack as a word of a shell.
func stackName(stack *plan.Stack) string { return `"` + stack.Name + `-$SUFFIX"` }

// command is a command of the AWS CLI in an account. Each argument gets a line of its own.
func command(account *plan.Account, operation string, arguments ...string) string {
	first := "aws " + operation + " --profile " + profile(account) + ` --region "$AWS_REGION"`
	return strings.Join(append([]string{first}, arguments...), " \\\n  ")
}

// result is the output of a command as a word of a shell.
func result(command string) string {
	return `"$(` + strings.ReplaceAll(command, "\n", "\n  ") + `)"`
}

// name is the name of a resource as a word of a shell. If only CloudFormation
// knows it, the word asks CloudFormation.
func (h *handbook) name(r *plan.Resource) string {
	if text, ok := h.knownName(r); ok {
		return `"` + text + `"`
	}
	return h.physicalID(r)
}

// physicalID asks CloudFormation for what Ref gives.
func (h *handbook) physicalID(r *plan.Resource) string {
	return result(command(r.Stack.Account, "cloudformation describe-stack-resource",
		"--stack-name "+stackName(r.Stack), "--logical-resource-id "+r.ID,
		"--query StackResourceDetail.PhysicalResourceId --output text"))
}

func (h *handbook) knownName(r *plan.Resource) (string, bool) {
	rule, ok := aws.NameRuleOf(r.Type)
	if !ok {
		return "", false
	}
	value := r.Properties.Get(rule.Property)
	if value == nil {
		return "", false
	}
	return h.text(value, r.Stack.Account)
}

// word is a string of an account as a word of a shell; ok is false if only CloudFormation knows it.
func (h *handbook) word(d spec.Deferred, account *plan.Account) (word string, ok bool) {
	if known, ok := d.Text(); ok {
		return quote(known), true
	}
	var value plan.Concat
	for _, part := range d.Parts {
		switch part := part.(type) {
		case spec.Literal:
			value = append(value, plan.String(part))
		case spec.ParameterValue:
			value = append(value, plan.Param{Of: h.plan.Parameter(part.Name)})
		case spec.PseudoValue:
			value = append(value, plan.PseudoOf(string(part.Of)))
		default:
			return "", false
		}
	}
	text, ok := h.text(value, account)
	return `"` + text + `"`, ok
}

// text writes a value of an account for a place between double quotes; ok is
// false if only CloudFormation knows it.
func (h *handbook) text(value plan.Value, account *plan.Account) (text string, ok bool) {
	switch v := value.(type) {
	case plan.String:
		return between(string(v)), true
	case plan.Param:
		if v.Of.Declared && !strings.HasPrefix(v.Of.Type, "AWS::SSM::") { // whose value is only stored
			return "${" + parameterVariable(v.Of) + "}", true
		}
		return "${SUFFIX}", v.Of == h.plan.Suffix
	case plan.Pseudo:
		known := map[plan.Pseudo]string{plan.AccountID: account.ID, plan.Region: "${AWS_REGION}"}[v]
		return known, known != ""
	case plan.Ref:
		return h.knownName(v.To)
	case plan.Concat:
		for i, part := range v {
			one, ok := h.text(part, account)
			if !ok {
				return "", false
			}
			// Where no letter follows the braces only make it harder to read.
			if i == len(v)-1 && one == "${SUFFIX}" {
				one = "$SUFFIX"
			}
			text += one
		}
		return text, true
	}
	return "", false
}

package handbook

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

type manifest struct {
	// cfnpipe removes templates that an earlier run made only if it knows the manifest for its own.
	Generator     string            `json:"generator"`
	FormatVersion string            `json:"formatVersion"`
	Name          string            `json:"name"`
	Region        string            `json:"region"`
	Suffix        manifestSuffix    `json:"suffix"`
	Accounts      []manifestAccount `json:"accounts"`
	Stacks        []manifestStack   `json:"stacks"`
	ByPipeline    []manifestStack   `json:"stacksOfPipelines,omitempty"` // which pipelines create and update
}

type manifestSuffix struct {
	Parameter string `json:"parameter"`
	Pattern   string `json:"pattern"`
	MaxLength int    `json:"maxLength"`
}

type manifestAccount struct {
	Label string `json:"label"`
	ID    string `json:"id"`
}

type manifestStack struct {
	Account      string   `json:"account"`
	AccountID    string   `json:"accountId"`
	Kind         string   `json:"kind"`
	StackName    string   `json:"stackName"`
	Template     string   `json:"template"`
	Bytes        int      `json:"bytes"`
	SHA256       string   `json:"sha256"`
	Resources    int      `json:"resources"`
	Parameters   []string `json:"parameters"` // beside the suffix: those of the configuration
	Capabilities []string `json:"capabilities"`
	Upload       bool     `json:"upload"` // whether the template has to be in a bucket
	DependsOn    []string `json:"dependsOn"`
}

// Manifest lists the stacks in an order in which they can be created.
func Manifest(p *plan.Plan, templates Templates) []byte {
	m := manifest{
		Generator: "cfnpipe", FormatVersion: "1.0", Name: p.Name, Region: p.Region,
		Suffix:   manifestSuffix{p.Suffix.Name, p.Suffix.AllowedPattern, p.Suffix.MaxLength},
		Accounts: []manifestAccount{}, Stacks: []manifestStack{},
	}
	for _, account := range p.Accounts {
		m.Accounts = append(m.Accounts, manifestAccount{account.Label, account.ID})
	}
	declared := p.Declared()
	for _, t := range inOrder(p, templates.Operated) {
		m.Stacks = append(m.Stacks, describe(p, declared, t))
	}
	for _, t := range templates.ByPipeline {
		m.ByPipeline = append(m.ByPipeline, describe(p, declared, t))
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(m) // strings and numbers cannot fail
	return text.Bytes()
}

func describe(p *plan.Plan, declared []*plan.Parameter, t Template) manifestStack {
	sum := sha256.Sum256(t.Bytes)
	return manifestStack{
		Account: t.Stack.Account.Label, AccountID: t.Stack.Account.ID, Kind: string(t.Stack.Kind),
		StackName: suffixed(p, t.Stack), Template: t.Path,
		Bytes: len(t.Bytes), SHA256: hex.EncodeToString(sum[:]),
		Resources: len(p.Of(t.Stack)), Parameters: parameterNames(p, declared, t.Stack), Capabilities: capabilities(p, t.Stack),
		Upload: t.needsUpload(), DependsOn: dependsOn(p, t.Stack),
	}
}

// parameterNames names those of declared parameters that a stack uses.
func parameterNames(p *plan.Plan, declared []*plan.Parameter, stack *plan.Stack) []string {
	if len(declared) == 0 {
		return []string{}
	}
	var outputs []*plan.Output
	for _, output := range p.Outputs {
		if output.Stack == stack {
			outputs = append(outputs, output)
		}
	}
	used, out := p.Uses(p.Of(stack), outputs), []string{}
	for _, parameter := range declared {
		if used[parameter] {
			out = append(out, parameter.Name)
		}
	}
	return out
}

func suffixed(p *plan.Plan, stack *plan.Stack) string {
	return stack.Name + "-<" + p.Suffix.Name + ">"
}

func capabilities(p *plan.Plan, stack *plan.Stack) []string {
	for _, r := range p.Of(stack) {
		// A stack of its own may make roles, too.
		if strings.HasPrefix(r.Type, "AWS::IAM::") || r.Type == "AWS::CloudFormation::Stack" {
			return []string{capability}
		}
	}
	return []string{}
}

// dependsOn names the stacks that a stack imports from.
func dependsOn(p *plan.Plan, stack *plan.Stack) []string {
	out := []string{}
	for _, other := range needs(p, stack) {
		out = append(out, suffixed(p, other))
	}
	return out
}

// needs returns the stacks that a stack imports from, or whose resources its own wait for.
func needs(p *plan.Plan, stack *plan.Stack) []*plan.Stack {
	var out []*plan.Stack
	add := func(references []*plan.Resource) {
		for _, r := range references {
			if r.Stack != stack && !slices.Contains(out, r.Stack) {
				out = append(out, r.Stack)
			}
		}
	}
	for _, r := range p.Of(stack) {
		add(r.References())
		add(r.DependsOn)
	}
	for _, output := range p.Outputs {
		if output.Stack == stack {
			add(plan.References(output.Value))
		}
	}
	return out
}

package template

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// world is a plan of one account with two stacks.
func world() (p *plan.Plan, one, two *plan.Resource) {
	p = plan.New("system", "us-east-1")
	account := &plan.Account{Label: "main", ID: "123456789012"}
	p.Accounts = []*plan.Account{account}
	first := &plan.Stack{Kind: plan.Environment, Account: account, Name: "first"}
	second := &plan.Stack{Kind: plan.Service, Account: account, Name: "second"}
	p.Stacks = []*plan.Stack{first, second}
	one, _ = p.Add(&plan.Resource{ID: "One", Type: "AWS::SNS::Topic", Stack: first, Why: "First."})
	two, _ = p.Add(&plan.Resource{ID: "Two", Type: "AWS::SNS::Topic", Stack: second, Why: "Second."})
	return p, one, two
}

func TestValues(t *testing.T) {
	p, one, two := world()
	suffix := plan.Param{Of: p.Suffix}
	cases := []struct {
		name            string
		value           plan.Value
		together, apart string // in one template, and in the template of the stack "second"
	}{
		{"literal", plan.String(`a "b" <c> ${d}`), `"a \"b\" <c> ${d}"`, ``},
		{"ref", plan.Ref{To: two}, `{"Ref":"Two"}`, ``},
		{
			"ref to another stack",
			plan.Ref{To: one},
			`{"Ref":"One"}`,
			`{"Fn::ImportValue":{"Fn::Sub":"first-One-${EnvironmentSuffix}"}}`,
		},
		{
			"attribute of another stack",
			plan.Attr{Of: one, Name: "Endpoint.Port"},
			`{"Fn::GetAtt":["One","Endpoint.Port"]}`,
			`{"Fn::ImportValue":{"Fn::Sub":"first-One:Endpoint:Port-${EnvironmentSuffix}"}}`,
		},
		{"literals that are joined", plan.Text("a", "b", plan.String("c")), `"abc"`, ``},
		{"one part", plan.Text(suffix), `{"Ref":"EnvironmentSuffix"}`, ``},
		{
			"parts", plan.Text("a-", suffix, "-", plan.AccountID, "-", plan.Attr{Of: two, Name: "Arn"}),
			`{"Fn::Sub":"a-${EnvironmentSuffix}-${AWS::AccountId}-${Two.Arn}"}`, ``,
		},
		{
			"an import among the parts", plan.Text("a-", plan.Ref{To: one}), `{"Fn::Sub":"a-${One}"}`,
			`{"Fn::Sub":["a-${Part1}",{"Part1":{"Fn::ImportValue":{"Fn::Sub":"first-One-${EnvironmentSuffix}"}}}]}`,
		},
		{
			"shell text among the parts", plan.Text(plan.Region, "; echo ${A:-${B}}"),
			`{"Fn::Sub":["${AWS::Region}${Part1}",{"Part1":"; echo ${A:-${B}}"}]}`, ``,
		},
		{"a dollar before a part", plan.Text("$", plan.Region), `{"Fn::Sub":"$${AWS::Region}"}`, ``},
		{
			"JSON text",
			plan.JSONText{Of: plan.Object{{Key: `k"`, Value: plan.List{plan.Int(1), plan.Bool(true), plan.String("x\ny")}}}},
			`"{\"k\\\"\":[1,true,\"x\\ny\"]}"`, ``,
		},
		{
			"JSON text with parts",
			plan.JSONText{Of: plan.Object{{KeyText: plan.Attr{Of: two, Name: "Arn"}, Value: plan.Text(`"`, suffix)}}},
			`{"Fn::Sub":"{\"${Two.Arn}\":\"\\\"${EnvironmentSuffix}\"}"}`, ``,
		},
		{"base64", plan.Base64{Of: plan.String("x")}, `{"Fn::Base64":"x"}`, ``},
		{"zone", plan.Select{Index: 2, From: plan.Zones{}}, `{"Fn::Select":[2,{"Fn::GetAZs":""}]}`, ``},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.apart == "" {
				c.apart = c.together
			}
			for want, stack := range map[string]*plan.Stack{c.together: nil, c.apart: two.Stack} {
				if c.together == c.apart {
					stack = two.Stack
				}
				r := renderer{plan: p, stack: stack}
				got := compact(&r, c.value)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
				if !json.Valid([]byte(got)) {
					t.Errorf("not JSON: %s", got)
				}
			}
		})
	}
}

func TestStringsAreJSON(t *testing.T) {
	for _, text := range []string{"", "plain", "\x00\x1f\x7f", "\u2028\u2029", "é😀", "\xff", "a\\b\"c\t\r\n"} {
		var got string
		if err := json.Unmarshal(appendString(nil, text), &got); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		want, _ := json.Marshal(text)
		var clean string
		if err := json.Unmarshal(want, &clean); err != nil || clean != got {
			t.Errorf("%q came back as %q, want %q", text, got, clean)
		}
	}
}

func FuzzString(f *testing.F) {
	f.Add("a\"\\\n\u2028\xff${x}")
	f.Fuzz(func(t *testing.T, text string) {
		want, _ := json.Marshal(text)
		var a, b string
		if json.Unmarshal(want, &a) != nil || json.Unmarshal(appendString(nil, text), &b) != nil || a != b {
			t.Fatalf("%q came back as %q, want %q", text, b, a)
		}
	})
}

func TestDependsOnLeavesOutWhatIsKnown(t *testing.T) {
	p, one, two := world()
	third, _ := p.Add(&plan.Resource{
		ID: "Three", Type: "AWS::SNS::Topic", Stack: two.Stack, Why: "Third.",
		Properties: plan.Object{{Key: "X", Value: plan.Ref{To: two}}},
	})
	fourth, _ := p.Add(&plan.Resource{ID: "Four", Type: "AWS::SNS::Topic", Stack: two.Stack, Why: "Fourth."})
	third.After(one, two, fourth, fourth, third, nil)
	d := document{renderer{plan: p}}
	if diff := cmp.Diff(`["One","Four"]`, compact(&d.renderer, d.dependsOn(third))); diff != "" {
		t.Errorf("one template: %s", diff)
	}
	d.stack = two.Stack
	if diff := cmp.Diff(`["Four"]`, compact(&d.renderer, d.dependsOn(third))); diff != "" {
		t.Errorf("a template of its own: %s", diff)
	}
}

func TestRulesKnowEveryAccount(t *testing.T) {
	for _, count := range []int{1, 2, 10, 11, 30} {
		var accounts []*plan.Account
		for i := range count {
			accounts = append(accounts, &plan.Account{Label: "a", ID: string(rune('A' + i))})
		}
		p := plan.New("system", "us-east-1")
		d := document{renderer{plan: p}}
		text := compact(&d.renderer, d.rules(accounts))
		for _, account := range accounts {
			if want := compact(&d.renderer, equals("AWS::AccountId", account.ID)); !strings.Contains(text, want) {
				t.Errorf("%d accounts: %s is not in the rule", count, account.ID)
			}
		}
		if tooMany(d.rules(accounts)) {
			t.Errorf("%d accounts: Fn::Or takes two to ten conditions", count)
		}
	}
}

func tooMany(n node) bool {
	switch v := n.(type) {
	case members:
		for _, m := range v {
			if list, ok := m.value.([]node); ok && m.key == "Fn::Or" && (len(list) < 2 || len(list) > 10) {
				return true
			}
			if tooMany(m.value) {
				return true
			}
		}
	case []node:
		for _, item := range v {
			if tooMany(item) {
				return true
			}
		}
	}
	return false
}

// compact is a node's JSON without white space.
func compact(r *renderer, n node) string {
	var out bytes.Buffer
	if err := json.Compact(&out, r.appendJSON(nil, n, 0)); err != nil {
		return err.Error()
	}
	return out.String()
}

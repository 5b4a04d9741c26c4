package access

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// evaluation is a row of testdata/cases.json: a request, the policies that bear on it, and what AWS says that comes of it.
type evaluation struct {
	Name, Source string
	Request      struct {
		Principal struct{ ARN, Service string }
		Action    string
		Resource  string
		Account   string
		Context   map[string][]string
	}
	Identity []any
	Resource any
	Want     string
}

// TestAsAWSSays: every rule of AWS's own documentation, by the cases that show it.
func TestAsAWSSays(t *testing.T) {
	text, err := os.ReadFile("testdata/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []evaluation
	if err := json.Unmarshal(text, &cases); err != nil || len(cases) < 600 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	for _, c := range cases {
		q := &Request{
			Principal: c.Request.Principal.ARN, Service: c.Request.Principal.Service,
			Action: c.Request.Action, Resource: c.Request.Resource, Account: c.Request.Account,
		}
		for key, values := range c.Request.Context {
			q.Keys = append(q.Keys, Key{key, values})
		}
		var identity []*Document
		for _, policy := range c.Identity {
			identity = append(identity, Read(nil, "", valueOf(policy), say))
		}
		var resource *Document
		if c.Resource != nil {
			resource = Read(nil, "", valueOf(c.Resource), say)
		}
		if got := Decide(q, identity, resource).Verdict.String(); got != c.Want {
			t.Errorf("%s: %s, want %s\n\tby %s", c.Name, got, c.Want, c.Source)
		}
	}
}

func say(v plan.Value) string {
	switch v := v.(type) {
	case plan.String:
		return string(v)
	case plan.Decimal:
		return string(v)
	case plan.Bool:
		if v {
			return "true"
		}
		return "false"
	}
	return ""
}

// valueOf is a value of JSON as a plan has it.
func valueOf(v any) plan.Value {
	switch v := v.(type) {
	case string:
		return plan.String(v)
	case bool:
		return plan.Bool(v)
	case float64:
		text, _ := json.Marshal(v)
		return plan.Decimal(text)
	case []any:
		out := make(plan.List, len(v))
		for i, item := range v {
			out[i] = valueOf(item)
		}
		return out
	case map[string]any:
		var out plan.Object
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(out, plan.Field{Key: key, Value: valueOf(v[key])})
		}
		return out
	}
	return nil
}

func TestPatterns(t *testing.T) {
	for _, test := range []struct {
		pattern, text    string
		covers, overlaps bool
	}{
		{"a*", "abc", true, true},
		{"a*", "a*", true, true},
		{"a?", "a*", false, true},
		{"a*", "a?", true, true},
		{"*c", "a*", false, true},
		{"a*c", "ab*c", true, true},
		{"ab*c", "a*c", false, true},
		{"a*b*c", "a-b-b-c", true, true},
		{"ab", "ac", false, false},
		{"a*c", "b*c", false, false},
		{"a*x", "a*y", false, false},
		{"", "", true, true},
		{"*", "", true, true},
		{"a", "", false, false},
		{"s3:p?tobject", "s3:putobject", true, true},
		{"s3:putobjectacl", "s3:putobject", false, false},
		{strings.Repeat("*a", 30), strings.Repeat("a", 100) + "b", false, false},
		{"a\x00*", "a*", true, true},
		{"a\x00*", "ab", false, true},
	} {
		if got := Covers(test.pattern, test.text); got != test.covers {
			t.Errorf("%q covers %q: %v", test.pattern, test.text, got)
		}
		if got := Overlaps(test.pattern, test.text); got != test.overlaps {
			t.Errorf("%q overlaps %q: %v", test.pattern, test.text, got)
		}
	}
}

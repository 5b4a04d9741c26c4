package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/compiler"
)

const snippetSource = "a {\r\n  b = account.x\r\n  c = 1\r\n}\r\nlast"

// place is the range of the first occurrence of a text.
func place(text string) *hcl.Range {
	at := strings.Index(snippetSource, text)
	line := 1 + strings.Count(snippetSource[:at], "\n")
	column := at - strings.LastIndex(snippetSource[:at], "\n")
	return &hcl.Range{
		Filename: "a.hcl",
		Start:    hcl.Pos{Line: line, Column: column, Byte: at},
		End:      hcl.Pos{Line: line + strings.Count(text, "\n"), Column: column + len(text), Byte: at + len(text)},
	}
}

func TestSnippet(t *testing.T) {
	context := "a"
	empty := place("last")
	empty.Start = empty.End
	for name, test := range map[string]struct {
		diag *hcl.Diagnostic
		want snippet
	}{
		"one word": {
			&hcl.Diagnostic{Subject: place("account")},
			snippet{&context, "  b = account.x", 2, 6, 13, []statement{}},
		},
		"a word with its context": {
			&hcl.Diagnostic{Subject: place("1"), Context: place("a {")},
			snippet{&context, "a {\r\n  b = account.x\r\n  c = 1", 1, 28, 29, []statement{}},
		},
		"the end of the file": {
			&hcl.Diagnostic{Subject: empty},
			snippet{nil, "last", 5, 4, 4, []statement{}},
		},
		"a range that ends with its line": {
			&hcl.Diagnostic{Subject: place("1\r\n")},
			snippet{&context, "  c = 1", 3, 6, 7, []statement{}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			files := originals([]compiler.Source{{Name: "a.hcl", Bytes: []byte(snippetSource)}})
			got := describe(test.diag, files)
			if diff := cmp.Diff(&test.want, got.Snippet); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDescribeWithoutSource(t *testing.T) {
	got := describe(&hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "s"}, nil)
	if diff := cmp.Diff(diagnostic{Severity: "warning", Summary: "s"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	long := originals([]compiler.Source{{Name: "a.hcl", Bytes: []byte(strings.Repeat("x", 5000))}})
	got = describe(&hcl.Diagnostic{Subject: place("last")}, long)
	if got.Range == nil || got.Snippet != nil {
		t.Errorf("a line that nobody can read: %+v", got)
	}
}

func TestValues(t *testing.T) {
	expression, diags := hclsyntax.ParseExpression([]byte(`[s, n, b, o.a, o, l, null_, s, secret, unknown, missing, l[0]]`), "", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	context := &hcl.EvalContext{Variables: map[string]cty.Value{
		"s": cty.StringVal("x\x1b"), "n": cty.NumberIntVal(5), "b": cty.True, "null_": cty.NullVal(cty.String),
		"o": cty.ObjectVal(map[string]cty.Value{"a": cty.Zero}), "l": cty.ListVal([]cty.Value{cty.Zero, cty.Zero}),
		"secret": cty.Zero.Mark("sensitive"), "unknown": cty.UnknownVal(cty.String),
	}}
	want := []statement{
		{"b", "is true"},
		{"l", "is list of number with 2 elements"},
		{"n", "is 5"},
		{"null_", "is null"},
		{"o", "is object with 1 attribute"},
		{"o.a", "is 0"},
		{"s", `is "x\x1b"`},
	}
	got := values(&hcl.Diagnostic{Expression: expression, EvalContext: context})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

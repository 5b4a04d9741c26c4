package decode

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/cfnpipe/cfnpipe/schema"
)

// TestReferenceListsTheFunctions holds the reference page against the table.
func TestReferenceListsTheFunctions(t *testing.T) {
	_, listed, _ := strings.Cut(schema.Markdown(), "the names that Terraform has for them: ")
	listed, _, _ = strings.Cut(listed, ".")
	d := newDecoder(nil)
	expr, _ := hclsyntax.ParseExpression([]byte("upper(1)"), "a.hcl", hcl.InitialPos)
	want := slices.Sorted(maps.Keys(d.contextOf(expr).Functions))
	if got := strings.Split(listed, ", "); !slices.Equal(got, want) {
		t.Errorf("the reference lists\n%v\nand there are\n%v", got, want)
	}
}

func TestOwnFunctions(t *testing.T) {
	for source, want := range map[string]string{
		`cidrsubnet("10.0.0.0/16", 8, 3)`:                  "10.0.3.0/24",
		`cidrsubnet("10.1.2.3/16", 0, 0)`:                  "10.1.0.0/16",
		`cidrsubnet("10.0.0.0/31", 1, 1)`:                  "10.0.0.1/32",
		`cidrsubnet("10.0.0.0/16", 17, 0)`:                 "!can be up to 16 bits longer",
		`cidrsubnet("10.0.0.0/16", 1, 2)`:                  "!numbers from 0 to 1",
		`cidrsubnet("::/16", 1, 1)`:                        "!IPv4",
		`length("äöü")`:                                    "3",
		`length(["a"])`:                                    "1",
		`length({ a = 1, b = "x" })`:                       "2",
		`length({})`:                                       "0",
		`length(1)`:                                        "!a list, a map or a tuple",
		`alltrue([])`:                                      "true",
		`anytrue([])`:                                      "false",
		`alltrue([true, false])`:                           "false",
		`anytrue([false, true])`:                           "true",
		`startswith("abc", "ab")`:                          "true",
		`endswith("abc", "ab")`:                            "false",
		`format("arn:aws:iam::123456789012:role/%s", "a")`: "arn:aws:iam::123456789012:role/a",
		`format("%2000d", 1)`:                              `!"%2000d" asks for more than 1000 characters`,
		`join("\n", [for x in range(1000) : "sixty characters of a line in a script that is run on a host"]) == "" ? "a" : "b"`: "b",
		`length(replace(join("", [for x in range(1000) : "abcdefghij"]), "a", "xyz"))`:                                          "12000",
		`length([for k in keys({ a = 1, b = 2 }) : upper(k)])`:                                                                  "2",
		`try(tonumber("x"), 7)`:                           "7",
		`can(regex("^a", "b"))`:                           "false",
		`join(",", [for k, v in { a = 1 } : "${k}${v}"])`: "a1",
	} {
		expr, diags := hclsyntax.ParseExpression([]byte(source), "a.hcl", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		d := newDecoder([]Source{{Name: "a.hcl", Bytes: []byte(source)}})
		got := "!"
		if text, ok := (value{d: d, row: schema.Attribute{Name: "x", Scalars: true}, expr: expr}).listed(); ok {
			got = text.Value
		} else {
			got += d.diags.Error()
		}
		if fault, wrong := strings.CutPrefix(want, "!"); wrong && !strings.Contains(got, fault) || !wrong && got != want {
			t.Errorf("%s is %s, want %s", source, got, want)
		}
	}
}

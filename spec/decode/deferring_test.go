package decode

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec"
)

// TestDeferredValues holds what expressions make of values that only CloudFormation knows: the text as it is written, or `!`
// and a part of the message.
func TestDeferredValues(t *testing.T) {
	for source, want := range map[string]string{
		`param.P`:                                              "${param.P}",
		`"${param.P}"`:                                         "${param.P}",
		`"a-${param.P}-${aws.region}-b"`:                       "a-${param.P}-${aws.region}-b",
		`"$${param.P}${param.P}"`:                              "$${param.P}${param.P}",
		`"${"$"}{param.P}${param.P}"`:                          "$${param.P}${param.P}",
		`resource.X`:                                           "${resource.X}",
		`resource.X.Arn`:                                       "${resource.X.Arn}",
		`resource.X.Endpoint.Address`:                          "${resource.X.Endpoint.Address}",
		`resource["X"]["Endpoint.Address"]`:                    "${resource.X.Endpoint.Address}",
		`"${1}${true}${param.P}"`:                              "1true${param.P}",
		`true ? param.P : "x"`:                                 "${param.P}",
		`false ? param.P : "x"`:                                "x",
		`false ? param.P : 3`:                                  "3",
		`true ? "a" : param.P`:                                 "a",
		`upper(true ? "a" : param.P)`:                          "A",
		`(false ? param.P : "x") == "x" ? "same" : "other"`:    "same",
		`[param.P, "b"][0]`:                                    "${param.P}",
		`{ a = param.P }.a`:                                    "${param.P}",
		`{ a = param.P }["a"]`:                                 "${param.P}",
		`[for x in ["a", param.P] : "<${x}>"][1]`:              "<${param.P}>",
		`{ for k, v in { a = param.P } : k => "${k}=${v}" }.a`: "a=${param.P}",
		`[for param in ["a"] : "${param}-${aws.region}"][0]`:   "a-${aws.region}",
		`[for aws in [{ region = "mine" }] : aws.region][0]`:   "mine",
		`"%{for x in ["a", param.P]}${x};%{endfor}"`:           "a;${param.P};",
		`"%{if true}${param.P}%{else}x%{endif}!"`:              "${param.P}!",
		`"%{if false}${param.P}%{endif}!"`:                     "!",
		`<<EOT
one ${param.P}
two
EOT
`: "one ${param.P}\ntwo\n",
		`join(",", ["a", param.P], [aws.region])`: "a,${param.P},${aws.region}",
		`join(",", [])`:                                           "",
		`join("-", ["a", "b"])`:                                   "a-b",
		`format("%s/%05d/%%/%s!", param.P, 42, "x")`:              "${param.P}/00042/%/x!",
		`format("%v", aws.region)`:                                "${aws.region}",
		`format("%q", "x")`:                                       `"x"`,
		`jsonencode({ b = [param.P, 1, null, true], a = "<\"" })`: `{"a":"\u003c\"","b":["${param.P}",1,null,true]}`,
		`jsonencode({ a = "x${param.P}\"y" })`:                    `{"a":"x${param.P}\"y"}`,
		`tostring(param.P)`:                                       "${param.P}",
		`tolist(["a", param.P])[1]`:                               "${param.P}",
		`tolist(["a", param.P])[0]`:                               "a",
		`merge({ a = "x" }, { a = param.P }).a`:                   "${param.P}",
		`lookup({ a = param.P }, "b", "none")`:                    "none",
		`lookup({ a = param.P }, "a", "none")`:                    "${param.P}",
		`coalesce(null, param.P)`:                                 "${param.P}",
		`element(concat(["a"], [param.P]), 1)`:                    "${param.P}",
		`flatten([["a"], [param.P]])[1]`:                          "${param.P}",
		`zipmap(["k"], [param.P]).k`:                              "${param.P}",
		`values({ a = param.P })[0]`:                              "${param.P}",
		`try(upper(param.P), "fallback")`:                         "!param.P gets its value when a stack is made",
		`can(upper(param.P)) ? "yes" : "no"`:                      "!param.P gets its value when a stack is made",
		`length([param.P, "b"])`:                                  "2",
		`join(",", [{ a = param.P }, { a = "b" }][*].a)`:          "${param.P},b",
		`upper(param.P)`:                                          "!param.P gets its value when a stack is made",
		`param.P == "x"`:                                          "!param.P gets its value when a stack is made",
		`param.P + 1`:                                             "!param.P gets its value when a stack is made",
		`!param.P`:                                                "!param.P gets its value when a stack is made",
		`param.P ? "a" : "b"`:                                     "!param.P gets its value when a stack is made",
		`toset([param.P])`:                                        "!param.P gets its value when a stack is made",
		`contains(["a"], param.P)`:                                "!param.P gets its value when a stack is made",
		`{ (param.P) = 1 }`:                                       "!param.P gets its value when a stack is made",
		`["a"][param.P]`:                                          "!param.P gets its value when a stack is made",
		`replace("a", "a", param.P)`:                              "!param.P gets its value when a stack is made",
		`"a${[param.P]}"`:                                         "!Cannot include the given value in a string template",
		`"a${null}${param.P}"`:                                    "!null",
		`format("%[1]s", param.P)`:                                "!verbs take their arguments in order",
		`format("%s", param.P, 1)`:                                "!more arguments than verbs",
		`"https://${var.f ? param.P : "h"}/"`:                     "https://h/",
		`(var.f ? param.P : "h") == "h" ? "same" : "other"`:       "same",
		`jsonencode(var.f ? param.P : "h")`:                       `"h"`,
		`jsonencode({ k = var.f ? param.P : "a", z = param.P })`:  `{"k":"a","z":"${param.P}"}`,
		`jsonencode(tolist(["a", param.P]))`:                      `["a","${param.P}"]`,
		`contains(var.f ? [param.P] : ["a"], "a") ? "in" : "out"`: "in",
		`(var.f ? { a = param.P } : { a = "x" }) == { a = "x" } ? "same" : "other"`: "same",
		`"${(var.f ? param.P : 5) + 1}"`:                                            "6",
		`tomap({ one = "h", two = param.P })["one"] == "h" ? "same" : "other"`:      "same",
		`format("%s-%v", param.P, null)`:                                            "${param.P}-null",
		`"${jsonencode(null)}-${param.P}"`:                                          "null-${param.P}",
		`coalesce(tostring(null), param.P)`:                                         "${param.P}",
		`format("%s-%v", param.P, [param.P])`:                                       "!write its elements one by one",
		`join(null, [param.P])`:                                                     "!separator has to be a string",
		`join(",", [param.P, null])`:                                                "!an element of the list is null",
		`lookup({ a = "x" }, "b", param.P)`:                                         "${param.P}",
		`lookup({ a = "x" }, param.P, "y")`:                                         "!param.P gets its value when a stack is made",
		`length(param.P)`:                                                           "!param.P gets its value when a stack is made",
		`element(["a", "b"], param.P)`:                                              "!param.P gets its value when a stack is made",
		`try(jsonencode({ u = param.Q }), "{}")`:                                    "!param.Q may hold any character",
		`jsonencode({ a = resource.X.Value })`:                                      "!resource.X.Value may hold any character",
		`jsonencode({ a = resource.X.Arn, b = resource.X })`:                        `{"a":"${resource.X.Arn}","b":"${resource.X}"}`,
		`templatefile("if", { x = param.P })`:                                       "!param.P gets its value when a stack is made",
		`templatefile("json", { x = param.P })`:                                     `{"a":"${param.P}"}`,
		`templatefile("text", { x = param.P, param = "mine" })`:                     "<${param.P}> mine",
		`templatefile("text", { x = "plain", param = "mine" })`:                     "<plain> mine",
		`templatefile("text", { x = param.P, param = aws.region })`:                 "<${param.P}> ${aws.region}",
		`templatefile("text", { x = var.f ? param.P : "h", param = "mine" })`:       "<h> mine",
		`lookup({ "1" = param.P }, 1, "d")`:                                         "${param.P}",
		`join(1, [param.P, "b"])`:                                                   "${param.P}1b",
		`format("%s%é", "a", param.P)`:                                              "!and not %é",
		`jsonencode(param.Q)`:                                                       "!param.Q may hold any character",
	} {
		text, diags := deferredText(source)
		got := text
		if diags.HasErrors() {
			got = "!"
			for _, diag := range diags {
				got += diag.Summary + ": " + diag.Detail + "\n"
			}
		}
		fault, wrong := strings.CutPrefix(want, "!")
		if wrong && diags.HasErrors() && strings.Contains(got, fault) || got == want {
			continue
		}
		t.Errorf("%s is %s, want %s", source, got, want)
	}
}

// deferredText reads an expression as a string that may hold anything.
func deferredText(source string) (string, hcl.Diagnostics) {
	expr, diags := hclsyntax.ParseExpression([]byte(source), "a.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		return "", diags
	}
	d := newDecoder([]Source{{Name: "a.hcl", Bytes: []byte(source)}})
	d.scope.parameters["P"] = &spec.Parameter{Type: spec.Text{Value: "String"}, AllowedPattern: spec.Text{Value: "[a-z]+"}}
	d.scope.parameters["Q"] = &spec.Parameter{Type: spec.Text{Value: "String"}}
	d.scope.variables["f"] = cty.False
	d.scope.folder = func(path string) ([]byte, error) {
		return []byte(map[string]string{
			"if": `%{if x == "a"}A%{else}B%{endif}`, "json": `${jsonencode({ a = x })}`, "text": "<${x}> ${param}",
		}[path]), nil
	}
	row := schema.Attribute{Name: "x", Scalars: true, Deferred: schema.AnyCharacter, Holds: schema.Data}
	text, _ := value{d: d, row: row, expr: expr}.deferred()
	return text.String(), d.diags
}

// FuzzDeferring holds that an expression without anything deferred is the same whether or not it is rewritten for it.
func FuzzDeferring(f *testing.F) {
	for _, seed := range []string{
		`"a${1}b"`, `"%{for x in ["a"]}${x}%{endfor}"`, `[for k, v in { a = 1 } : "${k}${v}" if v == 1]`, `true ? "a" : null`, `format("%05d|%-5s|%v", 1, "x", [1])`,
		`join(",", ["a"], tolist(["b"]))`, `jsonencode({ a = [1, null, "<"] })`, `tostring(1.50)`, `{ "a" = 1, (true) = 2 }`, `[[1], [2]][*][0]`, `try([][0], "x")`,
		`"${[1]}"`, `"${null}"`, `!true && false`, `{ for x in [1, 1] : x => x... }`, `<<-EOT
  a
    ${1}
EOT
`, `join(1, 2)`, `format()`, `format("%d", "x")`, `jsonencode()`, `tostring([])`, `"${true ? "a" : 1}"`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		file, diags := read(Source{Name: "a.hcl", Bytes: []byte("x = " + source + "\n")})
		if diags.HasErrors() {
			return
		}
		attributes, _ := file.Body.JustAttributes()
		if attributes["x"] == nil || len(attributes) != 1 {
			return
		}
		expr := attributes["x"].Expr
		if len(expr.Variables()) > 0 {
			return
		}
		d := newDecoder([]Source{{Name: "a.hcl", Bytes: []byte(source)}})
		v := value{d: d, row: schema.Attribute{Name: "x"}, expr: expr}
		if !v.checkLoops() {
			return
		}
		context := d.contextOf(expr)
		if context == nil {
			context = &hcl.EvalContext{}
		}
		plain, plainDiags := protected(expr, context)
		rewritten, diags := protected(d.deferring(expr), &hcl.EvalContext{Variables: map[string]cty.Value{}, Functions: d.scope.deferredFunctions})
		if plainDiags.HasErrors() != diags.HasErrors() {
			t.Fatalf("%s: %v, and rewritten %v", source, plainDiags, diags)
		}
		if !diags.HasErrors() && !plain.RawEquals(rewritten) {
			t.Errorf("%s is %#v, and rewritten %#v", source, plain, rewritten)
		}
	})
}

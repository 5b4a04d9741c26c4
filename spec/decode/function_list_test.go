package decode_test

import (
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec/decode"
)

// Every function says what it does, and the reference page names it.
func TestFunctionsAreDescribed(t *testing.T) {
	reference := schema.Markdown()
	all := decode.Functions()
	for _, f := range all {
		if f.Doc == "" || len(f.Parameters) == 0 {
			t.Errorf("%s is not described: %+v", f.Name, f)
		}
		if !strings.Contains(reference, f.Name+",") && !strings.Contains(reference, f.Name+".") {
			t.Errorf("the reference page does not name %s", f.Name)
		}
	}
	if len(all) < 70 {
		t.Errorf("only %d functions", len(all))
	}
}

func TestValuesAreWhatExpressionsComeTo(t *testing.T) {
	const text = `variable "names" {
  default = ["one", "two"]
}

variable "key" {
  default   = "hidden"
  sensitive = true
}

locals {
  long  = join("-", var.names)
  place = { zone = "a", "b c" = 2, ok = true, none = null }
  ids   = "${param.EnvironmentSuffix}-x"
  own   = upper(var.key)
}

pipeline "p" {
  for_each = toset(var.names)

  source "codecommit" {
    repository = "r-${each.key}"
  }
}
`
	got := map[string][]string{}
	for _, e := range decode.Values([]decode.Source{{Name: "a.hcl", Bytes: []byte(text)}}) {
		what := text[e.Range.Start.Byte:e.Range.End.Byte]
		got[what] = append(got[what], e.Value)
	}
	for what, want := range map[string]string{
		`"names"`:                        `["one", "two"]`,
		`"key"`:                          `(sensitive)`,
		`join("-", var.names)`:           `"one-two"`,
		`"${param.EnvironmentSuffix}-x"`: `(known when the stack is made)`,
		`upper(var.key)`:                 `(sensitive)`,
		`"r-${each.key}"`:                `"r-one" "r-two"`,
		`each.key`:                       `"one" "two"`,
		`{ zone = "a", "b c" = 2, ok = true, none = null }`: `{ "b c" = 2, none = null, ok = true, zone = "a" }`,
	} {
		if have := strings.Join(got[what], " "); have != want {
			t.Errorf("%s comes to %s, want %s", what, have, want)
		}
	}
}

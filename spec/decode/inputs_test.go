package decode_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/spec/decode"
)

const withVariables = `
variable "id" {
  type    = string
  default = "111111111111"
}

variable "services" {
  type = map(object({ branch = optional(string, "main"), days = optional(number) }))
  default = {}
}

account "tools" {
  id = var.id
}

pipeline "service" {
  for_each           = var.services
  log_retention_days = each.value.days

  source "codecommit" {
    repository = each.key
    branch     = each.value.branch
  }

  stage "build" {
    build "image" {}
  }
}
`

func TestInputs(t *testing.T) {
	set := func(name, value, origin string, lenient bool) decode.Input {
		return decode.Input{Variable: name, Value: value, Origin: origin, Lenient: lenient}
	}
	file := func(text string) decode.Input {
		return decode.Input{File: &decode.Source{Name: "x.vars.hcl", Bytes: []byte(text)}, Lenient: true}
	}
	cases := []struct {
		name   string
		inputs []decode.Input
		id     string   // of the account
		want   []string // pipelines, as NAME BRANCH DAYS
		says   []string // parts of what is wrong, in order
	}{
		{name: "defaults", id: "111111111111"},
		{name: "a text is itself", inputs: []decode.Input{set("id", "012345678901", "--var", false)}, id: "012345678901"},
		{name: "the last wins", inputs: []decode.Input{
			set("id", "000000000001", "CFNPIPE_VAR_id", true), file(`id = "000000000002"`), set("id", "000000000003", "--var", false),
		}, id: "000000000003"},
		{
			name: "an expression for what is no text", inputs: []decode.Input{set("services", `{ api = {}, web = { branch = "next", days = 7 } }`, "--var", false)},
			id: "111111111111", want: []string{"api main 90", "web next 7"},
		},
		{name: "a file", inputs: []decode.Input{file("services = {\n  api = { days = 30 }\n}\n")}, id: "111111111111", want: []string{"api main 30"}},
		{
			name: "unknown on the command line", inputs: []decode.Input{set("ids", "1", "--var", false)}, id: "111111111111",
			says: []string{`Value for unknown variable "ids"; --var gives it a value, and no variable block declares it. Did you mean "id"?`},
		},
		{name: "unknown in the environment", inputs: []decode.Input{set("ids", "1", "CFNPIPE_VAR_ids", true)}, id: "111111111111"},
		{name: "unknown in a file", inputs: []decode.Input{file("ids = 1")}, id: "111111111111", says: []string{`x.vars.hcl:1,1-4: Value for unknown variable "ids"`}},
		{
			name: "wrong type", inputs: []decode.Input{set("services", `["api"]`, "--var", false)}, id: "111111111111",
			says: []string{`Wrong value for variable "services"`},
		},
		{
			name: "wrong member in a file", inputs: []decode.Input{file(`services = { api = { days = "x" } }`)}, id: "111111111111",
			says: []string{`x.vars.hcl:1,12-36: Wrong value for variable "services"`},
		},
		{name: "no expression", inputs: []decode.Input{set("services", `{ api = `, "--var", false)}, id: "111111111111", says: []string{"In the value that --var gives."}},
		{
			name: "it refers to something", inputs: []decode.Input{set("services", `{ api = var.id }`, "--var", false)}, id: "111111111111",
			says: []string{"A value from outside refers to something"},
		},
		{name: "nesting", inputs: []decode.Input{set("services", strings.Repeat("[", 100_000), "--var", false)}, id: "111111111111", says: []string{"Nesting is too deep"}},
		{name: "nesting in a file", inputs: []decode.Input{file("services = " + strings.Repeat("[", 100_000))}, id: "111111111111", says: []string{"Nesting is too deep"}},
		{name: "a value that its use refuses", inputs: []decode.Input{set("id", "12", "--var", false)}, says: []string{`Value "12" does not fit "id"`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			config, diags := decode.Files([]decode.Source{{Name: "a.hcl", Bytes: []byte(withVariables)}}, c.inputs...)
			for i, part := range c.says {
				if i >= len(diags) || !strings.Contains(diags[i].Error(), part) {
					t.Errorf("want %q, got %v", part, diags)
				}
			}
			if len(diags) != len(c.says) {
				t.Errorf("%d diagnostics: %v", len(diags), diags)
			}
			if got := config.Accounts[0].ID.Value; got != c.id {
				t.Errorf("id %q, want %q", got, c.id)
			}
			var got []string
			for _, p := range config.Pipelines {
				got = append(got, fmt.Sprintf("%s %s %d", p.Label.Value, p.Source.Branch.Value, p.LogRetentionDays.Value))
			}
			if strings.Join(got, ", ") != strings.Join(c.want, ", ") {
				t.Errorf("pipelines %v, want %v", got, c.want)
			}
		})
	}
}

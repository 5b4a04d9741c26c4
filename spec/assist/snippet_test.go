package assist_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/spec/assist"
	"github.com/cfnpipe/cfnpipe/spec/decode"
)

func TestPlain(t *testing.T) {
	for snippet, want := range map[string]string{
		"":                              "",
		"port":                          "port",
		"a = $1":                        "a = ",
		"a = ${1}":                      "a = ",
		"a = ${1:8080}":                 "a = 8080",
		`a = ${1:{ min = 3 \}}`:         "a = { min = 3 }",
		`a = ${1|"b","c"|}`:             `a = "b"`,
		`a = ${1|x\,y,z|}`:              "a = x,y",
		`a = ${1|x\|y|}`:                "a = x|y",
		`"\${x\}" \\ $0`:                `"${x}" \ `,
		"f($1)":                         "f()",
		"a {\n\tb = ${2:c}\n}$0":        "a {\n\tb = c\n}",
		"${1:unclosed":                  "unclosed",
		`\`:                             `\`,
		"costs $ 5":                     "costs $ 5",
		`${1:"https://\${x\}"} ${12:b}`: `"https://${x}" b`,
	} {
		if got := assist.Plain(snippet); got != want {
			t.Errorf("Plain(%q) = %q, not %q", snippet, got, want)
		}
	}
}

// frame is a configuration that leaves nothing to say about the rest.
const frame = `variable "items" {
  default = ["a"]
}

account "tools" {
  id = "111111111111"
}

account "live" {
  id = "222222222222"
}

`

// TestEverySnippet chooses every block and attribute that is offered, from the top of a file down to the innermost blocks, and holds
// the file that comes of it against the language.
func TestEverySnippet(t *testing.T) {
	seen := map[string]bool{}
	var walk func(text string, at int, around string)
	walk = func(text string, at int, around string) {
		f := assist.NewFile("pipeline.hcl", []byte(text))
		c := &assist.Config{Files: []*assist.File{f}}
		for _, item := range c.Complete(f, at) {
			key := around + " " + item.Label
			if item.Kind != assist.BlockItem && item.Kind != assist.AttributeItem || seen[key] {
				continue
			}
			seen[key] = true
			inserted := assist.Plain(item.Insert)
			if strings.HasSuffix(inserted, "= ") {
				continue // The value is chosen from a list.
			}
			after := text[:item.Replace.Start] + inserted + text[item.Replace.End:]
			hold(t, key, after)
			end := item.Replace.Start + strings.LastIndexByte(inserted, '}')
			if item.Kind == assist.BlockItem && !strings.Contains(around, item.Label) {
				walk(after[:end]+"\n\n"+after[end:], end+1, key)
			}
		}
	}
	walk(frame, len(frame), "")
	if len(seen) < 250 {
		t.Errorf("only %d places were seen", len(seen))
	}
}

// unfinished is what may be said of a block that has no more than it has to have.
var unfinished = regexp.MustCompile(`^(Missing |Stage "example" does nothing|Block parallel of stage "example" does nothing|No value for variable "example"|Nothing has to hold before entry|` +
	`Block blue_green with strategy|Override that changes nothing)`)

// hold holds a file against the language.
func hold(t *testing.T, what, text string) {
	t.Helper()
	if diags := decode.Syntax(decode.Source{Name: "pipeline.hcl", Bytes: []byte(text)}); diags.HasErrors() {
		t.Fatalf("%s: %v\n%s", what, diags, text)
	}
	_, diags := decode.Files([]decode.Source{{Name: "pipeline.hcl", Bytes: []byte(text)}})
	for _, diag := range diags {
		if !unfinished.MatchString(diag.Summary) {
			t.Errorf("%s: %s: %s", what, diag.Summary, diag.Detail)
		}
	}
}

package main

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// TestNavigation holds navigation against hcl's own, which parses.
func TestNavigation(t *testing.T) {
	const source = `# head
region = "eu-west-1" # not a header {
account "a" { # header
  id = "1{2"
  network { x = { y = [1, { z = "${f({a = 1})}" }] } }
}

/* between */ pipeline shop "two" {
  t = <<END
} %{ if true }{%{ endif } ${x}
END
}
x = { a = 1 }
lone {}
`
	file, diags := hclsyntax.ParseConfig([]byte(source), "a.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	oracle := file.Nav.(interface{ ContextString(int) string })
	n := &navigation{source: compiler.Source{Name: "a.hcl", Bytes: []byte(source)}}
	for offset := range len(source) {
		want := oracle.ContextString(offset)
		if strings.HasPrefix(want, "pipeline") {
			want = `pipeline shop "two"` // hcl puts every label into quotes
		}
		if got := n.ContextString(offset); got != want {
			t.Errorf("at %d (%.10q): %q, want %q", offset, source[offset:], got, want)
		}
	}
}

func TestNavigationOfHalfAFile(t *testing.T) {
	n := &navigation{source: compiler.Source{Name: "a.hcl", Bytes: []byte("}} account \"a\" {\n  x = [\n\n")}}
	if got := n.ContextString(20); got != `` && got != `account "a"` {
		t.Errorf("%q", got)
	}
	n = &navigation{source: compiler.Source{Name: "a.HCL.json", Bytes: []byte("a {\n}")}}
	if got := n.ContextString(1); got != "" {
		t.Errorf("JSON: %q", got)
	}
}

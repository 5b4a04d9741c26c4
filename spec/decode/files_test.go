package decode_test

import (
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec/decode"
	"github.com/cfnpipe/cfnpipe/spec/spectest"
)

func TestCases(t *testing.T) {
	spectest.Run(t, "testdata/*/*.txtar", func(t *testing.T, c spectest.Case) {
		_, diags := decode.Files(sources(c))
		c.Check(t, diags)
		for range 10 {
			// HCL keeps attributes in maps, and the order of a map must not show.
			if _, again := decode.Files(sources(c)); again.Error() != diags.Error() || !slices.EqualFunc(diags, again, sameText) {
				t.Fatalf("another run has other diagnostics:\n%v\n%v", diags, again)
			}
		}
	})
}

func sameText(a, b *hcl.Diagnostic) bool { return a.Error() == b.Error() }

func sources(c spectest.Case) []decode.Source {
	var out []decode.Source
	for _, file := range c.Files {
		out = append(out, decode.Source{Name: file.Name, Bytes: file.Data})
	}
	return out
}

package check_test

import (
	"testing"

	"github.com/cfnpipe/cfnpipe/spec"
	"github.com/cfnpipe/cfnpipe/spec/check"
	"github.com/cfnpipe/cfnpipe/spec/decode"
	"github.com/cfnpipe/cfnpipe/spec/spectest"
)

func TestCases(t *testing.T) {
	spectest.Run(t, "testdata/*.txtar", func(t *testing.T, c spectest.Case) {
		var sources []decode.Source
		for _, file := range c.Files {
			sources = append(sources, decode.Source{Name: file.Name, Bytes: file.Data})
		}
		config, diags := decode.Files(sources)
		c.Check(t, spec.Tidy(append(diags, check.Config(config)...)))
	})
}

// TestIncomplete holds that the rules pass over what could not be read.
func TestIncomplete(t *testing.T) {
	broken := `
account "a" {
  network { cidr = "x" }
}
account "b" {
  network { vpc_id = "x" }
}
pipeline "p" {
  stage "s" {
    deploy "ec2" { account = account.live }
    deploy "ec2" { name = "B" }
    build "image" {}
  }
  notifications {}
}
pipeline "q" {}
`
	config, _ := decode.Files([]decode.Source{{Name: "a.hcl", Bytes: []byte(broken)}})
	for _, diag := range check.Config(config) {
		if diag.Subject == nil {
			t.Errorf("diagnostic without a place: %v", diag)
		}
	}
	check.Config(&spec.Config{})
}

func FuzzConfig(f *testing.F) {
	f.Add([]byte(`account "a" { id = "111111111111" }`))
	f.Fuzz(func(_ *testing.T, data []byte) {
		config, _ := decode.Files([]decode.Source{{Name: "a.hcl", Bytes: data}})
		check.Config(config)
	})
}

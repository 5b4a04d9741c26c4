package decode_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/cfnpipe/cfnpipe/spec/decode"
)

// TestHalfFile holds that what could be read of a file comes out beside its diagnostics: an editor always holds half a file.
func TestHalfFile(t *testing.T) {
	whole, err := os.ReadFile("../../examples/storefront/pipeline.hcl")
	if err != nil {
		t.Fatal(err)
	}
	for length := 0; length < len(whole)-3; length += 7 {
		_, diags := decode.Files([]decode.Source{{Name: "a.hcl", Bytes: whole[:length]}})
		if !diags.HasErrors() {
			t.Errorf("%d bytes give no error", length)
		}
		for _, diag := range diags {
			if diag.Subject == nil || diag.Subject.Filename != "a.hcl" || diag.Subject.End.Byte > length+1 {
				t.Errorf("%d bytes: diagnostic outside the file: %v", length, diag)
			}
		}
	}
	middle := bytes.Index(whole, []byte("instance_type"))
	config, _ := decode.Files([]decode.Source{{Name: "a.hcl", Bytes: whole[:middle]}})
	if len(config.Accounts) != 3 || len(config.Pipelines) != 1 || len(config.Pipelines[0].Stages) != 2 {
		t.Fatalf("read %d accounts and pipelines %v", len(config.Accounts), config.Pipelines)
	}
	deploy := config.Pipelines[0].Deploys()[0]
	if deploy.Account == nil || deploy.Account.Label.Value != "staging" {
		t.Errorf("read account %v", deploy.Account)
	}
	if config.Accounts[1].Network.CIDR.Value != "10.10.0.0/16" {
		t.Errorf("read network %v", config.Accounts[1].Network)
	}
}

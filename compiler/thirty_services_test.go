package compiler_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// TestThirtyServices: one pipeline block for thirty services in three accounts,
// which share networks and a store. All of it in one template is refused with
// the numbers; each stack is within the limits, or the proofs would refuse it.
func TestThirtyServices(t *testing.T) {
	services, err := os.ReadFile(filepath.FromSlash("../examples/microservices/thirty.vars.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	compileWith := func(services []byte) *compiler.System {
		system, diags := compiler.Compile([]compiler.Source{{Name: "pipeline.hcl", Bytes: source(t, "microservices")}},
			compiler.Input{File: &compiler.Source{Name: "thirty.vars.hcl", Bytes: services}})
		if system == nil {
			t.Fatal(diags)
		}
		for _, diag := range diags {
			t.Errorf("not a word is expected: %v", diag)
		}
		return system
	}
	system := compileWith(services)
	if _, err := system.Template(); err == nil || !strings.Contains(err.Error(), "1671 resources") || !strings.Contains(err.Error(), "accepts 500") {
		t.Errorf("one template is to be refused with the numbers: %v", err)
	}
	before := templates(t, system)
	if want := 2 + 1 + 3*30; len(before) != want { // networks, store, services with their pipelines
		t.Errorf("%d stacks, want %d", len(before), want)
	}

	after := templates(t, compileWith(bytes.Replace(services, []byte("  wishlist"), []byte("  vouchers = {}\n  wishlist"), 1)))
	for _, path := range []string{
		"tools/vouchers-pipeline.template.json", "staging/vouchers-service.template.json", "production/vouchers-service.template.json",
	} {
		if _, made := after[path]; !made {
			t.Errorf("%s is missing", path)
		}
		delete(after, path)
	}
	var changed []string
	for path, old := range before {
		for id, resource := range old.Resources {
			if !cmp.Equal(resource, after[path].Resources[id]) {
				changed = append(changed, path+" "+id)
			}
		}
		if len(after[path].Resources) != len(old.Resources) {
			t.Errorf("%s has other resources than before", path)
		}
	}
	// The store has to know who may read and write in it.
	const store = "tools/tools-artifacts.template.json ToolsArtifact"
	for _, what := range changed {
		switch strings.TrimPrefix(what, store) {
		case "Bucket", "BucketPolicy", "Key":
		default:
			t.Errorf("a further service changes %s", what)
		}
	}
	if len(changed) != 3 {
		t.Errorf("changed: %v", changed)
	}
}

// TestTooManyForOneStore: the remedy is that of what pipelines share, and not of one pipeline.
func TestTooManyForOneStore(t *testing.T) {
	var services strings.Builder
	for n := range 60 {
		fmt.Fprintf(&services, "service%d = {}\n", n)
	}
	_, diags := compiler.Compile([]compiler.Source{{Name: "pipeline.hcl", Bytes: source(t, "microservices")}},
		compiler.Input{Variable: "services", Value: "{\n" + services.String() + "}", Origin: "--var"})
	for _, says := range []string{"of 32768 bytes of the key policy", "of 20480 bytes of the bucket policy"} {
		found := slices.IndexFunc(diags, func(d *hcl.Diagnostic) bool { return strings.Contains(d.Detail, says) })
		if found < 0 || diags[found].Severity != hcl.DiagError || !strings.Contains(diags[found].Detail, "so that each pipeline has a store of its own") {
			t.Errorf("no error says %q with the way out: %v", says, diags)
		}
	}
}

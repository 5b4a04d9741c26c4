package compiler_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/cfnpipe/cfnpipe/compiler"
	"github.com/cfnpipe/cfnpipe/spec/spectest"
)

// TestGoldenBlocks runs the cases in testdata/BLOCK/CASE.txtar: prose first, then
// pipeline.hcl, then for each resource that the case is about a file with its
// logical id and its JSON; "-- Parameters/NAME --" and "-- Outputs/NAME --" for
// those; "-- Name: absent --" for one that must not be there,
// and "-- diagnostics --" for what the compiler must say.
func TestGoldenBlocks(t *testing.T) {
	cases, err := filepath.Glob("testdata/blocks/*/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range cases {
		name := strings.TrimSuffix(strings.TrimPrefix(path, "testdata/blocks/"), ".txtar")
		t.Run(name, func(t *testing.T) { blockCase(t, path) })
	}
}

// TestWrong runs the cases of mistakes that only show when everything is in the plan, each marked on its word.
func TestWrong(t *testing.T) {
	spectest.Run(t, "testdata/wrong/*.txtar", func(t *testing.T, c spectest.Case) {
		var files []compiler.Source
		for _, file := range c.Files {
			files = append(files, compiler.Source{Name: file.Name, Bytes: file.Data})
		}
		_, diags := compiler.Compile(files)
		c.Check(t, diags)
	})
}

func blockCase(t *testing.T, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(bytes.TrimSpace(archive.Comment)) == 0 || archive.Files[0].Name != "pipeline.hcl" {
		t.Fatal("a case begins with prose and pipeline.hcl")
	}
	system, diags := compiler.Compile([]compiler.Source{{Name: "pipeline.hcl", Bytes: archive.Files[0].Data}})
	resources := map[string]json.RawMessage{}
	if system != nil {
		var template struct{ Resources, Parameters, Outputs map[string]json.RawMessage }
		if err := json.Unmarshal(whole(t, system), &template); err != nil {
			t.Fatal(err)
		}
		resources = template.Resources
		for name, raw := range template.Parameters {
			resources["Parameters/"+name] = raw
		}
		for name, raw := range template.Outputs {
			resources["Outputs/"+name] = raw
		}
		for _, file := range folder(t, system) { // what a pipeline deploys stands in no template but its own
			var own struct {
				document
				Resources map[string]json.RawMessage
			}
			if json.Unmarshal(file.Bytes, &own) == nil && byPipeline(own.document) {
				maps.Copy(resources, own.Resources)
			}
		}
	}
	for i, file := range archive.Files[1:] {
		id, absent := strings.CutSuffix(file.Name, ": absent")
		var got []byte
		switch raw, there := resources[id]; {
		case file.Name == "diagnostics":
			var said strings.Builder
			for _, d := range diags {
				said.WriteString(d.Error() + "\n")
			}
			got = []byte(said.String())
		case absent:
			if there {
				t.Errorf("%s is there", id)
			}
		case !there:
			t.Errorf("%s is not there", id)
		default:
			got = indented(t, raw)
		}
		if *update {
			archive.Files[i+1].Data = got
		} else if diff := cmp.Diff(string(file.Data), string(got)); diff != "" {
			t.Errorf("%s differs (-want +got):\n%s", file.Name, diff)
		}
	}
	if *update {
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func indented(t *testing.T, raw json.RawMessage) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		t.Fatal(err)
	}
	out.WriteByte('\n')
	return out.Bytes()
}

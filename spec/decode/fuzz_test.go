package decode_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/cfnpipe/cfnpipe/spec/decode"
)

// FuzzFiles holds that no input makes the decoder panic, and that every diagnostic has a place inside the file.
func FuzzFiles(f *testing.F) {
	for _, pattern := range []string{"testdata/*.hcl*", "testdata/*/*.txtar"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			f.Fatalf("no seeds match %s (%v)", pattern, err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			if filepath.Ext(path) != ".txtar" {
				f.Add(data, filepath.Ext(path) == ".json")
				continue
			}
			for _, file := range txtar.Parse(data).Files {
				f.Add(file.Data, filepath.Ext(file.Name) == ".json")
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, isJSON bool) {
		name := "a.hcl"
		if isJSON {
			name = "a.hcl.json"
		}
		config, diags := decode.Files([]decode.Source{{Name: name, Bytes: data}})
		if config == nil {
			t.Error("no configuration")
		}
		for _, diag := range diags {
			if diag.Subject == nil {
				t.Errorf("diagnostic without a place: %v", diag)
			} else if diag.Subject.Filename != name {
				t.Errorf("diagnostic in file %q: %v", diag.Subject.Filename, diag)
			} else if at := diag.Subject; at.Start.Byte > at.End.Byte || at.Start.Byte > len(data) || at.Start.Line < 1 {
				t.Errorf("diagnostic outside the file: %v", diag)
			}
			if diag.Summary == "" || diag.Detail == "" {
				t.Errorf("diagnostic without words: %v", diag)
			}
		}
		if !diags.HasErrors() && (len(config.Accounts) == 0 || len(config.Pipelines) == 0) {
			t.Error("no errors, but not a whole configuration")
		}
	})
}

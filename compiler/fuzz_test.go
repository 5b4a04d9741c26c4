package compiler_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// FuzzCompile holds of any input: no panic, diagnostics inside the file, and either an error or a system that passes every
// proof, prints templates whose references resolve, and prints them again to the byte.
func FuzzCompile(f *testing.F) {
	for _, name := range examples(f) {
		f.Add(source(f, name))
	}
	cases, err := filepath.Glob("testdata/blocks/*/*.txtar")
	if err != nil || len(cases) == 0 {
		f.Fatalf("no cases: %v", err)
	}
	for _, path := range cases {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data)
	}
	for _, p := range places(f) {
		f.Add(p.with(p.row.Example))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		system, diags := compileText(data)
		anywhere := mutation{text: data, to: len(data)}
		if system == nil {
			if fault := anywhere.misplaced(diags); fault != "" {
				t.Error(fault)
			}
			return
		}
		again, _ := compiler.Compile([]compiler.Source{{Name: "pipeline.hcl", Bytes: bytes.Clone(data)}})
		first, second := outputs(system), outputs(again)
		for i, text := range first {
			if !bytes.Equal(text, second[i]) {
				t.Error("the output differs from one compile to the next")
			}
			if fault := unsound(text); fault != "" {
				t.Error(fault)
			}
		}
	})
}

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// snapshot is what a folder holds, by path; files that wait and journals are left out.
func snapshot(t *testing.T, folder string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), ".cfnpipe-") {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		out[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil && !missing(err) {
		t.Fatal(err)
	}
	return out
}

// hidden lists the files that wait and the journals below a folder.
func hidden(t *testing.T, folder string) []string {
	t.Helper()
	var out []string
	_ = filepath.WalkDir(folder, func(path string, _ os.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(filepath.Base(path), ".cfnpipe-") {
			out = append(out, path)
		}
		return err
	})
	return out
}

// version is the output of a system that does not exist: one template that every version has, and one that is its own.
func version(name string) []compiler.File {
	files := []compiler.File{
		{Path: "shop/shared.template.json", Bytes: []byte("shared " + name)},
		{Path: name + "/own.template.json", Bytes: []byte("own " + name)},
		{Path: "DEPLOY.md", Bytes: []byte("handbook " + name)},
	}
	var manifest struct {
		Generator string                       `json:"generator"`
		Stacks    []map[string]json.RawMessage `json:"stacks"`
	}
	manifest.Generator = "cfnpipe"
	for _, file := range files[:2] {
		manifest.Stacks = append(manifest.Stacks, map[string]json.RawMessage{"template": json.RawMessage(fmt.Sprintf("%q", file.Path))})
	}
	text, _ := json.Marshal(manifest)
	return append(files, compiler.File{Path: manifestName, Bytes: text})
}

func contents(files []compiler.File) map[string]string {
	out := map[string]string{}
	for _, file := range files {
		out[file.Path] = string(file.Bytes)
	}
	return out
}

func write(t *testing.T, folder string, files []compiler.File) {
	t.Helper()
	c := &console{stderr: io.Discard, pending: &replacement{}, beside: &replacement{}}
	if err := c.writeFolder(&input{}, destination{toFolder, folder}, files, mapFile{}); err != nil {
		t.Fatal(err)
	}
}

// dyingWrite is how version two replaces version one, step by step.
func dyingWrite(folder string) []func(*replacement) error {
	files := version("two")
	steps := []func(*replacement) error{
		func(r *replacement) error { return r.open(folder) },
		func(r *replacement) error { return r.plan(files) },
	}
	for i, file := range files {
		steps = append(steps, func(r *replacement) error { return r.stage(r.planned[i], file.Bytes) })
	}
	steps = append(steps, func(r *replacement) error { return r.ready() })
	for i := range files {
		if i == len(files)-1 {
			steps = append(steps, func(r *replacement) error { return r.removeOld(folder, r.planned) })
		}
		steps = append(steps, func(r *replacement) error { return r.root.Rename(r.planned[i].Temporary, r.planned[i].Path) })
	}
	return append(steps, func(r *replacement) error { r.forget(); return nil })
}

// TestDeathAfterEachStep kills a write after each of its steps. Until everything waits the old version is whole; from then
// on the next run, of whatever configuration, makes the new one whole before it does anything else. Nothing is left over.
func TestDeathAfterEachStep(t *testing.T) {
	one, two, three := version("one"), version("two"), version("three")
	isReady := 2 + len(two)
	for alive := range len(dyingWrite("")) + 1 {
		folder := t.TempDir()
		write(t, folder, one)
		r := &replacement{}
		for _, step := range dyingWrite(folder)[:alive] {
			if err := step(r); err != nil {
				t.Fatal(err)
			}
		}
		r.close() // as the system does
		if alive <= isReady && !maps.Equal(snapshot(t, folder), contents(one)) {
			t.Errorf("dead after step %d: %v", alive, snapshot(t, folder))
		}
		again := &replacement{}
		if err := again.open(folder); err != nil {
			t.Fatal(err)
		}
		again.close()
		want := contents(one)
		if alive > isReady {
			want = contents(two)
		}
		if got := snapshot(t, folder); !maps.Equal(got, want) {
			t.Errorf("dead after step %d, and found again: %v", alive, got)
		}
		write(t, folder, three)
		if got := snapshot(t, folder); !maps.Equal(got, contents(three)) || len(hidden(t, folder)) > 0 {
			t.Errorf("dead after step %d, and written again: %v, %v", alive, got, hidden(t, folder))
		}
		if entries, _ := os.ReadDir(folder); len(entries) != 4 {
			t.Errorf("dead after step %d: left %v", alive, entries)
		}
	}
}

// TestForeignJournals holds that a journal moves and removes nothing but what a run of cfnpipe left.
func TestForeignJournals(t *testing.T) {
	for name, text := range map[string]string{
		"cut off":           `{"files":[{"tempo`,
		"empty":             ``,
		"of other files":    `{"files":[{"temporary":"mine","path":"yours"},{"temporary":"../mine","path":"../yours"}]}`,
		"to other folders":  `{"files":[{"temporary":".cfnpipe-01234567","path":"a/yours"},{"temporary":"a/.cfnpipe-01234567","path":"../yours"}]}`,
		"out of the folder": `{"files":[{"temporary":"../.cfnpipe-01234567","path":"../yours"}]}`,
	} {
		for _, journal := range []string{begunJournal, readyJournal} {
			folder := filepath.Join(t.TempDir(), "out")
			outside := filepath.Join(folder, "..", ".cfnpipe-01234567")
			for path, content := range map[string]string{"mine": "mine", "yours": "yours", "a/yours": "yours", journal: text, "../.cfnpipe-01234567": "outside"} {
				path = filepath.Join(folder, path)
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			r := &replacement{}
			err := r.open(folder)
			r.close()
			want := map[string]string{"mine": "mine", "yours": "yours", "a/yours": "yours"}
			if got := snapshot(t, folder); !maps.Equal(got, want) {
				t.Errorf("%s, %s: %v, %v", name, journal, got, err)
			}
			if _, err := os.Stat(outside); err != nil {
				t.Errorf("%s, %s: %v", name, journal, err)
			}
		}
	}
}

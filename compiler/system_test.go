package compiler_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// TestMain collects garbage less often: thousands of small compiles would spend most of their time on it.
func TestMain(m *testing.M) {
	debug.SetGCPercent(800)
	os.Exit(m.Run())
}

var update = flag.Bool("update", false, "rewrite the golden files")

// examples lists the folders of examples by their names.
func examples(t testing.TB) []string {
	t.Helper()
	folders, err := filepath.Glob("../examples/*/pipeline.hcl")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	var names []string
	for _, file := range folders {
		names = append(names, filepath.Base(filepath.Dir(file)))
	}
	return names
}

// example compiles an example; warnings are allowed.
func example(t testing.TB, name string) *compiler.System {
	t.Helper()
	return compile(t, source(t, name))
}

func source(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../examples", name, "pipeline.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func compile(t testing.TB, text []byte) *compiler.System {
	t.Helper()
	system, diags := compiler.Compile([]compiler.Source{{Name: "pipeline.hcl", Bytes: text}})
	if system == nil {
		t.Fatalf("does not compile: %v", diags)
	}
	return system
}

// whole prints a system as one template.
func whole(t testing.TB, system *compiler.System) []byte {
	t.Helper()
	text, err := system.Template()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// folder prints a system as one template per stack.
func folder(t testing.TB, system *compiler.System) []compiler.File {
	t.Helper()
	files, err := system.Folder()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// document is a template as a reader of the JSON sees it.
type document struct {
	Description string
	Parameters  map[string]map[string]any
	Rules       map[string]any
	Conditions  map[string]any
	Resources   map[string]map[string]any
	Outputs     map[string]map[string]any
}

func parse(t testing.TB, text []byte) document {
	t.Helper()
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatalf("not JSON: %v", err)
	}
	return d
}

// templates returns the templates of the folder layout by path.
func templates(t testing.TB, system *compiler.System) map[string]document {
	t.Helper()
	out := map[string]document{}
	for _, file := range folder(t, system) {
		if ok, _ := filepath.Match("*/*.template.json", file.Path); ok {
			out[file.Path] = parse(t, file.Bytes)
		}
	}
	return out
}

// byPipeline tells whether a pipeline deploys a template, and no operator.
func byPipeline(d document) bool {
	return strings.Contains(d.Description, "The pipeline deploys this template")
}

func TestGoldenExamples(t *testing.T) {
	for _, name := range examples(t) {
		t.Run(name, func(t *testing.T) {
			system := example(t, name)
			want := filepath.Join("testdata", "examples", name)
			if *update {
				if err := os.RemoveAll(want); err != nil {
					t.Fatal(err)
				}
			}
			got := append(folder(t, system), compiler.File{Path: "template.json", Bytes: whole(t, system)})
			for _, file := range got {
				golden(t, filepath.Join(want, file.Path), file.Bytes)
			}
			compareLeftOvers(t, want, len(got))
		})
	}
}

// golden compares text with a file, or rewrites the file under -update.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; make golden writes it", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got); make golden rewrites it:\n%s", path, diff)
	}
}

func compareLeftOvers(t *testing.T, folder string, want int) {
	t.Helper()
	found := 0
	err := filepath.WalkDir(folder, func(_ string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found++
		}
		return err
	})
	if err != nil || found != want {
		t.Errorf("%s holds %d files, want %d (%v)", folder, found, want, err)
	}
}

// TestSameBytesEveryTime compiles a thousand times in all, on one processor and on several, alone and beside others.
func TestSameBytesEveryTime(t *testing.T) {
	const rounds, beside = 28, 4
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, name := range examples(t) {
		text := source(t, name)
		layouts := []func(*compiler.System) ([]compiler.File, error){(*compiler.System).Folder, oneTemplate}
		want := []string{digestOf(t, text, layouts[0]), digestOf(t, text, layouts[1])}
		for round := range rounds {
			runtime.GOMAXPROCS(1 + round%beside)
			var all sync.WaitGroup
			for i := range beside {
				all.Go(func() {
					if got := digestOf(t, text, layouts[i%2]); got != want[i%2] {
						t.Errorf("%s: the output differs from one compile to the next", name)
					}
				})
			}
			all.Wait()
		}
	}
}

func oneTemplate(system *compiler.System) ([]compiler.File, error) {
	text, err := system.Template()
	return []compiler.File{{Path: "template.json", Bytes: text}}, err
}

// digestOf is a digest of what a configuration compiles to, and of what the compiler says.
func digestOf(t *testing.T, source []byte, print func(*compiler.System) ([]compiler.File, error)) string {
	system, diags := compiler.Compile([]compiler.Source{{Name: "pipeline.hcl", Bytes: source}})
	hash := sha256.New()
	fmt.Fprintln(hash, diags)
	files, err := print(system)
	if err != nil {
		t.Error(err)
	}
	for _, file := range files {
		fmt.Fprintln(hash, file.Path, len(file.Bytes))
		hash.Write(file.Bytes)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

func TestBothLayoutsHoldTheSameResources(t *testing.T) {
	for _, name := range examples(t) {
		t.Run(name, func(t *testing.T) {
			system := example(t, name)
			together := map[string]string{}
			for id, resource := range parse(t, whole(t, system)).Resources {
				together[id] = resource["Type"].(string)
			}
			apart := map[string]string{}
			for path, template := range templates(t, system) {
				if byPipeline(template) {
					continue
				}
				for id, resource := range template.Resources {
					if _, twice := apart[id]; twice {
						t.Errorf("%s is in %s and in another stack", id, path)
					}
					apart[id] = resource["Type"].(string)
				}
			}
			if diff := cmp.Diff(together, apart); diff != "" {
				t.Errorf("one template (-) and one per stack (+):\n%s", diff)
			}
		})
	}
}

func TestEveryImportIsExportedByAStackBefore(t *testing.T) {
	for _, name := range examples(t) {
		exported := map[string]bool{} // by account and name
		for _, file := range folder(t, example(t, name)) {
			account := filepath.Dir(file.Path)
			if account == "." {
				continue
			}
			template := parse(t, file.Bytes)
			for _, export := range imports(template.Resources) {
				if !exported[account+" "+export] {
					t.Errorf("%s: %s imports %s, which no stack before it exports", name, file.Path, export)
				}
			}
			for _, output := range template.Outputs {
				if export, ok := output["Export"].(map[string]any); ok {
					exported[account+" "+text(export["Name"])] = true
				}
			}
		}
	}
}

func imports(value any) []string {
	var out []string
	switch v := value.(type) {
	case map[string]map[string]any:
		for _, item := range v {
			out = append(out, imports(item)...)
		}
	case map[string]any:
		for key, item := range v {
			if key == "Fn::ImportValue" {
				out = append(out, text(item))
			}
			out = append(out, imports(item)...)
		}
	case []any:
		for _, item := range v {
			out = append(out, imports(item)...)
		}
	}
	return out
}

// text is the text of a literal or of Fn::Sub.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case map[string]any:
		switch sub := v["Fn::Sub"].(type) {
		case string:
			return sub
		case []any:
			return text(sub[0])
		}
	}
	return ""
}

func TestOneTemplateIsRefusedAboveTheQuotas(t *testing.T) {
	var text strings.Builder
	text.WriteString("account \"main\" {\n  id = \"123456789012\"\n  network {}\n}\n")
	for i := range 12 {
		fmt.Fprintf(&text, "pipeline \"p%d\" {\n  source \"codecommit\" { repository = \"p%d\" }\n"+
			"  stage \"build\" {\n    build \"image\" {}\n  }\n  stage \"live\" {\n    deploy \"ec2\" {\n"+
			"      route { paths = [\"/p%d/*\"] }\n    }\n  }\n}\n", i, i, i)
	}
	system := compile(t, []byte(text.String()))
	_, err := system.Template()
	var refused *compiler.TooLargeError
	if !errors.As(err, &refused) || !regexp.MustCompile(`has \d{3} resources, .* accepts 500, `).MatchString(err.Error()) {
		t.Errorf("one template of all: %v", err)
	}
	if len(folder(t, system)) != 1+2*12+2 {
		t.Errorf("%d files", len(folder(t, system)))
	}
}

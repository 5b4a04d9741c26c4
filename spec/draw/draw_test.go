package draw_test

import (
	"bytes"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cfnpipe/cfnpipe/compiler"
)

var update = flag.Bool("update", false, "write the pictures")

// TestPictures holds the pictures of examples against those that are written down; that of the storefront is shown beside it.
func TestPictures(t *testing.T) {
	for _, name := range []string{"storefront", "four-stages", "single-account", "microservices", "lambda-canary"} {
		values := ""
		if name == "microservices" {
			values = "../../examples/microservices/thirty.vars.hcl"
		}
		drawing := drawn(t, filepath.Join("../../examples", name, "pipeline.hcl"), values)
		picture := filepath.Join("testdata", name+".svg")
		if name == "storefront" {
			picture = "../../examples/storefront/pipeline.svg"
		}
		golden(t, picture, drawing.SVG())
		golden(t, filepath.Join("testdata", name+".mmd"), drawing.Mermaid())
		golden(t, filepath.Join("testdata", name+".dot"), drawing.DOT())
	}
}

func drawn(t *testing.T, path, values string) *compiler.Drawing {
	t.Helper()
	files := []compiler.Source{read(t, path)}
	var inputs []compiler.Input
	if values != "" {
		file := read(t, values)
		inputs = append(inputs, compiler.Input{File: &file, Origin: values})
	}
	drawing, diags := compiler.Graph(files, inputs...)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return drawing
}

func read(t *testing.T, path string) compiler.Source {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return compiler.Source{Name: filepath.Base(path), Bytes: data}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got; make golden writes it):\n%s", path, diff)
	}
}

// asks is a configuration whose approval asks something.
func asks(message string) []byte {
	return fmt.Appendf(nil, `account "main" {
  id = "123456789012"
  network {}
}

pipeline "hello" {
  source "codecommit" {
    repository = "hello"
  }
  stage "live" {
    build "image" {}
    approval {
      message = %s
    }
    deploy "ec2" {}
  }
}
`, message)
}

// quoted is a text as a string of HCL.
func quoted(text string) string {
	var out strings.Builder
	for _, r := range strings.NewReplacer("${", "$${", "%{", "%%{").Replace(text) {
		switch {
		case r == '"' || r == '\\':
			out.WriteString(`\` + string(r))
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			out.WriteRune(r)
		}
	}
	return `"` + out.String() + `"`
}

// TestHostileTextIsText draws what the compiler's tests have of hostile strings: each picture has the elements of a harmless one.
func TestHostileTextIsText(t *testing.T) {
	data, err := os.ReadFile("../../compiler/testdata/hostile.txt")
	if err != nil {
		t.Fatal(err)
	}
	harmless, _ := compiler.Graph([]compiler.Source{{Name: "a.hcl", Bytes: asks(`"Right"`)}})
	tried := 0
	for line := range strings.Lines(string(data)) {
		text, err := strconv.Unquote(strings.TrimSuffix(line, "\n"))
		if err != nil {
			continue // a comment
		}
		drawing, diags := compiler.Graph([]compiler.Source{{Name: "a.hcl", Bytes: asks(quoted(text))}})
		if diags.HasErrors() {
			continue
		}
		tried++
		for form, skeleton := range map[string]func(*compiler.Drawing) string{"mermaid": mermaidSkeleton, "dot": dotSkeleton, "svg": svgSkeleton} {
			if got, want := skeleton(drawing), skeleton(harmless); got != want {
				t.Errorf("%s of %q has other parts than that of a harmless text:\n%s", form, text, cmp.Diff(want, got))
			}
		}
	}
	if tried < 100 {
		t.Errorf("only %d hostile texts came as far as a picture", tried)
	}
}

var (
	mermaidText = regexp.MustCompile(`"[A-Za-z0-9 ,/?.:@%\-#;\x{80}-\x{10FFFF}]*(<br/>[A-Za-z0-9 ,/?.:@%\-#;\x{80}-\x{10FFFF}]*)*"`)
	dotText     = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
)

func mermaidSkeleton(d *compiler.Drawing) string {
	return mermaidText.ReplaceAllString(string(d.Mermaid()), "_")
}

func dotSkeleton(d *compiler.Drawing) string { return dotText.ReplaceAllString(string(d.DOT()), "_") }

// svgSkeleton is the elements of a picture with their classes. A long text has more lines than a short one.
func svgSkeleton(d *compiler.Drawing) string {
	var out strings.Builder
	decoder := xml.NewDecoder(bytes.NewReader(d.SVG()))
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return out.String()
		}
		if err != nil {
			return err.Error()
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local != "text" {
			out.WriteString(start.Name.Local)
			for _, a := range start.Attr {
				out.WriteString(" " + a.Name.Local)
			}
			out.WriteString("\n")
		}
	}
}

// TestAnotherNameIsNoOtherAccount: it is the id that makes an account another.
func TestAnotherNameIsNoOtherAccount(t *testing.T) {
	for id, far := range map[string]bool{"111111111111": false, "222222222222": true} {
		text := strings.Replace(string(asks(`"Right"`)), `deploy "ec2" {}`, `deploy "lambda" { account = account.live }`, 1)
		text = strings.Replace(text, `pipeline "hello" {`, "account \"live\" {\n  id = \""+id+"\"\n}\npipeline \"hello\" {\n  account = account.main", 1)
		text = strings.Replace(text, "123456789012", "111111111111", 1)
		drawing, diags := compiler.Graph([]compiler.Source{{Name: "a.hcl", Bytes: []byte(text)}})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		if got := bytes.Contains(drawing.SVG(), []byte("into another account")); got != far {
			t.Errorf("with id %s the picture says another account: %v", id, got)
		}
		if got := bytes.Contains(drawing.Mermaid(), []byte("-.->")); got != far {
			t.Errorf("with id %s the chart says another account: %v", id, got)
		}
	}
}

// FuzzGraph holds of any input: an error or a picture, the same each time, that is XML.
func FuzzGraph(f *testing.F) {
	paths, err := filepath.Glob("../../examples/*/pipeline.hcl")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no examples: %v", err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		drawing, diags := compiler.Graph([]compiler.Source{{Name: "a.hcl", Bytes: data}})
		if drawing == nil {
			if !diags.HasErrors() {
				t.Error("there is neither a picture nor an error")
			}
			return
		}
		again, _ := compiler.Graph([]compiler.Source{{Name: "a.hcl", Bytes: data}})
		if svg := drawing.SVG(); !bytes.Equal(svg, again.SVG()) || !bytes.HasPrefix([]byte(svgSkeleton(drawing)), []byte("svg ")) {
			t.Errorf("the picture is not the same twice, or no XML: %s", svg)
		}
	})
}

// TestNoPipelines draws a for_each of nothing.
func TestNoPipelines(t *testing.T) {
	text := strings.Replace(string(asks(`"Right"`)), `pipeline "hello" {`, "pipeline \"hello\" {\n  for_each = {}", 1)
	drawing, diags := compiler.Graph([]compiler.Source{{Name: "a.hcl", Bytes: []byte(text)}})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if svg := string(drawing.SVG()); !strings.Contains(svg, ">0 pipelines</text>") {
		t.Errorf("the picture does not say that there is nothing: %s", svg)
	}
	if _, err := drawing.Only("hello"); err == nil || !strings.Contains(err.Error(), "has none") {
		t.Errorf("one of no pipelines: %v", err)
	}
}

package format_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/cfnpipe/cfnpipe/compiler"
	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec/decode"
	"github.com/cfnpipe/cfnpipe/spec/format"
)

// TestSource holds what is done with a text and what is left alone.
func TestSource(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"spaces":             {"a  =  1\n", "a = 1\n"},
		"alignment":          {"a = 1\nlong = 2 # x\nb = 3 # y\n", "a    = 1\nlong = 2 # x\nb    = 3 # y\n"},
		"blank lines":        {"a = 1\n\n\nlong = 2\n", "a = 1\n\n\nlong = 2\n"},
		"indents":            {"a {\n\tb {\nc = [\n1,\n   ]\n}\n}\n", "a {\n  b {\n    c = [\n      1,\n    ]\n  }\n}\n"},
		"one line":           {"a \"x\"{b=1}\n", "a \"x\" { b = 1 }\n"},
		"trailing spaces":    {"a = 1  \n  \nb = 2 \n", "a = 1\n\nb = 2\n"},
		"no line end":        {"a = 1", "a = 1\n"},
		"spaces at the end":  {"a = 1\n \t", "a = 1\n"},
		"lines at the end":   {"a = 1\n\n \n\n", "a = 1\n"},
		"comment at the end": {"a = 1\n# b ", "a = 1\n# b \n"},
		"nothing":            {"", ""},
		"nothing but lines":  {" \n\n", ""},
		"comments":           {"# a\n   // b\n/* c\n   d */\nx = 1\n", "# a\n// b\n/* c\n   d */\nx = 1\n"},
		"Windows":            {"a{\r\nb=1\r\n\r\nlong=2\r\n}", "a {\r\n  b = 1\r\n\r\n  long = 2\r\n}\r\n"},
		"Windows comments":   {"a=1 # b\r\n# c", "a = 1 # b\r\n# c\r\n"},
		"byte order mark":    {"\ufeffa=1\n", "\ufeffa = 1\n"},
		"unicode":            {"ä=\"漢字  🙂\" # ß\nlänger = 1 # é\n", "ä      = \"漢字  🙂\" # ß\nlänger = 1       # é\n"},
		"heredoc":            {"a {\nb = <<EOT\n  x  =  1\n\ty\nEOT\n}\n", "a {\n  b = <<EOT\n  x  =  1\n\ty\nEOT\n}\n"},
		"indented heredoc":   {"a {\n   b=<<-EOT\n     x\n       y\n     EOT\n}\n", "a {\n  b = <<-EOT\n     x\n       y\n     EOT\n}\n"},
		"heredoc at the end": {"a=<<EOT\nx\nEOT\n\n", "a = <<EOT\nx\nEOT\n"},
		"Windows heredoc":    {"a=<<EOT\r\n x\r\nEOT\r\n", "a = <<EOT\r\n x\r\nEOT\r\n"},
		"templates":          {"a=\"  ${ x }  %{ if  y }  z%{ endif  ~}  \"\n", "a = \"  ${x}  %{if y}  z%{endif~}  \"\n"},
		"template heredoc":   {"a=<<EOT\n%{ if  y }\n  ${ z }\n%{ endif }\nEOT\n", "a = <<EOT\n%{if y}\n  ${z}\n%{endif}\nEOT\n"},
		"escapes":            {"a=\"$${x} %%{y} \\n \\u00e4\"\n", "a = \"$${x} %%{y} \\n \\u00e4\"\n"},
		"expressions":        {"a=-1+b*-c[ 0 ].d[*]\ne=x?y:{z=1}\n", "a = -1 + b * -c[0].d[*]\ne = x ? y : { z = 1 }\n"},
		"for":                {"a={for k,v in b:k=>v if v!=1}\n", "a = { for k, v in b : k => v if v != 1 }\n"},
	} {
		got, diags, err := format.Source(decode.Source{Name: "a.hcl", Bytes: []byte(c.in)})
		if err != nil || len(diags) > 0 {
			t.Errorf("%s: %v, %v", name, diags, err)
		} else if diff := cmp.Diff(c.want, string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		hold(t, decode.Source{Name: "a.hcl", Bytes: []byte(c.in)})
	}
}

func TestFaultySource(t *testing.T) {
	lines := "z = {\n" + strings.Repeat("a = 1 # x\n", 5_000)
	for name, c := range map[string]struct{ in, want string }{
		"syntax":    {"a = \n", "Invalid expression"},
		"unclosed":  {"a {\n", "Unclosed configuration block"},
		"encoding":  {"a = \"\xff\"\n", "File is not UTF-8"},
		"depth":     {"a = " + strings.Repeat("[", 100_000), "Nesting is too deep"},
		"indexes":   {"a = b.0 .1\n", "Index cannot be formatted"},
		"alignment": {lines + strings.Repeat("b", 50_000) + " = 1\n}\n", "File is too large when it is formatted"},
		"comments":  {lines + "b = \"" + strings.Repeat("b", 50_000) + "\" # x\n}\n", "File is too large when it is formatted"},
		"indents":   {strings.Repeat("a {\n", 100) + "z = {\n" + strings.Repeat("a=1\n", 8_000) + strings.Repeat("}\n", 101), "File is too large when it is formatted"},
	} {
		got, diags, err := format.Source(decode.Source{Name: "a.hcl", Bytes: []byte(c.in)})
		if err != nil || got != nil || len(diags) == 0 || diags[0].Summary != c.want || diags[0].Subject == nil {
			t.Errorf("%s: %d bytes, %v, %v", name, len(got), diags, err)
		}
	}
}

// TestLongLines holds that a long line is no fault where it makes no other line longer.
func TestLongLines(t *testing.T) {
	long := strings.Repeat("x", 20_000)
	for name, in := range map[string]string{
		"a value":     "z = {\n" + strings.Repeat("a = 1\n", 2_000) + "b = \"" + long + "\"\n}\n",
		"a comment":   strings.Repeat("# a\n", 2_000) + "# " + long + "\n",
		"apart":       "z = {\n" + strings.Repeat("a = 1\n", 2_000) + "\nb = \"" + long + "\" # x\n}\n",
		"list":        "a = [\n" + strings.Repeat("  \"b\", # c\n", 100) + "  \"" + long + "\",\n]\n",
		"blank lines": strings.Repeat("\n", 20_000) + "a = 1\n",
	} {
		if _, diags, err := format.Source(decode.Source{Name: "a.hcl", Bytes: []byte(in)}); err != nil || len(diags) > 0 {
			t.Errorf("%s: %v, %v", name, diags, err)
		}
	}
}

// TestJSON holds that JSON, which has formatters of its own, stays as it is.
func TestJSON(t *testing.T) {
	in := []byte("{ \"a\":1 }")
	got, diags, err := format.Source(decode.Source{Name: "a.hcl.json", Bytes: in})
	if err != nil || len(diags) > 0 || !bytes.Equal(got, in) {
		t.Errorf("%s, %v, %v", got, diags, err)
	}
}

// TestOwnTexts holds that what we write is what we recommend: the examples and the documentation.
func TestOwnTexts(t *testing.T) {
	var texts []decode.Source
	add := func(name string, text []byte) { texts = append(texts, decode.Source{Name: name, Bytes: text}) }
	examples, err := filepath.Glob("../../examples/*/*.hcl")
	if err != nil || len(examples) == 0 {
		t.Fatal(examples, err)
	}
	for _, path := range examples {
		add(path, contents(t, path))
	}
	var block func(schema.Block)
	block = func(b schema.Block) {
		if b.Example != "" {
			add(b.Header(), []byte(b.Example))
		}
		for _, nested := range b.Blocks {
			block(nested)
		}
	}
	block(schema.Root())
	for _, text := range texts {
		got, _, err := format.Source(text)
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(string(text.Bytes), string(got)); diff != "" {
			t.Errorf("%s (-is +formatted):\n%s", text.Name, diff)
		}
	}
}

// FuzzFormat begins with each configuration that is somewhere in this repository.
func FuzzFormat(f *testing.F) {
	for _, source := range everySource(f) {
		f.Add(source.Bytes)
	}
	f.Add([]byte("\ufeffa=<<-E\r\n  ${ b [ 0 ] . c }%{ if ! d ~} \r\n  %{ endif }\r\n  E\r\n/* x */ e { f = - 1 }"))
	f.Fuzz(func(t *testing.T, text []byte) { hold(t, decode.Source{Name: "a.hcl", Bytes: text}) })
}

// hold holds what is true of any formatting: it changes white space alone, changes nothing the second time, and the result
// compiles to what the source compiles to.
func hold(t *testing.T, source decode.Source) {
	t.Helper()
	out, diags, err := format.Source(source)
	if err != nil {
		t.Fatalf("%q: %v", source.Bytes, err)
	}
	if diags.HasErrors() {
		if out != nil {
			t.Errorf("%q is refused and becomes %q", source.Bytes, out)
		}
		return
	}
	formatted := decode.Source{Name: source.Name, Bytes: out}
	again, diags, err := format.Source(formatted)
	if err != nil || diags.HasErrors() || !bytes.Equal(out, again) {
		t.Errorf("%q becomes %q, and that %q (%v, %v)", source.Bytes, out, again, diags, err)
	}
	if diff := cmp.Diff(words(source.Bytes), words(out)); diff != "" {
		t.Errorf("%q becomes %q (-before +after):\n%s", source.Bytes, out, diff)
	}
	if diff := cmp.Diff(compiled(source), compiled(formatted)); diff != "" {
		t.Errorf("%q compiles to something else (-before +after):\n%s", out, diff)
	}
}

// words is the tokens of a source, line ends included except at the end.
func words(source []byte) []string {
	tokens, _ := hclsyntax.LexConfig(source, "", hcl.InitialPos)
	var out []string
	for _, token := range tokens {
		out = append(out, token.Type.String()+" "+strings.TrimRight(string(token.Bytes), "\r\n"))
	}
	for len(out) > 0 && (strings.HasPrefix(out[len(out)-1], "TokenEOF") || strings.HasPrefix(out[len(out)-1], "TokenNewline")) {
		out = out[:len(out)-1]
	}
	return out
}

// compiled is all that a source compiles to, and what is said of it, without places.
func compiled(source decode.Source) []string {
	system, diags := compiler.Compile([]compiler.Source{source})
	var out []string
	for _, diag := range diags {
		out = append(out, diag.Summary)
	}
	if system == nil {
		return out
	}
	if text, err := system.Template(); err == nil {
		out = append(out, string(text))
	}
	files, _ := system.Folder()
	for _, file := range files {
		out = append(out, file.Path, string(file.Bytes))
	}
	return out
}

func everySource(t testing.TB) []decode.Source {
	var out []decode.Source
	for _, pattern := range []string{
		"../../examples/*/*.hcl", "../../cmd/cfnpipe/starter/*.hcl", "../../compiler/testdata/*/*/*.txtar",
		"../decode/testdata/*.hcl", "../decode/testdata/*/*.txtar", "../check/testdata/*.txtar",
	} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			data := contents(t, path)
			if filepath.Ext(path) != ".txtar" {
				out = append(out, decode.Source{Name: filepath.Base(path), Bytes: data})
				continue
			}
			for _, file := range txtar.Parse(data).Files {
				if filepath.Ext(file.Name) == ".hcl" {
					name := filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path) + "/" + file.Name
					out = append(out, decode.Source{Name: name, Bytes: file.Data})
				}
			}
		}
	}
	if len(out) < 100 {
		t.Fatalf("%d sources; have they moved?", len(out))
	}
	return out
}

func contents(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

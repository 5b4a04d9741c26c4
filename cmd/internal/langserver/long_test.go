package langserver

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// size is how large the monsters are. A file of a configuration may be as large as -size 1048576.
var size = flag.Int("size", 1<<13, "how many bytes a text has that is hard to go through")

// upTo repeats a text up to the size of a file.
func upTo(format string, tail string) string {
	var out strings.Builder
	for n := 0; ; n++ {
		part := format
		if strings.Contains(format, "%") {
			part = strings.ReplaceAll(format, "%d", fmt.Sprint(n))
		}
		if out.Len()+len(part)+len(tail) > *size {
			return out.String() + tail
		}
		out.WriteString(part)
	}
}

// monsters are texts that are hard on whoever goes through them more than once.
func monsters(t testing.TB) map[string]string {
	most, half := *size, *size/2
	return map[string]string{
		"10,000 lines":               long(t, 10_000),
		"blocks":                     upTo("a {}\n", ""),
		"blocks in a line":           upTo("a {} ", ""),
		"blocks that have names":     upTo("variable \"v%d\" {}\n", ""),
		"pipelines":                  upTo("pipeline \"v%d\" {}\n", ""),
		"attributes":                 upTo("a%d = 1\n", ""),
		"locals":                     "locals {\n" + upTo("a%d = local.a0\n", "}\n"),
		"references":                 "variable \"v\" {}\nlocals {\n  a = [" + cut(upTo("var.v, ", "]\n}\n"), most-40) + "]\n}\n",
		"references in attributes":   "variable \"v\" {}\n" + cut(upTo("account \"a%d\" { id = var.v }\n", ""), most-20),
		"references by many files":   upTo("output \"o%d\" {\n  value = local.x\n}\n", ""),
		"one line":                   "locals { a = \"" + strings.Repeat("x", most-20) + "\" }\n",
		"one line of emoji":          "locals { a = \"" + strings.Repeat("😀", most/4-20) + "\" }\n",
		"one line of calls":          "locals { a = " + cut(upTo("f(x, ", "1"), most-20),
		"one line of interpolations": "locals { a = \"" + cut(upTo("${var.x}", "\" }\n"), most-20),
		"one line of markers":        "locals { a = \"" + cut(upTo("${", ""), most-20),
		"one comment":                "#" + strings.Repeat(" x", half-1),
		"comments":                   upTo("# x\n", ""),
		"blank lines":                strings.Repeat("\n", most),
		"CR":                         strings.Repeat("\r", most),
		"blanks":                     strings.Repeat(" ", most),
		"opened braces":              strings.Repeat("{", most),
		"opened blocks":              upTo("a {\n", ""),
		"opened blocks, indented":    deeper(),
		"opened brackets":            "a = " + strings.Repeat("[", most-10),
		"opened brackets, lines":     upTo("a = [\n", ""),
		"opened parentheses":         "a = " + strings.Repeat("(", most-10),
		"opened quotes":              upTo("a = \"\n", ""),
		"quotes":                     "a = " + strings.Repeat("\"", most-10),
		"opened heredocs":            upTo("a = <<E%d\n", ""),
		"opened comments":            strings.Repeat("a /* b\n", 500), // HCL's scanner goes to the end of the text for each
		"closing braces":             strings.Repeat("}", most),
		"labels":                     "a " + cut(upTo("\"b\" ", "{}\n"), most-10),
		"one name":                   strings.Repeat("a", most),
		"names":                      upTo("a ", ""),
		"equals signs":               "a " + strings.Repeat("=", most-10),
		"dots":                       "a = b" + strings.Repeat(".", most-10),
		"a chain":                    "a = b" + strings.Repeat(".c", half-10),
		"indices":                    "a = b" + cut(upTo("[\"c\"]", ""), most-10),
		"questions":                  "a = " + cut(upTo("x ? y : ", "z"), most-10),
		"dynamic blocks":             upTo("dynamic \"x\" {\n", ""),
		"a table":                    "locals {\n  a = {\n" + cut(upTo("    k%d = { b = [1, 2] }\n", ""), most-40) + "\n  }\n}\n",
		"resources":                  upTo("resource \"AWS::S3::Bucket\" \"B%d\" {\n  account = account.x\n}\n", ""),
		"dependencies":               "resource \"AWS::S3::Bucket\" \"B\" {\n  depends_on = [" + cut(upTo("\"B\", ", "]\n}\n"), most-60) + "]\n}\n",
	}
}

// cut is the beginning of a text.
func cut(text string, n int) string { return text[:min(n, len(text))] }

func deeper() string {
	var out strings.Builder
	for n := 0; out.Len() < *size-2000; n++ {
		out.WriteString(strings.Repeat(" ", n) + "a {\n")
	}
	return out.String()
}

// TestMonsters asks everything at the beginning, in the middle and at the end of each. The times are to be seen with -v.
func TestMonsters(t *testing.T) {
	texts := monsters(t)
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		t.Run(name, func(t *testing.T) {
			c, text := start(t), texts[name]
			const uri = "untitled:pipeline.hcl"
			begin := time.Now()
			c.open(uri, 1, text)
			c.call("workspace/symbol", map[string]any{"query": "zz"}, nil)
			t.Logf("%8.0f ms: opened, %d bytes", milliseconds(begin), len(text))
			c.diagnostics(uri, 1)
			t.Logf("%8.0f ms: diagnosed", milliseconds(begin))
			lines := newText([]byte(text))
			version := 1
			for _, offset := range []int{0, 14, len(text) / 2, len(text) - 3} {
				at := lines.position(offset)
				for method, params := range questions(uri, at) {
					begin := time.Now()
					if a := c.answer(c.ask(method, params)); a.Error != nil && a.Error.Code != codeRequestFailed {
						t.Errorf("%s: %v", method, a.Error)
					}
					if took := milliseconds(begin); took > 200 {
						t.Logf("%8.0f ms: %s at %v", took, method, at)
					}
				}
				begin := time.Now()
				for range 20 {
					version++
					c.notify("textDocument/didChange", map[string]any{
						"textDocument":   map[string]any{"uri": uri, "version": version},
						"contentChanges": []any{map[string]any{"range": Range{at, at}, "text": "x"}},
					})
				}
				c.call("workspace/symbol", map[string]any{"query": "zz"}, nil)
				if took := milliseconds(begin) / 20; took > 50 {
					t.Logf("%8.0f ms: a key at %v", took, at)
				}
			}
			if err := c.quit(); err != nil {
				t.Error(err)
			}
		})
	}
}

func milliseconds(since time.Time) float64 { return float64(time.Since(since).Microseconds()) / 1000 }

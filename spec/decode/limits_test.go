package decode_test

import (
	"fmt"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"github.com/cfnpipe/cfnpipe/spec/decode"
)

// TestLimits holds that inputs which stop or starve HCL are ordinary diagnostics, at a place.
func TestLimits(t *testing.T) {
	nested := func(open, inner string) string { return "region = " + strings.Repeat(open, 50_000) + inner }
	cases := []struct{ name, file, source, want string }{
		{"size", "a.hcl", strings.Repeat("# x\n", 300_000), "a.hcl:1,1-1: File is too large"},
		{"size of JSON", "a.json", strings.Repeat(" ", 1<<20+1), "a.json:1,1-1: File is too large"},
		{"pieces", "a.hcl", "region = \"" + strings.Repeat("%%", 60_000) + "\"", "a.hcl:1,5011-5012: String in too many pieces"},
		{"pieces of JSON", "a.json", "{\"region\": \"" + strings.Repeat("${1}", 6_000) + "\"}", "a.json:1,12-24014: String in too many pieces"},
		{"lines", "a.hcl", "region = <<EOT\n" + strings.Repeat("x\n", 6_000) + "EOT\n", "a.hcl:5002,1-5003,1: String in too many pieces"},
		{"mark", "a.json", "\ufeff{}", "a.json:1,1-2: File begins with a byte order mark"},
		{"encoding", "a.hcl", "# ok\nregion = \"\xff\"\n", "a.hcl:2,11-12: File is not UTF-8"},
		{"parentheses", "a.hcl", nested("(", "1"), "a.hcl:1,138-139: Nesting is too deep"},
		{"brackets", "a.hcl", nested("[", "1"), "a.hcl:1,138-139: Nesting is too deep"},
		{"objects", "a.hcl", nested("{a=", "1"), "Nesting is too deep"},
		{"templates", "a.hcl", nested(`"${`, "1"), "Nesting is too deep"},
		{"calls", "a.hcl", nested("f(", "1"), "Nesting is too deep"},
		{"loops", "a.hcl", nested("[for x in ", "1"), "Nesting is too deep"},
		{"indexes", "a.hcl", nested("x[", "1"), "Nesting is too deep"},
		{"blocks", "a.hcl", strings.Repeat("b {\n", 50_000), "a.hcl:129,3-4: Nesting is too deep"},
		{"heredocs", "a.hcl", nested("<<A\n${", "1"), "Nesting is too deep"},
		{"minus", "a.hcl", nested("-", "1"), "Expression is too long"},
		{"lines of minus", "a.hcl", "region = (" + strings.Repeat("-\n", 50_000), "Expression is too long"},
		{"comments after minus", "a.hcl", "region = [" + strings.Repeat("-#\n", 50_000), "Expression is too long"},
		{"not", "a.hcl", nested("!", "true"), "Expression is too long"},
		{"conditions", "a.hcl", "region = " + strings.Repeat("true ? 1 : ", 10_000) + "1", "Expression is too long"},
		{"directives", "a.hcl", "region = \"" + strings.Repeat("%{if true}", 10_000), "Expression is too long"},
		{"spread out", "a.hcl", "region = " + strings.Repeat(strings.Repeat("-", 500)+"(", 10), "Expression is too long"},
		{"products", "a.hcl", "region = 1" + strings.Repeat("*1e308", 10_000), "Expression is too long"},
		{"exponent", "a.hcl", "region = 1e10000000", "a.hcl:1,10-20: Number is too large"},
		{"negative exponent", "a.hcl", "region = 1e-309", "Number is too large"},
		{"digits", "a.hcl", "region = " + strings.Repeat("1", 41), "Number is too large"},
		{"number in a template", "a.hcl", `region = "${1e999999999 % 7}"`, "Number is too large"},
		{"JSON arrays", "a.json", strings.Repeat("[", 100_000), "a.json:1,129-130: Nesting is too deep"},
		{"JSON objects", "a.json", strings.Repeat("{\n\"a\":", 100_000), "a.json:129,5-6: Nesting is too deep"},
		{"JSON template", "a.json", `{"region": "${` + strings.Repeat("(", 100_000) + `"}`, "Nesting is too deep"},
		{"JSON key", "a.json", `{"region": {"${` + strings.Repeat("(", 100_000) + `": 1}}`, "Nesting is too deep"},
		{"JSON escapes", "a.json", `{"region": "\u0024{` + strings.Repeat("\\u0028", 1000) + `"}`, "Nesting is too deep"},
		{"JSON number", "a.json", `{"region": 1e10000000}`, "a.json:1,12-22: Number is too large"},
		{"JSON number in a template", "a.json", `{"region": "${1e10000000}"}`, "a.json:1,12-27: Number is too large"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			_, diags := decode.Files([]decode.Source{{Name: c.file, Bytes: []byte(c.source)}})
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("took %s", took)
			}
			if len(diags) != 1 || !strings.Contains(fmt.Sprintf("%s: %s", diags[0].Subject, diags[0].Summary), c.want) {
				t.Errorf("diagnostics are %v, want %s", diags, c.want)
			}
		})
	}
}

// TestWithinLimits holds that the limits leave room.
func TestWithinLimits(t *testing.T) {
	frame := "account \"a\" {\n  id = \"111111111111\"\n}\npipeline \"p\" {\n  source \"codecommit\" {\n    repository = \"r\"\n  }\n" +
		"  stage \"s\" {\n    build \"image\" {\n      test = %s\n    }\n  }\n}\n"
	cases := map[string]string{
		"many items":  "[" + strings.Repeat(`"a", `, 2_000) + "]",
		"nesting":     strings.Repeat("(", 120) + `["a"]` + strings.Repeat(")", 120),
		"long string": `["` + strings.Repeat("a", 4096) + `"]`,
		"operators":   "[" + strings.Repeat("-1 > 0 ? \"a\" : \"b\", # c\n", 1_200) + "]",
		"heredoc":     "[<<-EOT\n      npm ci\n      npm test\n      EOT\n      ]",
	}
	for name, test := range cases {
		_, diags := decode.Files([]decode.Source{{Name: "a.hcl", Bytes: fmt.Appendf(nil, frame, test)}})
		if len(diags) > 0 {
			t.Errorf("%s: %v", name, diags[0])
		}
	}
	lines := fmt.Sprintf(frame, `["a"]`) + "account \"b\" {\n  id = \"222222222222\"\n" + strings.Repeat("  # a - b\n", 5000) + "}\n"
	if _, diags := decode.Files([]decode.Source{{Name: "a.hcl", Bytes: []byte(strings.Replace(lines, "pipeline \"p\" {", "pipeline \"p\" {\n account = account.a", 1))}}); len(diags) > 0 {
		t.Errorf("comments: %v", diags[0])
	}
	long := fmt.Sprintf(frame, `["a"]`) + "# " + strings.Repeat("x", 900_000)
	if _, diags := decode.Files([]decode.Source{{Name: "a.hcl", Bytes: []byte(long)}}); len(diags) > 0 {
		t.Errorf("long file: %v", diags[0])
	}
}

// TestSlowExpressions holds that no expression takes time without end.
func TestSlowExpressions(t *testing.T) {
	cases := []struct{ file, source string }{
		{"a.hcl", "region = " + strings.Repeat("[for a in [1,2]: ", 60) + "1" + strings.Repeat("]", 60)},
		{"a.hcl", "region = \"" + strings.Repeat("%{for a in [1,2]}", 60) + "x" + strings.Repeat("%{endfor}", 60) + "\""},
		{"a.json", `{"region": "${` + strings.Repeat("[for a in [1,2]: ", 60) + "1" + strings.Repeat("]", 60) + `}"}`},
		{"a.json", `{"account": {"a": {"network": {"allowed_cidrs": ["${` + strings.Repeat("[for a in [1,2]: ", 40) + "1" + strings.Repeat("]", 40) + `}"]}}}}`},
		{"a.hcl", "region = [" + strings.Repeat("1"+strings.Repeat("*1e308", 90)+" == 1 ? 2 : 3,", 200) + "]"},
		{"a.hcl", "region = \"" + strings.Repeat("${1"+strings.Repeat("*1e308", 90)+"}\"\nregion=\"", 200) + "\""},
	}
	for i, c := range cases {
		start := time.Now()
		_, diags := decode.Files([]decode.Source{{Name: c.file, Bytes: []byte(c.source)}})
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("case %d took %s", i, took)
		}
		if !diags.HasErrors() {
			t.Errorf("case %d has no errors", i)
		}
	}
}

// TestLargeValues holds that no expression takes memory without end, with and without values that only CloudFormation knows.
func TestLargeValues(t *testing.T) {
	const kilobyte, items = `  k = "` + "0123456789abcdef0123456789abcdef" + `"` + "\n", 600
	list := "[" + strings.Repeat("0, ", items) + "]"
	times := func(n int, of string) string { return `"` + strings.Repeat(of, n) + `"` }
	cases := map[string]struct{ locals, want string }{
		"doubling":     {"a = " + times(64, "${local.k}") + "\n b = " + times(64, "${local.a}") + "\n c = " + times(64, "${local.b}") + "\n d = " + times(64, "${local.c}"), "too large"},
		"loop":         {"a = " + times(64, "${local.k}") + "\n b = " + times(64, "${local.a}") + "\n c = [for x in " + list + " : \"${local.b}${x}\"]", "Loop that makes too much"},
		"own variable": {"a = " + times(64, "${local.k}") + "\n b = [" + times(64, "${local.a}") + "]\n c = [for x in local.b : " + times(1000, "${x}") + "]", "Loop that makes too much"},
		"template":     {"a = " + times(64, "${local.k}") + "\n b = " + times(64, "${local.a}") + "\n c = \"%{for x in " + list + "}${local.b}%{endfor}\"", "Loop that makes too much"},
		"join":         {"a = " + times(64, "${local.k}") + "\n b = " + times(64, "${local.a}") + "\n c = join(local.b, split(\"0\", local.b))", "Error in function call"},
	}
	for name, c := range cases {
		for _, late := range []string{"", "${aws.region}"} {
			source := "locals {\n" + strings.Replace(kilobyte, "0123", "0123"+late, 1) + c.locals + "\n}\naccount \"a\" {\n id = \"111111111111\"\n}\n"
			before := allocated()
			_, diags := decode.Files([]decode.Source{{Name: "a.hcl", Bytes: []byte(source)}})
			if made := (allocated() - before) >> 20; made > 256 {
				t.Errorf("%s %s: %d MiB", name, late, made)
			}
			said := ""
			for _, diag := range diags[1:] { // the first is the missing pipeline
				said += diag.Summary + "\n"
			}
			if said == "" || !strings.Contains(said, c.want) && late == "" {
				t.Errorf("%s %s: %s", name, late, said)
			}
		}
	}
}

// allocated is what the program has asked for since it began; what was freed counts as well.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// TestManyMistakes holds that a mistake in each of many blocks stays affordable.
func TestManyMistakes(t *testing.T) {
	const count = 2000
	var source strings.Builder
	for i := range count {
		fmt.Fprintf(&source, "account \"account-%d\" {\n  id = \"%012d\"\n}\n", i, i)
		fmt.Fprintf(&source, "pipeline \"pipeline-%d\" {\n  account = account.nobody-%d\n}\n", i, i)
	}
	start := time.Now()
	_, diags := decode.Files([]decode.Source{{Name: "a.hcl", Bytes: []byte(source.String())}})
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %s", took)
	}
	size := 0
	for _, diag := range diags {
		size += len(diag.Summary) + len(diag.Detail)
	}
	if len(diags) < count || size > 2000*len(diags) {
		t.Errorf("%d diagnostics of %d bytes", len(diags), size)
	}
}

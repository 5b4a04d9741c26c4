package assist_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/cfnpipe/cfnpipe/compiler"
	"github.com/cfnpipe/cfnpipe/spec/assist"
	"github.com/cfnpipe/cfnpipe/spec/decode"
	"github.com/cfnpipe/cfnpipe/spec/format"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// state is the files of one case with what is wrong with them.
type state struct {
	sources []decode.Source
	config  *assist.Config
	diags   hcl.Diagnostics
	decoded hcl.Diagnostics // by the decoder alone
}

func newState(sources []decode.Source) state {
	s := state{sources: sources, config: &assist.Config{}}
	for _, f := range sources {
		if !f.IsJSON() {
			s.config.Files = append(s.config.Files, assist.NewFile(f.Name, f.Bytes))
		}
	}
	s.config.Known.Properties = func(resourceType string, path []string) []assist.Property {
		var out []assist.Property
		for _, p := range compiler.Properties(resourceType, path) {
			out = append(out, assist.Property{Name: p.Name})
		}
		return out
	}
	_, s.diags = compiler.Inspect(sources)
	_, s.decoded = decode.Files(sources)
	return s
}

// problem is a diagnostic as fixes take it; false if it has no place in a file of the native syntax.
func (s state) problem(diag *hcl.Diagnostic) (assist.Problem, bool) {
	for _, f := range s.config.Files {
		if diag.Subject != nil && f.Name == diag.Subject.Filename {
			span := outline.Span{Start: diag.Subject.Start.Byte, End: max(diag.Subject.Start.Byte, diag.Subject.End.Byte)}
			return assist.Problem{Location: assist.Location{File: f, Span: span}, Summary: diag.Summary, Detail: diag.Detail}, true
		}
	}
	return assist.Problem{}, false
}

// after is the state behind a fix.
func (s state) after(fix assist.Fix) state {
	sources := slices.Clone(s.sources)
	for i, f := range sources {
		var edits []assist.Edit
		for _, e := range fix.Edits {
			if e.File.Name == f.Name {
				edits = append(edits, e)
			}
		}
		if len(edits) > 0 {
			sources[i].Bytes = assist.Apply(f.Bytes, edits)
		}
	}
	return newState(sources)
}

// wants are the markers of the cases, without which most of them are in canonical form.
var wants = regexp.MustCompile(`(?m)[ \t]*# want .*$`)

// cases are all wrong configurations that the tests of the program have.
func cases(t *testing.T, test func(*testing.T, state)) {
	for _, pattern := range []string{
		"../check/testdata/*.txtar", "../decode/testdata/*/*.txtar", "../../compiler/testdata/wrong/*.txtar",
		"../../compiler/testdata/blocks/*/*.txtar", "testdata/fix/*.txtar",
	} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("no cases match %s (%v)", pattern, err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var sources []decode.Source
			for _, f := range txtar.Parse(data).Files {
				if strings.HasSuffix(f.Name, ".hcl") || strings.HasSuffix(f.Name, ".hcl.json") {
					sources = append(sources, decode.Source{Name: f.Name, Bytes: wants.ReplaceAll(f.Data, nil)})
				}
			}
			t.Run(strings.TrimPrefix(path, "../"), func(t *testing.T) { test(t, newState(sources)) })
		}
	}
}

// TestFixes holds each fix for each mistake of all cases against what a fix has to do.
func TestFixes(t *testing.T) {
	kinds := map[string]bool{}
	count := 0
	test := func(t *testing.T, s state) {
		for _, diag := range s.diags {
			problem, ok := s.problem(diag)
			if !ok {
				continue
			}
			for _, fix := range s.config.Fixes(problem) {
				kinds[kindOf(diag)] = true
				count++
				for _, fault := range faults(s, diag, fix) {
					t.Errorf("%s: %s\n\ton %q: %s\n\t%s: %s", diag.Subject, fix.Title, problem.Of(problem.File.Text), fault, diag.Summary, diag.Detail)
				}
			}
		}
	}
	cases(t, test)
	n := 0
	cases(t, func(t *testing.T, s state) {
		if n++; n%3 == 0 { // It is about blanks and line ends, whichever the case.
			test(t, foreign(s))
		}
	})
	if !t.Failed() {
		t.Logf("%d fixes for %d kinds of diagnostics", count, len(kinds))
	}
}

// foreign is a state with tabs for indents, and the line ends of Windows.
func foreign(s state) state {
	sources := slices.Clone(s.sources)
	for i, f := range sources {
		if f.IsJSON() {
			continue
		}
		text := regexp.MustCompile(`(?m)^(?:  )+`).ReplaceAllFunc(f.Bytes, func(indent []byte) []byte {
			return bytes.Repeat([]byte("\t"), len(indent)/2)
		})
		sources[i].Bytes = bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
	}
	return newState(sources)
}

// kindOf is the summary without what is of one configuration.
func kindOf(diag *hcl.Diagnostic) string {
	return regexp.MustCompile(`"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?`).ReplaceAllString(diag.Summary, "*")
}

// faults are what a fix does that it should not, and does not do that it should.
func faults(s state, diag *hcl.Diagnostic, fix assist.Fix) []string {
	var out []string
	after := s.after(fix)
	for i, f := range s.sources {
		now := after.sources[i]
		if bytes.Equal(f.Bytes, now.Bytes) {
			continue
		}
		if bytes.Contains(f.Bytes, []byte("\r\n")) && bytes.Count(now.Bytes, []byte("\n")) != bytes.Count(now.Bytes, []byte("\r\n")) {
			out = append(out, "the line ends are mixed now")
		}
		if decode.Syntax(now).HasErrors() && !decode.Syntax(f).HasErrors() {
			return []string{"the file cannot be read any more:\n" + string(now.Bytes)}
		}
		if stray := regexp.MustCompile(`(?m)^\t+ +\S.*|^ +\t.*`).FindAllString(string(now.Bytes), -1); tabbed(f) && len(stray) > 0 {
			out = append(out, fmt.Sprintf("tabs and spaces are mixed now: %q", stray))
		}
		several := len(fix.Edits) > 1 // Then only a file that was in canonical form stays so.
		if a, b := uneven(f), uneven(now); b > a && a >= 0 && !tabbed(f) && (!several || a == 0) {
			out = append(out, fmt.Sprintf("formatting changes %d lines, and %d before:\n%s", b, a, hunk(f.Bytes, now.Bytes)))
		}
	}
	if number(after.diags, diag.Summary) >= number(s.diags, diag.Summary) {
		out = append(out, fmt.Sprintf("the diagnostic is still there:\n%s", hunks(s, after)))
	}
	for _, now := range after.decoded {
		if now.Severity == hcl.DiagError && number(after.decoded, now.Summary) > number(s.decoded, now.Summary) && !revealed(diag) {
			out = append(out, fmt.Sprintf("there is a new error, %s: %s\n%s", now.Summary, now.Detail, hunks(s, after)))
			break
		}
	}
	return out
}

// revealed tells whether an error may come only to light now: what the diagnostic was about is looked at for the first time.
func revealed(before *hcl.Diagnostic) bool {
	return regexp.MustCompile(`^(?:` + strings.Join([]string{
		`Unknown .*`, `Missing (?:kind|name|block) .*`, `Unexpected label .*`, // a block or an attribute as a whole
		`.* does nothing`, `.* has no ".*"`, `.* is not a value here`, // one of several things to choose
		`Instance type that may be any`,                                               // the parameter may be used elsewhere
		`.* without vpc_id`, `Wrong type for "(?:for_each|\w+_subnet_ids|cron|cidr)"`, // one of two steps
	}, "|") + `)$`).MatchString(before.Summary)
}

func number(diags hcl.Diagnostics, summary string) int {
	n := 0
	for _, d := range diags {
		if d.Summary == summary {
			n++
		}
	}
	return n
}

func tabbed(f decode.Source) bool { return bytes.Contains(f.Bytes, []byte("\n\t")) }

// uneven is how many lines a new layout would change; negative if nobody can say.
func uneven(f decode.Source) int {
	formatted, diags, err := format.Source(f)
	if err != nil || diags.HasErrors() {
		return -1
	}
	a, b := bytes.Split(f.Bytes, []byte("\n")), bytes.Split(formatted, []byte("\n"))
	n := max(len(a), len(b)) - min(len(a), len(b))
	for i := range min(len(a), len(b)) {
		if !bytes.Equal(a[i], b[i]) {
			n++
		}
	}
	return n
}

func hunks(before, after state) string {
	var out strings.Builder
	for i, f := range before.sources {
		out.WriteString(hunk(f.Bytes, after.sources[i].Bytes))
	}
	return out.String()
}

// hunk is the lines that differ, with one around them.
func hunk(before, after []byte) string {
	if bytes.Equal(before, after) {
		return ""
	}
	a, b := strings.SplitAfter(string(before), "\n"), strings.SplitAfter(string(after), "\n")
	begin, end := 0, 0
	for begin < len(a) && begin < len(b) && a[begin] == b[begin] {
		begin++
	}
	for end < len(a)-begin && end < len(b)-begin && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	begin = max(begin-1, 0)
	return "--- before\n" + strings.Join(a[begin:len(a)-max(end-1, 0)], "") + "--- after\n" + strings.Join(b[begin:len(b)-max(end-1, 0)], "")
}

// TestFixesOfHalfFiles holds that no place and no half of a file breaks a fix: words may be about any place in an editor.
func TestFixesOfHalfFiles(t *testing.T) {
	var words []*hcl.Diagnostic
	known := map[string]bool{}
	cases(t, func(_ *testing.T, s state) {
		for _, diag := range s.diags {
			if !known[kindOf(diag)] {
				known[kindOf(diag)] = true
				words = append(words, diag)
			}
		}
	})
	whole, err := os.ReadFile("../../examples/storefront/pipeline.hcl")
	if err != nil {
		t.Fatal(err)
	}
	for i, length := 0, 1; length < len(whole); i, length = i+1, length+41 {
		file := assist.NewFile("pipeline.hcl", whole[:length])
		config := &assist.Config{Files: []*assist.File{file}}
		for j := range 3 {
			diag := words[(3*i+j)%len(words)]
			for _, span := range []outline.Span{{Start: length, End: length}, {Start: length / 2, End: length}, {Start: 0, End: length / 3}} {
				for _, fix := range config.Fixes(assist.Problem{Location: assist.Location{File: file, Span: span}, Summary: diag.Summary, Detail: diag.Detail}) {
					for _, e := range fix.Edits {
						if e.Start < 0 || e.End < e.Start || e.End > length {
							t.Errorf("%s changes %v of %d bytes", fix.Title, e.Span, length)
						}
					}
				}
			}
		}
	}
}

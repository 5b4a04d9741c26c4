// Package spectest reads cases of wrong configurations, in which each wrong line says what is expected of it.
//
// A case is a txtar file: prose, then the files of one configuration. A line on which a diagnostic is expected ends in a
// marker, `# want "regexp"`, or in JSON has a comment `"//": "want ..."`. The regexp is held against "Summary: Detail". Several may follow one
// another. `@"text"` before one says that the diagnostic's subject is exactly that text. Strings are written as in Go; in JSON
// they stand inside a JSON string.
package spectest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/rogpeppe/go-internal/txtar"
)

// Case is a configuration and what is expected of it.
type Case struct {
	Files []txtar.File
	wants []want
}

// want is one expectation.
type want struct {
	file    string
	line    int
	message *regexp.Regexp
	subject string // empty when any will do
}

// Run runs a test for each case that the pattern matches. There has to be one.
func Run(t *testing.T, pattern string, test func(*testing.T, Case)) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases match %s (%v)", pattern, err)
	}
	for _, path := range paths {
		name := filepath.Base(filepath.Dir(path)) + "/" + strings.TrimSuffix(filepath.Base(path), ".txtar")
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			parsed, err := Parse(data)
			if err != nil {
				t.Fatal(err)
			}
			test(t, parsed)
		})
	}
}

// Parse reads a case.
func Parse(data []byte) (Case, error) {
	archive := txtar.Parse(data)
	if len(bytes.TrimSpace(archive.Comment)) == 0 {
		return Case{}, fmt.Errorf("the case does not say what it shows")
	}
	out := Case{Files: archive.Files}
	for _, file := range archive.Files {
		for i, line := range strings.Split(string(file.Data), "\n") {
			wants, err := parseLine(line, strings.HasSuffix(file.Name, ".json"))
			if err != nil {
				return Case{}, fmt.Errorf("%s:%d: %w", file.Name, i+1, err)
			}
			for _, want := range wants {
				want.file, want.line = file.Name, i+1
				out.wants = append(out.wants, want)
			}
		}
	}
	return out, nil
}

// parseLine reads the marker of a line, if there is one.
func parseLine(line string, isJSON bool) ([]want, error) {
	marker := "# want "
	if isJSON {
		marker = `"//": "want `
	}
	_, rest, found := strings.Cut(line, marker)
	if !found {
		return nil, nil
	}
	if isJSON {
		if err := json.NewDecoder(strings.NewReader(`"` + rest)).Decode(&rest); err != nil {
			return nil, err
		}
	}
	var out []want
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
		next, after, err := parseWant(rest)
		if err != nil {
			return nil, err
		}
		out, rest = append(out, next), after
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("the marker expects nothing")
	}
	return out, nil
}

func parseWant(text string) (out want, rest string, err error) {
	if after, ok := strings.CutPrefix(text, "@"); ok {
		if out.subject, text, err = goString(after); err != nil {
			return want{}, "", err
		}
	}
	message, rest, err := goString(text)
	if err != nil {
		return want{}, "", err
	}
	out.message, err = regexp.Compile("(?i)" + message)
	return out, rest, err
}

// goString takes a string as in Go off the beginning of a text.
func goString(text string) (value, rest string, err error) {
	text = strings.TrimLeft(text, " ")
	prefix, err := strconv.QuotedPrefix(text)
	if err != nil {
		return "", "", fmt.Errorf("no string at %q", text)
	}
	value, err = strconv.Unquote(prefix)
	return value, text[len(prefix):], err
}

// Check fails the test for each diagnostic that is missing and for each that is not expected.
func (c Case) Check(t *testing.T, diags hcl.Diagnostics) {
	t.Helper()
	met := make([]bool, len(c.wants))
	for _, diag := range diags {
		if diag.Subject == nil {
			t.Errorf("diagnostic without a place: %s: %s", diag.Summary, diag.Detail)
			continue
		}
		found := false
		for i, want := range c.wants {
			if !met[i] && !found && c.meets(want, diag) {
				met[i], found = true, true
			}
		}
		if !found {
			t.Errorf("unexpected diagnostic at %s on %q\n\t%s: %s", diag.Subject, c.text(*diag.Subject), diag.Summary, diag.Detail)
		}
	}
	for i, want := range c.wants {
		if !met[i] {
			t.Errorf("missing diagnostic at %s:%d on %q: %s", want.file, want.line, want.subject, want.message)
		}
	}
}

func (c Case) meets(want want, diag *hcl.Diagnostic) bool {
	return diag.Subject.Filename == want.file &&
		diag.Subject.Start.Line == want.line &&
		(want.subject == "" || c.text(*diag.Subject) == want.subject) &&
		want.message.MatchString(diag.Summary+": "+diag.Detail)
}

// text is what stands at a range.
func (c Case) text(rng hcl.Range) string {
	for _, file := range c.Files {
		if file.Name == rng.Filename && rng.Start.Byte <= rng.End.Byte && rng.End.Byte <= len(file.Data) {
			return string(file.Data[rng.Start.Byte:rng.End.Byte])
		}
	}
	return ""
}

package glob_test

import (
	"os"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/spec/glob"
)

func TestFits(t *testing.T) {
	data, err := os.ReadFile("testdata/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := 0
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		if len(fields) != 3 {
			t.Fatalf("not PATTERN PATH yes|no: %s", line)
		}
		cases++
		pattern, path, want := fields[0], fields[1], fields[2]
		if fault := glob.Fault(pattern); fault != "" {
			t.Errorf("%s: %s", pattern, fault)
		}
		if got := glob.Fits(pattern, path); got != (want == "yes") {
			t.Errorf("%s on %s: %t", pattern, path, got)
		}
	}
	if cases < 50 {
		t.Errorf("only %d cases", cases)
	}
}

func TestPathsWithBlanks(t *testing.T) {
	if !glob.Fits("my docs/* b", "my docs/a b") || !glob.Fits("a/*", "a/b\nc") {
		t.Error("blanks and line ends are characters")
	}
}

func TestFault(t *testing.T) {
	for pattern, want := range map[string]string{
		"services/api/**": "", "**": "", "*.md": "", "a b/c": "", "...": "",
		"/services/api/**": "slash at the beginning",
		"services/api/":    `write "services/api/**"`,
		"a//b":             "empty", "./a": "a period", "a/../b": "two periods", "": "empty",
		"a**": "stand alone", "***": "stand alone", "**.md": "stand alone",
		"!a": "only *", "[ab]": "only *", "{a,b}": "only *", `a\*`: "only *",
	} {
		if fault := glob.Fault(pattern); fault == "" != (want == "") || !strings.Contains(fault, want) {
			t.Errorf("%q: %q, want %q", pattern, fault, want)
		}
	}
}

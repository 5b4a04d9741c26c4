package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler"
	"github.com/cfnpipe/cfnpipe/spec/format"
)

func starters() map[string]starter {
	one := defaults("hello")
	two := one
	two.production = "987654321098"
	return map[string]starter{"one account": one, "two accounts": two}
}

// TestStarter holds that what init writes compiles and is in canonical form.
func TestStarter(t *testing.T) {
	for name, s := range starters() {
		source, err := s.source()
		if err != nil {
			t.Fatal(err)
		}
		compiles(t, name, source)
		formatted, _, err := format.Source(source)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(source.Bytes), string(formatted)); diff != "" {
			t.Errorf("%s (-is +formatted):\n%s", name, diff)
		}
	}
}

// TestStarterSettings holds that what init's comments propose compiles, too.
func TestStarterSettings(t *testing.T) {
	setting := regexp.MustCompile(`^( *)#($|[^ ]|  )`)
	for name, s := range starters() {
		source, err := s.source()
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(source.Bytes), "\n")
		on := 0
		for i, line := range lines {
			if setting.MatchString(line) {
				lines[i] = setting.ReplaceAllString(line, "$1$2")
				on++
			}
		}
		if on < 10 {
			t.Errorf("%s proposes %d lines; is their # followed by a space?", name, on)
		}
		source.Bytes = []byte(strings.Join(lines, "\n"))
		compiles(t, name, source)
	}
}

func compiles(t *testing.T, name string, source compiler.Source) {
	t.Helper()
	_, diags := compiler.Compile([]compiler.Source{source})
	for _, diag := range diags {
		if diag.Severity == hcl.DiagError {
			t.Errorf("%s: %v", name, diag)
		}
	}
}

// TestStarterValues holds that each value stands where it belongs, and nothing but the values differs.
func TestStarterValues(t *testing.T) {
	for name, s := range starters() {
		plain, err := s.source()
		if err != nil {
			t.Fatal(err)
		}
		s.name, s.repository, s.region, s.account = "shop", "shop.git2", "eu-central-1", "111111111111"
		filled, err := s.source()
		if err != nil {
			t.Fatal(err)
		}
		compiles(t, name, filled)
		back := string(filled.Bytes)
		for _, replacement := range [][2]string{
			{`pipeline "shop"`, `pipeline "hello"`},
			{`repository = "shop.git2"`, `repository = "hello"`},
			{"\nregion = \"eu-central-1\"", "\nregion = \"us-east-1\""},
			{"\n  id = \"111111111111\"", "\n  id = \"123456789012\""},
		} {
			if strings.Count(back, replacement[0]) != 1 {
				t.Errorf("%s does not have %s once", name, replacement[0])
			}
			back = strings.Replace(back, replacement[0], replacement[1], 1)
		}
		if diff := cmp.Diff(string(plain.Bytes), back); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestNameFrom(t *testing.T) {
	for folder, want := range map[string]string{
		"storefront": "storefront", "My Shop": "my-shop", "a_b.c--d": "a-b-c-d", "über": "ber",
		"": "app", "/": "app", ".": "app", "2024": "app", "漢字": "app", strings.Repeat("a", 200): "app",
	} {
		if got := nameFrom(folder); got != want {
			t.Errorf("%q gives %q, want %q", folder, got, want)
		}
	}
}

func TestShellWord(t *testing.T) {
	for path, want := range map[string]string{
		"a/b-c.hcl": "a/b-c.hcl", "My Shop": "'My Shop'", "it's": `'it'\''s'`, "$HOME": "'$HOME'", "": "''", "-y": "./-y", "-": "-",
	} {
		if got := shellWord(path); got != want {
			t.Errorf("%q becomes %s, want %s", path, got, want)
		}
	}
}

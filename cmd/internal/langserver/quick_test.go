package langserver

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// between is how what pipelines are to each other is said, which quick leaves to the analysis of the whole.
var between = regexp.MustCompile(`^(A second pipeline "|Pipelines ".*" both |Two services of account ")`)

// looked is a snapshot of a document by itself, and what the analysis of the whole says of it; sound if it could be expanded.
func looked(u *unit, text string) (r *result, sound bool) {
	u.docs["pipeline.hcl"] = &document{uri: "untitled:pipeline.hcl", language: languageID, text: newText([]byte(text)), unit: u}
	u.now = nil
	s := u.snapshot()
	u.last = s
	system, diags := compiler.Inspect(s.sources, s.inputs...)
	return &result{of: s, diags: diags}, system != nil
}

// TestQuick edits one of several pipelines at random: what quick says is what the analysis of the whole says.
func TestQuick(t *testing.T) {
	random := rand.New(rand.NewPCG(*seed, 1))
	base := long(t, 300)
	u := &unit{docs: map[string]*document{}}
	u.analyst = &analyst{server: &server{host: Host{Visible: func(s string) string { return s }}}}
	first, sound := looked(u, base)
	if !sound {
		t.Fatal(first.diags)
	}
	known, text, blockAt := first, base, 3
	quicks, faults := 0, 0
	for range *steps / 25 {
		if random.IntN(12) == 0 {
			known, text, blockAt = first, base, 3+random.IntN(3)
		}
		block := known.of.config.Files[0].Body.Blocks[blockAt]
		text = edited(random, text, block.Start, block.End+len(text)-len(known.of.config.Files[0].Text))
		now, sound := looked(u, text)
		got, ok := quick(known, now.of)
		if !ok {
			if sound && random.IntN(2) == 0 {
				known = now
			} else {
				known, text = first, base
			}
			blockAt = 3 + random.IntN(3)
			continue
		}
		quicks++
		if now.diags.HasErrors() {
			faults++
		}
		got, want := comparable(known, now, got, block.Start)
		missing, extra := differ(want, got), differ(got, want)
		if len(missing)+len(extra) > 0 {
			t.Fatalf("missing %s\nextra %s\n%s", strings.Join(missing, "\n"), strings.Join(extra, "\n"), text)
		}
	}
	if quicks < *steps/100 || faults < quicks/10 {
		t.Errorf("of %d steps only %d went the quick way, %d of them with faults", *steps/25, quicks, faults)
	}
}

// comparable is what quick says and what there is to say, without the differences by design. Those are: what pipelines are to each
// other; warnings from elsewhere, which come and go with the proofs that an error keeps from being reached; and faults in the
// pipelines behind one with a mistake of syntax that leads HCL into them.
func comparable(known, now *result, got hcl.Diagnostics, begin int) (_, want hcl.Diagnostics) {
	related := func(d *hcl.Diagnostic) bool { return between.MatchString(d.Summary) }
	alone := !slices.ContainsFunc(now.diags, related)
	proved := alone && !known.diags.HasErrors() && !now.diags.HasErrors()
	readable := !compiler.Syntax(now.of.sources[0]).HasErrors()
	left := func(d *hcl.Diagnostic) bool {
		warning, here := d.Severity == hcl.DiagWarning, contains(now, begin, d)
		return related(d) || !here && (warning && !proved || !readable) || warning && !alone
	}
	return slices.DeleteFunc(got, left), slices.DeleteFunc(slices.Clone(now.diags), left)
}

// contains tells whether a diagnostic is about the pipeline that begins at a place.
func contains(r *result, begin int, d *hcl.Diagnostic) bool {
	path := r.of.config.Files[0].Body.Path(begin)
	return len(path) > 0 && d.Subject != nil && path[0].Holds(d.Subject.Start.Byte)
}

// differ is what is among some diagnostics and not among others.
func differ(a, b hcl.Diagnostics) []string {
	have := map[string]bool{}
	for _, d := range b {
		have[words(d)] = true
	}
	var out []string
	for _, d := range a {
		if !have[words(d)] {
			out = append(out, words(d))
		}
	}
	return out
}

func words(d *hcl.Diagnostic) string {
	at := ""
	if d.Subject != nil {
		at = fmt.Sprintf("%d:%d-%d", d.Subject.Start.Line, d.Subject.Start.Byte, d.Subject.End.Byte)
	}
	second := ""
	if r, ok := d.Extra.(compiler.Related); ok {
		second = fmt.Sprintf(" (%s at %d-%d)", r.Message, r.Range.Start.Byte, r.Range.End.Byte)
	}
	return fmt.Sprintf("%s: %s%s at %s", d.Summary, d.Detail, second, at)
}

// edited is a text with a change between two places.
func edited(random *rand.Rand, text string, begin, end int) string {
	at := begin + random.IntN(max(end-begin, 1))
	for at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
		at--
	}
	stop := at
	switch random.IntN(4) {
	case 0:
		stop = min(at+random.IntN(8), end)
	case 1: // a word or a number is another one
		for at > begin && isLetter(text[at-1]) {
			at--
		}
		for stop = at; stop < end && isLetter(text[stop]); {
			stop++
		}
	case 2: // a line goes
		at = strings.LastIndexByte(text[:at], '\n') + 1
		stop = at + strings.IndexByte(text[at:]+"\n", '\n')
	}
	stop = max(at, min(stop, len(text)))
	words := append(slices.Clone(pieces), "8081", "staging", "production", "service-1", "blue_green", "0", "t3.large", "", "", "", "", "")
	with := words[random.IntN(len(words))]
	return text[:at] + with + text[stop:]
}

func isLetter(c byte) bool {
	return c == '_' || c == '-' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// TestQuickBetween edits what concerns two pipelines: quick leaves that to the analysis of the whole.
func TestQuickBetween(t *testing.T) {
	base := long(t, 300)
	u := &unit{docs: map[string]*document{}}
	u.analyst = &analyst{server: &server{host: Host{Visible: func(s string) string { return s }}}}
	known, _ := looked(u, base)
	for from, edit := range map[string]struct {
		to   string
		left bool // whether there is something that quick leaves
	}{
		`pipeline "service-1"`:            {`pipeline "service-2"`, true},
		`repository        = "service-1"`: {`repository        = "service-2"`, true},
		`paths    = ["/service-1/*"]`:     {`paths    = ["/service-2/*"]`, true},
		`"/service-1/*"`:                  {`"/*"`, false},
		`path  = "/service-1/health"`:     {`path  = "/service-2/health"`, false},
		`canary "home"`:                   {`canary "away"`, false},
	} {
		now, _ := looked(u, strings.Replace(base, from, edit.to, 1))
		got, ok := quick(known, now.of)
		if !ok {
			t.Errorf("%s: it does not go the quick way", edit.to)
			continue
		}
		missing := differ(now.diags, got)
		if left := len(missing) == 1 && between.MatchString(missing[0]); left != edit.left || !left && len(missing) > 0 {
			t.Errorf("%s: quick leaves %v", edit.to, missing)
		}
		got, want := comparable(known, now, got, known.of.config.Files[0].Body.Blocks[4].Start)
		if extra := differ(got, want); len(extra) > 0 {
			t.Errorf("%s: quick says too much: %v", edit.to, extra)
		}
	}
}

// TestQuickFirst is a long configuration as an editor meets it: what quick says of a key comes before the pause, and the whole behind it.
func TestQuickFirst(t *testing.T) {
	const uri = "untitled:pipeline.hcl"
	text := long(t, 300)
	c := greet(dialWith(t, Host{quickly: 1, pause: 300 * time.Millisecond}))
	c.open(uri, 1, text)
	c.wait(func() bool { return c.settled[uri] == 1 })
	c.replace(uri, 2, strings.Replace(text, `port          = 8080`, `port          = "x"`, 1))
	said := c.diagnostics(uri, 2)
	c.mu.Lock()
	settled := c.settled[uri]
	c.mu.Unlock()
	if settled != 1 || len(said) == 0 {
		t.Errorf("before the pause it says %v; %d is settled", said, settled)
	}
	c.wait(func() bool { return c.settled[uri] == 2 })
	warning := func(d diagnostic) bool { return d.Severity == 2 } // Those from elsewhere stay while there is an error.
	if diff := cmp.Diff(slices.DeleteFunc(said, warning), slices.DeleteFunc(c.diagnostics(uri, 2), warning)); diff != "" {
		t.Error(diff)
	}
}

package assist

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/cfnpipe/cfnpipe/spec/decode"
	"github.com/cfnpipe/cfnpipe/spec/format"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// Problem is a diagnostic, as far as a fix goes by it.
type Problem struct {
	Location
	Summary, Detail string
}

// Fix is a change that does what a diagnostic says.
type Fix struct {
	Title string
	Edits []Edit
}

// Fixes are the changes that do what a diagnostic says, the likeliest first; none if it leaves more to decide than an editor can.
// The texts of the diagnostics say what to write, and the fixes go by them, so that the two cannot differ. A file that can be read
// can be read after each of them, and one in canonical form stays so.
func (c *Config) Fixes(p Problem) []Fix {
	if strings.HasPrefix(p.Summary, "Invalid value for variable ") {
		return nil // The rest are the words of an author.
	}
	var out []Fix
	for _, rule := range rules() {
		found := rule.match(p)
		if found == nil {
			continue
		}
		for _, fix := range rule.fixes(c, p, found) {
			known := slices.ContainsFunc(out, func(f Fix) bool { return f.Title == fix.Title })
			if edits, ok := tidy(fix.Edits); ok && !known {
				out = append(out, Fix{fix.Title, edits})
			}
		}
	}
	return out
}

// rule says what to do about diagnostics by their words.
type rule struct {
	summary, detail *regexp.Regexp // either may be nil
	fixes           func(c *Config, p Problem, found []string) []Fix
}

// match is what the groups of the patterns find, from 1 on; nil if the diagnostic is another.
func (r rule) match(p Problem) []string {
	out := []string{p.Summary}
	for _, part := range []struct {
		pattern *regexp.Regexp
		text    string
	}{{r.summary, p.Summary}, {r.detail, p.Detail}} {
		if part.pattern == nil {
			continue
		}
		found := part.pattern.FindStringSubmatch(part.text)
		if found == nil {
			return nil
		}
		out = append(out, found[1:]...)
	}
	return out
}

// rules are all that there are. A pattern of words is about the whole of a sentence where another could begin alike.
var rules = sync.OnceValue(func() []rule {
	return slices.Concat(valueRules(), attributeRules(), blockRules(), removalRules(), moveRules())
})

const quotedWord = `("(?:[^"\\]|\\.)*")`

// on is a rule by the words of the detail, and about one by those of the summary as well.
func on(detail string, fixes func(*Config, Problem, []string) []Fix) rule {
	return rule{detail: regexp.MustCompile(detail), fixes: fixes}
}

func about(summary, detail string, fixes func(*Config, Problem, []string) []Fix) rule {
	out := rule{summary: regexp.MustCompile(summary), fixes: fixes}
	if detail != "" {
		out.detail = regexp.MustCompile(detail)
	}
	return out
}

func one(title string, edits ...Edit) []Fix { return []Fix{{title, edits}} }

func unquote(text string) string {
	if out, err := strconv.Unquote(text); err == nil {
		return out
	}
	return text
}

// text is what stands at the place of a problem.
func (p Problem) text() string { return p.Of(p.File.Text) }

// tidy lays changes out as their files are; ok is false if they would break one.
func tidy(edits []Edit) (out []Edit, ok bool) {
	for _, p := range partsOf(edits) {
		before, after := p.Of(p.File.Text), p.after()
		broken := func(text string) bool {
			return decode.Syntax(decode.Source{Name: p.File.Name, Bytes: []byte(text)}).HasErrors()
		}
		if broken(before) {
			out = append(out, p.edits...)
			continue
		}
		if before == after || broken(after) {
			return nil, false
		}
		if even, changed := p.even(after); changed {
			p.edits = []Edit{even}
		}
		out = append(out, p.edits...)
	}
	return out, len(out) > 0
}

// part is the lines of a file that stand by themselves, whole blocks at its top, with the changes in them.
type part struct {
	Location
	edits []Edit
}

func (p part) after() string {
	edits := slices.Clone(p.edits)
	for i := range edits {
		edits[i].Start, edits[i].End = edits[i].Start-p.Start, edits[i].End-p.Start
	}
	return string(Apply(p.File.Text[p.Start:p.End], edits))
}

// partsOf are the parts that changes are in, in the order of the first change of each.
func partsOf(edits []Edit) []part {
	var out []part
	for _, e := range edits {
		if bytes.Contains(e.File.Text, []byte("\r\n")) {
			e.Text = strings.ReplaceAll(strings.ReplaceAll(e.Text, "\r\n", "\n"), "\n", "\r\n")
		}
		one := part{Location{e.File, around(e.Location)}, []Edit{e}}
		var others []part
		for _, p := range out {
			if p.File == one.File && p.Start < one.End && one.Start < p.End {
				one.Start, one.End = min(p.Start, one.Start), max(p.End, one.End)
				one.edits = append(p.edits, one.edits...)
			} else {
				others = append(others, p)
			}
		}
		out = append(others, one)
	}
	return out
}

// around is the blocks at the top of a file that a place is in, or its lines if it is in none.
func around(at Location) outline.Span {
	out := at.Span
	for _, block := range at.File.Body.Blocks {
		if block.Start <= at.End && at.Start <= block.End {
			out.Start, out.End = min(out.Start, block.Start), max(out.End, block.End)
		}
	}
	out.Start = bytes.LastIndexByte(at.File.Text[:out.Start], '\n') + 1
	if out.End == out.Start || at.File.Text[out.End-1] != '\n' {
		if n := bytes.IndexByte(at.File.Text[out.End:], '\n'); n >= 0 {
			out.End += n + 1
		} else {
			out.End = len(at.File.Text)
		}
	}
	return out
}

// even lays the lines anew that differ, with those that hang together with them, if they were laid out so before.
func (p part) even(after string) (Edit, bool) {
	a, canonicalA := layout(p.File.Name, p.File.Text[p.Start:p.End])
	b, canonicalB := layout(p.File.Name, []byte(after))
	if canonicalA == nil || canonicalB == nil {
		return Edit{}, false
	}
	begin, end := 0, 0
	for begin < len(a) && begin < len(b) && bytes.Equal(a[begin], b[begin]) {
		begin++
	}
	for end < min(len(a), len(b))-begin && bytes.Equal(a[len(a)-1-end], b[len(b)-1-end]) {
		end++
	}
	for begin > 0 && len(bytes.TrimSpace(a[begin-1])) > 0 {
		begin--
	}
	for end > 0 && len(bytes.TrimSpace(a[len(a)-end])) > 0 {
		end--
	}
	differ := func(lines [][]byte) []byte { return bytes.Join(lines[begin:len(lines)-end], nil) }
	if !bytes.Equal(differ(a), differ(canonicalA)) || bytes.Equal(differ(b), differ(canonicalB)) {
		return Edit{}, false
	}
	start := p.Start + len(bytes.Join(a[:begin], nil))
	return Edit{Location{p.File, outline.Span{Start: start, End: start + len(differ(a))}}, string(differ(canonicalB))}, true
}

// layout is the lines of a text as they are and as they should be; nil if nobody can say.
func layout(name string, text []byte) (lines, canonical [][]byte) {
	formatted, diags, err := format.Source(decode.Source{Name: name, Bytes: text})
	lines, canonical = bytes.SplitAfter(text, []byte("\n")), bytes.SplitAfter(formatted, []byte("\n"))
	if err != nil || diags.HasErrors() || len(lines) != len(canonical) {
		return lines, nil
	}
	return lines, canonical
}

// Apply makes changes that do not overlap.
func Apply(text []byte, edits []Edit) []byte {
	sorted := slices.SortedStableFunc(slices.Values(edits), func(a, b Edit) int { return a.Start - b.Start })
	var out []byte
	at := 0
	for _, e := range sorted {
		if e.Start < at {
			return text
		}
		out = append(append(out, text[at:e.Start]...), e.Text...)
		at = e.End
	}
	return append(out, text[at:]...)
}

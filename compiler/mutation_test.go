package compiler_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler"
	"github.com/cfnpipe/cfnpipe/spec"
)

// What one compile may take, whatever it is given.
const (
	mostTime   = 10 * time.Second
	mostMemory = 512 << 20
)

// TestMutations changes each valid configuration in one place at a time. Each change either compiles to templates whose
// references all resolve, or has a diagnostic in or about what was changed.
func TestMutations(t *testing.T) {
	t.Parallel()
	judge := newVerdicts()
	for _, name := range examples(t) {
		for _, c := range mutations(t, source(t, name)) {
			judge.change(t, name, c)
		}
	}
	judge.summary(t)
}

// TestMutationsOfEveryPlace does the same with each attribute of the schema, also those that no example has.
func TestMutationsOfEveryPlace(t *testing.T) {
	t.Parallel()
	judge := newVerdicts()
	for _, p := range places(t) {
		if p.isLabel || p.isKey {
			continue
		}
		around := p.block(t)
		for _, value := range mutants() {
			to := around.End.Byte + len(value) - len(standIn)
			judge.change(t, p.name, mutation{p.name + " = " + shortened(value), p.with(value), around.Start.Byte, to, []string{p.row.Name}})
		}
	}
	judge.summary(t)
}

// TestTruncation ends each example early: the first at every byte, which meets every kind of token, the others at every fifth.
func TestTruncation(t *testing.T) {
	t.Parallel()
	judge := newVerdicts()
	for i, name := range examples(t) {
		whole, step := source(t, name), 1
		if i > 0 {
			step = 5
		}
		for length := 0; length < len(whole); length += step {
			judge.change(t, name, mutation{what: fmt.Sprintf("%d bytes", length), text: whole[:length], from: 0, to: length})
		}
	}
	judge.summary(t)
}

// verdicts holds what is compiled against what must be true of any input.
type verdicts struct {
	seen              map[[32]byte]bool // templates that were looked at
	compiled, refused int
	slowest           time.Duration
	largest           uint64
}

func newVerdicts() *verdicts { return &verdicts{seen: map[[32]byte]bool{}} }

func (j *verdicts) summary(t *testing.T) {
	t.Helper()
	t.Logf("%d changes: %d compile, %d are refused; at most %s and %d MiB each",
		j.compiled+j.refused, j.compiled, j.refused, j.slowest.Round(time.Millisecond), j.largest>>20)
}

func (j *verdicts) change(t *testing.T, base string, c mutation) {
	t.Helper()
	before, start := allocated(), time.Now()
	printed, diags, panicked := attempt(c.text)
	took := time.Since(start)
	memory := allocated() - before
	j.slowest, j.largest = max(j.slowest, took), max(j.largest, memory)
	if took > mostTime || memory > mostMemory {
		t.Errorf("%s: %s: took %s and %d MiB", base, c.what, took, memory>>20)
	}
	if panicked != nil {
		t.Errorf("%s: %s: panic: %v", base, c.what, panicked)
		return
	}
	if printed == nil {
		j.refused++
		if fault := c.misplaced(diags); fault != "" {
			t.Errorf("%s: %s: %s", base, c.what, fault)
		}
		return
	}
	j.compiled++
	for _, text := range printed {
		if digest := sha256.Sum256(text); !j.seen[digest] {
			j.seen[digest] = true
			if fault := unsound(text); fault != "" {
				t.Errorf("%s: %s: %s", base, c.what, fault)
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

// attempt compiles and prints; printed is nil if there is no system.
func attempt(text []byte) (printed [][]byte, diags hcl.Diagnostics, panicked any) {
	defer func() { panicked = recover() }()
	system, diags := compileText(text)
	if system != nil {
		printed = outputs(system)
	}
	return printed, diags, nil
}

func compileText(text []byte) (*compiler.System, hcl.Diagnostics) {
	return compiler.Compile([]compiler.Source{{Name: "pipeline.hcl", Bytes: text}})
}

// outputs are the templates of both layouts. What is larger than CloudFormation takes is refused, as it should be.
func outputs(system *compiler.System) [][]byte {
	out := [][]byte{}
	if text, err := system.Template(); err == nil {
		out = append(out, text)
	}
	files, err := system.Folder()
	if err != nil {
		return out
	}
	for _, file := range files {
		if strings.HasSuffix(file.Path, ".template.json") {
			out = append(out, file.Bytes)
		}
	}
	return out
}

// misplaced says which error stands away from the change without naming it.
func (c mutation) misplaced(diags hcl.Diagnostics) string {
	if !diags.HasErrors() {
		return "no system and no error"
	}
	for _, diag := range diags {
		at := diag.Subject
		if at == nil || at.Filename != "pipeline.hcl" || at.Start.Byte > at.End.Byte || at.Start.Byte > len(c.text) || diag.Summary == "" {
			return fmt.Sprintf("a diagnostic without a place or words: %v", diag)
		}
		if diag.Severity == hcl.DiagError && !c.isAbout(diag) {
			return fmt.Sprintf("the change is at bytes %d to %d (%q), and an error says: %v %s", c.from, c.to, c.names, diag, diag.Detail)
		}
	}
	return ""
}

func (c mutation) isAbout(diag *hcl.Diagnostic) bool {
	if c.overlaps(*diag.Subject) {
		return true
	}
	if related, ok := diag.Extra.(spec.Related); ok && c.overlaps(related.Range) {
		return true
	}
	if diag.Context != nil && c.overlaps(*diag.Context) {
		return true
	}
	if c.changesValues() && c.refers(*diag.Subject) {
		return true
	}
	if strings.HasPrefix(diag.Summary, "Unknown resource") {
		return true // What refers to a generated resource misses it when the block that it comes from is gone or renamed.
	}
	said := diag.Summary + " " + diag.Detail
	for _, name := range c.names {
		if strings.Contains(said, name) {
			return true
		}
	}
	return false
}

// changesValues tells whether others refer to what is changed: a wrong value may show where it is used.
func (c mutation) changesValues() bool {
	rest := string(c.text[min(c.from, len(c.text)):])
	return strings.HasPrefix(rest, "variable") || strings.HasPrefix(rest, "locals") || slices.Contains(c.names, "locals")
}

// refers tells whether a line has a reference to a value.
func (c mutation) refers(at hcl.Range) bool {
	line := strings.Split(string(c.text), "\n")[at.Start.Line-1]
	return strings.Contains(line, "local.") || strings.Contains(line, "var.") || strings.Contains(line, "each.")
}

func (c mutation) overlaps(at hcl.Range) bool { return at.Start.Byte <= c.to && at.End.Byte >= c.from }

// unsound says what is wrong with a template that no example should have; the proofs of the compiler have passed it.
func unsound(text []byte) string {
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return err.Error()
	}
	r := resolver{document: d}
	for id, resource := range d.Resources {
		r.resolve(resource)
		if len(r.faults) > 0 {
			return id + ": " + r.faults[0]
		}
	}
	return ""
}

func shortened(value string) string {
	if len(value) > 60 {
		return value[:60] + "..."
	}
	return value
}

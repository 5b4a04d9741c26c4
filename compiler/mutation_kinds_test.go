package compiler_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// mutation is a configuration with one thing in it changed.
type mutation struct {
	what     string
	text     []byte
	from, to int      // the bytes of text in which a diagnostic is near
	names    []string // a diagnostic that stands elsewhere has to mention one of these
}

// mutants are expressions that hardly any attribute takes.
func mutants() []string {
	return []string{
		"null", `""`, `" "`, "0", "-1", "1.5", "1e999", "1e308", "true", "[]", `["x"]`, "[null]", `["x", "x"]`, "{}", `{ x = "y" }`, "{ x = null }",
		"nothing.here", "account", "account.nobody", "account.nobody.id", `"${account.nobody.id}"`, "var.x", "local.x", `upper("x")`,
		`[for x in ["y"] : x]`, `true ? "a" : 1`, `"${1}"`, `"%{ if true }x%{ endif }"`, `"` + strings.Repeat("x", 70<<10) + `"`,
		`["` + strings.Repeat("x", 70<<10) + `"]`, "<<-EOT\n  two\n  lines\nEOT\n",
	}
}

// mutations changes one attribute, block, label or token at a time.
func mutations(t testing.TB, source []byte) []mutation {
	t.Helper()
	file, diags := hclsyntax.ParseConfig(source, "pipeline.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	m := mutator{source: source}
	m.body(file.Body.(*hclsyntax.Body), hcl.Range{End: hcl.Pos{Byte: len(source)}}, nil)
	m.tokens()
	return m.changes
}

type mutator struct {
	source  []byte
	changes []mutation
}

// splice notes a change that replaces a range; near is where its diagnostics belong.
func (m *mutator) splice(what string, at, near hcl.Range, text string, names ...string) {
	start, end := at.Start.Byte, at.End.Byte
	out := slices.Concat(m.source[:start], []byte(text), m.source[end:])
	m.changes = append(m.changes, mutation{what, out, near.Start.Byte, near.End.Byte + len(text) - (end - start), names})
}

func (m *mutator) text(at hcl.Range) string { return string(at.SliceBytes(m.source)) }

// body changes what stands in a block, whose range is around.
func (m *mutator) body(body *hclsyntax.Body, around hcl.Range, path []string) {
	for _, name := range slices.Sorted(maps.Keys(body.Attributes)) {
		m.attribute(body.Attributes[name], around, path)
	}
	blocks := slices.SortedFunc(slices.Values(body.Blocks), func(a, b *hclsyntax.Block) int {
		return cmp.Compare(a.Range().Start.Byte, b.Range().Start.Byte)
	})
	for i, block := range blocks {
		at := extent(block)
		near := around
		if len(path) == 0 {
			near = at // A whole file would be near everything.
		}
		m.block(block, near, path)
		if i+1 < len(blocks) {
			m.pair(block, blocks[i+1])
		}
		m.body(block.Body, at, append(path[:len(path):len(path)], block.Type))
	}
}

// extent is a block from its type to its closing brace.
func extent(block *hclsyntax.Block) hcl.Range {
	return hcl.RangeBetween(block.TypeRange, block.CloseBraceRange)
}

// attribute drops an attribute, writes it twice, and gives it another value or name.
func (m *mutator) attribute(attribute *hclsyntax.Attribute, around hcl.Range, path []string) {
	name, at, value := attribute.Name, attribute.SrcRange, attribute.Expr.Range()
	if len(path) == 0 {
		around = at
	}
	spoken := strings.Join(append(path, name), ".")
	m.splice(spoken+" dropped", at, around, "", name)
	m.splice(spoken+" twice", at, around, m.text(at)+"\n"+m.text(at), name)
	m.splice(spoken+" misspelt", attribute.NameRange, around, name+"x", name)
	m.splice(spoken+" as a block", at, around, name+" {\n}", name)
	m.splice(spoken+" without a value", value, around, "", name)
	for _, mutant := range mutants() {
		m.splice(spoken+" = "+shortened(mutant), value, around, mutant, name)
	}
}

// block drops a block, writes it twice, empties, renames and nests it.
func (m *mutator) block(block *hclsyntax.Block, around hcl.Range, path []string) {
	at, text := extent(block), m.text(extent(block))
	inner := hcl.RangeBetween(block.OpenBraceRange, block.CloseBraceRange)
	names := append([]string{block.Type}, block.Labels...)
	spoken := strings.Join(append(path, names...), " ")
	m.splice(spoken+" dropped", at, around, "", names...)
	m.splice(spoken+" twice", at, around, text+"\n"+text, names...)
	m.splice(spoken+" emptied", inner, at, "{\n}", names...)
	m.splice(spoken+" as an attribute", at, around, block.Type+" = "+m.text(inner), names...)
	for _, other := range []string{"zone", "account", "pipeline", "stage", "build", "deploy", "network", block.Type + "s"} {
		m.splice(spoken+" renamed "+other, block.TypeRange, at, other, names...)
	}
	for _, wrapped := range append(path[:len(path):len(path)], block.Type, "nested") {
		m.splice(spoken+" in "+wrapped, at, around, wrapped+" {\n"+text+"\n}", names...)
		m.splice(spoken+" in a named "+wrapped, at, around, wrapped+" \"x\" {\n"+text+"\n}", names...)
	}
	m.splice(spoken+" in itself", block.OpenBraceRange, at, "{\n"+text+"\n", names...)
	m.labels(block, names, spoken)
}

func (m *mutator) labels(block *hclsyntax.Block, names []string, spoken string) {
	at := extent(block)
	for i, label := range block.LabelRanges {
		m.splice(fmt.Sprintf("%s without label %d", spoken, i), label, at, "", names...)
		m.splice(fmt.Sprintf("%s with label %d twice", spoken, i), label, at, m.text(label)+" "+m.text(label), names...)
		for _, other := range []string{`""`, `"x"`, `"X y"`, `"${x}"`, `"a-1"`, "x", `"` + strings.Repeat("x", 70<<10) + `"`, `"source"`} {
			m.splice(fmt.Sprintf("%s with label %s", spoken, shortened(other)), label, at, other, names...)
		}
	}
}

// pair exchanges two neighbours, and puts the first into the second.
func (m *mutator) pair(first, second *hclsyntax.Block) {
	a, b := extent(first), extent(second)
	between := hcl.Range{Start: a.End, End: b.Start}
	both := hcl.RangeBetween(a, b)
	names := slices.Concat([]string{first.Type, second.Type}, first.Labels, second.Labels)
	m.splice(first.Type+" behind "+second.Type, both, both, m.text(b)+m.text(between)+m.text(a), names...)
	m.splice(first.Type+" into "+second.Type, both, both,
		m.text(hcl.RangeBetween(second.TypeRange, second.OpenBraceRange))+"\n"+m.text(a)+m.text(hcl.Range{Start: second.OpenBraceRange.End, End: b.End}), names...)
}

// tokens drops each token. Without one the rest of a file can mean anything, so the diagnostic may stand anywhere.
func (m *mutator) tokens() {
	tokens, _ := hclsyntax.LexConfig(m.source, "pipeline.hcl", hcl.InitialPos)
	everywhere := hcl.Range{End: hcl.Pos{Byte: len(m.source)}}
	for _, token := range tokens {
		if len(token.Bytes) > 0 {
			m.splice(fmt.Sprintf("without %q at %d", token.Bytes, token.Range.Start.Byte), token.Range, everywhere, "")
		}
	}
}

package outline_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"golang.org/x/tools/txtar"

	"github.com/cfnpipe/cfnpipe/spec/decode"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// texts are the files of HCL of the examples and of all cases.
func texts(t testing.TB) [][]byte {
	t.Helper()
	var out [][]byte
	examples, err := filepath.Glob("../../examples/*/*.hcl")
	if err != nil || len(examples) == 0 {
		t.Fatal("no examples", err)
	}
	for _, path := range examples {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, text)
	}
	archives, err := filepath.Glob("../../compiler/testdata/*/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no cases", err)
	}
	deeper, _ := filepath.Glob("../*/testdata/*/*.txtar")
	for _, path := range append(archives, deeper...) {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.Files {
			if filepath.Ext(file.Name) == ".hcl" {
				out = append(out, file.Data)
			}
		}
	}
	return out
}

// item is what both readers find, in one form.
type item struct {
	Name       string
	Labels     []string
	Begin, End int
	Value      outline.Span
	Items      []item
}

func found(body *outline.Body) []item {
	var out []item
	for _, a := range body.Attributes {
		out = append(out, item{Name: a.Name.Text, Begin: a.Start, End: a.End, Value: a.Value})
	}
	for _, b := range body.Blocks {
		block := item{Name: b.Type.Text, Begin: b.Start, End: b.End}
		for _, label := range b.Labels {
			block.Labels = append(block.Labels, label.Text)
		}
		if b.Body != nil {
			block.Items = found(b.Body)
		}
		out = append(out, block)
	}
	slices.SortFunc(out, func(a, b item) int { return a.Begin - b.Begin })
	return out
}

func wanted(body *hclsyntax.Body) []item {
	var out []item
	for _, a := range body.Attributes {
		value := a.Expr.Range()
		out = append(out, item{
			Name: a.Name, Begin: a.SrcRange.Start.Byte, End: a.SrcRange.End.Byte,
			Value: outline.Span{Start: value.Start.Byte, End: value.End.Byte},
		})
	}
	for _, b := range body.Blocks {
		block := item{Name: b.Type, Labels: b.Labels, Begin: b.TypeRange.Start.Byte, End: b.CloseBraceRange.End.Byte, Items: wanted(b.Body)}
		out = append(out, block)
	}
	slices.SortFunc(out, func(a, b item) int { return a.Begin - b.Begin })
	return out
}

// differs says how the outline of a text differs from what HCL finds; empty if HCL finds mistakes.
func differs(text []byte) string {
	if decode.Syntax(decode.Source{Name: "a.hcl", Bytes: text}).HasErrors() {
		return "" // HCL's parser takes hours over some of what has limits before it.
	}
	file, diags := hclsyntax.ParseConfig(text, "", hcl.InitialPos)
	if diags.HasErrors() {
		return ""
	}
	want := wanted(file.Body.(*hclsyntax.Body))
	have := found(outline.File(text))
	unify(want, have, text)
	return cmp.Diff(want, have)
}

// unify takes out where HCL's ranges are no measure: a heredoc's goes to the end of its last line or a little further, and a
// label's text may be written with escapes.
func unify(want, have []item, text []byte) {
	for i := range min(len(want), len(have)) {
		w, h := &want[i], &have[i]
		if len(w.Labels) == len(h.Labels) {
			w.Labels = h.Labels
		}
		if h.Value.End != w.Value.End && h.Value.Start < len(text) && slices.Contains([]byte("<(-!"), text[h.Value.Start]) || w.Value.End > h.Value.End {
			w.Value, w.End = h.Value, h.End
		}
		if w.Value.Start != h.Value.Start && text[h.Value.Start] == '(' {
			w.Value, w.End = h.Value, h.End
		}
		unify(w.Items, h.Items, text)
	}
}

func TestOutlineIsWhatHCLFinds(t *testing.T) {
	valid := 0
	for _, text := range texts(t) {
		if diff := differs(text); diff != "" {
			t.Errorf("(-HCL +outline):\n%s\nin\n%s", diff, text)
		}
		if _, diags := hclsyntax.ParseConfig(text, "", hcl.InitialPos); !diags.HasErrors() {
			valid++
		}
	}
	if valid < 100 {
		t.Errorf("only %d texts are HCL", valid)
	}
}

func FuzzOutline(f *testing.F) {
	for _, text := range texts(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		check(t, outline.File(text), text)
		if diff := differs(text); diff != "" {
			t.Errorf("(-HCL +outline):\n%s", diff)
		}
	})
}

// check holds that everything stands inside of what is around it, and in order.
func check(t *testing.T, body *outline.Body, text []byte) {
	t.Helper()
	inside := func(s outline.Span) {
		if s.Start < body.Start || s.End > body.End || s.Start > s.End || s.End > len(text) {
			t.Errorf("%v does not stand in %v", s, body.Span)
		}
	}
	last := body.Start
	for _, b := range body.Blocks {
		inside(b.Span)
		if b.Start < last {
			t.Errorf("the block at %v begins before the end of the one before", b.Span)
		}
		last = b.End
		if b.Body != nil {
			check(t, b.Body, text)
		}
	}
	for _, a := range body.Attributes {
		inside(a.Span)
		inside(a.Value)
	}
}

// An example that ends anywhere, or lacks a piece in the middle, keeps the blocks before and behind.
func TestHalfFilesKeepTheirBlocks(t *testing.T) {
	text, err := os.ReadFile("../../examples/storefront/pipeline.hcl")
	if err != nil {
		t.Fatal(err)
	}
	for end := range text {
		check(t, outline.File(text[:end]), text[:end])
	}
	whole := outline.File(text)
	for _, block := range whole.Blocks {
		for cut := block.Body.Start - 1; cut < block.End; cut++ {
			broken := slices.Concat(text[:cut], text[cut+1:])
			got := outline.File(broken)
			check(t, got, broken)
			for _, other := range whole.Blocks {
				name := other.Type.Text + other.Labels[0].Text
				if !slices.ContainsFunc(got.Blocks, func(b *outline.Block) bool {
					return len(b.Labels) == 1 && b.Type.Text+b.Labels[0].Text == name
				}) {
					t.Errorf("without the %q at %d there is no block %s", text[cut], cut, name)
				}
			}
		}
	}
}

func BenchmarkOutline(b *testing.B) {
	text, err := os.ReadFile("../../examples/storefront/pipeline.hcl")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		outline.File(text)
	}
}

// Whatever a text of a mebibyte repeats, its outline is there at once: none of these takes the square of its length.
func TestOutlineTakesTimeByLength(t *testing.T) {
	for _, piece := range []string{
		"a {", "a {\n", "a{}", "a = {", "a = [\n", "a = <<X\n", "a = \"${", "${\"", "a = \"%{ if ", "\n", "}", "a \"", "/*", "#\n", "a = <<X${<<Y\n", "  ", "a = (\n\n#\n", "a\n", "\"",
	} {
		text := bytes.Repeat([]byte(piece), 1<<20/len(piece))
		check(t, outline.File(text), text)
	}
	// A thousand words that end nothing, and as many that do.
	var text bytes.Buffer
	for n := range 100_000 {
		fmt.Fprintf(&text, "a = <<X%d\n", n)
	}
	check(t, outline.File(text.Bytes()), text.Bytes())
}

package schema_test

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cfnpipe/cfnpipe/schema"
)

var update = flag.Bool("update", false, "write REFERENCE.md")

func TestReference(t *testing.T) {
	const file = "REFERENCE.md"
	if *update {
		if err := os.WriteFile(file, []byte(schema.Markdown()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(schema.Markdown(), string(have)); diff != "" {
		t.Errorf("%s is out of date; run go generate ./schema:\n%s", file, diff)
	}
}

// TestRows holds that every row says what a reader needs to know.
func TestRows(t *testing.T) {
	var walk func(t *testing.T, b schema.Block)
	walk = func(t *testing.T, b schema.Block) {
		if b.Doc == "" || b.Example == "" {
			t.Errorf("%s: no documentation or no example", b.Header())
		}
		for _, row := range b.Attributes {
			rows(t, b.Header(), row)
		}
		for _, nested := range b.Blocks {
			walk(t, nested)
		}
	}
	walk(t, schema.Root())
}

func rows(t *testing.T, block string, row schema.Attribute) {
	t.Helper()
	if row.Doc == "" || row.Example == "" {
		t.Errorf("%s: %s: no documentation or no example", block, row.Name)
	}
	if row.Pattern != "" && row.Words == "" {
		t.Errorf("%s: %s: a pattern without words", block, row.Name)
	}
	if row.Required && row.Default != "" {
		t.Errorf("%s: %s: required, and has a default", block, row.Name)
	}
	if row.Type == schema.Integer && len(row.Values) == 0 && row.Max <= row.Min {
		t.Errorf("%s: %s: no bounds", block, row.Name)
	}
	for _, member := range row.Members {
		rows(t, block+": "+row.Name, member)
	}
}

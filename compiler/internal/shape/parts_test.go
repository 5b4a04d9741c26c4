package shape

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestEveryPartIsRead: a part that is read only when it is asked for is no less right.
func TestEveryPartIsRead(t *testing.T) {
	files, _ := os.ReadDir("schemas")
	read := 0
	for _, file := range files {
		schema, ok := Of(strings.ReplaceAll(strings.TrimSuffix(file.Name(), ".json"), "-", "::"))
		if !ok {
			t.Fatalf("%s is not read", file.Name())
		}
		var all func(n *node)
		all = func(n *node) {
			if n == nil {
				t.Fatalf("%s: a part is not read", file.Name())
			}
			read++
			for _, p := range n.Properties {
				all(p.read())
			}
			for _, below := range n.PatternProperties {
				all(below)
			}
			for _, below := range slices.Concat(n.AllOf, n.AnyOf, n.OneOf) {
				all(below)
			}
			if n.Items != nil {
				all(n.Items)
			}
		}
		all(&schema.node)
		for _, p := range schema.Definitions {
			all(p.read())
		}
	}
	if read < 4_000 {
		t.Errorf("only %d parts", read)
	}
}

package langserver

import (
	"path/filepath"
	"testing"
)

// TestPlainItems holds that an editor without snippets gets blocks as they are to stand in the text.
func TestPlainItems(t *testing.T) {
	c := dial(t)
	c.call("initialize", map[string]any{"capabilities": map[string]any{}}, nil)
	c.notify("initialized", map[string]any{})
	uri := fileURI(filepath.Join(t.TempDir(), "pipeline.hcl"))
	c.open(uri, 1, "pipeline \"shop\" {\n    sou\n}\n")
	var list completionList
	c.call("textDocument/completion", map[string]any{
		"textDocument": map[string]any{"uri": uri}, "position": Position{1, 7},
	}, &list)
	for _, item := range list.Items {
		if item.Label != `source "codecommit"` {
			continue
		}
		want := "source \"codecommit\" {\n      repository = \"storefront\"\n    }"
		if item.TextEdit.NewText != want || item.InsertTextFormat != 1 || item.InsertTextMode != insertAsIs {
			t.Errorf("%q in format %d and mode %d", item.TextEdit.NewText, item.InsertTextFormat, item.InsertTextMode)
		}
		return
	}
	t.Error("there is no source")
}

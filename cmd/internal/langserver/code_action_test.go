package langserver

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const misspelt = `account "main" {
  id = "111111111111"
}

pipeline "shop" {
  source "codecommit" {
    repositry = "shop" # 🚀
  }

  stage "build" {
    build "image" {}
  }
}
`

// actions asks for what can be done at a range, of which the client says what it shows there.
func (c *client) actions(uri string, at Range, shows ...any) []codeAction {
	c.t.Helper()
	var out []codeAction
	c.call("textDocument/codeAction", map[string]any{
		"textDocument": map[string]any{"uri": uri}, "range": at, "context": map[string]any{"diagnostics": append([]any{}, shows...)},
	}, &out)
	return out
}

// applied is a text behind the changes of an action that are about its document.
func applied(before, uri string, action codeAction) string {
	text := newText([]byte(before))
	for _, change := range action.Edit.DocumentChanges {
		if change.TextDocument.URI != uri {
			continue
		}
		for i := len(change.Edits) - 1; i >= 0; i-- {
			text = text.change(change.Edits[i].Range, change.Edits[i].NewText)
		}
	}
	return string(text.bytes)
}

// TestFixOfWhatClientsSendBack holds that a fix goes by the place that a client sends back, and not by how it writes the rest.
func TestFixOfWhatClientsSendBack(t *testing.T) {
	c := start(t)
	uri := fileURI(filepath.Join(t.TempDir(), "pipeline.hcl"))
	c.open(uri, 1, misspelt)
	d := c.diagnostics(uri, 1)[0]
	elsewhere := Range{Position{0, 0}, Position{0, 0}}
	for name, test := range map[string]struct {
		at    Range
		shows []any
		fixes int
	}{
		"as it was":               {d.Range, []any{d}, 1},
		"with more and less":      {elsewhere, []any{map[string]any{"range": d.Range, "message": "Unknown", "code": 7, "source": "cfnpipe", "tags": []int{1}}}, 1},
		"without a source":        {elsewhere, []any{map[string]any{"range": d.Range, "message": d.Message}}, 1},
		"of another program":      {elsewhere, []any{map[string]any{"range": d.Range, "message": d.Message, "source": "terraform"}}, 0},
		"nothing, at the place":   {Range{d.Range.Start, d.Range.Start}, nil, 1},
		"nothing, somewhere else": {elsewhere, nil, 0},
		"somewhere else":          {elsewhere, []any{map[string]any{"range": elsewhere, "message": d.Message, "source": "cfnpipe"}}, 0},
		"no diagnostic":           {elsewhere, []any{"x", 1, nil, map[string]any{"range": nil}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			actions := c.actions(uri, test.at, test.shows...)
			if len(actions) != test.fixes {
				t.Fatalf("there are %d fixes", len(actions))
			}
			for _, action := range actions {
				if want := strings.Replace(misspelt, "repositry", "repository", 1); applied(misspelt, uri, action) != want {
					t.Errorf("it makes %s", applied(misspelt, uri, action))
				}
			}
		})
	}
	var none []codeAction
	c.call("textDocument/codeAction", map[string]any{
		"textDocument": map[string]any{"uri": uri}, "range": d.Range, "context": map[string]any{"diagnostics": []any{d}, "only": []string{"source.fixAll"}},
	}, &none)
	if len(none) > 0 {
		t.Errorf("on saving %q would happen unseen", none[0].Title)
	}
}

// TestFixOfOldDiagnostic holds that a diagnostic of a text that is no more changes nothing but what it is about.
func TestFixOfOldDiagnostic(t *testing.T) {
	c := start(t)
	uri := fileURI(filepath.Join(t.TempDir(), "pipeline.hcl"))
	c.open(uri, 1, misspelt)
	text := misspelt
	old := c.diagnostics(uri, 1)
	for version := 2; version < 30; version++ {
		if version%3 == 0 {
			text = strings.Replace(text, "repositry = ", "repositoryy = ", 1)
		} else {
			text = fmt.Sprintf("# line %d\n", version) + text
		}
		c.replace(uri, version, text)
		for _, action := range c.actions(uri, old[0].Range, old[0]) { // There may be some already.
			if after := applied(text, uri, action); len(after) != len(strings.Replace(text, "repositry", "repository", 1)) &&
				len(after) != len(strings.Replace(text, "repositoryy", "repository", 1)) || !strings.Contains(after, "    repository = \"shop\"") {
				t.Fatalf("version %d: %q makes %s", version, action.Title, after)
			}
		}
		old = c.diagnostics(uri, version)
		actions := c.actions(uri, old[0].Range, old[0])
		if len(actions) != 1 || !strings.Contains(applied(text, uri, actions[0]), "    repository = \"shop\"") {
			t.Fatalf("version %d: there are %d fixes", version, len(actions))
		}
	}
}

// TestFixBesideOpenFile holds that a file that no editor has open can be fixed: it is listed among the problems.
func TestFixBesideOpenFile(t *testing.T) {
	folder := t.TempDir()
	before, behind, _ := strings.Cut(misspelt, "\npipeline")
	other := filepath.Join(folder, "more.hcl")
	for name, text := range map[string]string{"pipeline.hcl": before, "more.hcl": "pipeline" + behind} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c := start(t)
	uri := fileURI(other)
	c.open(fileURI(filepath.Join(folder, "pipeline.hcl")), 1, before)
	c.wait(func() bool { return len(c.published[uri].Diagnostics) > 0 })
	d := c.published[uri].Diagnostics[0]
	actions := c.actions(uri, d.Range, d)
	if len(actions) != 1 || actions[0].Edit.DocumentChanges[0].TextDocument.Version != nil {
		t.Fatalf("there is %v", actions)
	}
	if after := applied("pipeline"+behind, uri, actions[0]); !strings.Contains(after, `repository = "shop"`) {
		t.Errorf("it makes %s", after)
	}
}

// TestFixKeepsLineEnds holds that a fix counts as the protocol does, and writes lines as the file does.
func TestFixKeepsLineEnds(t *testing.T) {
	c := start(t)
	uri := fileURI(filepath.Join(t.TempDir(), "pipeline.hcl"))
	text := strings.ReplaceAll(strings.ReplaceAll(misspelt, "    repositry = \"shop\" # 🚀", "\t\t/* 🚀🚀 */ branch = \"🚀\"; "), "\n", "\r\n")
	text = strings.Replace(text, "; \r\n", "\r\n", 1)
	text = strings.Replace(text, "  source", "\tsource", 1)
	c.open(uri, 1, text)
	found := false
	for _, d := range c.diagnostics(uri, 1) {
		for _, action := range c.actions(uri, d.Range, d) {
			after := applied(text, uri, action)
			if strings.Count(after, "\n") != strings.Count(after, "\r\n") {
				t.Errorf("%s makes %q", action.Title, after)
			}
			found = found || strings.Contains(after, "\tsource \"codecommit\" {\r\n\t\trepository = \"storefront\"\r\n")
		}
	}
	if !found {
		t.Error("no fix writes the repository")
	}
}

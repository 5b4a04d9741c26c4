package langserver

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// directives are what a marker may ask for.
func directives() map[string]func(*testing.T, *markedCase, marker) string {
	return map[string]func(*testing.T, *markedCase, marker) string{
		"diagnostic": wantDiagnostic, "complete": wantComplete, "insert": wantInsert, "nothing": wantNothing,
		"hover": wantHover, "signature": wantSignature, "definition": wantDefinition, "references": wantReferences,
		"rename": wantRename, "refuse": wantRefusal, "fix": wantFix, "symbol": wantSymbol, "fold": wantFold, "select": wantSelection,
		"token": wantToken, "inlay": wantInlay, "highlight": wantHighlight, "item": wantItem, "search": wantSearch, "broken": wantDiagnostic,
		"nosignature": wantNoSignature, "nodefinition": wantNoDefinition, "norename": wantNoRename,
	}
}

// wantDiagnostic wants one at the position whose message a pattern matches. What is not wanted is not expected either: unexpected looks.
func wantDiagnostic(*testing.T, *markedCase, marker) string { return "" }

func (c *markedCase) items(m marker) []completionItem {
	var list completionList
	c.call("textDocument/completion", m.params(c), &list)
	return list.Items
}

// wantComplete wants labels, separated by commas, in their order; behind "=" no others, behind "first" none before and between them,
// behind "not" none of them.
func wantComplete(_ *testing.T, c *markedCase, m marker) string {
	var labels []string
	for _, item := range c.items(m) {
		labels = append(labels, item.Label)
	}
	rest, exactly := strings.CutPrefix(m.rest, "= ")
	rest, none := strings.CutPrefix(rest, "not ")
	rest, first := strings.CutPrefix(rest, "first ")
	wanted := strings.Split(rest, ", ")
	if first {
		return cmp.Diff(wanted, labels[:min(len(labels), len(wanted))])
	}
	if none {
		for _, w := range wanted {
			if slices.Contains(labels, w) {
				return fmt.Sprintf("%s is among %q", w, labels)
			}
		}
		return ""
	}
	if exactly {
		return cmp.Diff(wanted, labels)
	}
	from := 0
	for _, w := range wanted {
		i := slices.Index(labels[from:], w)
		if i < 0 {
			return fmt.Sprintf("%s is not in its place among %q", w, labels)
		}
		from += i + 1
	}
	return ""
}

// wantItem wants an item whose detail and documentation a pattern matches, behind "chosen" if the list begins with it: "LABEL" PATTERN.
func wantItem(_ *testing.T, c *markedCase, m marker) string {
	quoted, err := strconv.QuotedPrefix(m.rest)
	if err != nil {
		return "write the label in quotes"
	}
	label, _ := strconv.Unquote(quoted)
	for _, item := range c.items(m) {
		if item.Label != label {
			continue
		}
		text := item.Detail
		if item.Preselect {
			text = "chosen " + text
		}
		if item.Documentation != nil {
			text += " " + strings.ReplaceAll(item.Documentation.Value, "\n", " ")
		}
		if !regexp.MustCompile(strings.TrimSpace(m.rest[len(quoted):])).MatchString(text) {
			return text
		}
		return ""
	}
	return "there is no such item"
}

// wantSearch wants what a search over all files finds: QUERY => FILE:LINE NAME.
func wantSearch(_ *testing.T, c *markedCase, m marker) string {
	query, wanted, _ := strings.Cut(m.rest, "=>")
	var list []symbolInformation
	c.call("workspace/symbol", map[string]any{"query": strings.TrimSpace(query)}, &list)
	var out []string
	for _, s := range list {
		out = append(out, fmt.Sprintf("%s:%d %s", c.name(s.Location.URI), s.Location.Range.Start.Line+1, s.Name))
	}
	return cmp.Diff(strings.TrimSpace(wanted), strings.Join(out, ", "))
}

// wantInsert wants that choosing a label, which stands in quotes as in Go, makes the line what follows.
func wantInsert(_ *testing.T, c *markedCase, m marker) string {
	quoted, err := strconv.QuotedPrefix(m.rest)
	if err != nil {
		return "write the label in quotes"
	}
	label, _ := strconv.Unquote(quoted)
	wanted, err := strconv.Unquote(strings.TrimSpace(m.rest[len(quoted):]))
	if err != nil {
		return "write the line in quotes"
	}
	for _, item := range c.items(m) {
		if item.Label == label {
			after := c.texts[m.file].change(item.TextEdit.Range, item.TextEdit.NewText)
			old := c.texts[m.file]
			end := len(after.bytes) - (len(old.bytes) - old.lineEnd(m.at.Line))
			return cmp.Diff(wanted, string(after.bytes[after.lines[m.at.Line]:end]))
		}
	}
	return "there is no such item"
}

// wantNothing wants that nothing can be completed, or that a hover says nothing.
func wantNothing(_ *testing.T, c *markedCase, m marker) string {
	if m.rest == "hover" {
		return c.wantNull("textDocument/hover", m)
	}
	if items := c.items(m); len(items) > 0 {
		return fmt.Sprintf("there is %q", items[0].Label)
	}
	return ""
}

// wantHover wants a text that a pattern matches.
func wantHover(_ *testing.T, c *markedCase, m marker) string {
	var h *hover
	c.call("textDocument/hover", m.params(c), &h)
	if h == nil {
		return "there is none"
	}
	if !regexp.MustCompile("(?s)" + m.rest).MatchString(strings.ReplaceAll(h.Contents.Value, "\n", " ")) {
		return h.Contents.Value
	}
	return ""
}

// wantSignature wants a signature that begins so, with the parameter in brackets that is being written.
func wantSignature(_ *testing.T, c *markedCase, m marker) string {
	var help *signatureHelp
	c.call("textDocument/signatureHelp", m.params(c), &help)
	if help == nil {
		return "there is none"
	}
	s := help.Signatures[0]
	p := s.Parameters[help.ActiveParameter].Label
	return cmp.Diff(m.rest, s.Label[:p[0]]+"["+s.Label[p[0]:p[1]]+"]"+s.Label[p[1]:])
}

// wantNull wants that nothing is answered.
func (c *markedCase) wantNull(method string, m marker) string {
	if got := string(c.answer(c.ask(method, m.params(c))).Result); got != "null" && got != "[]" {
		return got
	}
	return ""
}

func wantNoSignature(_ *testing.T, c *markedCase, m marker) string {
	return c.wantNull("textDocument/signatureHelp", m)
}

func wantNoDefinition(_ *testing.T, c *markedCase, m marker) string {
	return c.wantNull("textDocument/definition", m)
}

func (c *markedCase) places(list []location) string {
	var out []string
	for _, l := range list {
		name := c.name(l.URI)
		text := c.texts[name]
		out = append(out, fmt.Sprintf("%s:%d %s", name, l.Range.Start.Line+1, text.bytes[text.offset(l.Range.Start):text.offset(l.Range.End)]))
	}
	return strings.Join(out, ", ")
}

// wantDefinition wants the places, as FILE:LINE TEXT.
func wantDefinition(_ *testing.T, c *markedCase, m marker) string {
	var list []location
	c.call("textDocument/definition", m.params(c), &list)
	return cmp.Diff(m.rest, c.places(list))
}

func wantReferences(_ *testing.T, c *markedCase, m marker) string {
	params := m.params(c)
	params["context"] = map[string]any{"includeDeclaration": true}
	var list []location
	c.call("textDocument/references", params, &list)
	return cmp.Diff(m.rest, c.places(list))
}

func wantHighlight(_ *testing.T, c *markedCase, m marker) string {
	var list []documentHighlight
	c.call("textDocument/documentHighlight", m.params(c), &list)
	var lines []string
	for _, h := range list {
		lines = append(lines, strconv.Itoa(h.Range.Start.Line+1))
	}
	return cmp.Diff(m.rest, strings.Join(lines, ", "))
}

// apply makes the changes, and holds the files that they change against those of the case.
func (c *markedCase) apply(title string, e workspaceEdit) string {
	var out, changed []string
	for _, change := range e.DocumentChanges {
		name := c.name(change.TextDocument.URI)
		text := c.texts[name]
		edits := slices.Clone(change.Edits)
		slices.SortStableFunc(edits, func(a, b textEdit) int { return text.offset(b.Range.Start) - text.offset(a.Range.Start) })
		for _, edit := range edits {
			text = text.change(edit.Range, edit.NewText)
		}
		changed = append(changed, name+"@"+title)
		out = append(out, c.golden(name+"@"+title, text.bytes))
	}
	for _, file := range c.archive.Files {
		if strings.HasSuffix(file.Name, "@"+title) && !slices.Contains(changed, file.Name) {
			out = append(out, "nothing makes "+file.Name)
		}
	}
	return strings.Join(out, "")
}

func (c *markedCase) golden(name string, got []byte) string {
	for i := range c.archive.Files {
		if c.archive.Files[i].Name == name {
			if *update {
				c.archive.Files[i].Data = got
			}
			return cmp.Diff(string(c.archive.Files[i].Data), string(got))
		}
	}
	if *update {
		c.archive.Files = append(c.archive.Files, txtar.File{Name: name, Data: got})
		return ""
	}
	return "the case has no file " + name
}

// wantRename wants that the files become those of the case, NAME@NEW.
func wantRename(t *testing.T, c *markedCase, m marker) string {
	params := m.params(c)
	params["newName"] = m.rest
	var e workspaceEdit
	c.call("textDocument/rename", params, &e)
	return c.apply(m.rest, e)
}

// wantRefusal wants that a name is refused, with a message that a pattern matches: NEW PATTERN.
func wantRefusal(_ *testing.T, c *markedCase, m marker) string {
	name, pattern, _ := strings.Cut(m.rest, " ")
	params := m.params(c)
	params["newName"] = name
	a := c.answer(c.ask("textDocument/rename", params))
	if a.Error == nil {
		return "it is not refused"
	}
	if !regexp.MustCompile(pattern).MatchString(a.Error.Message) {
		return a.Error.Message
	}
	return ""
}

// wantNoRename wants that nothing can be renamed there, with a message that a pattern matches.
func wantNoRename(_ *testing.T, c *markedCase, m marker) string {
	a := c.answer(c.ask("textDocument/prepareRename", m.params(c)))
	if a.Error == nil || !regexp.MustCompile(m.rest).MatchString(a.Error.Message) {
		return fmt.Sprintf("%s %v", a.Result, a.Error)
	}
	return ""
}

// wantFix wants a quick fix of a title that makes the file NAME@TITLE; "none": that there is none.
func wantFix(t *testing.T, c *markedCase, m marker) string {
	about := c.about(m)
	if len(about) == 0 {
		return "no diagnostic is there"
	}
	var actions []codeAction
	c.call("textDocument/codeAction", map[string]any{
		"textDocument": map[string]any{"uri": c.uri(m.file)}, "range": Range{m.at, m.at}, "context": map[string]any{"diagnostics": about},
	}, &actions)
	var titles []string
	for _, a := range actions {
		titles = append(titles, a.Title)
		if a.Title == m.rest {
			return c.apply(strings.NewReplacer(`"`, "", "/", "").Replace(m.rest), *a.Edit)
		}
	}
	if m.rest == "none" && len(titles) == 0 {
		return ""
	}
	return fmt.Sprintf("it is not among %q", titles)
}

// wantSymbol wants a symbol that begins at the line, with the names of those around it: pipeline "a" > stage "b".
func wantSymbol(_ *testing.T, c *markedCase, m marker) string {
	var list []documentSymbol
	c.call("textDocument/documentSymbol", map[string]any{"textDocument": map[string]any{"uri": c.uri(m.file)}}, &list)
	var all []string
	var walk func(list []documentSymbol, around string)
	walk = func(list []documentSymbol, around string) {
		for _, s := range list {
			if !holds(s.Range, s.SelectionRange.Start) || !holds(s.Range, s.SelectionRange.End) {
				all = append(all, fmt.Sprintf("%s is selected outside of itself", s.Name))
			}
			if s.Range.Start.Line == m.at.Line {
				all = append(all, around+s.Name)
			}
			walk(s.Children, around+s.Name+" > ")
		}
	}
	walk(list, "")
	return cmp.Diff(m.rest, strings.Join(all, ", "))
}

// wantFold wants a fold from the line to another, with its kind if it has one: 12 comment.
func wantFold(_ *testing.T, c *markedCase, m marker) string {
	var list []foldingRange
	c.call("textDocument/foldingRange", map[string]any{"textDocument": map[string]any{"uri": c.uri(m.file)}}, &list)
	var all []string
	for _, f := range list {
		if f.StartLine == m.at.Line {
			all = append(all, strings.TrimSpace(fmt.Sprintf("%d %s", f.EndLine+1, f.Kind)))
		}
	}
	return cmp.Diff(m.rest, strings.Join(all, ", "))
}

// wantSelection wants what is selected step by step, in quotes where that is on one line, and else as its first and last line.
func wantSelection(_ *testing.T, c *markedCase, m marker) string {
	var list []*selectionRange
	c.call("textDocument/selectionRange", map[string]any{
		"textDocument": map[string]any{"uri": c.uri(m.file)}, "positions": []Position{m.at},
	}, &list)
	var out []string
	text := c.texts[m.file]
	for s := list[0]; s != nil; s = s.Parent {
		if s.Range.Start.Line == s.Range.End.Line {
			out = append(out, "`"+string(text.bytes[text.offset(s.Range.Start):text.offset(s.Range.End)])+"`")
		} else {
			out = append(out, fmt.Sprintf("%d-%d", s.Range.Start.Line+1, s.Range.End.Line+1))
		}
	}
	return cmp.Diff(m.rest, strings.Join(out, " "))
}

// wantToken wants the type of the token at the position, with its text: property `port`.
func wantToken(_ *testing.T, c *markedCase, m marker) string {
	var tokens semanticTokens
	c.call("textDocument/semanticTokens/full", map[string]any{"textDocument": map[string]any{"uri": c.uri(m.file)}}, &tokens)
	var legend struct {
		Capabilities struct {
			SemanticTokensProvider struct {
				Legend struct{ TokenTypes []string }
			}
		}
	}
	_ = json.Unmarshal(c.greeting, &legend)
	text := c.texts[m.file]
	at := Position{}
	for i := 0; i+4 < len(tokens.Data); i += 5 {
		if tokens.Data[i] > 0 {
			at = Position{at.Line + tokens.Data[i], 0}
		}
		at.Character += tokens.Data[i+1]
		r := Range{at, Position{at.Line, at.Character + tokens.Data[i+2]}}
		if holds(r, m.at) && m.at != r.End {
			return cmp.Diff(m.rest, fmt.Sprintf("%s `%s`", legend.Capabilities.SemanticTokensProvider.Legend.TokenTypes[tokens.Data[i+3]],
				text.bytes[text.offset(r.Start):text.offset(r.End)]))
		}
	}
	return "there is no token"
}

// wantInlay wants the hints of the line.
func wantInlay(_ *testing.T, c *markedCase, m marker) string {
	var list []inlayHint
	c.call("textDocument/inlayHint", map[string]any{
		"textDocument": map[string]any{"uri": c.uri(m.file)}, "range": Range{Position{}, Position{Line: 1 << 20}},
	}, &list)
	var out []string
	for _, hint := range list {
		if hint.Position.Line == m.at.Line {
			out = append(out, hint.Label)
		}
	}
	return cmp.Diff(m.rest, strings.Join(out, ", "))
}

package langserver

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write what the commands of the cases result in")

// A case is a txtar file: prose, then files. Each folder of them is a configuration. A comment line that begins with a caret speaks of
// the place in the line before that the caret points to, and one that begins with < of the beginning of that line:
//
//	account = account.tools
//	#                 ^ definition pipeline.hcl:1 tools
//
// What may follow the caret is in the table of directives. A file `NAME@TITLE` is what NAME becomes by `rename` or `fix`, and `NAME@before`
// is what the server was told before. For what a
// comment would disturb there are lines with > in place of #, which are no part of the file: their lines do not count, and a file whose
// last line is one ends before it, without an end of line. A first line `> crlf` gives a file the line ends of Windows, and `> bom`
// the mark that some editors begin a file with.
type markedCase struct {
	*client
	folder  string
	archive *txtar.Archive
	texts   map[string]*text
}

// marker is one expectation.
type marker struct {
	file      string
	line      int // of the marker itself, from 1
	at        Position
	directive string
	rest      string
}

var caret = regexp.MustCompile(`^\s*(?:#|//|>)(?:\s*\^|<)\s*(\w+) ?(.*)$`)

func TestMarkers(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no cases", err)
	}
	used := map[string]bool{}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			runMarkers(t, path, used)
		})
	}
	for name := range directives() {
		if !used[name] {
			t.Errorf("no case uses %s", name)
		}
	}
}

func runMarkers(t *testing.T, path string, used map[string]bool) {
	archive, err := txtar.ParseFile(path)
	if err != nil || len(strings.TrimSpace(string(archive.Comment))) == 0 {
		t.Fatal("the case does not say what it shows", err)
	}
	c := &markedCase{client: start(t), folder: t.TempDir(), archive: archive, texts: map[string]*text{}}
	var markers []marker
	for _, file := range archive.Files {
		if strings.Contains(file.Name, "@") {
			continue
		}
		text, found := markersOf(t, file)
		name := filepath.Join(c.folder, file.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		c.texts[file.Name] = newText([]byte(text))
		markers = append(markers, found...)
	}
	for name, text := range c.texts {
		c.open(c.uri(name), 1, c.before(name, string(text.bytes)))
	}
	for name := range c.texts {
		c.client.diagnostics(c.uri(name), 1)
	}
	c.settle()
	if len(markers) == 0 {
		t.Error("the case has no markers")
	}
	for _, m := range markers {
		directive, known := directives()[m.directive]
		if !known {
			t.Errorf("%s:%d: there is no directive %q", m.file, m.line, m.directive)
			continue
		}
		used[m.directive] = true
		if fault := directive(t, c, m); fault != "" {
			t.Errorf("%s:%d: %s %s: %s", m.file, m.line, m.directive, m.rest, fault)
		}
	}
	if fault := c.unexpected(markers); fault != "" {
		t.Error(fault)
	}
	if err := c.quit(); err != nil {
		t.Error(err)
	}
	if *update {
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// markersOf takes the markers out of a file, and those that are no part of it from its text.
func markersOf(t *testing.T, file txtar.File) (string, []marker) {
	var out []marker
	var kept []string
	lines := strings.Split(strings.TrimSuffix(string(file.Data), "\n"), "\n")
	before := -1 // the line that markers are about
	newline, begin := "\n", ""
	for i, line := range lines {
		found := caret.FindStringSubmatch(line)
		aside := strings.HasPrefix(strings.TrimSpace(line), ">")
		switch {
		case line == "> crlf":
			newline = "\r\n"
			continue
		case line == "> bom":
			begin = "\ufeff"
			continue
		case found == nil:
			before = len(kept)
		case before < 0:
			t.Fatalf("%s:%d: there is no line before", file.Name, i+1)
		default:
			column := 0
			if at := strings.IndexByte(line, '^'); at >= 0 && !strings.Contains(line[:at], "<") {
				column = units(line[:at])
			}
			if before == 0 {
				column += units(begin)
			}
			out = append(out, marker{file.Name, i + 1, Position{before, column}, found[1], strings.TrimSpace(found[2])})
		}
		if !aside {
			kept = append(kept, line)
		}
	}
	text := begin + strings.Join(kept, newline)
	if len(lines) == 0 || !strings.HasPrefix(strings.TrimSpace(lines[len(lines)-1]), ">") {
		text += newline
	}
	return text, out
}

func (c *markedCase) uri(name string) string { return fileURI(filepath.Join(c.folder, name)) }

// before is what a file was before its author came to where it is.
func (c *markedCase) before(name, now string) string {
	for _, file := range c.archive.Files {
		if file.Name == name+"@before" {
			return string(file.Data)
		}
	}
	return now
}

// name is uri the other way.
func (c *markedCase) name(uri string) string { return strings.TrimPrefix(uri, fileURI(c.folder)+"/") }

// settle waits until the newest state of the folder has been looked at.
func (c *markedCase) settle() {
	c.call("workspace/symbol", map[string]any{"query": ""}, nil)
	c.wait(func() bool { return c.asked["workspace/inlayHint/refresh"] > 0 })
	// All files but the last were looked at without the others: only what is said about the whole counts.
	for name := range c.texts {
		c.replace(c.uri(name), 2, string(c.texts[name].bytes))
	}
	for name := range c.texts {
		c.client.diagnostics(c.uri(name), 2)
	}
}

func (m marker) params(c *markedCase) map[string]any {
	return map[string]any{"textDocument": map[string]any{"uri": c.uri(m.file)}, "position": m.at}
}

func (c *markedCase) said(name string) []diagnostic { return c.client.diagnostics(c.uri(name), 2) }

// about are the diagnostics that a position is in.
func (c *markedCase) about(m marker) []diagnostic {
	return slices.DeleteFunc(slices.Clone(c.said(m.file)), func(d diagnostic) bool { return !holds(d.Range, m.at) })
}

func holds(r Range, p Position) bool {
	before := func(a, b Position) bool { return a.Line < b.Line || a.Line == b.Line && a.Character <= b.Character }
	return before(r.Start, p) && before(p, r.End)
}

// unexpected are diagnostics that no marker wants, and those that are wanted in vain.
func (c *markedCase) unexpected(markers []marker) string {
	var out []string
	met := map[int]bool{}
	for name := range c.texts {
		for _, d := range c.said(name) {
			found := slices.ContainsFunc(markers, func(m marker) bool { return m.directive == "broken" && m.file == name })
			for i, m := range markers {
				if m.directive == "diagnostic" && m.file == name && !met[i] && holds(d.Range, m.at) &&
					regexp.MustCompile(m.rest).MatchString(strings.ReplaceAll(d.Message, "\n", " ")) {
					met[i], found = true, true
					break
				}
			}
			if !found {
				out = append(out, fmt.Sprintf("unexpected in %s at %v: %s", name, d.Range, d.Message))
			}
		}
	}
	for i, m := range markers {
		if m.directive == "diagnostic" && !met[i] {
			out = append(out, fmt.Sprintf("%s:%d: no diagnostic %s", m.file, m.line, m.rest))
		}
	}
	return strings.Join(out, "\n")
}

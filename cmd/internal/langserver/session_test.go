package langserver

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler"
)

var (
	seed  = flag.Uint64("seed", 1, "what the random sessions begin with")
	steps = flag.Int("steps", 10_000, "how many steps a random session has")
)

// session is an author at work, with a text of every document of their own to compare with.
type session struct {
	*client
	random *rand.Rand
	folder string
	docs   map[string]*draft // by URI
	disk   map[string]string // by the names of the files
}

// draft is a document as the author means it: positions in it are UTF-16 units.
type draft struct {
	units   []uint16
	version int
	open    bool
	good    string // to come back to
}

func (d *draft) text() string { return string(utf16.Decode(d.units)) }

const (
	goodPipeline = `account "tools" {
  id = "111111111111"
}

account "live" {
  id = "222222222222"

  network {
    cidr = "10.0.0.0/16"
  }
}

# The shop 😀, as it is
# built and brought out.
pipeline "shop" {
  account = account.tools

  source "codecommit" {
    repository        = local.name
    create_repository = true
  }

  stage "build" {
    build "image" {
      test        = ["make ä😀", upper(var.team)]
      environment = { LOG = "info", TEAM = var.team }
    }
  }

  stage "live" {
    deploy "ec2" {
      account      = account.live
      health_check = "/health"
      environment = {
        NAME = "${local.name}-x"
      }
    }
  }
}
`
	goodMore = `locals {
  name = "shop"
  list = [for x in ["a", "b"] : "${x}-${local.name}"]
}

variable "team" {
  type        = string
  description = "who is asked"
}

output "team" {
  value = var.team
}
`
	goodValues   = "team = \"storefront\"\n"
	goodUntitled = `account "one" {
  id = "333333333333"
}

pipeline "alone" {
  account = account.one
}
`
)

// pieces are what is typed.
var pieces = []string{
	"x", " ", "\n", "\r\n", "\r", "\"", "{", "}", "[", "]", "(", ")", "=", ".", ",", "$", "${", "#", "/*", "*/", "<<E\n", "E\n", "😀", "ä", "€", "\u0301", "\ufeff", "\x00", "\t",
	"account", "account.", "account.live", "local.name", "var.team", "stage \"x\" {", "variable \"y\" {}\n", "true", "7", "\"text\"", "upper(", "  region = ", "for",
	"\nlocals {\n  more = 1\n}\n", "\noutput \"z\" { value = local.more }\n", "dynamic \"stage\" {\n  for_each = local.list\n  content {\n",
}

func newSession(t *testing.T) *session {
	s := &session{
		client: greet(dialWith(t, Host{quickly: time.Hour})), random: rand.New(rand.NewPCG(*seed, 0)), folder: t.TempDir(),
		docs: map[string]*draft{}, disk: map[string]string{},
	}
	for name, text := range map[string]string{"pipeline.hcl": goodPipeline, "more.hcl": goodMore, "values.auto.vars.hcl": goodValues} {
		s.save(name, text)
		s.docs[s.uri(name)] = &draft{good: text}
	}
	s.docs["untitled:Untitled-1"] = &draft{good: goodUntitled}
	for _, uri := range s.uris() {
		s.reopen(uri, s.docs[uri].good)
	}
	return s
}

func (s *session) uri(name string) string { return fileURI(filepath.Join(s.folder, name)) }

func (s *session) uris() []string { return slices.Sorted(maps.Keys(s.docs)) }

// opened are the documents that are open and part of a configuration, as values are only in a folder that is ours.
func (s *session) opened() []string {
	return slices.DeleteFunc(s.uris(), func(uri string) bool {
		return !s.docs[uri].open || compiler.IsAssignments(baseName(uri)) && !s.ours()
	})
}

func (s *session) ours() bool {
	_, onDisk := s.disk["pipeline.hcl"]
	return onDisk || s.docs[s.uri("pipeline.hcl")].open
}

func (s *session) save(name, text string) {
	s.t.Helper()
	s.disk[name] = text
	if err := os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

func (s *session) watched(name string) {
	s.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": s.uri(name), "type": 2}}})
}

func (s *session) reopen(uri, text string) {
	d := s.docs[uri]
	d.units, d.open = utf16.Encode([]rune(text)), true
	d.version++
	s.client.open(uri, d.version, d.text())
}

// step does one thing that authors do.
func (s *session) step() {
	uri := s.uris()[s.random.IntN(len(s.docs))]
	d := s.docs[uri]
	name := baseName(uri)
	onDisk := strings.HasPrefix(uri, "file:")
	switch n := s.random.IntN(100); {
	case !d.open:
		text := d.good
		if onDisk && n < 50 {
			text = s.disk[name]
		}
		s.reopen(uri, text)
	case n < 80:
		s.edit(uri, d)
	case n < 90:
		s.rewrite(uri, d, d.good)
	case n < 91:
		s.rewrite(uri, d, strings.ReplaceAll(d.text(), "\n", "\r\n"))
	case n < 94:
		d.open = false
		s.notify("textDocument/didClose", map[string]any{"textDocument": documentID{uri}})
	case n < 97 && onDisk:
		s.save(name, d.text())
		s.notify("textDocument/didSave", map[string]any{"textDocument": documentID{uri}})
	default:
		s.changeDisk()
	}
}

// changeDisk has files come, change and go that no editor has open.
func (s *session) changeDisk() {
	name := []string{"extra.hcl", "other.auto.vars.hcl", "pipeline.hcl"}[s.random.IntN(3)]
	if _, there := s.disk[name]; there && s.random.IntN(3) == 0 {
		delete(s.disk, name)
		if err := os.Remove(filepath.Join(s.folder, name)); err != nil {
			s.t.Fatal(err)
		}
	} else {
		s.save(name, map[string]string{
			"extra.hcl": fmt.Sprintf("output \"extra%d\" {\n  value = local.name\n}\n", s.random.IntN(9)), "other.auto.vars.hcl": "team = 7\n", "pipeline.hcl": goodPipeline,
		}[name])
	}
	s.watched(name)
}

// edit changes a few places in one notification.
func (s *session) edit(uri string, d *draft) {
	var changes []any
	for range 1 + s.random.IntN(3) {
		begin := s.random.IntN(len(d.units) + 1)
		end := begin
		if s.random.IntN(2) == 0 {
			end = min(begin+s.random.IntN(12), len(d.units))
		}
		with := ""
		if begin == end || s.random.IntN(2) == 0 {
			with = pieces[s.random.IntN(len(pieces))]
		}
		r := Range{positionIn(d.units, begin), positionIn(d.units, end)}
		begin, end = whole(d.units, begin), whole(d.units, end)
		d.units = slices.Concat(d.units[:begin], utf16.Encode([]rune(with)), d.units[end:])
		changes = append(changes, map[string]any{"range": r, "text": with})
	}
	s.change(uri, d, changes...)
}

func (s *session) rewrite(uri string, d *draft, text string) {
	d.units = utf16.Encode([]rune(text))
	s.change(uri, d, map[string]any{"text": text})
}

func (s *session) change(uri string, d *draft, changes ...any) {
	d.version++
	s.notify("textDocument/didChange", map[string]any{"textDocument": map[string]any{"uri": uri, "version": d.version}, "contentChanges": slices.Concat([]any{}, changes)})
}

// positionIn counts lines and units up to a place.
func positionIn(units []uint16, at int) Position {
	var p Position
	for i, u := range units[:at] {
		p.Character++
		if u == '\n' || u == '\r' && (i+1 == len(units) || units[i+1] != '\n') {
			p = Position{p.Line + 1, 0}
		}
	}
	return p
}

// whole is a place that is not inside of a character, or of the end of a line.
func whole(units []uint16, at int) int {
	if at > 0 && at < len(units) && (utf16.IsSurrogate(rune(units[at])) && units[at] >= 0xdc00 || units[at] == '\n' && units[at-1] == '\r') {
		return at - 1
	}
	return at
}

// settle waits until everything that is open was looked at as a whole.
func (s *session) settle() {
	for _, uri := range s.opened() {
		s.change(uri, s.docs[uri])
	}
	s.settles(s.client)
}

func (s *session) settles(c *client) {
	c.wait(func() bool {
		for _, uri := range s.opened() {
			if c.settled[uri] != s.docs[uri].version {
				return false
			}
		}
		return true
	})
}

// check compares with a server that knows nothing of the past, and with the compiler.
func (s *session) check(step int) {
	s.t.Helper()
	s.settle()
	other := greet(dialWith(s.t, Host{quickly: time.Hour}))
	for _, uri := range s.opened() {
		other.open(uri, s.docs[uri].version, s.docs[uri].text())
	}
	s.settles(other)
	for _, uri := range s.opened() {
		d := s.docs[uri]
		for range 2 {
			at := positionIn(d.units, s.random.IntN(len(d.units)+1))
			got, want := s.everything(uri, at), other.everything(uri, at)
			if diff := cmp.Diff(want, got); diff != "" {
				s.t.Fatalf("step %d, %s at %v: %s\n%s", step, uri, at, diff, d.text())
			}
		}
	}
	got, want := s.said(), (&session{client: other}).said()
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Fatalf("step %d: the diagnostics are other than of a server that is new: %s", step, diff)
	}
	if diff := cmp.Diff(s.compiled(), got); diff != "" {
		s.t.Fatalf("step %d: the diagnostics are other than what the compiler says: %s", step, diff)
	}
	if err := other.quit(); err != nil {
		s.t.Error(err)
	}
}

// said is what the server has last said of each document, if it is anything.
func (s *session) said() map[string][]diagnostic {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string][]diagnostic{}
	for uri, p := range s.published {
		if len(p.Diagnostics) > 0 {
			out[uri] = p.Diagnostics
		}
	}
	return out
}

// compiled is what the compiler says of what is open, and of what is beside it on the disk.
func (s *session) compiled() map[string][]diagnostic {
	out := map[string][]diagnostic{}
	files := maps.Clone(s.disk)
	var inFolder []string
	for _, uri := range s.opened() {
		text := s.docs[uri].text()
		if !strings.HasPrefix(uri, "file:") {
			s.compile(out, map[string]string{"Untitled-1": text}, "Untitled-1", uri)
			continue
		}
		inFolder = append(inFolder, uri)
		files[baseName(uri)] = text
	}
	if s.ours() && len(inFolder) > 0 {
		s.compile(out, files, "", "")
		return out
	}
	for _, uri := range inFolder { // Each stands by itself, with the values beside it.
		own := map[string][]diagnostic{}
		s.compile(own, files, baseName(uri), uri)
		if len(own[uri]) > 0 {
			out[uri] = own[uri]
		}
	}
	return out
}

// compile compiles the files of a folder, or one of them.
func (s *session) compile(out map[string][]diagnostic, files map[string]string, only, uri string) {
	var sources []compiler.Source
	var inputs []compiler.Input
	for _, name := range slices.Sorted(maps.Keys(files)) {
		source := compiler.Source{Name: name, Bytes: []byte(files[name])}
		switch {
		case name == only || only == "" && compiler.IsConfiguration(name):
			sources = append(sources, source)
		case compiler.IsAssignments(name):
			inputs = append(inputs, compiler.Input{File: &source, Origin: name, Lenient: true})
		}
	}
	_, diags := compiler.Compile(sources, inputs...)
	for _, diag := range diags {
		name := sources[0].Name
		if diag.Subject != nil {
			name = diag.Subject.Filename
		}
		to := s.uri(name)
		if uri != "" && name == only {
			to = uri
		}
		out[to] = append(out[to], s.expected(diag, files))
	}
}

func (s *session) expected(diag *hcl.Diagnostic, files map[string]string) diagnostic {
	d := diagnostic{Severity: int(diag.Severity), Source: languageID, Message: diag.Summary}
	if diag.Detail != "" {
		d.Message += "\n" + diag.Detail
	}
	at := func(r hcl.Range) Range {
		text := files[r.Filename]
		place := func(b int) Position {
			return positionIn(utf16.Encode([]rune(text)), len(utf16.Encode([]rune(text[:b]))))
		}
		return Range{place(r.Start.Byte), place(r.End.Byte)}
	}
	if diag.Subject != nil {
		d.Range = at(*diag.Subject)
	}
	if second, ok := diag.Extra.(compiler.Related); ok {
		d.RelatedInformation = []related{{location{s.uri(second.Range.Filename), at(second.Range)}, second.Message}}
	}
	return d
}

// TestSession edits, opens, closes and saves at random: at any time the server knows what a new one would.
func TestSession(t *testing.T) {
	s := newSession(t)
	s.check(0)
	between := 100
	for n := range *steps {
		s.step()
		if n%between == between-1 {
			s.check(n)
		}
	}
	if err := s.quit(); err != nil {
		t.Error(err)
	}
}

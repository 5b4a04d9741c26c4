package assist_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/cfnpipe/cfnpipe/spec/assist"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// examples are the files of all examples.
func examples(t *testing.T) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob("../../examples/*/*.hcl")
	if err != nil || len(paths) == 0 {
		t.Fatal("no examples", err)
	}
	out := map[string][]byte{}
	for _, path := range paths {
		if out[path], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// known answers as if there were a plan and AWS's schemas.
func known() assist.Known {
	jobs := []assist.Resource{{ID: "Jobs", Type: "AWS::SQS::Queue", Account: "tools", Why: "It *is*.", PhysicalName: "jobs-${EnvironmentSuffix}"}}
	return assist.Known{
		ResourceTypes: func() []string { return []string{"AWS::SQS::Queue", "AWS::SNS::Topic"} },
		Resources:     func() []assist.Resource { return jobs },
		Properties: func(string, []string) []assist.Property {
			return []assist.Property{{Name: "QueueName", Type: "a text", Required: true}, {Name: "Mode", Type: "a text", Values: []string{"on", "off"}}}
		},
		Attributes: func(string) []string { return []string{"Arn"} },
		Values:     func(*assist.File, outline.Span) []string { return []string{`"a"`, "{\n}", "(sensitive)", "1", "2"} },
		LogicalID:  func(labels ...string) string { return "Jobs" },
		Becomes:    func(*assist.File, outline.Span) []assist.Resource { return jobs },
	}
}

// holdAt asks everything about a position and holds the answers against what a protocol needs of them.
func holdAt(t *testing.T, c *assist.Config, f *assist.File, at int) {
	t.Helper()
	for _, item := range c.Complete(f, at) {
		line := bytes.IndexByte(f.Text[min(item.Replace.Start, at):max(item.Replace.End, at)], '\n') < 0
		if !item.Replace.Holds(at) || !line || item.Label == "" || item.Insert == "" {
			t.Fatalf("at %d of %s: %q replaces %v", at, f.Name, item.Label, item.Replace)
		}
	}
	if hint, ok := c.Hover(f, at); ok && (!hint.Holds(at) || hint.Markdown == "") {
		t.Fatalf("at %d of %s: a hover about %v says %q", at, f.Name, hint.Span, hint.Markdown)
	}
	if call, ok := c.Signature(f, at); ok && (call.Argument < 0 || call.Argument >= len(call.Function.Parameters)) {
		t.Fatalf("at %d of %s: argument %d of %s", at, f.Name, call.Argument, call.Function.Name)
	}
	spans := f.Selections(at)
	for i, s := range spans {
		if !s.Holds(at) || i > 0 && (s.Start > spans[i-1].Start || s.End < spans[i-1].End || s == spans[i-1]) {
			t.Fatalf("at %d of %s: %v is selected", at, f.Name, spans)
		}
	}
	for _, l := range append(c.Definition(f, at), c.References(f, at, true)...) {
		if l.Start >= l.End || l.End > len(l.File.Text) {
			t.Fatalf("at %d of %s: %v is referred to", at, f.Name, l.Span)
		}
	}
	if name, err := c.CanRename(f, at); err == nil && !name.Holds(at) {
		t.Fatalf("at %d of %s: %v is to be renamed", at, f.Name, name)
	}
}

// TestEveryPosition asks everything at every byte of the examples.
func TestEveryPosition(t *testing.T) {
	for name, text := range examples(t) {
		t.Run(filepath.Base(filepath.Dir(name))+"/"+filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			f := assist.NewFile(name, text)
			c := &assist.Config{Files: []*assist.File{f}, Known: known()}
			for at := range len(text) + 1 {
				holdAt(t, c, f, at)
			}
		})
	}
}

// TestBeginnings asks everything at the end of beginnings of the examples, and at the same place with the lines behind it: where an
// author is who writes them.
func TestBeginnings(t *testing.T) {
	for name, text := range examples(t) {
		for at := 0; at <= len(text); at += 1 + len(text)/100 {
			rest := text[at:]
			if n := bytes.IndexByte(rest, '\n'); n >= 0 {
				rest = rest[n:]
			}
			for _, half := range [][]byte{text[:at:at], append(text[:at:at], rest...)} {
				f := assist.NewFile(name, half)
				c := &assist.Config{Files: []*assist.File{f}, Known: known()}
				holdAt(t, c, f, at)
				holdTokens(t, f)
				f.Folds()
				f.Outline()
				c.Inlays(f, outline.Span{Start: 0, End: len(half)})
			}
		}
	}
}

// holdTokens holds that the tokens of a file stand in its order, none in another and none over the end of a line.
func holdTokens(t *testing.T, f *assist.File) {
	t.Helper()
	end := 0
	for _, token := range f.Tokens() {
		if token.Start < end || token.End <= token.Start || bytes.IndexByte(f.Text[token.Start:token.End], '\n') >= 0 {
			t.Fatalf("%s: a token at %v behind one to %d", f.Name, token.Span, end)
		}
		end = token.End
	}
}

package langserver

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"testing"
	"unicode/utf8"

	"github.com/sourcegraph/jsonrpc2"
)

// FuzzFrames sends bytes behind a greeting: the server takes in all of them, answers what comes before and after, and ends in order.
func FuzzFrames(f *testing.F) {
	for _, text := range malformed {
		if len(text) < 10_000 {
			f.Add([]byte(text))
		}
	}
	for _, params := range wrongParams {
		f.Add([]byte(framed(`{"jsonrpc":"2.0","id":7,"method":"textDocument/hover"` + params + `}`)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var in, out bytes.Buffer
		in.WriteString(framed(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}`))
		in.Write(data)
		host := Host{Read: func(string) (Reading, error) { return Reading{}, nil }, Visible: func(s string) string { return s }}
		_ = Serve(context.Background(), &in, &out, host)
		for first, r := true, newStream(&out, io.Discard); ; first = false {
			body, err := r.frame()
			if err != nil {
				if first {
					t.Fatal("the greeting is not answered")
				}
				return
			}
			var message struct{ Method string }
			if err := json.Unmarshal(body, &message); err != nil {
				t.Fatalf("%v in %s", err, body)
			}
			if message.Method == "window/logMessage" {
				t.Fatalf("%s", body)
			}
		}
	})
}

// FuzzEdits edits a document and asks everything about it: no method fails, and the document is what an editor would have.
func FuzzEdits(f *testing.F) {
	f.Add(goodPipeline, "x", 3, 4, 5, 6)
	f.Add(goodMore, "\r\n", 0, 7, 0, 7)
	f.Add("a = \"😀\"\r\nb {", "}", 0, 6, 0, 7)
	f.Add(goodUntitled, "${", 4, 99, 2, -1)
	f.Fuzz(func(t *testing.T, text, with string, line, character, toLine, toCharacter int) {
		if !utf8.ValidString(text) || !utf8.ValidString(with) || len(text)+len(with) > 20_000 {
			return // JSON carries no such text, and a long one takes the time of many short ones.
		}
		s := &server{queue: newQueue(), host: Host{Visible: func(s string) string { return s }}, docs: map[string]*document{}, units: map[string]*unit{}}
		s.params.Capabilities.TextDocument.DocumentSymbol.HierarchicalDocumentSymbolSupport = true
		doc := &document{uri: probe, language: languageID, text: newText([]byte(text))}
		u := &unit{docs: map[string]*document{"probe": doc}, analyst: &analyst{server: s}}
		doc.unit, s.docs[probe], s.units[probe] = u, doc, u
		at := Position{line, character}
		for _, r := range []Range{{at, at}, {at, Position{toLine, toCharacter}}, {Position{toLine, toCharacter}, at}} {
			before := doc.text
			begin, end := before.offset(r.Start), before.offset(r.End)
			doc.text = before.change(r, with)
			if got := len(doc.text.bytes); got != len(before.bytes)-max(end-begin, begin-end)+len(with) || !utf8.Valid(doc.text.bytes) {
				t.Fatalf("a change of %v with %q makes %q of %q", r, with, doc.text.bytes, before.bytes)
			}
			u.now = nil
			for method, params := range questions(probe, at) {
				raw, err := json.Marshal(params)
				if err != nil {
					t.Fatal(err)
				}
				if method == "textDocument/formatting" {
					continue // has targets of its own
				}
				result, err := requests()[method](s, &jsonrpc2.Request{Method: method, Params: (*json.RawMessage)(&raw)})
				if err != nil {
					continue // nothing to rename
				}
				if _, err := json.Marshal(result); err != nil {
					t.Fatal(method, err)
				}
			}
		}
	})
}

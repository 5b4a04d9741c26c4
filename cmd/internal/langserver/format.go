package langserver

import (
	"bytes"
	"fmt"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/cfnpipe/cfnpipe/compiler"
	"github.com/cfnpipe/cfnpipe/spec/format"
)

// formatting lays a document out as `cfnpipe fmt` does. One with mistakes that keep it from being read stays as it is.
func (s *server) formatting(request *jsonrpc2.Request) (any, error) {
	params, err := read[documentParams](request)
	if err != nil {
		return nil, err
	}
	doc := s.docs[params.TextDocument.URI]
	if doc == nil || doc.unit == nil {
		return []textEdit{}, nil
	}
	formatted, diags, err := format.Source(compiler.Source{Name: baseName(doc.uri), Bytes: doc.text.bytes})
	if err == nil && diags.HasErrors() {
		err = faults(diags)
	}
	if err != nil {
		return nil, fmt.Errorf("the file cannot be formatted: %w", err)
	}
	return changes(doc.text, formatted), nil
}

// changes are the lines that differ, so that a cursor elsewhere stays where it is.
func changes(before *text, after []byte) []textEdit {
	if bytes.Equal(before.bytes, after) {
		return []textEdit{}
	}
	a, b := bytes.SplitAfter(before.bytes, []byte("\n")), bytes.SplitAfter(after, []byte("\n"))
	if len(a) != len(b) {
		begin, endA, endB := difference(before.bytes, after)
		return []textEdit{{Range{before.position(begin), before.position(endA)}, string(after[begin:endB])}}
	}
	out := []textEdit{}
	at := 0
	for i, line := range a {
		if !bytes.Equal(line, b[i]) {
			begin, endA, endB := difference(line, b[i])
			out = append(out, textEdit{Range{before.position(at + begin), before.position(at + endA)}, string(b[i][begin:endB])})
		}
		at += len(line)
	}
	return out
}

package langserver

import (
	"encoding/json"
	"strings"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/cfnpipe/cfnpipe/spec/assist"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

type codeActionParams struct {
	TextDocument documentID `json:"textDocument"`
	Range        Range      `json:"range"`
	Context      struct {
		Diagnostics []json.RawMessage `json:"diagnostics"`
		Only        []string          `json:"only"`
	} `json:"context"`
}

// codeActions are the changes that do what the diagnostics say which the editor shows.
func (s *server) codeActions(request *jsonrpc2.Request) (any, error) {
	params, err := read[codeActionParams](request)
	if err != nil {
		return nil, err
	}
	out := []codeAction{}
	here, ok := s.in(params.TextDocument.URI)
	if !ok || !wants(params.Context.Only, "quickfix") {
		return out, nil
	}
	for _, raw := range params.Context.Diagnostics {
		var d diagnostic
		if json.Unmarshal(raw, &d) != nil || d.Source != languageID {
			continue
		}
		summary, detail, _ := strings.Cut(d.Message, "\n\n")
		span := outline.Span{Start: here.text.offset(d.Range.Start), End: here.text.offset(d.Range.End)}
		if span.End < span.Start {
			continue
		}
		problem := assist.Problem{Location: assist.Location{File: here.file, Span: span}, Summary: summary, Detail: detail}
		fixes := here.config.Fixes(problem)
		for _, fix := range fixes {
			out = append(out, codeAction{
				Title: fix.Title, Kind: "quickfix", Diagnostics: []diagnostic{d}, IsPreferred: len(fixes) == 1, Edit: s.workspaceEdit(here.snapshot, fix.Edits),
			})
		}
	}
	return out, nil
}

// wants tells whether a client that asks for some kinds only asks for one. A kind stands for those below it.
func wants(only []string, kind string) bool {
	for _, o := range only {
		if o == kind || strings.HasPrefix(kind, o+".") || o == "" {
			return true
		}
	}
	return len(only) == 0
}

package langserver

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/sourcegraph/jsonrpc2"

	"github.com/cfnpipe/cfnpipe/spec/assist"
)

type codeActionParams struct {
	TextDocument documentID `json:"textDocument"`
	Range        Range      `json:"range"`
	Context      struct {
		Diagnostics []json.RawMessage `json:"diagnostics"`
		Only        []string          `json:"only"`
	} `json:"context"`
}

// codeActions are the changes that do what the diagnostics say which the editor shows at a range, or names.
//
// There is no source.fixAll: a fix may give a resource another name, or take something out of the templates, which nobody wants to
// happen unseen when a file is saved.
func (s *server) codeActions(request *jsonrpc2.Request) (any, error) {
	params, err := read[codeActionParams](request)
	if err != nil {
		return nil, err
	}
	out := []codeAction{}
	here, ok := s.anywhere(params.TextDocument.URI)
	if !ok || !wants(params.Context.Only, "quickfix") {
		return out, nil
	}
	named := ranges(params.Context.Diagnostics)
	for _, diag := range here.current() {
		d := here.diagnostic(diag)
		if !meet(d.Range, params.Range) && !slices.Contains(named, d.Range) {
			continue
		}
		fixes := here.config.Fixes(assist.Problem{
			Location: assist.Location{File: here.file, Span: spanOf(*diag.Subject)}, Summary: diag.Summary, Detail: diag.Detail,
		})
		for _, fix := range fixes {
			out = append(out, codeAction{
				Title: fix.Title, Kind: "quickfix", Diagnostics: []diagnostic{d}, IsPreferred: len(fixes) == 1, Edit: s.workspaceEdit(here.snapshot, fix.Edits),
			})
		}
	}
	return out, nil
}

// anywhere is in, also for a file of a configuration that is not open itself.
func (s *server) anywhere(uri string) (at, bool) {
	if here, ok := s.in(uri); ok {
		return here, true
	}
	path, onDisk := filePath(uri)
	for _, u := range s.units {
		snap := u.snapshot()
		for name, other := range snap.uris {
			if file, same := filePath(other); onDisk && same && file == path && snap.file(name) != nil {
				return at{snap, snap.file(name), snap.texts[name]}, true
			}
		}
	}
	return at{}, false
}

// current are the diagnostics of a file that the editor was told last; none if its text has changed since, for then they say where
// something was, and new ones are on their way.
func (here at) current() hcl.Diagnostics {
	shown := here.unit.showing()
	name := here.file.Name
	if shown.of == nil || shown.of.texts[name] == nil || !bytes.Equal(shown.of.texts[name].bytes, here.text.bytes) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(shown.diags), func(diag *hcl.Diagnostic) bool {
		return diag.Subject == nil || diag.Subject.Filename != name
	})
}

// ranges are where the diagnostics are that a client sends back. How it sends back the rest does not matter.
func ranges(diagnostics []json.RawMessage) []Range {
	var out []Range
	for _, raw := range diagnostics {
		var d struct {
			Range  *Range `json:"range"`
			Source string `json:"source"`
		}
		if json.Unmarshal(raw, &d) == nil && d.Range != nil && (d.Source == languageID || d.Source == "") {
			out = append(out, *d.Range)
		}
	}
	return out
}

// meet tells whether two ranges have a position in common.
func meet(a, b Range) bool { return !isBefore(a.End, b.Start) && !isBefore(b.End, a.Start) }

func isBefore(a, b Position) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Character < b.Character
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

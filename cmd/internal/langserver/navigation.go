package langserver

import (
	"github.com/sourcegraph/jsonrpc2"

	"github.com/cfnpipe/cfnpipe/spec/assist"
)

func (s *snapshot) location(l assist.Location) location {
	return location{s.uris[l.File.Name], s.texts[l.File.Name].rng(l.Span)}
}

func (s *snapshot) locations(list []assist.Location) []location {
	out := []location{}
	for _, l := range list {
		out = append(out, s.location(l))
	}
	return out
}

func (s *server) definition(here at, params positionParams) (any, error) {
	return here.locations(here.config.Definition(here.file, here.text.offset(params.Position))), nil
}

func (s *server) references(here at, params referenceParams) (any, error) {
	return here.locations(here.config.References(here.file, here.text.offset(params.Position), params.Context.IncludeDeclaration)), nil
}

func (s *server) highlights(here at, params positionParams) (any, error) {
	out := []documentHighlight{}
	for _, l := range here.config.References(here.file, here.text.offset(params.Position), true) {
		if l.File == here.file {
			out = append(out, documentHighlight{Range: here.text.rng(l.Span), Kind: 1})
		}
	}
	return out, nil
}

func (s *server) prepareRename(here at, params positionParams) (any, error) {
	name, err := here.config.CanRename(here.file, here.text.offset(params.Position))
	if err != nil {
		return nil, err
	}
	return map[string]any{"range": here.text.rng(name.Span), "placeholder": name.Text}, nil
}

func (s *server) rename(request *jsonrpc2.Request) (any, error) {
	params, err := read[renameParams](request)
	if err != nil {
		return nil, err
	}
	here, ok := s.in(params.TextDocument.URI)
	if !ok {
		return nil, assist.ErrNothingToRename
	}
	edits, err := here.config.Rename(here.file, here.text.offset(params.Position), params.NewName)
	if err != nil {
		return nil, err
	}
	return s.workspaceEdit(here.snapshot, edits), nil
}

// workspaceEdit is edits as the client understands them: with the versions that they are for, if it does.
func (s *server) workspaceEdit(snap *snapshot, edits []assist.Edit) *workspaceEdit {
	byURI := map[string][]textEdit{}
	var order []string
	for _, e := range edits {
		l := snap.location(e.Location)
		if byURI[l.URI] == nil {
			order = append(order, l.URI)
		}
		byURI[l.URI] = append(byURI[l.URI], textEdit{l.Range, e.Text})
	}
	if !s.params.Capabilities.Workspace.WorkspaceEdit.DocumentChanges {
		return &workspaceEdit{Changes: byURI}
	}
	out := &workspaceEdit{}
	for _, uri := range order {
		id := versionedDocument{URI: uri}
		if doc := s.docs[uri]; doc != nil {
			id.Version = doc.version
		}
		out.DocumentChanges = append(out.DocumentChanges, documentEdit{id, byURI[uri]})
	}
	return out
}

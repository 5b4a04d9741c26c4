package langserver

import (
	"path/filepath"
	"strings"

	"github.com/sourcegraph/jsonrpc2"
)

func (s *server) didOpen(request *jsonrpc2.Request) error {
	params, err := read[openParams](request)
	if err != nil {
		return err
	}
	t := params.TextDocument
	s.forget(t.URI)
	doc := &document{uri: t.URI, language: t.LanguageID, version: t.Version, text: newText([]byte(t.Text))}
	s.docs[t.URI] = doc
	s.join(doc)
	s.regroup()
	return nil
}

// join makes a document part of its configuration.
func (s *server) join(doc *document) {
	u := s.unitOf(doc)
	if u == nil {
		return
	}
	s.refresh(u)
	u.docs[baseName(doc.uri)] = doc
	u.submit(u.snapshot())
}

// regroup moves documents that stood by themselves, or were not ours, into a folder that is ours now.
func (s *server) regroup() {
	for _, doc := range s.docs {
		u := s.unitOf(doc)
		name := baseName(doc.uri)
		if u == nil || u.docs[name] == doc {
			continue
		}
		s.leave(doc)
		s.join(doc)
	}
}

// leave takes a document out of its configuration, which goes with its last one.
func (s *server) leave(doc *document) {
	for key, u := range s.units {
		name := baseName(doc.uri)
		if u.docs[name] != doc {
			continue
		}
		delete(u.docs, name)
		if len(u.docs) == 0 {
			u.close()
			delete(s.units, key)
			continue
		}
		s.refresh(u)
		u.submit(u.snapshot())
	}
}

func (s *server) forget(uri string) {
	if doc := s.docs[uri]; doc != nil {
		delete(s.docs, uri)
		s.leave(doc)
	}
}

func (s *server) didChange(request *jsonrpc2.Request) error {
	params, err := read[changeParams](request)
	if err != nil {
		return err
	}
	doc := s.docs[params.TextDocument.URI]
	if doc == nil {
		return nil
	}
	for _, change := range params.ContentChanges {
		if change.Range == nil {
			doc.text = newText([]byte(change.Text))
		} else {
			doc.text = doc.text.change(*change.Range, change.Text)
		}
	}
	doc.version = params.TextDocument.Version
	if u := s.unitOf(doc); u != nil {
		u.now = nil
		u.submit(u.snapshot())
	}
	return nil
}

func (s *server) didClose(request *jsonrpc2.Request) error {
	params, err := read[documentParams](request)
	if err != nil {
		return err
	}
	s.forget(params.TextDocument.URI)
	return nil
}

func (s *server) didSave(request *jsonrpc2.Request) error {
	params, err := read[documentParams](request)
	if err != nil {
		return err
	}
	if name, ok := filePath(params.TextDocument.URI); ok {
		s.reread(filepath.Dir(name))
	}
	return nil
}

func (s *server) didChangeFiles(request *jsonrpc2.Request) error {
	params, err := read[struct {
		Changes []struct {
			URI string `json:"uri"`
		} `json:"changes"`
	}](request)
	if err != nil {
		return err
	}
	folders := map[string]bool{}
	for _, change := range params.Changes {
		if name, ok := filePath(change.URI); ok {
			folders[filepath.Dir(name)] = true
		}
	}
	for folder := range folders {
		s.reread(folder)
	}
	s.regroup()
	return nil
}

// reread reads the configurations again that a folder is part of: what stands below one may be read by file().
func (s *server) reread(folder string) {
	for _, u := range s.units {
		home := u.folder + u.beside
		if home == "" || folder != home && !strings.HasPrefix(folder, home+string(filepath.Separator)) {
			continue
		}
		s.refresh(u)
		u.submit(u.snapshot())
	}
}

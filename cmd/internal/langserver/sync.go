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
	s.forgetAliases(t.URI)
	doc := &document{uri: t.URI, language: t.LanguageID, version: t.Version, text: newText([]byte(t.Text))}
	s.docs[t.URI] = doc
	s.join(doc, s.unitOf(doc))
	if name, onDisk := filePath(t.URI); onDisk {
		s.regroup(filepath.Dir(name))
	}
	return nil
}

// join makes a document part of a configuration, if it is part of any.
func (s *server) join(doc *document, u *unit) {
	if doc.unit = u; u == nil {
		return
	}
	s.refresh(u)
	u.docs[baseName(doc.uri)] = doc
	u.submit(u.snapshot())
}

// regroup moves the documents of a folder to where they belong now that it became ours, or is not ours any more.
func (s *server) regroup(folder string) {
	for _, doc := range s.docs {
		name, onDisk := filePath(doc.uri)
		if !onDisk || filepath.Dir(name) != folder {
			continue
		}
		if u := s.unitOf(doc); u != doc.unit {
			s.leave(doc)
			s.join(doc, u)
		}
	}
}

// leave takes a document out of its configuration, which goes with its last one.
func (s *server) leave(doc *document) {
	u := doc.unit
	if doc.unit = nil; u == nil {
		return
	}
	delete(u.docs, baseName(doc.uri))
	if len(u.docs) == 0 {
		u.close()
		delete(s.units, u.key)
		return
	}
	s.refresh(u)
	u.submit(u.snapshot())
}

func (s *server) forget(uri string) {
	if doc := s.docs[uri]; doc != nil {
		delete(s.docs, uri)
		s.leave(doc)
	}
}

// forgetAliases closes what is open of the same file under another name. The client that says it twice has the last word.
func (s *server) forgetAliases(uri string) {
	name, onDisk := filePath(uri)
	if !onDisk {
		return
	}
	for other := range s.docs {
		if path, onDisk := filePath(other); onDisk && path == name {
			s.forget(other)
		}
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
	if u := doc.unit; u != nil {
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
	if name, onDisk := filePath(params.TextDocument.URI); onDisk {
		s.regroup(filepath.Dir(name))
	}
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
		s.regroup(folder)
	}
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

package langserver

import (
	"bytes"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/cfnpipe/cfnpipe/compiler"
	"github.com/cfnpipe/cfnpipe/spec/assist"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// Host is what the server needs of the machine that it runs on.
type Host struct {
	// Read reads a folder as `cfnpipe validate` does. The error is for a person.
	Read func(folder string) (Reading, error)
	// Visible shows what a reader would not see in a text, or be misled by.
	Visible func(string) string
	Version string

	quickly, pause time.Duration // if they are not to be the usual ones
}

// Reading is the files of a folder.
type Reading struct {
	Sources     []compiler.Source // of the configuration
	Assignments []compiler.Source // files with values for variables, whether or not they count
	Inputs      []compiler.Input  // the values that count
}

// unit is one configuration: a folder, or a document by itself.
type unit struct {
	key    string // among the units of the server
	folder string // empty: a document by itself
	beside string // the folder that such a document stands in, if it was ever saved
	docs   map[string]*document
	disk   Reading
	fault  string // why the folder could not be read
	now    *snapshot
	*analyst
}

// snapshot is a configuration at one moment. Nothing changes it.
type snapshot struct {
	unit    *unit
	config  *assist.Config
	texts   map[string]*text // by the names of the files
	uris    map[string]string
	open    map[string]*document // as they were
	sources []compiler.Source
	inputs  []compiler.Input
	fault   string

	blockKeys func() map[*outline.Block]string
}

// unitOf is the configuration that a document belongs to; nil for a document of somebody else.
func (s *server) unitOf(doc *document) *unit {
	name, onDisk := filePath(doc.uri)
	if !onDisk {
		if doc.language != languageID {
			return nil
		}
		return s.unit("", "", doc.uri)
	}
	folder, base := filepath.Dir(name), filepath.Base(name)
	if compiler.IsConfiguration(base) || compiler.IsAssignments(base) {
		if isOurs(base) || s.claims(folder) {
			return s.unit(folder, "", folder)
		}
	}
	if doc.language != languageID || compiler.IsAssignments(base) {
		return nil // What values are for is not known without a configuration.
	}
	return s.unit("", folder, doc.uri)
}

// claims tells whether a folder holds a file whose name says that it is ours, on the disk or in an editor.
func (s *server) claims(folder string) bool {
	for _, doc := range s.docs {
		if name, ok := filePath(doc.uri); ok && filepath.Dir(name) == folder && isOurs(filepath.Base(name)) {
			return true
		}
	}
	if u := s.units[folder]; u != nil { // It is read whenever it changes.
		return slices.ContainsFunc(u.disk.Sources, isOursSource)
	}
	reading, err := s.host.Read(folder)
	return err == nil && slices.ContainsFunc(reading.Sources, isOursSource)
}

func isOursSource(f compiler.Source) bool { return isOurs(filepath.Base(f.Name)) }

func (s *server) unit(folder, beside, key string) *unit {
	u := s.units[key]
	if u == nil {
		u = &unit{key: key, folder: folder, beside: beside, docs: map[string]*document{}}
		u.analyst = newAnalyst(s)
		s.units[key] = u
		s.refresh(u)
	}
	return u
}

// refresh reads the folder of a configuration again.
func (s *server) refresh(u *unit) {
	u.now = nil
	if u.folder+u.beside == "" {
		return
	}
	reading, err := s.host.Read(u.folder + u.beside)
	if u.folder == "" {
		reading.Sources = nil
	}
	u.fault = ""
	if err != nil {
		u.fault = err.Error()
		return
	}
	u.disk = reading
}

// snapshot is the configuration as it is now.
func (u *unit) snapshot() *snapshot {
	if u.now == nil {
		u.now = u.take()
	}
	return u.now
}

func (u *unit) take() *snapshot {
	s := &snapshot{
		unit: u, texts: map[string]*text{}, uris: map[string]string{}, open: map[string]*document{}, fault: u.fault,
	}
	files := map[string][]byte{}
	assignments := map[string][]byte{}
	for _, f := range u.disk.Sources {
		files[filepath.Base(f.Name)] = f.Bytes
	}
	for _, f := range u.disk.Assignments {
		assignments[filepath.Base(f.Name)] = f.Bytes
	}
	for name, doc := range u.docs {
		held := *doc
		s.open[name] = &held
		s.texts[name], s.uris[name] = doc.text, doc.uri
		if compiler.IsAssignments(name) && u.folder != "" {
			assignments[name] = doc.text.bytes
		} else {
			files[name] = doc.text.bytes
		}
	}
	s.config = &assist.Config{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		s.sources = append(s.sources, compiler.Source{Name: name, Bytes: files[name]})
		if !strings.HasSuffix(name, ".json") {
			s.config.Files = append(s.config.Files, u.outlined(name, files[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(assignments)) {
		s.config.Files = append(s.config.Files, u.outlined(name, assignments[name]))
	}
	for _, input := range u.disk.Inputs {
		if input.File != nil {
			name := filepath.Base(input.File.Name)
			input.File = &compiler.Source{Name: name, Bytes: assignments[name]}
			input.Origin = name
		}
		s.inputs = append(s.inputs, input)
	}
	for name, data := range files {
		s.complete(name, data)
	}
	for name, data := range assignments {
		s.complete(name, data)
	}
	u.know(s)
	return s
}

// complete adds what no editor has told about a file.
func (s *snapshot) complete(name string, data []byte) {
	if s.texts[name] == nil {
		s.texts[name] = newText(data)
		s.uris[name] = fileURI(filepath.Join(s.unit.folder+s.unit.beside, name))
	}
}

// outlined is a file with its outline, which stays while its text does.
func (u *unit) outlined(name string, data []byte) *assist.File {
	if u.now == nil && u.last != nil {
		if old := u.last.file(name); old != nil && bytes.Equal(old.Text, data) {
			return old
		}
	}
	return assist.NewFile(name, data)
}

// file is a file of the snapshot by its name, or nil.
func (s *snapshot) file(name string) *assist.File {
	for _, f := range s.config.Files {
		if f.Name == name {
			return f
		}
	}
	return nil
}

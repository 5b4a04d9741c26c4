package langserver

import (
	"net/url"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

// languageID is what editors call a file of ours.
const languageID = "cfnpipe"

// document is a file that an editor has open.
type document struct {
	uri      string
	language string
	version  *int
	text     *text
	unit     *unit // that it is part of; nil if it is somebody else's
}

// filePath is the path of a document on this machine; false if it has none, as one that was never saved.
func filePath(uri string) (string, bool) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" || u.Path == "" || u.Host != "" && u.Host != "localhost" {
		return "", false
	}
	name := u.Path
	if runtime.GOOS == "windows" && len(name) > 2 && name[0] == '/' && name[2] == ':' {
		name = name[1:]
	}
	return filepath.FromSlash(path.Clean(name)), true
}

// fileURI is filePath the other way.
func fileURI(name string) string {
	name = filepath.ToSlash(name)
	if !strings.HasPrefix(name, "/") {
		name = "/" + name
	}
	return (&url.URL{Scheme: "file", Path: name}).String()
}

// baseName is what a document is called in messages.
func baseName(uri string) string {
	if name, ok := filePath(uri); ok {
		return filepath.Base(name)
	}
	if _, rest, found := strings.Cut(uri, ":"); found && path.Base(rest) != "." && path.Base(rest) != "/" {
		return path.Base(rest)
	}
	return "untitled"
}

// isOurs tells whether the name of a file says that it is a configuration: HCL is the language of many tools.
func isOurs(name string) bool {
	return name == "pipeline.hcl" || strings.HasSuffix(name, ".pipeline.hcl") && !strings.HasPrefix(name, ".")
}

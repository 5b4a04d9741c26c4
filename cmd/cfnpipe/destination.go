package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// layout is the form in which a system is written down.
type layout int

const (
	toStream layout = iota // one template, to standard output
	toFile                 // one template
	toFolder               // one template per stack
)

// destination is what -o names.
type destination struct {
	layout layout
	path   string
}

func destinationOf(output string, given bool) (destination, error) {
	switch {
	case given && output == "":
		return destination{}, usage("-o is empty. Give it a file, a folder that ends in a slash, or - for standard output.")
	case output == "" || output == "-":
		return destination{layout: toStream}, nil
	case os.IsPathSeparator(output[len(output)-1]):
		return destination{toFolder, output}, nil
	}
	if info, err := os.Stat(output); err == nil && info.IsDir() {
		return destination{toFolder, output}, nil
	}
	return destination{toFile, output}, nil
}

// spare refuses to write over the configuration itself.
func (in *input) spare(flag, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return nil // what does not exist is no input
	}
	for i, file := range in.files {
		if os.SameFile(info, file) {
			return usage("%s would overwrite %s, which is part of the configuration. Give %[1]s another path.", flag, in.sources[i].Name)
		}
	}
	return nil
}

// joins tells whether a file would be taken for configuration by the next run.
func (in *input) joins(path string) bool {
	if in.folder == "" || !compiler.IsConfiguration(filepath.Base(path)) {
		return false
	}
	folder, err := os.Stat(in.folder)
	if err != nil {
		return false
	}
	parent, err := os.Stat(filepath.Dir(path))
	return err == nil && os.SameFile(folder, parent)
}

// writeFile writes a template or a picture to a file, and the source map of a template.
func (c *console) writeFile(in *input, to destination, data []byte, m mapFile) error {
	path := to.path
	if err := in.spare("-o", path); err != nil {
		return err
	}
	if in.joins(path) {
		return usage("-o %s would become part of the configuration in %s. Give -o a name that ends in neither .hcl nor .hcl.json.", path, in.folder)
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		if err := c.writeMap(m); err != nil {
			return err
		}
		return writeThrough(path, data)
	}
	place, err := linked(path)
	if err != nil {
		return cannot("cannot write %s: %s. Nothing was changed.", path, err)
	}
	defer c.release()
	files, last, err := c.among([]compiler.File{{Path: filepath.Base(place), Bytes: data}}, m, destination{toFile, place})
	if err != nil {
		return err
	}
	if err := c.pending.replace(filepath.Dir(place), files, last...); err != nil {
		return cannot("cannot write %s: %s. Nothing was changed.", path, err)
	}
	c.note("Wrote %s (%d bytes).", path, len(data))
	return nil
}

// writeMap writes the source map alone.
func (c *console) writeMap(m mapFile) error {
	if m.path == "" {
		return nil
	}
	if err := c.pending.replaceFile(m.path, m.data); err != nil {
		return cannot("cannot write %s: %s. Nothing was changed.", m.path, err)
	}
	return nil
}

// writeThrough writes to a device or pipe, which cannot be replaced.
func writeThrough(path string, data []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err == nil {
		_, err = file.Write(data)
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		return cannot("cannot write %s: %s. Give -o another path.", path, cause(err))
	}
	return nil
}

// missing tells whether an error says that something does not exist.
func missing(err error) bool { return errors.Is(err, fs.ErrNotExist) }

package main

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// mapFile is what --source-map names; nothing if the path is empty.
type mapFile struct {
	path string
	data []byte
}

// checkSourceMap refuses a path that a source map cannot be written to, or that is wanted for something else.
func (in *input) checkSourceMap(path string, to destination, files []compiler.File) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return usage("--source-map %s is %s. Give it a file.", path, kindOf(info.Mode()))
	}
	if err := in.spare("--source-map", path); err != nil {
		return err
	}
	if in.joins(path) {
		return usage("--source-map %s would become part of the configuration in %s. Give it a name that ends in .map.json.", path, in.folder)
	}
	for _, file := range files {
		if within, ok := to.holds(path); ok && within == file.Path {
			return usage("--source-map and -o both write %s. Give one of them another path.", path)
		}
	}
	return nil
}

// folder is the folder in which the files of a destination stand.
func (to destination) folder() string {
	if to.layout == toFolder {
		return to.path
	}
	return filepath.Dir(to.path)
}

// holds is the path of a file in the folder of a destination, with forward slashes; ok is false if it is elsewhere. Folders are made
// inside of one that the templates are written to, and nowhere else.
func (to destination) holds(path string) (within string, ok bool) {
	if to.layout == toStream {
		return "", false
	}
	have, err := os.Stat(to.folder())
	other, otherErr := os.Stat(filepath.Dir(path))
	if err == nil && otherErr == nil && os.SameFile(have, other) {
		return filepath.Base(path), true
	}
	if to.layout == toFile {
		return "", false
	}
	from, err := filepath.Abs(to.folder())
	target, targetErr := filepath.Abs(path)
	if err != nil || targetErr != nil {
		return "", false
	}
	within, err = filepath.Rel(from, target)
	return filepath.ToSlash(within), err == nil && filepath.IsLocal(within)
}

// among returns the files of a destination with the source map, if it stands in the same folder. Elsewhere it is staged there, and last
// puts it in place.
func (c *console) among(files []compiler.File, m mapFile, to destination) (all []compiler.File, last []func(*os.Root) error, err error) {
	if m.path == "" {
		return files, nil, nil
	}
	if within, ok := to.holds(m.path); ok {
		return slices.Insert(slices.Clone(files), 0, compiler.File{Path: within, Bytes: m.data}), nil, nil
	}
	path, err := linked(m.path)
	if err == nil {
		err = c.beside.stageAll(filepath.Dir(path), []compiler.File{{Path: filepath.Base(path), Bytes: m.data}})
	}
	if err != nil {
		return nil, nil, cannot("cannot write %s: %s. Nothing was changed.", m.path, err)
	}
	return files, []func(*os.Root) error{func(*os.Root) error { return c.beside.commit(filepath.Dir(path), nil) }}, nil
}

// release gives up what was staged beside the files and is not in place.
func (c *console) release() {
	c.beside.abandon()
	c.beside.close()
}

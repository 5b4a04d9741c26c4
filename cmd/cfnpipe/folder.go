package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/cfnpipe/cfnpipe/compiler"
)

const (
	manifestName   = "manifest.json"
	templateEnding = ".template.json"
)

// writeFolder writes one template per stack, and removes those of an earlier run that are no longer made.
func (c *console) writeFolder(in *input, to destination, files []compiler.File, m mapFile) error {
	folder := to.path
	for _, file := range files {
		if err := in.spare("-o", filepath.Join(folder, file.Path)); err != nil {
			return err
		}
	}
	if err := c.pending.makeFolder(folder); err != nil {
		c.pending.discard()
		return cannot("cannot make the folder %s: %s. Give -o another path.", folder, cause(err))
	}
	defer c.pending.close()
	if err := c.pending.open(folder); err != nil {
		c.pending.discard()
		return cannot("cannot write to %s: %s. Mend that and run the command again.", folder, err)
	}
	old, err := leftOver(folder, files)
	if err != nil {
		c.pending.discard()
		return err
	}
	var removed []string
	// The manifest goes last: whatever goes wrong before, the next run still knows what to remove.
	remove := func(root *os.Root) (err error) {
		removed, err = removeTemplates(root, folder, old)
		return err
	}
	defer c.release()
	all, last, err := c.among(files, m, to)
	if err != nil {
		c.pending.discard()
		return err
	}
	if err := c.pending.replace(folder, manifestLast(all), append(last, remove)...); err != nil {
		return cannot("cannot write to %s: %s. Mend that and run the command again.", folder, err)
	}
	for _, name := range removed {
		c.note("Removed %s, which this configuration does not make any more. If its stack was deployed, it is still there: delete it in AWS.",
			filepath.Join(folder, name))
	}
	c.note("Wrote %s, manifest.json and DEPLOY.md to %s.", counted(len(files)-2, "template"), folder)
	return nil
}

// removeTemplates removes templates below a folder, and the folders that this empties.
func removeTemplates(root *os.Root, folder string, names []string) (removed []string, err error) {
	for _, name := range names {
		if err := root.Remove(filepath.FromSlash(name)); err != nil && !missing(err) {
			return removed, fmt.Errorf("%s could not be removed: %s", filepath.Join(folder, name), cause(err))
		}
		_ = root.Remove(path.Dir(name)) // refused if there is anything else in it
		removed = append(removed, name)
	}
	return removed, nil
}

func manifestLast(files []compiler.File) []compiler.File {
	out := slices.Clone(files)
	slices.SortStableFunc(out, func(a, b compiler.File) int { return rank(a) - rank(b) })
	return out
}

func rank(file compiler.File) int {
	if file.Path == manifestName {
		return 1
	}
	return 0
}

// leftOver lists the templates that the folder's manifest names, that are there, and that are not among the new files.
func leftOver(folder string, files []compiler.File) ([]string, error) {
	manifest := filepath.Join(folder, manifestName)
	data, err := os.ReadFile(manifest)
	switch {
	case missing(err):
		return nil, nil
	case err != nil:
		return nil, cannot("cannot read %s: %s. Check its permissions.", manifest, cause(err))
	}
	// Only what is needed of it: handbook.Manifest writes more.
	var old struct {
		Generator  string
		Stacks     []struct{ Template string }
		ByPipeline []struct{ Template string } `json:"stacksOfPipelines"`
	}
	if err := json.Unmarshal(data, &old); err != nil || old.Generator != "cfnpipe" {
		return nil, cannot("%s was not written by cfnpipe, or was changed since. Give -o another folder, or remove the file.", manifest)
	}
	made := map[string]bool{}
	for _, file := range files {
		made[file.Path] = true
	}
	var out []string
	for _, stack := range append(old.Stacks, old.ByPipeline...) {
		name := stack.Template
		// A manifest may come from anywhere. Nothing but a template below the folder is ever removed for it.
		if made[name] || !filepath.IsLocal(filepath.FromSlash(name)) || !strings.HasSuffix(name, templateEnding) {
			continue
		}
		if info, err := os.Lstat(filepath.Join(folder, name)); err == nil && info.Mode().IsRegular() && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out, nil
}

// compare lists the files that compile would change, for --check.
func (c *console) compare(to destination, files []compiler.File, m mapFile, command string) error {
	folder := filepath.Dir(to.path)
	var old []string
	if to.layout != toFile {
		var err error
		folder = to.path
		if old, err = leftOver(folder, files); err != nil {
			return err
		}
	}
	var lines []string
	for _, file := range files {
		state, err := compareFile(filepath.Join(folder, file.Path), file.Bytes)
		if err != nil {
			return err
		}
		if state != "" {
			lines = append(lines, state+filepath.Join(folder, file.Path))
		}
	}
	if m.path != "" {
		state, err := compareFile(m.path, m.data)
		if err != nil {
			return err
		}
		if state != "" {
			lines = append(lines, state+m.path)
		}
	}
	for _, name := range old {
		lines = append(lines, "left over  "+filepath.Join(folder, name))
	}
	if len(lines) == 0 {
		c.note("%s is up to date.", to.path)
		return nil
	}
	fmt.Fprintln(c.stdout, visible(strings.Join(lines, "\n")))
	return &failure{statusDiagnostics, fmt.Sprintf("%s is not what the configuration compiles to (%s). To write it anew: %s",
		to.path, counted(len(lines), "file"), command)}
}

// compareFile says how a file differs from what it should be, in a column's width; empty if it does not.
func compareFile(path string, want []byte) (string, error) {
	have, err := os.ReadFile(path)
	switch {
	case missing(err) || errors.Is(err, syscall.ENOTDIR):
		return "missing    ", nil
	case err != nil:
		return "", cannot("cannot read %s: %s. Check its permissions.", path, cause(err))
	case !bytes.Equal(have, want):
		return "stale      ", nil
	}
	return "", nil
}

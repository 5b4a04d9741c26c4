package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// A process that is killed cannot tidy up: the next one that writes to the folder does. The journal names every file that
// waits under another name. As begunJournal it says that none is in place yet, and what waits is removed; as readyJournal,
// that all are complete, and the next run puts the rest in place first. Only who holds the folder's lock writes or reads it.
const (
	begunJournal = ".cfnpipe-begun"
	readyJournal = ".cfnpipe-ready"
)

// temporaryName is what every file that waits is called. A journal cannot have anything else moved or removed.
var temporaryName = regexp.MustCompile(`^\.cfnpipe-[0-9a-f]{8}$`)

// journal is the content of both.
type journal struct {
	Files []staged `json:"files"`
}

// begin notes what is about to be staged. There is no journal where it could not be relied on: without a lock, and beside
// one of somebody else's.
func (r *replacement) begin() error {
	if r.lock == nil || r.there(begunJournal) || r.there(readyJournal) {
		return nil
	}
	data, err := json.Marshal(journal{r.planned})
	if err != nil {
		return err
	}
	file, err := r.root.OpenFile(begunJournal, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return errors.New(cause(err))
	}
	r.journal = begunJournal
	_, err = file.Write(data)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.New(cause(err))
	}
	return nil
}

func (r *replacement) there(name string) bool {
	_, err := r.root.Lstat(name)
	return !missing(err)
}

// ready notes that everything is staged. From here on the new output is the one that will be.
func (r *replacement) ready() error {
	if r.journal == "" {
		return nil
	}
	if err := r.root.Rename(begunJournal, readyJournal); err != nil {
		return errors.New(cause(err))
	}
	r.journal = readyJournal
	return nil
}

// forget removes the journal.
func (r *replacement) forget() {
	if r.journal != "" {
		_ = r.root.Remove(r.journal) // The next run finds that there is nothing left to do.
		r.journal = ""
	}
}

// recover ends what a killed process began in the folder.
func (r *replacement) recover(folder string) error {
	if files, ok := r.read(begunJournal); ok {
		r.withdraw(files)
		if err := r.root.Remove(begunJournal); err != nil {
			return fmt.Errorf("%s: %s", filepath.Join(folder, begunJournal), cause(err))
		}
	}
	files, ok := r.read(readyJournal)
	if !ok {
		return nil
	}
	if err := r.resume(folder, files); err != nil {
		return fmt.Errorf("%s, which an interrupted run left: %w", filepath.Join(folder, readyJournal), err)
	}
	if err := r.root.Remove(readyJournal); err != nil {
		return fmt.Errorf("%s: %s", filepath.Join(folder, readyJournal), cause(err))
	}
	return nil
}

// read returns what a journal names. One that was cut off names nothing: it was written before everything else. In a
// folder that others write to, one of somebody else's is none.
func (r *replacement) read(name string) (files []staged, ok bool) {
	info, err := r.root.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || !isOwn(info) {
		return nil, false
	}
	data, err := r.root.ReadFile(name)
	if err != nil {
		return nil, false
	}
	var found journal
	if json.Unmarshal(data, &found) != nil {
		return nil, true
	}
	return slices.DeleteFunc(found.Files, func(f staged) bool {
		return !temporaryName.MatchString(filepath.Base(f.Temporary)) || filepath.Dir(f.Temporary) != filepath.Dir(f.Path)
	}), true
}

// withdraw removes what waits.
func (r *replacement) withdraw(files []staged) {
	for _, file := range files {
		_ = r.root.Remove(file.Temporary)
		if folder := filepath.Dir(file.Path); folder != "." {
			_ = r.root.Remove(folder) // Refused if there is anything in it.
		}
	}
}

// resume puts in place what waits, in the order of a run that is not interrupted.
func (r *replacement) resume(folder string, files []staged) error {
	for i, file := range files {
		if !r.there(file.Temporary) {
			continue // It is in place.
		}
		if i == len(files)-1 && file.Path == manifestName {
			if err := r.removeOld(folder, files); err != nil {
				return err
			}
		}
		if err := r.root.Rename(file.Temporary, file.Path); err != nil {
			return errors.New(cause(err))
		}
	}
	return nil
}

// removeOld removes the templates that only the manifest before these files names.
func (r *replacement) removeOld(folder string, files []staged) error {
	var made []compiler.File
	for _, file := range files {
		made = append(made, compiler.File{Path: filepath.ToSlash(file.Path)})
	}
	old, err := leftOver(folder, made)
	if err != nil {
		return err
	}
	_, err = removeTemplates(r.root, folder, old)
	return err
}

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// replacement puts files in place of older ones. All are written beside their
// places first, so that a full disk, an error or a signal leaves the old ones as they were.
// It may be used again and again until it is discarded.
type replacement struct {
	mu      sync.Mutex
	over    bool // nothing may be written any more
	root    *os.Root
	lock    *os.File // keeps other runs out of the folder; nil where that is not possible
	journal string   // the journal's name while there is one
	planned []staged
	staged  []staged
	made    []string // folders that were made for it, outermost first
}

// staged is a file that waits under another name. Both are relative to the root.
type staged struct {
	Temporary string `json:"temporary"`
	Path      string `json:"path"`
}

var errInterrupted = errors.New("interrupted")

// replace writes files below a folder, which has to exist. Paths have forward
// slashes. The last file is put in place last, after each of before has run: it
// is the one that speaks for the others.
func (r *replacement) replace(folder string, files []compiler.File, before ...func(*os.Root) error) error {
	defer r.close()
	if err := r.stageAll(folder, files); err != nil {
		return err
	}
	return r.commit(folder, before)
}

// stageAll writes files below a folder under their temporary names, for commit to put them in place.
func (r *replacement) stageAll(folder string, files []compiler.File) error {
	if err := r.open(folder); err != nil {
		return err
	}
	if err := r.plan(files); err != nil {
		r.abandon()
		return fmt.Errorf("%s: %w", folder, err)
	}
	for i, file := range files {
		if err := r.stage(r.planned[i], file.Bytes); err != nil {
			r.abandon()
			return fmt.Errorf("%s: %w", filepath.Join(folder, file.Path), err)
		}
	}
	return nil
}

// open opens a folder, unless it is open, and ends what a killed run began there.
func (r *replacement) open(folder string) error {
	if r.root != nil {
		return nil
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return fmt.Errorf("%s: %s", folder, cause(err))
	}
	lock := lockFolder(folder) // A signal need not wait for it.
	r.mu.Lock()
	defer r.mu.Unlock()
	r.root, r.lock = root, lock
	if r.lock == nil || r.over {
		return nil
	}
	return r.recover(folder)
}

// close lets go of the folder.
func (r *replacement) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.root == nil {
		return
	}
	_ = r.root.Close()
	if r.lock != nil {
		_ = r.lock.Close()
	}
	r.root, r.lock = nil, nil
}

// plan names the files under which others will wait, and writes that down.
func (r *replacement) plan(files []compiler.File) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return errInterrupted
	}
	for _, file := range files {
		path := filepath.FromSlash(file.Path)
		r.planned = append(r.planned, staged{filepath.Join(filepath.Dir(path), fmt.Sprintf(".cfnpipe-%08x", rand.Uint32())), path})
	}
	return r.begin()
}

// replaceFile writes one file. A symbolic link stays one, and what it points to is replaced.
func (r *replacement) replaceFile(path string, data []byte) error {
	path, err := linked(path)
	if err != nil {
		return err
	}
	return r.replace(filepath.Dir(path), []compiler.File{{Path: filepath.Base(path), Bytes: data}})
}

// linked is the path of the file behind a symbolic link, or the path itself.
func linked(path string) (string, error) {
	if _, err := os.Stat(path); err == nil {
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return "", errors.New(cause(err))
		}
	}
	return path, nil
}

// makeFolder makes a folder and those above it, and remembers which were new.
func (r *replacement) makeFolder(path string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return errInterrupted
	}
	path = filepath.Clean(path)
	for above := path; ; above = filepath.Dir(above) {
		if _, err := os.Lstat(above); !missing(err) || above == filepath.Dir(above) {
			break
		}
		r.made = append([]string{above}, r.made...)
	}
	return os.MkdirAll(path, 0o755)
}

// stage writes one file under its temporary name, which is in the folder of its place.
func (r *replacement) stage(next staged, data []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return errInterrupted
	}
	mode, err := r.modeFor(next.Path)
	if err != nil {
		return err
	}
	file, err := r.root.OpenFile(next.Temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return errors.New(cause(err))
	}
	r.staged = append(r.staged, next)
	_, err = file.Write(data)
	if err == nil && mode != 0 {
		err = file.Chmod(mode)
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.New(cause(err))
	}
	return nil
}

// modeFor makes the folder of a file and returns the mode of the file that is there, 0 if there is none.
func (r *replacement) modeFor(path string) (fs.FileMode, error) {
	if folder := filepath.Dir(path); folder != "." {
		if _, err := r.root.Stat(folder); missing(err) {
			if err := r.root.MkdirAll(folder, 0o755); err != nil {
				return 0, errors.New(cause(err))
			}
			r.made = append(r.made, filepath.Join(r.root.Name(), folder))
		}
	}
	info, err := r.root.Lstat(path)
	switch {
	case missing(err):
		return 0, nil
	case err != nil:
		return 0, errors.New(cause(err))
	case !info.Mode().IsRegular():
		return 0, fmt.Errorf("there is %s of that name", kindOf(info.Mode()))
	}
	return info.Mode().Perm(), nil
}

// commit puts what was staged in place. A signal has to wait for its end, which takes no time.
func (r *replacement) commit(folder string, before []func(*os.Root) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return errInterrupted
	}
	if err := r.ready(); err != nil {
		r.clear()
		return fmt.Errorf("%s: %w", folder, err)
	}
	for done := 0; len(r.staged) > 0; done++ {
		if len(r.staged) == 1 {
			for _, step := range before {
				if err := step(r.root); err != nil {
					r.clear()
					return err
				}
			}
		}
		next := r.staged[0]
		if err := r.root.Rename(next.Temporary, next.Path); err != nil {
			r.clear()
			return fmt.Errorf("%s: %s (%s done before it)", filepath.Join(folder, next.Path), cause(err), counted(done, "file"))
		}
		r.staged = r.staged[1:]
	}
	r.forget()
	r.planned, r.made = nil, nil
	return nil
}

// discard removes whatever is not in place, and refuses all that comes after.
func (r *replacement) discard() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clear()
	r.over = true
}

// abandon removes whatever is not in place.
func (r *replacement) abandon() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clear()
}

func (r *replacement) clear() {
	for _, file := range r.staged {
		_ = r.root.Remove(file.Temporary) // there is nothing more to be done about it
	}
	r.forget()
	for i := len(r.made) - 1; i >= 0; i-- {
		_ = os.Remove(r.made[i]) // refused, and rightly, if something else is in it by now
	}
	r.planned, r.staged, r.made = nil, nil, nil
}

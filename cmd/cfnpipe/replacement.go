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
	mu     sync.Mutex
	over   bool // nothing may be written any more
	root   *os.Root
	staged []staged
	made   []string // folders that were made for it, outermost first
}

// staged is a file that waits under another name. Both are relative to the root.
type staged struct{ temporary, path string }

var errInterrupted = errors.New("interrupted")

// replace writes files below a folder, which has to exist. Paths have forward
// slashes. The last file is put in place last, after each of before has run: it
// is the one that speaks for the others.
func (r *replacement) replace(folder string, files []compiler.File, before ...func(*os.Root) error) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return fmt.Errorf("%s: %s", folder, cause(err))
	}
	defer root.Close()
	r.mu.Lock()
	r.root = root
	r.mu.Unlock()
	for _, file := range files {
		if err := r.stage(filepath.FromSlash(file.Path), file.Bytes); err != nil {
			r.abandon()
			return fmt.Errorf("%s: %w", filepath.Join(folder, file.Path), err)
		}
	}
	return r.commit(folder, before)
}

// replaceFile writes one file. A symbolic link stays one, and what it points to is replaced.
func (r *replacement) replaceFile(path string, data []byte) error {
	if _, err := os.Stat(path); err == nil {
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return errors.New(cause(err))
		}
	}
	return r.replace(filepath.Dir(path), []compiler.File{{Path: filepath.Base(path), Bytes: data}})
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

// stage writes one file under a temporary name in the folder of its place.
func (r *replacement) stage(path string, data []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return errInterrupted
	}
	mode, err := r.modeFor(path)
	if err != nil {
		return err
	}
	temporary := filepath.Join(filepath.Dir(path), fmt.Sprintf(".cfnpipe-%08x", rand.Uint32()))
	file, err := r.root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return errors.New(cause(err))
	}
	r.staged = append(r.staged, staged{temporary, path})
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
		if err := r.root.Rename(next.temporary, next.path); err != nil {
			r.clear()
			return fmt.Errorf("%s: %s (%s done before it)", filepath.Join(folder, next.path), cause(err), counted(done, "file"))
		}
		r.staged = r.staged[1:]
	}
	r.made = nil
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
		_ = r.root.Remove(file.temporary) // there is nothing more to be done about it
	}
	for i := len(r.made) - 1; i >= 0; i-- {
		_ = os.Remove(r.made[i]) // refused, and rightly, if something else is in it by now
	}
	r.staged, r.made = nil, nil
}

package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// How much is read. A configuration has a few dozen lines; whoever passes a
// wrong folder should hear of it at once.
const (
	maxFileBytes  = 1 << 20
	maxFiles      = 1000
	maxTotalBytes = 16 << 20
)

// input is the files of one configuration.
type input struct {
	folder  string // empty if the configuration is one file
	sources []compiler.Source
	files   []os.FileInfo // none for standard input
}

// read reads the configuration at a path: a file, a folder, "-" for standard
// input, or the current folder if there is no path.
func (c *console) read(args []string) (*input, error) {
	path := "."
	if len(args) > 0 {
		path = args[0]
	}
	if path == "-" {
		return readStream(c.stdin)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, cannot("cannot read %s: %s. Give the path of a file or folder that exists, or - for standard input.", path, cause(err))
	}
	in := &input{}
	if !info.IsDir() {
		return in, in.readFile(path)
	}
	in.folder = path
	return in, in.readFolder()
}

func readStream(stdin io.Reader) (*input, error) {
	data, err := io.ReadAll(io.LimitReader(stdin, maxFileBytes+1))
	if err != nil {
		return nil, cannot("cannot read standard input: %s. Give the path of a file instead.", cause(err))
	}
	if len(data) > maxFileBytes {
		return nil, tooLarge("standard input")
	}
	return &input{sources: []compiler.Source{{Name: "<stdin>", Bytes: data}}}, nil
}

func (in *input) readFolder() error {
	if err := in.readFiles(); err != nil {
		return err
	}
	if len(in.sources) == 0 {
		return cannot("no file in the folder %s ends in .hcl or .hcl.json. Give the path of a configuration.", in.folder)
	}
	return nil
}

// readFiles reads the files of the folder that belong to the configuration, of which there may be none.
func (in *input) readFiles() error {
	entries, err := os.ReadDir(in.folder)
	if err != nil {
		return cannot("cannot read the folder %s: %s. Check its permissions.", in.folder, cause(err))
	}
	total := 0
	for _, entry := range entries {
		if !compiler.IsConfiguration(entry.Name()) || entry.IsDir() {
			continue
		}
		if len(in.sources) == maxFiles {
			return cannot("the folder %s has more than %d files of HCL. Is it the right folder?", in.folder, maxFiles)
		}
		if err := in.readFile(filepath.Join(in.folder, entry.Name())); err != nil {
			return err
		}
		total += len(in.sources[len(in.sources)-1].Bytes)
		if total > maxTotalBytes {
			return cannot("the files of HCL in the folder %s have more than %d MiB together. Is it the right folder?", in.folder, maxTotalBytes>>20)
		}
	}
	return nil
}

func (in *input) readFile(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return cannot("cannot read %s: %s. Repair or remove it.", path, cause(err))
	}
	// To open a FIFO would wait for its writer, and a device may have no end.
	if !info.Mode().IsRegular() {
		return cannot("cannot read %s: it is %s. Pass its content on standard input, with - as the path.", path, kindOf(info.Mode()))
	}
	file, err := os.Open(path)
	if err != nil {
		return cannot("cannot read %s: %s. Check its permissions.", path, cause(err))
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFileBytes+1))
	if err != nil {
		return cannot("cannot read %s: %s. Run the command again once the file can be read.", path, cause(err))
	}
	if len(data) > maxFileBytes {
		return tooLarge(path)
	}
	in.sources = append(in.sources, compiler.Source{Name: path, Bytes: data})
	in.files = append(in.files, info)
	return nil
}

func tooLarge(what string) error {
	return cannot("%s has more than %d MiB, which is more than a configuration may have. Is it the right file?", what, maxFileBytes>>20)
}

// kindOf says what a file is that is not a regular one.
func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "not a regular file"
}

// cause is an error without the operation and path, which our messages say themselves.
func cause(err error) string {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err.Error()
	case errors.As(err, &link):
		return link.Err.Error()
	}
	return err.Error()
}

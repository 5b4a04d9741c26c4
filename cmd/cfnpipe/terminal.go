package main

import (
	"os"

	"github.com/mattn/go-isatty"
)

const defaultWidth = 78

// terminal tells how to write messages to a stream: how wide, and whether in colour.
func (c *console) terminal() (width uint, colour bool) {
	fd, ok := descriptor(c.stderr)
	if !ok || !isatty.IsTerminal(fd) {
		return defaultWidth, false
	}
	width = defaultWidth
	if columns, ok := columns(fd); ok && columns >= 20 {
		width = columns
	}
	// https://no-color.org: any value but the empty one.
	return width, !c.plain && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// isTerminal tells whether a person is at the other end of a stream.
func isTerminal(stream any) bool {
	fd, ok := descriptor(stream)
	return ok && isatty.IsTerminal(fd)
}

func descriptor(stream any) (uintptr, bool) {
	file, ok := stream.(interface{ Fd() uintptr })
	if !ok {
		return 0, false
	}
	return file.Fd(), true
}

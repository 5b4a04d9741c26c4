//go:build !linux && !darwin

package main

import (
	"io/fs"
	"os"
)

func lockFolder(string) *os.File { return nil }

func isOwn(fs.FileInfo) bool { return false }

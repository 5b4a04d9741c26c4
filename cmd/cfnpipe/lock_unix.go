//go:build linux || darwin

package main

import (
	"io/fs"
	"os"
	"syscall"
	"time"
)

// lockFolder waits until no other run writes to a folder; nil if that takes too long or the file system knows no locks. The
// lock goes with the file, also when the process is killed.
func lockFolder(folder string) *os.File {
	const patience, pause = 5 * time.Second, 5 * time.Millisecond
	file, err := os.Open(folder)
	if err != nil {
		return nil
	}
	for start := time.Now(); ; time.Sleep(pause) {
		switch err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); {
		case err == nil:
			return file
		case err != syscall.EWOULDBLOCK && err != syscall.EINTR || time.Since(start) > patience:
			_ = file.Close()
			return nil
		}
	}
}

// isOwn tells whether a file belongs to whoever runs this.
func isOwn(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

//go:build linux || darwin

package main

import (
	"syscall"
	"unsafe"
)

// columns asks a terminal for its width.
func columns(fd uintptr) (uint, bool) {
	var size struct{ rows, columns, x, y uint16 }
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size)))
	return uint(size.columns), errno == 0
}

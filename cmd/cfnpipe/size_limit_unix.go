//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// survive has a write beyond the shell's limit on file sizes (ulimit -f) fail as one to a full disk does. The signal that
// comes with it would end the program where it is.
func survive() { signal.Ignore(syscall.SIGXFSZ) }

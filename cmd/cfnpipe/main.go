// Command cfnpipe compiles a description of a delivery pipeline into CloudFormation templates.
package main

import (
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run executes one command line and returns the exit status. A signal ends it
// wherever it is, be it waiting for input: nothing half-written stays behind.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	signals := make(chan os.Signal, 1)
	listen(signals)
	defer signal.Stop(signals)
	survive()

	c := &console{stdin: stdin, stdout: &results{to: stdout}, stderr: stderr, pending: &replacement{}, beside: &replacement{}}
	done := make(chan int, 1)
	go func() { done <- execute(args, c) }()
	select {
	case status := <-done:
		return status
	case s := <-signals:
		c.pending.discard()
		c.beside.discard()
		return 128 + number(s)
	}
}

// listen leaves an ignored interrupt ignored: that is how a shell without job
// control keeps Ctrl-C from what it runs in the background.
func listen(signals chan<- os.Signal) {
	if !signal.Ignored(os.Interrupt) {
		signal.Notify(signals, os.Interrupt)
	}
	signal.Notify(signals, syscall.SIGTERM)
}

func number(s os.Signal) int {
	if n, ok := s.(syscall.Signal); ok {
		return int(n)
	}
	return int(syscall.SIGINT)
}

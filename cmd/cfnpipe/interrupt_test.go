//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// TestSignal interrupts the command while it waits for its input.
func TestSignal(t *testing.T) {
	for _, test := range []struct {
		signal syscall.Signal
		status int
		args   []string
	}{
		{syscall.SIGINT, 130, []string{"compile", "-o", "out/", "-"}},
		{syscall.SIGTERM, 143, []string{"compile", "-o", "out/", "-"}},
		{syscall.SIGINT, 130, []string{"fmt", "-"}},
	} {
		folder := t.TempDir()
		cmd := exec.Command("cfnpipe", test.args...)
		cmd.Dir = folder
		stdin, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// Once a write has filled the pipe twice the command reads, and so listens for signals.
		if _, err := stdin.Write(bytes.Repeat([]byte("\n"), 200000)); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Process.Signal(test.signal); err != nil {
			t.Fatal(err)
		}
		err = waitFor(cmd, 10*time.Second)
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != test.status {
			t.Errorf("%v: %v, want status %d", test.signal, err, test.status)
		}
		if said.Len() > 0 {
			t.Errorf("%v: it said %s", test.signal, said.String())
		}
		if left, _ := os.ReadDir(folder); len(left) > 0 {
			t.Errorf("%v: it left %v", test.signal, left)
		}
	}
}

func waitFor(cmd *exec.Cmd, limit time.Duration) error {
	timer := time.AfterFunc(limit, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	return cmd.Wait()
}

// TestBrokenPipe has the reader of standard output go away: the command ends
// as other programs do, by the signal, without a word.
func TestBrokenPipe(t *testing.T) {
	shop := filepath.Join("testdata", "shop.hcl")
	for name, command := range map[string]*exec.Cmd{
		"by the signal":      exec.Command("cfnpipe", "compile", shop),
		"the signal ignored": exec.Command("sh", "-c", "trap '' PIPE; exec cfnpipe compile "+shop),
	} {
		t.Run(name, func(t *testing.T) {
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			_ = reader.Close()
			var said bytes.Buffer
			command.Stdout, command.Stderr = writer, &said
			err = command.Run()
			_ = writer.Close()
			var exit *exec.ExitError
			if !errors.As(err, &exit) {
				t.Fatalf("%v, want a failure", err)
			}
			status := exit.Sys().(syscall.WaitStatus)
			if status.Signal() != syscall.SIGPIPE && status.ExitStatus() != statusFiles {
				t.Errorf("%v", exit)
			}
			if said.Len() > 0 {
				t.Errorf("it said %s", said.String())
			}
		})
	}
}

// TestInterruptedReplacement has a signal come between two files.
func TestInterruptedReplacement(t *testing.T) {
	folder := t.TempDir()
	old := filepath.Join(folder, "old.json")
	if err := os.WriteFile(old, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := &replacement{}
	made := filepath.Join(folder, "a", "b")
	if err := r.makeFolder(made); err != nil {
		t.Fatal(err)
	}
	defer r.close()
	if err := r.open(folder); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"old.json", "new/new.json"} {
		if err := r.stage(staged{path + ".waits", path}, []byte("new")); err != nil {
			t.Fatal(err)
		}
	}
	r.discard()
	if err := r.stage(staged{"late", "late.json"}, nil); !errors.Is(err, errInterrupted) {
		t.Errorf("a file after the end: %v", err)
	}
	if err := r.makeFolder(filepath.Join(folder, "late")); !errors.Is(err, errInterrupted) {
		t.Errorf("a folder after the end: %v", err)
	}
	if err := r.commit(folder, nil); !errors.Is(err, errInterrupted) {
		t.Errorf("putting in place after the end: %v", err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("left: %v, %v", entries, err)
	}
	if data, _ := os.ReadFile(old); string(data) != "old" {
		t.Errorf("the old file is %q", data)
	}
}

// TestReplacementAgain has one file after another, of which one cannot be put in place, and then a signal.
func TestReplacementAgain(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "taken"), 0o755); err != nil {
		t.Fatal(err)
	}
	r := &replacement{}
	for path, works := range map[string]bool{"a": true, "taken": false, "b": true} {
		if err := r.replaceFile(filepath.Join(folder, path), []byte("new")); (err == nil) != works {
			t.Errorf("%s: %v", path, err)
		}
	}
	r.discard()
	if err := r.replaceFile(filepath.Join(folder, "late"), nil); !errors.Is(err, errInterrupted) {
		t.Errorf("a file after the end: %v", err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 3 {
		t.Errorf("left: %v, %v", entries, err)
	}
}

// TestFailedStep has the last step before the manifest fail: the manifest stays the old one.
func TestFailedStep(t *testing.T) {
	folder := t.TempDir()
	files := []compiler.File{{Path: "a/x", Bytes: []byte("x")}, {Path: "manifest.json", Bytes: []byte("m")}}
	fault := errors.New("fault")
	r := &replacement{}
	if err := r.replace(folder, files, func(*os.Root) error { return fault }); !errors.Is(err, fault) {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "manifest.json")); !missing(err) {
		t.Errorf("the manifest: %v", err)
	}
	entries, _ := os.ReadDir(folder)
	if len(entries) != 1 || entries[0].Name() != "a" {
		t.Errorf("left: %v", entries)
	}
}

// TestRunReturns holds that run ends with the command, not with a signal alone.
func TestRunReturns(t *testing.T) {
	if status := run([]string{"version"}, nil, io.Discard, io.Discard); status != 0 {
		t.Errorf("status %d", status)
	}
}

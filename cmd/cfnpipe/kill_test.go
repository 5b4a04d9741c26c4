//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// kills is how often a run is killed.
const kills = 200

// writeSystem writes a configuration of several accounts; its name is part of every file that it compiles to.
func writeSystem(t *testing.T, path, name string) {
	t.Helper()
	var text strings.Builder
	for i := range 4 {
		fmt.Fprintf(&text, "account \"%s%d\" {\n  id = \"%012d\"\n  network {\n    cidr = \"10.%d.0.0/16\"\n  }\n}\n", name, i, 111111111111+i, i)
	}
	fmt.Fprintf(&text, "pipeline \"%s\" {\n  account = account.%s0\n  source \"codecommit\" {\n    repository = \"shop\"\n  }\n", name, name)
	text.WriteString("  stage \"build\" {\n    build \"image\" {}\n  }\n")
	for i := range 4 {
		fmt.Fprintf(&text, "  stage \"s%d\" {\n    deploy \"ec2\" {\n      account = account.%s%d\n    }\n  }\n", i, name, i)
	}
	text.WriteString("}\n")
	if err := os.WriteFile(path, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func compileSystem(t *testing.T, into, config string) {
	t.Helper()
	if said, err := exec.Command("cfnpipe", "compile", "-o", into+"/", config).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
}

// systems makes two configurations, and returns what each compiles to.
func systems(t *testing.T, folder string) map[string]map[string]string {
	t.Helper()
	out := map[string]map[string]string{}
	for _, name := range []string{"apple", "pear"} {
		config := filepath.Join(folder, name+".hcl")
		writeSystem(t, config, name)
		into := filepath.Join(t.TempDir(), name) + "/"
		compileSystem(t, into, config)
		out[name] = snapshot(t, into)
	}
	return out
}

// TestKill kills the command at random while it writes one system over another. What is there then is one of the two,
// whole; only while a finished journal lies there it may be some of both, and the next run ends that.
func TestKill(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	wants := systems(t, folder)
	out := filepath.Join(folder, "out")
	compile := func(name string) *exec.Cmd {
		return exec.Command("cfnpipe", "compile", "-o", out+"/", filepath.Join(folder, name+".hcl"))
	}
	usual := time.Second
	for range 5 {
		start := time.Now()
		if said, err := compile("apple").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, said)
		}
		usual = min(usual, time.Since(start))
	}
	finished, mixed, left := 0, 0, 0
	for i := range kills {
		name := []string{"pear", "apple"}[i%2]
		cmd := compile(name)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rand.N(usual * 5 / 4))
		_ = cmd.Process.Kill()
		if err := cmd.Wait(); err == nil {
			finished++
		}
		got := snapshot(t, out)
		_, err := os.Stat(filepath.Join(out, readyJournal))
		switch {
		case maps.Equal(got, wants["apple"]), maps.Equal(got, wants["pear"]):
		case err == nil:
			mixed++
			for path, text := range got {
				if text != wants["apple"][path] && text != wants["pear"][path] {
					t.Errorf("kill %d: %s is of neither system", i, path)
				}
			}
		default:
			t.Errorf("kill %d: a mixture without a journal, of %d files", i, len(got))
		}
		if len(hidden(t, out)) > 0 {
			left++
		}
	}
	compileSystem(t, out, filepath.Join(folder, "pear.hcl"))
	if got := snapshot(t, out); !maps.Equal(got, wants["pear"]) || len(hidden(t, out)) > 0 {
		t.Errorf("after all that there are %d files, and %v", len(got), hidden(t, out))
	}
	t.Logf("of %d runs %d had finished; %d left something for the next run, %d of them an unfinished exchange", kills, finished, left, mixed)
}

// TestFullDisk lets no file grow beyond a size, from nothing to what the largest template has. Go would die of the signal.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	wants := systems(t, folder)
	out := filepath.Join(folder, "out")
	compileSystem(t, out, filepath.Join(folder, "apple.hcl"))
	for kilobytes := 0; kilobytes <= 64; kilobytes += 2 {
		cmd := exec.Command("bash", "-c", fmt.Sprintf("ulimit -f %d; exec cfnpipe compile -o out/ pear.hcl", kilobytes))
		cmd.Dir = folder
		said, err := cmd.CombinedOutput()
		got := snapshot(t, out)
		if err == nil {
			if !maps.Equal(got, wants["pear"]) {
				t.Errorf("%d KiB: it succeeded, and not every file is new", kilobytes)
			}
			return
		}
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != statusFiles || !bytes.Contains(said, []byte("file too large")) {
			t.Errorf("%d KiB: %v: %s", kilobytes, err, said)
		}
		if !maps.Equal(got, wants["apple"]) || len(hidden(t, out)) > 0 {
			t.Errorf("%d KiB: the old files are not as they were; left %v", kilobytes, hidden(t, out))
		}
	}
	t.Error("the largest file has more than 64 KiB")
}

// TestReadOnlyFolder writes where nobody may. The superuser may everywhere, so he becomes somebody else.
func TestReadOnlyFolder(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	wants := systems(t, folder)
	out := filepath.Join(folder, "out")
	compileSystem(t, out, filepath.Join(folder, "apple.hcl"))
	for _, closed := range []string{out, filepath.Join(out, "apple0")} {
		if err := os.Chmod(closed, 0o555); err != nil {
			t.Fatal(err)
		}
	}
	said, err := ordinary(t, folder, "compile", "-o", out+"/", filepath.Join(folder, "pear.hcl")).CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != statusFiles || !bytes.Contains(said, []byte("permission denied")) {
		t.Errorf("%v: %s", err, said)
	}
	_ = os.Chmod(out, 0o755)
	_ = os.Chmod(filepath.Join(out, "apple0"), 0o755)
	if got := snapshot(t, out); !maps.Equal(got, wants["apple"]) || len(hidden(t, out)) > 0 {
		t.Errorf("the old files are not as they were; left %v", hidden(t, out))
	}
}

// ordinary is the command without the rights of the superuser, who reads a copy of it in the folder.
func ordinary(t *testing.T, folder string, args ...string) *exec.Cmd {
	t.Helper()
	if os.Geteuid() != 0 {
		return exec.Command("cfnpipe", args...)
	}
	program := filepath.Join(folder, "cfnpipe")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// Another process copies it: what a test beside this one starts would inherit a file that is open for writing here, and
	// no system runs a program that somebody may still write to (golang/go issue 22315).
	if out, err := exec.Command("cp", self, program).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for above := folder; above != os.TempDir() && len(above) > 1; above = filepath.Dir(above) {
		if err := os.Chmod(above, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(program, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	return cmd
}

// TestReaderGoesAway closes the pipe after one byte of many.
func TestReaderGoesAway(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	writeSystem(t, filepath.Join(folder, "apple.hcl"), "apple")
	cmd := exec.Command("bash", "-c", "cfnpipe compile apple.hcl | head -c1; exit ${PIPESTATUS[0]}")
	cmd.Dir = folder
	var said bytes.Buffer
	cmd.Stderr = &said
	printed, err := cmd.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 128+int(syscall.SIGPIPE) && exit.ExitCode() != statusFiles {
		t.Errorf("%v", err)
	}
	if string(printed) != "{" || strings.Contains(said.String(), "Error") || strings.Contains(said.String(), "goroutine") {
		t.Errorf("it printed %q and said %s", printed, said.String())
	}
}

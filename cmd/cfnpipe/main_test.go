package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"cfnpipe": main})
}

// TestScripts runs the command as a user does. $SHOP is a configuration without a fault.
func TestScripts(t *testing.T) {
	shop, err := filepath.Abs(filepath.Join("testdata", "shop.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("SHOP", shop)
			env.Setenv("GORACE", "atexit_sleep_ms=0") // else each command takes a second longer under -race
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "mode": mode, "files": files, "bytes": writeBytes, "many": many,
		},
	})
}

// exits STATUS PROGRAM ARGUMENT... runs a program that has to end with a status.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS PROGRAM ARGUMENT...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%s: %v", args[1], err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// mode PERMISSIONS FILE checks the permissions of a file.
func mode(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Lstat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := fmt.Sprintf("%o", info.Mode().Perm()); got != args[0] {
		ts.Fatalf("%s has mode %s, want %s", args[1], got, args[0])
	}
}

// files FOLDER NAME... checks what is in a folder, hidden files included.
func files(ts *testscript.TestScript, _ bool, args []string) {
	var got []string
	root := ts.MkAbs(args[0])
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		name, err := filepath.Rel(root, path)
		if entry.IsDir() {
			name += "/"
		}
		got = append(got, filepath.ToSlash(name))
		return err
	})
	ts.Check(err)
	if have, want := strings.Join(got, " "), strings.Join(args[1:], " "); have != want {
		ts.Fatalf("%s holds\n\t%s\nwant\n\t%s", args[0], have, want)
	}
}

// bytes FILE COUNT TEXT writes a file of a text repeated.
func writeBytes(ts *testscript.TestScript, _ bool, args []string) {
	count, err := strconv.Atoi(args[1])
	ts.Check(err)
	text, err := strconv.Unquote(`"` + args[2] + `"`)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Repeat(text, count)), 0o644))
}

// many FOLDER COUNT makes a folder of small HCL files.
func many(ts *testscript.TestScript, _ bool, args []string) {
	count, err := strconv.Atoi(args[1])
	ts.Check(err)
	folder := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(folder, 0o755))
	for i := range count {
		ts.Check(os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.hcl", i)), []byte("\n"), 0o644))
	}
}

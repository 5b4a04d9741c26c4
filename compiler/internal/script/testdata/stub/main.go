// Command stub stands for the commands that a program may not run for real: under each of their names it notes the
// call, and answers as the test says. It is a program of its own because the test's binary starts slowly under -race.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// call is one call of a command: what it was given.
type call struct {
	Line  string            // command and arguments, joined by blanks
	Env   map[string]string // the variables that "docker run --env NAME" names
	Stdin string
	Files []string // for "docker build": what its context holds
}

// reply is what a command answers to a call that begins with Call: to the Nth such call, or to each when Nth is 0.
type reply struct {
	Call     string
	Nth      int
	Out, Err string
	Exit     int
}

func main() {
	status, err := run(os.Getenv("STUBS"), filepath.Base(os.Args[0]), os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "stub:", err)
		status = 99
	}
	os.Exit(status)
}

func run(dir, name string, args []string) (int, error) {
	c, err := note(name, args)
	if err != nil {
		return 0, err
	}
	before, err := read[call](filepath.Join(dir, "calls"))
	if err != nil {
		return 0, err
	}
	replies, err := read[reply](filepath.Join(dir, "replies"))
	if err != nil {
		return 0, err
	}
	log, err := os.OpenFile(filepath.Join(dir, "calls"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	if err := json.NewEncoder(log).Encode(c); err != nil {
		return 0, err
	}
	for _, r := range replies {
		if !strings.HasPrefix(c.Line, r.Call) {
			continue
		}
		nth := 1
		for _, b := range before {
			if strings.HasPrefix(b.Line, r.Call) {
				nth++
			}
		}
		if r.Nth == 0 || r.Nth == nth {
			fmt.Print(r.Out)
			fmt.Fprint(os.Stderr, r.Err)
			return r.Exit, nil
		}
	}
	return 0, nil
}

func note(name string, args []string) (call, error) {
	stdin, err := io.ReadAll(os.Stdin)
	if err != nil {
		return call{}, err
	}
	c := call{Line: strings.Join(append([]string{name}, args...), " "), Env: map[string]string{}, Stdin: string(stdin)}
	for i, arg := range args {
		switch {
		case arg == "--env" && !strings.Contains(args[i+1], "="):
			c.Env[args[i+1]] = os.Getenv(args[i+1])
		case arg == "--output" && name == "curl" && args[i+1] != os.DevNull:
			self, err := os.Executable()
			if err != nil {
				return c, err
			}
			// What is downloaded is run next, so it has to be a stub too.
			_ = os.Remove(args[i+1])
			if err := os.Symlink(self, args[i+1]); err != nil {
				return c, err
			}
		}
	}
	if strings.HasPrefix(c.Line, "docker build") {
		entries, err := os.ReadDir(".")
		if err != nil {
			return c, err
		}
		for _, entry := range entries {
			c.Files = append(c.Files, entry.Name())
		}
	}
	return c, nil
}

// read reads a file of JSON values, which need not exist.
func read[T any](path string) ([]T, error) {
	file, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []T
	for decoder := json.NewDecoder(file); decoder.More(); {
		var one T
		if err := decoder.Decode(&one); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

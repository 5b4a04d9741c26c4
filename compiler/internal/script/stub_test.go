package script_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

func TestMain(m *testing.M) {
	status := m.Run()
	_ = os.RemoveAll(stubFolder)
	os.Exit(status)
}

var stubFolder string

// stubProgram is testdata/stub, built once. The test reads the source itself, so that Go's test cache knows of it.
var stubProgram = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "stub")
	if err != nil {
		return "", err
	}
	stubFolder = dir
	source, err := os.ReadFile("testdata/stub/main.go")
	if err != nil {
		return "", err
	}
	program, file := filepath.Join(dir, "stub"), filepath.Join(dir, "main.go")
	if err := os.WriteFile(file, source, 0o600); err != nil {
		return "", err
	}
	if out, err := exec.Command("go", "build", "-o", program, file).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return program, nil
})

// commands are those that a program may not run for real.
var commands = []string{"aws", "cfn-signal", "curl", "dnf", "docker", "sleep", "systemctl"}

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

// machine is a place where programs run among stubs.
type machine struct {
	t     *testing.T
	dir   string // holds everything below
	stubs string
	env   []string
	cwd   string
	said  string // standard output and error of all that ran
}

// pythonPath finds the program behind python3: a shim of pyenv puts folders before ours in PATH, and with them the real
// commands.
var pythonPath = sync.OnceValues(func() ([]byte, error) {
	return exec.Command("python3", "-c", "import sys; print(sys.executable, end='')").Output()
})

func newMachine(t *testing.T) *machine {
	t.Helper()
	dir := t.TempDir()
	m := &machine{t: t, dir: dir, stubs: filepath.Join(dir, "stubs"), cwd: dir}
	bin := filepath.Join(m.stubs, "bin")
	m.must(os.MkdirAll(bin, 0o755))
	program, err := stubProgram()
	m.must(err)
	for _, name := range commands {
		m.must(os.Symlink(program, filepath.Join(bin, name)))
	}
	python, err := pythonPath()
	m.must(err)
	m.write("stubs/bin/python3", "#!/bin/sh\nexec '"+string(python)+"' \"$@\"\n")
	m.env = []string{"STUBS=" + m.stubs, "PATH=" + bin + ":" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
	return m
}

func (m *machine) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// replies sets what the commands answer from now on; the first that fits counts.
func (m *machine) replies(all ...reply) {
	var text strings.Builder
	for _, one := range all {
		m.must(json.NewEncoder(&text).Encode(one))
	}
	m.write("stubs/replies", text.String())
}

// bash runs a program with arguments and tells whether it succeeded.
func (m *machine) bash(args ...string) bool {
	m.t.Helper()
	cmd := exec.CommandContext(m.t.Context(), "bash", args...)
	cmd.Dir, cmd.Env = m.cwd, m.env
	out, err := cmd.CombinedOutput()
	m.said += string(out)
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		m.t.Fatal(err)
	}
	return err == nil
}

func (m *machine) write(path, text string) {
	m.t.Helper()
	path = filepath.Join(m.dir, path)
	m.must(os.MkdirAll(filepath.Dir(path), 0o755))
	m.must(os.WriteFile(path, []byte(text), 0o755))
}

// calls returns all calls so far.
func (m *machine) calls() []call {
	m.t.Helper()
	file, err := os.Open(filepath.Join(m.stubs, "calls"))
	if os.IsNotExist(err) {
		return nil
	}
	m.must(err)
	var out []call
	for decoder := json.NewDecoder(file); decoder.More(); {
		var c call
		m.must(decoder.Decode(&c))
		out = append(out, c)
	}
	return out
}

// called returns the calls that begin with prefix.
func (m *machine) called(prefix string) []call {
	return slices.DeleteFunc(m.calls(), func(c call) bool { return !strings.HasPrefix(c.Line, prefix) })
}

// sequence fails unless the calls, in their order, begin with these prefixes, one each.
func (m *machine) sequence(want ...string) {
	m.t.Helper()
	var got []string
	for i, c := range m.calls() {
		if i < len(want) && strings.HasPrefix(c.Line, want[i]) {
			c.Line = want[i]
		}
		got = append(got, c.Line)
	}
	if !slices.Equal(got, want) {
		m.t.Errorf("calls:\n%s\nwant:\n%s\nsaid:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"), m.said)
	}
}

func (m *machine) never(prefix string) {
	m.t.Helper()
	if made := m.called(prefix); len(made) > 0 {
		m.t.Errorf("unwanted: %s\nsaid:\n%s", made[0].Line, m.said)
	}
}

func (m *machine) says(want string) {
	m.t.Helper()
	if !strings.Contains(m.said, want) {
		m.t.Errorf("not said: %s\nsaid:\n%s", want, m.said)
	}
}

// text is what v becomes when CloudFormation gives known for its pseudo parameters.
func text(v plan.Value, known map[plan.Pseudo]string) string {
	switch v := v.(type) {
	case plan.String:
		return string(v)
	case plan.Pseudo:
		return known[v]
	case plan.Concat:
		var out strings.Builder
		for _, part := range v {
			out.WriteString(text(part, known))
		}
		return out.String()
	case plan.Base64:
		return text(v.Of, known)
	case plan.JSONText:
		data, _ := json.Marshal(data(v.Of, known))
		return string(data)
	}
	panic(fmt.Sprintf("%T is not text", v))
}

func data(v plan.Value, known map[plan.Pseudo]string) any {
	switch v := v.(type) {
	case plan.Object:
		out := map[string]any{}
		for _, field := range v {
			key := field.Key
			if field.KeyText != nil {
				key = text(field.KeyText, known)
			}
			out[key] = data(field.Value, known)
		}
		return out
	case plan.List:
		out := []any{}
		for _, item := range v {
			out = append(out, data(item, known))
		}
		return out
	}
	return text(v, known)
}

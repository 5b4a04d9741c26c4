package script_test

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
)

// hostileStrings are those of the compiler's tests. NUL is refused long before: no variable can hold it.
func hostileStrings(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile("../../testdata/hostile.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(data)) {
		if text, err := strconv.Unquote(strings.TrimSpace(line)); err == nil && !strings.Contains(text, "\x00") {
			out = append(out, text)
		}
	}
	return out
}

// TestHostileSettings has a host start a container with each of the strings as the value of a variable.
func TestHostileSettings(t *testing.T) {
	environment := map[string]any{}
	for i, text := range hostileStrings(t) {
		environment["V"+strconv.Itoa(i)] = text
	}
	m := newHost(t, bundle(t))
	m.replies(settings(t, 8080, environment, nil), password)
	if !m.hook("start.sh") {
		t.Fatal(m.said)
	}
	got := m.called("docker run")[0].Env
	for name, text := range environment {
		if got[name] != text {
			t.Errorf("%s is %q, want %q", name, got[name], text)
		}
	}
}

// TestHostileAssignments gives a host hostile strings for everything that it is told. bash reads each user data to its end,
// and each variable then holds the string to the byte.
func TestHostileAssignments(t *testing.T) {
	strange := hostileStrings(t)
	names := []string{"SETTINGS_PARAMETER", "LOG_GROUP", "CONTAINER", "APPLICATION", "FLEET", "STACK"}
	var programs, assignments strings.Builder
	for _, text := range strange {
		value := plan.String(text)
		program := words(t, script.Host{
			Region: plan.Region, StackName: plan.Text(text, plan.StackName), FleetID: text, SettingsParameter: value, LogGroup: value,
			ContainerName: text, DeploymentApplication: plan.Concat{value, plan.String("/"), value}, DeploymentGroup: value, TargetGroupARN: value,
			SettingsDigest: plan.String("d1"),
		})
		programs.WriteString(program)
		told, _, found := strings.Cut(program, "AGENT_AUTH=")
		if !found {
			t.Fatal("the assignments end otherwise")
		}
		assignments.WriteString(told)
		for _, name := range names {
			assignments.WriteString("printf '%s\\0' \"$" + name + "\"\n")
		}
	}
	check := exec.Command("bash", "-n")
	check.Stdin = strings.NewReader(programs.String())
	if said, err := check.CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("bash -n: %v: %.500s", err, said)
	}
	run := exec.Command("bash")
	run.Stdin, run.Dir = strings.NewReader(assignments.String()), t.TempDir()
	said, err := run.Output()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSuffix(string(said), "\x00"), "\x00")
	if len(got) != len(names)*len(strange) {
		t.Fatalf("%d values for %d strings", len(got), len(strange))
	}
	for i, text := range strange {
		for j, want := range []string{text, text, text, text + "/" + text, text, text + "stack"} {
			if have := got[i*len(names)+j]; have != want {
				t.Errorf("%s is %q, want %q", names[j], have, want)
			}
		}
	}
	if left, _ := os.ReadDir(run.Dir); len(left) > 0 {
		t.Errorf("something ran and left %v", left)
	}
}

// words is the user data of a host as bash sees it.
func words(t *testing.T, h script.Host) string {
	t.Helper()
	return text(script.UserData(h), map[plan.Pseudo]string{plan.Region: "us-east-1", plan.StackName: "stack"})
}

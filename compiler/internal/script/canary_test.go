package script_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
)

const canaryName = "abcd-dev"

const (
	before = "2001-01-01T00:00:00.000000+00:00"
	after  = "2999-01-01T00:00:00.000000+00:00"
	later  = "2999-01-01T00:05:00.000000+00:00"
)

// Answers of Synthetics and STS.
var (
	assumed = reply{Call: "aws sts assume-role", Out: "KEY\tSECRET\tTOKEN\n"}
	begun   = reply{Call: "aws synthetics start-canary"}
)

func stateOf(states ...string) []reply {
	var out []reply
	for i, state := range states {
		out = append(out, reply{Call: "aws synthetics get-canary --name " + canaryName, Nth: i + 1, Out: state + "\n"})
	}
	return out
}

// runsAt answers the nth question for runs: each is "STARTED STATE ID".
func runsAt(nth int, runs ...string) reply {
	text := strings.ReplaceAll(strings.Join(runs, "\n"), " ", "\t")
	return reply{Call: "aws synthetics get-canary-runs --name " + canaryName + " --query CanaryRuns[].", Nth: nth, Out: text + "\n"}
}

func waitFor(t *testing.T, once bool, polls int, answers ...reply) (m *machine, ok bool) {
	t.Helper()
	return waitForAs(t, assumed, once, polls, answers...)
}

func waitForAs(t *testing.T, role reply, once bool, polls int, answers ...reply) (m *machine, ok bool) {
	t.Helper()
	m = newMachine(t)
	m.replies(append([]reply{role}, answers...)...)
	m.env = append(m.env, "CANARY="+canaryName, "CANARY_STARTER_ROLE=arn:aws:iam::123456789012:role/runs",
		"CANARY_ONCE="+map[bool]string{true: "yes", false: "no"}[once], fmt.Sprintf("CANARY_POLLS=%d", polls))
	var spec buildspec
	if err := json.Unmarshal([]byte(text(script.CanaryBuildspec(), nil)), &spec); err != nil {
		t.Fatal(err)
	}
	if len(spec.Phases) != 1 || len(spec.Phases["build"].Commands) != 1 || spec.Env.Shell != "bash" {
		t.Fatalf("%+v", spec)
	}
	return m, m.bash("-c", spec.Phases["build"].Commands[0])
}

func TestCanaryThatPasses(t *testing.T) {
	m, ok := waitFor(t, true, 9, append(stateOf("READY"), begun,
		runsAt(1, before+" FAILED old"), runsAt(2, after+" RUNNING new", before+" FAILED old"), runsAt(3, after+" PASSED new"))...)
	if !ok {
		t.Errorf("failed: %s", m.said)
	}
	m.says("abcd-dev passed")
	m.sequence("aws sts assume-role", "aws synthetics get-canary --name", "aws synthetics start-canary",
		"sleep 15", "aws synthetics get-canary-runs", "sleep 15", "aws synthetics get-canary-runs", "sleep 15", "aws synthetics get-canary-runs")
	for _, secret := range []string{"SECRET", "TOKEN"} {
		if strings.Contains(m.said, secret) {
			t.Errorf("said: %s", m.said)
		}
	}
}

func TestCanaryThatFails(t *testing.T) {
	m, ok := waitFor(t, true, 9, append(stateOf("STOPPED"), begun, runsAt(1, after+" FAILED new*1"),
		reply{Call: "aws synthetics get-canary-runs --name abcd-dev --query CanaryRuns[?Id=='new*1']", Out: "The status is 503, not 200.\tbucket/abcd-dev/log\n"})...)
	if ok {
		t.Error("passed")
	}
	m.says("The status is 503, not 200.")
	m.says("bucket/abcd-dev/log")
}

// TestFirstRunCounts: of two runs after the release the first speaks for it.
func TestFirstRunCounts(t *testing.T) {
	if m, ok := waitFor(t, false, 9, append(stateOf("RUNNING"), runsAt(1, later+" PASSED second", after+" FAILED first"))...); ok {
		t.Error("passed: " + m.said)
	}
}

// TestCanaryWithoutAnAnswer never passes.
func TestCanaryWithoutAnAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		once    bool
		answers []reply
		says    string
	}{
		"no run":                  {true, append(stateOf("READY"), begun, runsAt(0)), "had no run in time"},
		"no list":                 {true, append(stateOf("READY"), begun, runsAt(0, "None")), "had no run in time"},
		"old runs":                {false, append(stateOf("RUNNING"), runsAt(0, before+" PASSED old")), "had no run in time"},
		"a run without a time":    {true, append(stateOf("READY"), begun, runsAt(0, "None PASSED new")), "had no run in time"},
		"a run that never ends":   {true, append(stateOf("READY"), begun, runsAt(0, after+" RUNNING new")), "began and did not end"},
		"a state that is none":    {true, append(stateOf("READY"), begun, runsAt(0, after+" UNKNOWN new")), "began and did not end"},
		"a canary that updates":   {true, []reply{{Call: "aws synthetics get-canary --name", Out: "UPDATING\n"}}, "could not be started in time"},
		"somebody else's run":     {true, []reply{{Call: "aws synthetics get-canary --name", Out: "RUNNING\n"}}, "could not be started in time"},
		"a canary in error":       {true, stateOf("ERROR"), "in the state ERROR"},
		"a canary that goes":      {true, stateOf("DELETING"), "in the state DELETING"},
		"runs that are refused":   {true, append(stateOf("READY"), begun, reply{Call: "aws synthetics get-canary-runs", Exit: 254, Err: "AccessDenied\n"}), "AccessDenied"},
		"a canary that is gone":   {true, []reply{{Call: "aws synthetics get-canary", Exit: 254, Err: "ResourceNotFoundException\n"}}, "ResourceNotFound"},
		"a start that is refused": {true, append(stateOf("READY"), reply{Call: "aws synthetics start-canary", Exit: 254, Err: "AccessDenied\n"}), "AccessDenied"},
		"always a conflict":       {true, []reply{{Call: "aws synthetics get-canary --name", Out: "READY\n"}, {Call: "aws synthetics start-canary", Exit: 254, Err: "ConflictException\n"}}, "could not be started in time"},
	} {
		t.Run(name, func(t *testing.T) {
			m, ok := waitFor(t, c.once, 3, c.answers...)
			if ok {
				t.Errorf("passed: %s", m.said)
			}
			m.says(c.says)
			if n := len(m.called("sleep")); n > 2 {
				t.Errorf("%d pauses", n)
			}
		})
	}
}

func TestRoleThatCannotBeAssumed(t *testing.T) {
	m, ok := waitForAs(t, reply{Call: "aws sts", Exit: 254, Err: "AccessDenied\n"}, true, 3)
	if ok {
		t.Error("passed")
	}
	m.says("AccessDenied")
	m.sequence("aws sts assume-role")
}

func TestConflictsAreWaitedFor(t *testing.T) {
	m, ok := waitFor(t, true, 9, append(stateOf("CREATING", "READY", "RUNNING", "STOPPING", "STOPPED"),
		reply{Call: "aws synthetics start-canary", Nth: 1, Exit: 254, Err: "An error occurred (ConflictException)\n"},
		begun, runsAt(1, after+" PASSED new"))...)
	if !ok {
		t.Errorf("failed: %s", m.said)
	}
	if n := len(m.called("aws synthetics start-canary")); n != 2 {
		t.Errorf("%d starts", n)
	}
}

// TestScheduledCanaryIsNotStartedTwice: one that runs already is waited for.
func TestScheduledCanaryIsNotStartedTwice(t *testing.T) {
	m, ok := waitFor(t, false, 9, append(stateOf("RUNNING"), runsAt(1, before+" PASSED old"), runsAt(2, after+" PASSED new"))...)
	if !ok {
		t.Errorf("failed: %s", m.said)
	}
	m.never("aws synthetics start-canary")
}

// check runs the canary's own check as Lambda does.
func check(t *testing.T, url, status, wanted string, seconds int) string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("the check of canaries runs on Node.js, and there is none: ", err)
	}
	file := filepath.Join(t.TempDir(), "index.js")
	if err := os.WriteFile(file, []byte(script.CanaryCheck()), 0o600); err != nil {
		t.Fatal(err)
	}
	const run = `require(process.argv[1]).handler().then((said) => console.log(said), (problem) => console.log(problem.message))`
	cmd := exec.CommandContext(t.Context(), node, "-e", run, file)
	cmd.Env = append(os.Environ(), "CHECK_URL="+url, "CHECK_STATUS="+status, "CHECK_TEXT="+wanted, fmt.Sprintf("CHECK_SECONDS=%d", seconds))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestCanaryCheck(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "all is well, for "+r.UserAgent())
	})
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/health?token=secret", http.StatusFound)
	})
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, strings.Repeat("x", 2<<20)+"needle")
	})
	mux.HandleFunc("/broken", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("/half", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "99")
		fmt.Fprint(w, "half")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(10 * time.Second):
		}
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	for _, c := range []struct{ path, status, text, want string }{
		{"/health", "200", "", "passed"},
		{"/health", "200", "is well, for cfnpipe-canary", "passed"},
		{"/health", "200", "is ill", "The body does not contain the text."},
		{"/health", "204", "", "The status is 200, not 204."},
		{"/moved", "302", "", "passed"},
		{"/moved", "200", "", "The status is 302, not 200."},
		{"/nowhere", "404", "", "passed"},
		{"/large", "200", "", "passed"},
		{"/large", "200", "needle", "The first 1048576 bytes of the body do not contain the text."},
		{"/large", "200", "xxx", "passed"},
		{"/broken", "200", "", "There is no answer: ECONNRESET."},
		{"/half", "200", "whole", "The answer broke off: ECONNRESET."},
		{"/slow", "200", "", "There is no complete answer within 1 seconds."},
	} {
		if got := check(t, server.URL+c.path, c.status, c.text, 1); got != c.want {
			t.Errorf("%s %s %q: %q, want %q", c.path, c.status, c.text, got, c.want)
		}
	}
	server.Close()
	if got := check(t, server.URL, "200", "", 5); got != "There is no answer: ECONNREFUSED." {
		t.Errorf("nobody there: %q", got)
	}
}

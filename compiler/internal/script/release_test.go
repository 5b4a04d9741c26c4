package script_test

import (
	"encoding/json"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
)

const ask = "aws ssm get-parameter --name storefront-staging-settings --query Parameter.Value --output text"

// bundle is what a build makes for a repository without an appspec.yml.
func bundle(t *testing.T) map[string]string {
	t.Helper()
	b := runBuild(t, script.Build{}, nil, password, giveDigest, notThere)
	if !b.ok {
		t.Fatal(b.said)
	}
	return b.bundle
}

// newHost is a host that has booted and got the bundle.
func newHost(t *testing.T, bundle map[string]string) *machine {
	t.Helper()
	m, ok := boot(t, staging(), noGroup)
	if !ok {
		t.Fatal(m.said)
	}
	for name, content := range bundle {
		m.write("archive/"+name, m.inside(content))
	}
	m.said = ""
	return m
}

// hook runs a script of the bundle as the agent does.
func (m *machine) hook(name string) bool {
	m.t.Helper()
	return m.bash(filepath.Join(m.dir, "archive", name))
}

func settings(t *testing.T, port int, environment, secrets map[string]any) reply {
	t.Helper()
	of := map[string]any{"port": port, "health_check": "/health", "environment": environment, "secrets": secrets}
	maps.DeleteFunc(of, func(_ string, v any) bool { m, ok := v.(map[string]any); return ok && len(m) == 0 })
	data, err := json.Marshal(of)
	if err != nil {
		t.Fatal(err)
	}
	return reply{Call: ask, Out: string(data) + "\n"}
}

func fromSecretsManager(id, value string) reply {
	data, _ := json.Marshal(value)
	return reply{
		Call: "aws secretsmanager get-secret-value --secret-id=" + id + " --query SecretString --output json",
		Out:  string(data) + "\n",
	}
}

func fromParameter(name, value string) reply {
	data, _ := json.Marshal(value)
	return reply{
		Call: "aws ssm get-parameter --with-decryption --name=" + name + " --query Parameter.Value --output json",
		Out:  string(data) + "\n",
	}
}

func TestOneBundleServesTwoEnvironments(t *testing.T) {
	files := bundle(t)
	for _, test := range []struct {
		port    int
		replies []reply
		want    map[string]string
	}{
		{
			8080,
			[]reply{settings(t, 8080, map[string]any{"LOG_LEVEL": "debug"}, nil)},
			map[string]string{"PORT": "8080", "LOG_LEVEL": "debug"},
		},
		{
			9090,
			[]reply{
				settings(t, 9090, map[string]any{"LOG_LEVEL": "info", "PORT": "7"}, map[string]any{
					"DATABASE_URL": map[string]string{"secretsmanager": "storefront/database-url"},
					"API_KEY":      map[string]string{"ssm": "/storefront/key"},
				}),
				fromSecretsManager("storefront/database-url", "postgres://u:p@h/db"),
				fromParameter("/storefront/key", "k3y"),
			},
			map[string]string{"PORT": "7", "LOG_LEVEL": "info", "DATABASE_URL": "postgres://u:p@h/db", "API_KEY": "k3y"},
		},
	} {
		m := newHost(t, files)
		m.replies(append(test.replies, password)...)
		if !m.hook("start.sh") {
			t.Fatal(m.said)
		}
		run := m.called("docker run")[0]
		if !maps.Equal(run.Env, test.want) {
			t.Errorf("the container got %q, want %q", run.Env, test.want)
		}
		port := itoa(test.port)
		var names string
		for _, name := range slices.Sorted(maps.Keys(test.want)) {
			names += " --env " + name
		}
		want := "docker run --detach --name storefront --restart unless-stopped --stop-timeout 30 --publish 8080:" + port +
			" --label cfnpipe.health=http://localhost:8080/health --log-driver awslogs --log-opt mode=non-blocking" +
			" --log-opt awslogs-region=us-east-1 --log-opt awslogs-group=storefront staging's logs --log-opt awslogs-stream=i-0abc" +
			names + " " + repository + "@" + digest
		if run.Line != want {
			t.Errorf("got  %s\nwant %s", run.Line, want)
		}
	}
}

func itoa(n int) string {
	data, _ := json.Marshal(n)
	return string(data)
}

func TestStart(t *testing.T) {
	m := newHost(t, bundle(t))
	before := len(m.calls())
	m.replies(settings(t, 8080, nil, nil), password, reply{Call: "docker rm", Exit: 1}, reply{Call: "docker image prune", Exit: 1})
	// Twice, on a host that says there is nothing to remove: the second is as good as the first.
	for range 2 {
		if !m.hook("start.sh") {
			t.Fatal(m.said)
		}
	}
	var got []string
	for _, c := range m.calls()[before:] {
		got = append(got, strings.Join(strings.Fields(c.Line)[:3], " "))
	}
	once := []string{"aws ssm get-parameter", "aws ecr get-login-password", "docker login --username", "docker pull --quiet", "docker rm --force", "docker run --detach", "docker image prune"}
	if !slices.Equal(got, append(slices.Clone(once), once...)) {
		t.Errorf("calls %q", got)
	}
	if got := m.called("aws ecr")[0].Line; got != "aws ecr get-login-password --region us-east-1" {
		t.Error(got)
	}
	if got := m.called("docker pull")[0].Line; got != "docker pull --quiet "+repository+"@"+digest {
		t.Error(got)
	}
}

func TestStartFails(t *testing.T) {
	files := bundle(t)
	secret := map[string]any{"TOKEN": map[string]string{"secretsmanager": "token"}}
	good := settings(t, 8080, nil, nil)
	for _, test := range []struct {
		name    string
		replies []reply
		says    string
	}{
		{"no settings", []reply{{Call: ask, Exit: 254, Err: "ParameterNotFound\n"}}, "ParameterNotFound"},
		{"broken settings", []reply{{Call: ask, Out: "{\n"}}, "JSON"},
		{"no secret", []reply{settings(t, 8080, nil, secret), {Call: "aws secretsmanager", Exit: 254}}, "aws secretsmanager get-secret-value failed"},
		{"binary secret", []reply{settings(t, 8080, nil, secret), {Call: "aws secretsmanager", Out: "null\n"}}, "holds no text"},
		{"no image", []reply{good, {Call: "docker pull", Exit: 1, Err: "manifest unknown\n"}}, "manifest unknown"},
		{"steers docker", []reply{settings(t, 8080, map[string]any{"DOCKER_HOST": "tcp://x"}, nil)}, "DOCKER_HOST cannot be the name"},
		{"steers the loader", []reply{settings(t, 8080, map[string]any{"LD_PRELOAD": "x"}, nil)}, "LD_PRELOAD cannot be the name"},
		{"no name", []reply{settings(t, 8080, map[string]any{"--privileged": "x"}, nil)}, "--privileged cannot be the name"},
		{"NUL", []reply{settings(t, 8080, map[string]any{"A": "\x00"}, nil)}, "not a text"},
		{"number", []reply{settings(t, 8080, map[string]any{"A": 1}, nil)}, "not a text"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m := newHost(t, files)
			m.replies(append(test.replies, password)...)
			if m.hook("start.sh") {
				t.Error("the hook succeeded")
			}
			m.says(test.says)
			m.never("docker run")
			m.never("docker rm") // what runs stays until its successor can start
		})
	}
	m := newHost(t, files)
	m.replies(good, password, reply{Call: "docker run", Exit: 125})
	if m.hook("start.sh") {
		t.Error("a container that does not start passed")
	}
}

func TestHostileValuesAreData(t *testing.T) {
	hostile := map[string]string{
		"SUBSTITUTION": "$(touch owned) `touch owned` ${HOME}", "QUOTES": `' " '' \" \`, "LINES": "one\ntwo\n\nfour\n",
		"DASH": "--privileged", "UNICODE": "žluťoučký 🐎 \u2028", "EMPTY": "", "BLANKS": "  a\tb  ", "EQUALS": "A=B",
		// bash would refuse or reinterpret these.
		"PATH": "/nowhere", "UID": "0", "RANDOM": "7", "SECONDS": "x", "IFS": ",", "BASH_ENV": "/nowhere", "HOME": "/nowhere", "REGION": "mars",
	}
	files := bundle(t)
	for _, secret := range []bool{false, true} {
		environment, references := map[string]any{}, map[string]any{}
		var answers []reply
		for name, value := range hostile {
			if secret {
				references[name] = map[string]string{"secretsmanager": "id/" + name}
				answers = append(answers, fromSecretsManager("id/"+name, value))
			} else {
				environment[name] = value
			}
		}
		m := newHost(t, files)
		m.replies(append(answers, settings(t, 8080, environment, references), password)...)
		if !m.hook("start.sh") {
			t.Fatal(m.said)
		}
		got := m.called("docker run")[0].Env
		for name, value := range hostile {
			if got[name] != value {
				t.Errorf("%s is %q, want %q", name, got[name], value)
			}
		}
		m.keeps("žluťoučký")
	}
}

// keeps fails when a value stands in an argument of a command, in a file or in what was said.
func (m *machine) keeps(value string) {
	m.t.Helper()
	for _, c := range m.calls() {
		if strings.Contains(c.Line, value) {
			m.t.Errorf("the process list shows it: %s", c.Line)
		}
	}
	for name, content := range files(m.t, m.dir) {
		if !strings.HasPrefix(name, "stubs/") && strings.Contains(content, value) || strings.HasSuffix(name, "owned") {
			m.t.Errorf("%s holds %.200q", name, content)
		}
	}
	if strings.Contains(m.said, value) {
		m.t.Errorf("it was said:\n%s", m.said)
	}
}

func TestStop(t *testing.T) {
	files := bundle(t)
	running := reply{Call: "docker ps --quiet --filter name=^/storefront$", Out: "c0ffee\n"}
	for _, test := range []struct {
		name    string
		replies []reply
		says    string
		stops   int
	}{
		{"running", []reply{running}, "Stopping storefront", 1},
		{"nothing", nil, "nothing to stop", 0},
		{"no daemon", []reply{{Call: "docker", Exit: 1}}, "nothing to stop", 0},
		{"does not stop", []reply{running, {Call: "docker stop", Exit: 1}}, "the next start removes it", 1},
	} {
		m := newHost(t, files)
		m.replies(test.replies...)
		if !m.hook("stop.sh") {
			t.Errorf("%s: the hook failed:\n%s", test.name, m.said)
		}
		m.says(test.says)
		if got := len(m.called("docker stop storefront")); got != test.stops {
			t.Errorf("%s: stopped %d times", test.name, got)
		}
	}
}

func TestValidate(t *testing.T) {
	files := bundle(t)
	const url = "http://localhost:8080/health"
	label := reply{Call: "docker inspect --format", Out: url + "\n"}
	curl := "curl --silent --globoff --output /dev/null --write-out %{http_code} --max-time 4 " + url
	for _, test := range []struct {
		name    string
		replies []reply
		ok      bool
		polls   int
	}{
		{"at once", []reply{{Call: curl, Out: "200"}}, true, 1},
		{"redirect", []reply{{Call: curl, Out: "302"}}, true, 1},
		{"later", []reply{{Call: curl, Nth: 1, Exit: 7, Out: "000"}, {Call: curl, Nth: 2, Out: "503"}, {Call: curl, Out: "204"}}, true, 3},
		{"never", []reply{{Call: curl, Out: "500"}, {Call: "docker logs --tail 50 storefront", Err: "panic: no database\n"}}, false, 60},
		{"not found", []reply{{Call: curl, Out: "404"}}, false, 60},
	} {
		m := newHost(t, files)
		m.replies(append(test.replies, label)...)
		if ok := m.hook("validate.sh"); ok != test.ok {
			t.Errorf("%s: %t, said:\n%s", test.name, ok, m.said)
		}
		if got := len(m.called(curl)); got != test.polls {
			t.Errorf("%s: polled %d times", test.name, got)
		}
		if test.name == "never" {
			m.says("panic: no database")
			m.says("last answered 500")
		}
	}
	m := newHost(t, files)
	m.replies(reply{Call: "docker inspect", Exit: 1, Err: "No such object\n"})
	if m.hook("validate.sh") {
		t.Error("a host without a container passed")
	}
}

func TestAppspecNamesFilesOfTheBundle(t *testing.T) {
	files := bundle(t)
	var hooks []string
	for line := range strings.Lines(files["appspec.yml"]) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "- location: "); ok {
			hooks = append(hooks, name)
			if !strings.HasPrefix(files[name], "#!/bin/bash\n") {
				t.Errorf("%s begins with %.20q", name, files[name])
			}
		}
	}
	if want := []string{"stop.sh", "stop.sh", "start.sh", "validate.sh"}; !slices.Equal(hooks, want) {
		t.Errorf("hooks %q", hooks)
	}
}

// Amazon Linux 2023 comes with Python 3.9.
func TestContainerProgramIsOldPython(t *testing.T) {
	parse := exec.CommandContext(t.Context(), "python3", "-c",
		"import ast, sys; ast.parse(sys.stdin.read(), feature_version=(3, 9))")
	parse.Stdin = strings.NewReader(bundle(t)["container.py"])
	if out, err := parse.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

package script_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
)

func TestBuild(t *testing.T) {
	b := runBuild(t, script.Build{Test: []string{
		"export MODE=ci",
		"cd sub\ntouch made-by-test",
		`test "$MODE" = ci && test -f inner && echo "the tests ran in $MODE"`,
	}}, map[string]string{"sub/inner": ""}, password, giveDigest, notThere)
	if !b.ok {
		t.Fatal(b.said)
	}
	b.says("the tests ran in ci")
	b.sequence(
		"docker version",
		"aws ecr get-login-password",
		"docker login --username AWS --password-stdin 111111111111.dkr.ecr.us-east-1.amazonaws.com",
		"aws ecr describe-images --repository-name storefront-image --image-ids imageTag="+commit,
		"docker build --file Dockerfile --tag "+repository+":"+commit+" .",
		"docker image inspect "+repository+":"+commit,
		"docker push "+repository+":"+commit,
		askDigest+" imageDetails[0].imageDigest --output text",
	)
	if got := b.called("docker login")[0].Stdin; got != "the-password\n" {
		t.Errorf("docker login read %q", got)
	}
	if got := b.called("docker build")[0].Files; !slices.Equal(got, []string{"Dockerfile", "sub"}) {
		t.Errorf("docker's build context held %q", got)
	}
	want := []string{"appspec.yml", "container.py", "image.env", "start.sh", "stop.sh", "validate.sh"}
	if got := names(b.bundle); !slices.Equal(got, want) {
		t.Errorf("the bundle holds %q", got)
	}
	if got := b.bundle["image.env"]; got != "IMAGE_URI="+repository+"@"+digest+"\n" {
		t.Errorf("image.env holds %q", got)
	}
	if b.spec.Env.Shell != "bash" || !slices.Equal(b.spec.Artifacts.Files, []string{"**/*"}) {
		t.Errorf("%+v", b.spec)
	}
}

// TestBuildForFunctions holds that the templates of functions come into the bundle as they are, with what a release says to
// them, and beside what hosts need only if there are hosts.
func TestBuildForFunctions(t *testing.T) {
	const template = `{"Description":"It's ${A} \"b\" \\n $HOME 'END OF x.template.json'"}`
	functions := archive(t, map[string]string{"x.template.json": template, "y-function.template.json": "{}"})
	for _, hosts := range []bool{false, true} {
		source := map[string]string{}
		if hosts {
			source = map[string]string{"appspec.yml": "version: 0.0\n", "cfnpipe-functions/old.json": "{}"}
		}
		b := runBuild(t, script.Build{Hosts: hosts, Functions: functions}, source, password, giveDigest, notThere)
		if !b.ok {
			t.Fatal(b.said)
		}
		for path, want := range map[string]string{
			script.FunctionTemplate("x.template.json"):          template,
			script.FunctionTemplate("y-function.template.json"): "{}",
			script.FunctionRelease:                              `{"Parameters":{"ImageUri":"` + repository + "@" + digest + `","Release":"` + commit + `, build 90ea20c4"}}` + "\n",
		} {
			if got := b.bundle[path]; got != want {
				t.Errorf("%s holds %q, want %q", path, got, want)
			}
		}
		if _, there := b.bundle["appspec.yml"]; there != hosts {
			t.Errorf("with hosts %v, the bundle holds %q", hosts, names(b.bundle))
		}
		if _, there := b.bundle["cfnpipe-functions/old.json"]; there {
			t.Error("the repository's own file got among the templates")
		}
	}
}

// archive packs files as package template packs templates.
func archive(t *testing.T, files map[string]string) plan.Value {
	t.Helper()
	var packed bytes.Buffer
	pressed := gzip.NewWriter(&packed)
	out := tar.NewWriter(pressed)
	for name, body := range files {
		if err := out.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(body)), Format: tar.FormatUSTAR}); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(out.Close(), pressed.Close()); err != nil {
		t.Fatal(err)
	}
	return plan.String(base64.StdEncoding.EncodeToString(packed.Bytes()))
}

func TestBuildStopsWhereItFails(t *testing.T) {
	fails := func(command string) []reply { return []reply{{Call: command, Exit: 1, Err: "no\n"}} }
	early, late := []string{"install", "pre_build"}, []string{"install", "pre_build", "build", "post_build"}
	for _, test := range []struct {
		name    string
		test    string
		replies []reply
		says    string
		phases  []string
		never   []string
	}{
		{"no docker daemon", "true", fails("docker version"), "no", early, []string{"aws", "docker build", "docker push"}},
		{"no password", "true", fails("aws ecr get-login-password"), "no", early, []string{"docker build", "docker push"}},
		{"test", "false", nil, "nothing is pushed", late, []string{"docker build", "docker push"}},
		{"test that exits", "exit 3", nil, "nothing is pushed", late, []string{"docker build", "docker push"}},
		{
			"no right to look", "true",
			[]reply{{Call: "aws ecr describe-images", Exit: 254, Err: "An error occurred (AccessDeniedException)\n"}},
			"AccessDeniedException", late,
			[]string{"docker build", "docker push"},
		},
		{"build", "true", fails("docker build"), "nothing is pushed", late, []string{"docker push", askDigest}},
		{"push", "true", fails("docker push"), "no", late, []string{askDigest}},
		{"no digest", "true", []reply{{Call: askDigest, Out: "None\n"}}, "but: None", late, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := runBuild(t, script.Build{Test: []string{test.test, "echo the second test"}}, nil,
				append(test.replies, password, giveDigest, notThere)...)
			if b.ok || len(b.bundle) > 0 {
				t.Errorf("ok %t, bundle %q; said:\n%s", b.ok, names(b.bundle), b.said)
			}
			b.says(test.says)
			if !slices.Equal(b.phases, test.phases) {
				t.Errorf("phases %q, want %q", b.phases, test.phases)
			}
			if ran := strings.Contains(b.said, "the second test"); ran != (len(test.phases) == len(late) && test.test == "true") {
				t.Errorf("the second test ran: %t", ran)
			}
			for _, prefix := range test.never {
				b.never(prefix)
			}
		})
	}
}

func TestSecondBuildOfACommit(t *testing.T) {
	b := runBuild(t, script.Build{}, nil, password, giveDigest, there, reply{Call: "docker image inspect", Exit: 1})
	if !b.ok || b.bundle["image.env"] != "IMAGE_URI="+repository+"@"+digest+"\n" {
		t.Errorf("bundle %q; said:\n%s", b.bundle, b.said)
	}
	b.says("already has the image of commit " + commit)
	b.says("No tests are configured.")
	b.never("docker build")
	b.never("docker push")
}

func TestParallelBuildOfACommit(t *testing.T) {
	// ECR has refused in both wordings.
	for _, refusal := range []string{
		"tag invalid: The image tag already exists in the 'r' repository and cannot be overwritten because the repository is immutable.",
		"tag invalid: The image tag already exists in the 'r' repository and cannot be overwritten because the tag is immutable.",
	} {
		b := runBuild(t, script.Build{}, nil, password, giveDigest, notThere, reply{Call: "docker push", Exit: 1, Err: refusal})
		if !b.ok || b.bundle["image.env"] == "" {
			t.Errorf("bundle %q", names(b.bundle))
		}
		b.says("Another build of the same commit")
	}
}

func TestOwnAppspec(t *testing.T) {
	b := runBuild(t, script.Build{Test: []string{"echo changed >app/main.js", "mkdir node_modules && touch node_modules/x", "cd app"}},
		map[string]string{"appspec.yml": "version: 0.0\n", "app/main.js": "pristine\n", ".hidden": "dot\n"},
		password, giveDigest, notThere)
	if !b.ok {
		t.Fatal(b.said)
	}
	want := map[string]string{
		".hidden": "dot\n", "Dockerfile": "FROM scratch\n", "app/main.js": "pristine\n", "appspec.yml": "version: 0.0\n",
		"image.env": "IMAGE_URI=" + repository + "@" + digest + "\n",
	}
	if !slices.Equal(names(b.bundle), names(want)) {
		t.Errorf("the bundle holds %q", names(b.bundle))
	}
	for name, content := range want {
		if b.bundle[name] != content {
			t.Errorf("%s holds %q", name, b.bundle[name])
		}
	}
}

func TestFolderOfTheBundleIsTaken(t *testing.T) {
	b := runBuild(t, script.Build{Test: []string{"echo tested"}}, map[string]string{"cfnpipe-bundle/x": ""}, password)
	if b.ok || strings.Contains(b.said, "tested\n") {
		t.Error(b.said)
	}
	b.says("please rename it")
}

func TestReports(t *testing.T) {
	const none = "No file matches test_reports"
	for _, test := range []struct {
		glob, file string
		found      bool
	}{
		{"reports/*.xml", "reports/unit.xml", true},
		{"reports/*.xml", "report/unit.xml", false},
		{"**/*.xml", "a/b/c.xml", true},
		{"my reports/*.xml", "my reports/unit.xml", true},
		{"$(touch owned)", "unit.xml", false},
	} {
		b := runBuild(t, script.Build{TestReports: test.glob, ReportGroup: plan.Text("arn:group")},
			map[string]string{test.file: ""}, password, giveDigest, notThere)
		if !b.ok || strings.Contains(b.said, none) == test.found {
			t.Errorf("%q and %q:\n%s", test.glob, test.file, b.said)
		}
		report := b.spec.Reports["arn:group"]
		if report["file-format"] != "JUNITXML" || report["files"].([]any)[0] != test.glob {
			t.Errorf("reports %v", b.spec.Reports)
		}
		// A report that says so, instead of a report group that gets nothing.
		said, placed := files(t, b.dir)["src/"+report["files"].([]any)[1].(string)]
		if placed == test.found || placed && !strings.Contains(said, none) {
			t.Errorf("%q and %q: the report in place of none: %q", test.glob, test.file, said)
		}
		if _, owned := files(t, b.dir)["src/owned"]; owned {
			t.Errorf("%q was run", test.glob)
		}
	}
}

func TestUserTextStaysOutOfShell(t *testing.T) {
	tests := []string{`printf '%s\n' "a" 'b' $(true)`, "npm test"}
	spec := parse(t, script.Build{
		Test: tests, TestReports: "UserGlob", ReportGroup: plan.String("arn"),
		Runtime: []script.Runtime{{Name: "nodejs", Version: "22"}},
	})
	if spec.Phases["install"].Versions["nodejs"] != "22" {
		t.Errorf("runtime %v", spec.Phases["install"])
	}
	commands := spec.Phases["build"].Commands
	if !slices.Equal(commands[:2], tests) {
		t.Errorf("tests %q", commands[:2])
	}
	for name, phase := range spec.Phases {
		if strings.Contains(strings.Join(phase.Commands, "\n"), "UserGlob") {
			t.Errorf("%s holds the glob", name)
		}
	}
	if spec.Env.Variables["TEST_REPORTS"] != "UserGlob" {
		t.Errorf("variables %v", spec.Env.Variables)
	}
}

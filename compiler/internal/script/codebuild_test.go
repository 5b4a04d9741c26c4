package script_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
)

const (
	commit     = "0123456789abcdef0123456789abcdef01234567"
	repository = "111111111111.dkr.ecr.us-east-1.amazonaws.com/storefront-image"
	digest     = "sha256:aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
)

// What the registry answers: the first question is whether the image is there, the one with --query wants its digest.
var (
	password   = reply{Call: "aws ecr get-login-password", Out: "the-password\n"}
	askDigest  = "aws ecr describe-images --repository-name storefront-image --image-ids imageTag=" + commit + " --query"
	giveDigest = reply{Call: askDigest, Out: digest + "\n"}
	notThere   = reply{
		Call: "aws ecr describe-images", Exit: 254,
		Err: "An error occurred (ImageNotFoundException) when calling the DescribeImages operation: no such image\n",
	}
	there = reply{Call: "aws ecr describe-images", Out: "{}"}
)

// buildspec is what CodeBuild reads of a buildspec.
type buildspec struct {
	Version string
	Env     struct {
		Shell     string
		Variables map[string]string
	}
	Phases map[string]struct {
		Commands []string
		Versions map[string]string `json:"runtime-versions"`
	}
	Reports   map[string]map[string]any
	Artifacts struct {
		Base  string `json:"base-directory"`
		Files []string
	}
}

func parse(t *testing.T, b script.Build) buildspec {
	t.Helper()
	var spec buildspec
	decoder := json.NewDecoder(strings.NewReader(text(script.Buildspec(b), nil)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&spec); err != nil {
		t.Fatal(err)
	}
	return spec
}

// build is a run of a buildspec.
type build struct {
	*machine
	spec   buildspec
	phases []string // those that began
	ok     bool
	bundle map[string]string // what UPLOAD_ARTIFACTS finds, also after a failure
}

// runBuild does what CodeBuild does: its phases in order, each command in the working folder and with the environment
// that the last one left; a failed install or pre_build ends the build, but after a failed build comes post_build.
func runBuild(t *testing.T, b script.Build, source map[string]string, answers ...reply) *build {
	t.Helper()
	b.Hosts = b.Hosts || b.Functions == nil
	run := &build{machine: newMachine(t), spec: parse(t, b), ok: true}
	run.replies(answers...)
	for path, content := range source {
		run.write("src/"+path, content)
	}
	run.write("src/Dockerfile", "FROM scratch\n")
	src := filepath.Join(run.dir, "src")
	run.write("cwd", src)
	run.env = append(run.env, "CODEBUILD_SRC_DIR="+src, "CODEBUILD_RESOLVED_SOURCE_VERSION="+commit, "CODEBUILD_BUILD_ID=storefront-build:90ea20c4",
		"REPOSITORY_URI="+repository, "DOCKERFILE=Dockerfile")
	for name, value := range run.spec.Env.Variables {
		run.env = append(run.env, name+"="+value)
	}
	run.write("env", "")
	for _, phase := range []string{"install", "pre_build", "build", "post_build"} {
		run.phases = append(run.phases, phase)
		if !run.phase(phase) {
			run.ok = false
			if phase != "build" {
				break
			}
		}
	}
	run.bundle = files(t, filepath.Join(src, run.spec.Artifacts.Base))
	return run
}

func (b *build) phase(name string) bool {
	succeeding := "CODEBUILD_BUILD_SUCCEEDING=0"
	if b.ok {
		succeeding = "CODEBUILD_BUILD_SUCCEEDING=1"
	}
	// The trap runs on "exit", too, which a user's command may contain.
	const frame = `. "$0/env"; cd "$(cat "$0/cwd")"; trap 'export -p >"$0/env"; pwd >"$0/cwd"' EXIT; export "$2"; eval "$1"`
	for _, command := range b.spec.Phases[name].Commands {
		if !b.bash("-c", frame, b.dir, command, succeeding) {
			return false
		}
	}
	return true
}

// files returns the files below dir with their content.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		out[name] = string(content)
		return err
	})
	return out
}

func names(of map[string]string) []string {
	var out []string
	for name := range of {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

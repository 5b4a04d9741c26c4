package script

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Build is what differs from one image build to another. The project that runs it gives two environment variables:
// REPOSITORY_URI, the ECR repository as REGISTRY/NAME, and DOCKERFILE.
type Build struct {
	Runtime     []Runtime
	Test        []string   // one buildspec command each, as written
	TestReports string     // glob of JUnit files, or empty
	ReportGroup plan.Value // ARN of the report group that they go to; nil without TestReports
}

// Runtime is a language that CodeBuild's image prepares before the tests.
type Runtime struct{ Name, Version string }

// bundle is the folder, relative to the source, in which a build leaves the CodeDeploy bundle.
const bundle = "cfnpipe-bundle"

// noReport is what build/reports.sh writes where the tests wrote no report.
const noReport = "cfnpipe-no-report.xml"

// The steps of a build, in the order in which they run.
var (
	//go:embed build/login.sh
	loginStep string
	//go:embed build/keep.sh
	keepStep string
	//go:embed build/reports.sh
	reportsStep string
	//go:embed build/image.sh
	imageStep string
	//go:embed build/push.sh
	pushStep string
	//go:embed build/bundle.sh
	bundleStep string
)

// The files of the bundle that is made for a repository without an appspec.yml.
var (
	//go:embed release/appspec.yml
	appspec string
	//go:embed release/start.sh
	startHook string
	//go:embed release/container.py
	containerProgram string
	//go:embed release/stop.sh
	stopHook string
	//go:embed release/validate.sh
	validateHook string
)

// Buildspec is the text of the buildspec of an image build. All of it is literal but the report group's ARN.
func Buildspec(b Build) plan.Value {
	spec := plan.Object{{Key: "version", Value: plan.String("0.2")}, {Key: "env", Value: environment(b)}}
	spec = append(spec, plan.Field{Key: "phases", Value: phases(b)})
	if b.TestReports != "" {
		spec = append(spec, plan.Field{Key: "reports", Value: plan.Object{{KeyText: b.ReportGroup, Value: plan.Object{
			{Key: "files", Value: plan.Strings(b.TestReports, noReport)},
			{Key: "file-format", Value: plan.String("JUNITXML")},
			{Key: "discard-paths", Value: plan.String("yes")},
		}}}})
	}
	spec = append(spec, plan.Field{Key: "artifacts", Value: plan.Object{
		{Key: "base-directory", Value: plan.String(bundle)},
		{Key: "files", Value: plan.Strings("**/*")},
	}})
	return plan.JSONText{Of: spec}
}

// environment holds what a step must know of the user's: as a variable it never stands in shell text.
func environment(b Build) plan.Object {
	env := plan.Object{{Key: "shell", Value: plan.String("bash")}}
	if b.TestReports == "" {
		return env
	}
	return append(env, plan.Field{Key: "variables", Value: plan.Object{
		{Key: "TEST_REPORTS", Value: plan.String(b.TestReports)},
	}})
}

func phases(b Build) plan.Object {
	var out plan.Object
	if len(b.Runtime) > 0 {
		var versions plan.Object
		for _, r := range b.Runtime {
			versions = append(versions, plan.Field{Key: r.Name, Value: plan.String(r.Version)})
		}
		out = append(out, plan.Field{Key: "install", Value: plan.Object{{Key: "runtime-versions", Value: versions}}})
	}
	return append(out,
		phase("pre_build", step(loginStep), step(keepStep)),
		phase("build", building(b)...),
		phase("post_build", step(pushStep), step(withFiles(bundleStep))),
	)
}

func phase(name string, commands ...string) plan.Field {
	return plan.Field{Key: name, Value: plan.Object{{Key: "commands", Value: plan.Strings(commands...)}}}
}

// building runs the tests and then builds the image. Both are in the phase build: CodeBuild takes the reports of failed
// tests only if the phase that they failed in is build (CodeBuild user guide, "Build phase transitions").
func building(b Build) []string {
	var commands []string
	if len(b.Test) == 0 {
		commands = append(commands, `echo "No tests are configured."`)
	}
	commands = append(commands, b.Test...)
	if b.TestReports != "" {
		commands = append(commands, step(reportsStep))
	}
	return append(commands, step(imageStep))
}

// step makes one buildspec command of a file. It runs in a subshell because CodeBuild runs all commands in one shell:
// neither the options of a step nor its working folder may reach the user's commands.
func step(file string) string {
	return "(\n" + strings.TrimPrefix(compact(file), "#!/bin/bash\n") + ")"
}

// withFiles puts the files of the generated bundle where bundle.sh asks for them, each as a quoted here-document.
func withFiles(file string) string {
	var files strings.Builder
	for _, f := range []struct{ name, text string }{
		{"appspec.yml", appspec},
		{"start.sh", startHook},
		{"container.py", containerProgram},
		{"stop.sh", stopHook},
		{"validate.sh", validateHook},
	} {
		fmt.Fprintf(&files, "cat >%[1]s <<'END OF %[1]s'\n%[2]sEND OF %[1]s\n", f.name, compact(f.text))
	}
	return strings.Replace(file, "#files\n", files.String(), 1)
}

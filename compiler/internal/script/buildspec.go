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
	Hosts       bool       // whether hosts run the image
	Functions   plan.Value // archive of the templates of the functions that run it; nil without functions
}

// FunctionTemplate is where in a bundle a template stands that is a file of the archive.
func FunctionTemplate(file string) string { return functionFolder + "/" + file }

// FunctionRelease is where in a bundle stands what a release says to those templates: their parameters ImageUri and Release.
const FunctionRelease = functionFolder + "/release.json"

const functionFolder = "cfnpipe-functions"

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
	//go:embed build/hosts.sh
	hostsStep string
	//go:embed build/functions.sh
	functionsStep string
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
	before := []plan.Value{step(loginStep)}
	var after []plan.Value
	if b.Hosts {
		before = append(before, step(keepStep))
		after = append(after, stepWith(hostsStep, hostFiles()))
	}
	if b.Functions != nil {
		after = append(after, stepWith(functionsStep, []bundled{{"templates.tar.gz", "base64 --decode", plan.Text(b.Functions, "\n")}}))
	}
	return append(out,
		phase("pre_build", before),
		phase("build", building(b)),
		phase("post_build", append([]plan.Value{step(pushStep), step(bundleStep)}, after...)),
	)
}

func phase(name string, commands []plan.Value) plan.Field {
	return plan.Field{Key: name, Value: plan.Object{{Key: "commands", Value: plan.List(commands)}}}
}

// building runs the tests and then builds the image. Both are in the phase build: CodeBuild takes the reports of failed
// tests only if the phase that they failed in is build (CodeBuild user guide, "Build phase transitions").
func building(b Build) []plan.Value {
	var commands []plan.Value
	if len(b.Test) == 0 {
		commands = append(commands, plan.String(`echo "No tests are configured."`))
	}
	commands = append(commands, plan.Strings(b.Test...)...)
	if b.TestReports != "" {
		commands = append(commands, step(reportsStep))
	}
	return append(commands, step(imageStep))
}

// step makes one buildspec command of a file. It runs in a subshell because CodeBuild runs all commands in one shell:
// neither the options of a step nor its working folder may reach the user's commands.
func step(file string) plan.Value { return stepWith(file, nil) }

// stepWith is step, with files put where the step asks for them, each as a quoted here-document.
func stepWith(file string, files []bundled) plan.Value {
	program := "(\n" + strings.TrimPrefix(compact(file), "#!/bin/bash\n") + ")"
	before, after, _ := strings.Cut(program, filesMark)
	parts := []any{before}
	for _, f := range files {
		parts = append(parts, fmt.Sprintf("%[2]s >%[1]s <<'END OF %[1]s'\n", f.name, f.by), f.text, fmt.Sprintf("END OF %s\n", f.name))
	}
	return plan.Text(append(parts, after)...)
}

// filesMark is the line of a step that stands for files.
const filesMark = ": files\n"

// bundled is a file of the bundle.
type bundled struct {
	name string
	by   string     // what makes the file of the text
	text plan.Value // ends with a line end
}

func hostFiles() []bundled {
	return []bundled{
		{"appspec.yml", "cat", plan.String(compact(appspec))},
		{"start.sh", "cat", plan.String(compact(startHook))},
		{"container.py", "cat", plan.String(compact(containerProgram))},
		{"stop.sh", "cat", plan.String(compact(stopHook))},
		{"validate.sh", "cat", plan.String(compact(validateHook))},
	}
}

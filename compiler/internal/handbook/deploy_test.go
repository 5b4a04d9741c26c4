//go:build unix

package handbook

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// blocks returns the commands of a DEPLOY.md, one string for each block.
func blocks(text string) []string {
	var out []string
	for i, part := range strings.Split(text, "\n```") {
		if i%2 == 1 {
			out = append(out, strings.TrimPrefix(part, "sh\n"))
		}
	}
	return out
}

func TestDeployIsStable(t *testing.T) {
	first := string(Deploy(bookshop()))
	for range 20 {
		if diff := cmp.Diff(first, string(Deploy(bookshop()))); diff != "" {
			t.Fatalf("another time (-first +other):\n%s", diff)
		}
	}
}

func TestEveryBlockIsShell(t *testing.T) {
	all := blocks(string(Deploy(bookshop())))
	if len(all) < 30 {
		t.Fatalf("%d blocks only", len(all))
	}
	for _, block := range all {
		check := exec.Command("bash", "-n")
		check.Stdin = strings.NewReader(block)
		if out, err := check.CombinedOutput(); err != nil {
			t.Errorf("%v: %s\n%s", err, out, block)
		}
		// An interactive zsh takes # for a command, and bash and zsh look for ! between double quotes.
		if strings.Contains(block, " # ") || strings.HasPrefix(block, "#") || strings.Contains(block, "\"!") {
			t.Errorf("not for an interactive shell:\n%s", block)
		}
	}
}

// TestEveryBlockRuns pastes the whole handbook into one shell, with programs
// that only note how they were called. It stops at a variable that is not set.
func TestEveryBlockRuns(t *testing.T) {
	folder := t.TempDir()
	calls := filepath.Join(folder, "calls")
	for _, program := range []string{"aws", "git", "cfnpipe"} {
		script := fmt.Sprintf("#!/bin/sh\n{ printf %%s %s; printf ' [%%s]' \"$@\"; echo; } >>%s\n"+
			"case $* in *--no-execute-changeset*) echo made arn:aws:cloudformation:here:1:changeSet/a ;; *) echo answer ;; esac\n", program, calls)
		if err := os.WriteFile(filepath.Join(folder, program), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	shell := exec.Command("bash", "-e", "-c", strings.Join(blocks(string(Deploy(bookshop()))), "\n"))
	shell.Env = []string{"PATH=" + folder + ":" + os.Getenv("PATH"), "HOME=" + folder}
	shell.Stdin = strings.NewReader("secret one\nsecret two\n")
	if out, err := shell.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	got := string(data)
	if strings.Contains(got, "secret one") {
		t.Error("a secret stands on a command line")
	}
	for _, want := range []string{
		"aws [cloudformation] [deploy] [--profile] [dev-tools] [--region] [eu-west-1] [--stack-name] [books-pipeline-dev] " +
			"[--template-file] [dev-tools/books-pipeline.template.json] [--parameter-overrides] [EnvironmentSuffix=dev] " +
			"[--capabilities] [CAPABILITY_NAMED_IAM] [--s3-bucket] [cfnpipe-uploads-000000000001-dev]",
		"[--stack-name] [live-environment-dev] [--template-file] [live/live-environment.template.json] [--parameter-overrides] [EnvironmentSuffix=dev]\n",
		"[--change-set-name] [arn:aws:cloudformation:here:1:changeSet/a]",
		"[--no-execute-changeset] [--s3-bucket=cfnpipe-uploads-000000000001-dev]",
		"git [push] [answer] [HEAD:refs/heads/it's/$HOME`ls`]",
		`[!aws --profile "dev-tools" codecommit credential-helper $@]`,
		"[codecommit] [get-repository] [--profile] [dev-tools] [--region] [eu-west-1] [--repository-name] [books]",
		"[secretsmanager] [create-secret] [--profile] [live] [--region] [eu-west-1] [--name] [books/url] [--secret-string] [file:///dev/stdin]",
		"[ssm] [put-parameter] [--profile] [live] [--region] [eu-west-1] [--name] [/books/key] [--type] [SecureString] [--value] [file:///dev/stdin]",
		"[--certificate-arn] [arn:aws:acm:eu-west-1:000000000002:certificate/1]",
		"[--subnet-ids] [subnet-1] [subnet-2]",
		"[--pipeline-name] [books-pipeline-dev] [--stage-name] [go] [--action-name] [ask] [--result] [summary=Seen and agreed,status=Approved] [--token] [answer]",
		"[--application-name] [books-app-dev] [--current-deployment-group-name] [books-group-dev] [--alarm-configuration] [enabled=false,alarms=[{name=books-errors-dev}]]",
		"[--alarm-configuration] [enabled=true,alarms=[{name=books-errors-dev}]]",
		"[--deployment-group-name] [books-group-dev] [--revision] [answer]",
		"[--auto-scaling-group-name] [books-fleet-dev] [--desired-capacity] [4]",
		"[cloudformation] [describe-stack-resource] [--profile] [live] [--region] [eu-west-1] [--stack-name] [live-environment-dev] [--logical-resource-id] [LogGroup]",
		"[--target-group-arn] [answer]", "[--topic-arn] [answer]", "[--rule] [books-trigger-dev]",
		"[secretsmanager] [delete-secret]", "[ssm] [delete-parameter]",
		"cfnpipe [compile] [-o] [./] [--check] [..]",
		"cfnpipe [compile] [-o] [books.template.json] [..]",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no call with %s", want)
		}
	}
	if n := strings.Count(got, "[create-secret]"); n != 1 {
		t.Errorf("a secret that is used twice is made %d times", n)
	}
	if t.Failed() {
		t.Logf("the calls:\n%s", got)
	}
}

// TestOrder holds the order of creation and that of the teardown.
func TestOrder(t *testing.T) {
	text := string(Deploy(bookshop()))
	deploy, teardown, ok := strings.Cut(text, "\n## Teardown\n")
	if !ok {
		t.Fatal("no teardown")
	}
	order := []string{"live-environment-$SUFFIX", "books-service-$SUFFIX", "books-pipeline-$SUFFIX"}
	_, deploy, _ = strings.Cut(deploy, "\n## Deploy\n")
	inOrderIn(t, deploy, "cloudformation deploy", order[0], order[1], order[2])
	inOrderIn(t, teardown, "cloudformation delete-stack", order[2], order[1], order[0], "dev-tools-system-$SUFFIX", "live-system-$SUFFIX")
}

func inOrderIn(t *testing.T, text, operation string, names ...string) {
	t.Helper()
	for _, name := range names {
		_, after, found := strings.Cut(text, operation)
		if !found || !strings.Contains(strings.SplitN(after, "\n", 3)[1], `--stack-name "`+name+`"`) {
			t.Fatalf("%s: %s is not next in\n%s", operation, name, text)
		}
		text = after
	}
}

func TestWhatDoesNotApplyIsLeftOut(t *testing.T) {
	config, p, templates := bookshop()
	config.Pipelines[0].Stages, config.Pipelines[0].Notifications = nil, nil
	config.Pipelines[0].Source.CreateRepository.Value = true
	config.Accounts[1].Network = nil
	for i := range templates.Operated {
		templates.Operated[i].Bytes = nil
	}
	p.Resources = p.Resources[:1]
	p.Resources[0].Properties = p.Resources[0].Properties[:1]
	got := string(Deploy(config, p, templates))
	for _, absent := range []string{
		"### Secrets", "### Certificates", "### Networks", "### Repositories", "## Approve", "## Scale", "## Logs",
		"## Release a fix", "## Deploy the running", "from a bucket only", "PendingConfirmation", "KMS key", "%!",
	} {
		if strings.Contains(got, absent) {
			t.Errorf("%q is there", absent)
		}
	}
	if !strings.Contains(got, "## Teardown") {
		t.Error("no teardown")
	}
}

func TestTooLargeForOneTemplate(t *testing.T) {
	config, p, templates := bookshop()
	templates.Operated[0].Bytes = make([]byte, plan.MostBytes+1)
	got := string(Deploy(config, p, templates))
	if !strings.Contains(got, "too large for one template") || strings.Contains(got, "books.template.json") {
		t.Error("it is offered nevertheless")
	}
}

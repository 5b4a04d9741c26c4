package script_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
)

// What a young host is told by the metadata service.
var (
	instance = reply{Call: "curl --silent --show-error --fail --max-time 5 --header X-aws-ec2-metadata-token: the-token http://169.254.169.254/latest/meta-data/instance-id", Out: "i-0abc"}
	domain   = reply{Call: "curl --silent --show-error --fail --max-time 5 --header X-aws-ec2-metadata-token: the-token http://169.254.169.254/latest/meta-data/services/domain", Out: "amazonaws.com"}
	token    = reply{Call: "curl --silent --show-error --fail --max-time 5 --request PUT", Out: "the-token"}
	noGroup  = reply{
		Call: "aws deploy", Exit: 254,
		Err: "An error occurred (DeploymentGroupDoesNotExistException) when calling the GetDeploymentGroup operation\n",
	}
	released = reply{Call: "aws deploy", Out: "d-ABC\n"}
)

func staging() script.Host {
	return script.Host{
		Region: plan.Region, StackName: plan.Text("storefront-", plan.StackName), FleetID: "StorefrontStagingFleet",
		SettingsParameter: plan.Text("storefront-staging-settings"), LogGroup: plan.Text("storefront staging's logs"),
		ContainerName: "storefront", DeploymentApplication: plan.Text("storefront-app"),
		DeploymentGroup: plan.Text("storefront-group"), TargetGroupARN: plan.Text("arn:targets"), SettingsDigest: plan.String("d1"), HostPort: 8080,
	}
}

// boot runs the user data of a new host.
func boot(t *testing.T, h script.Host, answers ...reply) (*machine, bool) {
	t.Helper()
	m := newMachine(t)
	m.replies(append(answers, token, instance, domain)...)
	m.write("etc/codedeploy-agent/conf/codedeployagent.yml", "---\n:max_revisions: 5\n")
	m.write("root/empty", "")
	m.write("opt/aws/bin/cfn-signal", "#!/bin/sh\nexec cfn-signal \"$@\"\n")
	program := text(script.UserData(h), map[plan.Pseudo]string{plan.Region: "us-east-1", plan.StackName: "stack"})
	m.write("user-data", m.inside(program))
	ok := m.bash(filepath.Join(m.dir, "user-data"))
	return m, ok
}

// inside moves the absolute paths of a program below the machine's folder.
func (m *machine) inside(program string) string {
	for _, path := range []string{"/etc/c", "/root/", "/opt/aws/"} {
		program = strings.ReplaceAll(program, path, m.dir+path)
	}
	return program
}

const signalled = "cfn-signal --success "

func (m *machine) signals(want string) {
	m.t.Helper()
	made := m.called("cfn-signal")
	if len(made) != 1 || !strings.HasPrefix(made[0].Line, signalled+want) {
		m.t.Errorf("signals %v, want one that begins with %q; said:\n%s", made, want, m.said)
	}
}

func TestHostAtFirstCreation(t *testing.T) {
	for _, answer := range []reply{
		noGroup,
		{Call: "aws deploy", Exit: 254, Err: "An error occurred (ApplicationDoesNotExistException)\n"},
		{Call: "aws deploy", Out: "None\n"},
	} {
		m, ok := boot(t, staging(), answer)
		if !ok {
			t.Fatal(m.said)
		}
		m.sequence(
			token.Call, instance.Call, domain.Call,
			"dnf install -y docker",
			"systemctl enable --now docker",
			"curl --silent --show-error --fail --output "+m.dir+"/root/codedeploy-install "+
				"https://aws-codedeploy-us-east-1.s3.us-east-1.amazonaws.com/latest/install",
			"codedeploy-install auto",
			"systemctl cat codedeploy-agent",
			"systemctl enable --now codedeploy-agent",
			"aws deploy get-deployment-group --region us-east-1 --application-name storefront-app --deployment-group-name storefront-group",
			signalled+"true --reason The host is ready; there is no release yet. --stack storefront-stack --resource StorefrontStagingFleet --region us-east-1",
		)
		const want = "REGION=us-east-1\nSETTINGS_PARAMETER=storefront-staging-settings\n" +
			"LOG_GROUP=storefront\\ staging\\'s\\ logs\nCONTAINER=storefront\nHOST_PORT=8080\nINSTANCE_ID=i-0abc\n"
		if got := files(t, m.dir)["etc/cfnpipe/host.env"]; got != want {
			t.Errorf("host.env:\n%s", got)
		}
	}
}

// TestHostThatReleasesExchange: nobody waits for it but a wait condition, and for its release CodeDeploy itself.
func TestHostThatReleasesExchange(t *testing.T) {
	h := staging()
	h.ReadyURL = plan.Text("https://signals.example/condition?Signature=a%3D&Expires=1")
	m, ok := boot(t, h)
	if !ok {
		t.Fatal(m.said)
	}
	m.signals("true --reason The host is ready. --id i-0abc https://signals.example/condition?Signature=a%3D&Expires=1")
	if len(m.called("aws deploy")) > 0 {
		t.Error("it asks for a release")
	}
	m, ok = boot(t, h, reply{Call: "codedeploy-install", Exit: 1})
	if ok {
		t.Error("it succeeds without an agent")
	}
	m.signals("false --reason The host failed while installing the CodeDeploy agent (status 1); see /var/log/cloud-init-output.log. --id i-0abc https://signals")
	m, ok = boot(t, h, reply{Call: token.Call, Exit: 7})
	if ok {
		t.Error("it succeeds without a name")
	}
	m.signals("false --reason The host failed while asking the metadata service who this host is (status 1); see /var/log/cloud-init-output.log. --id unknown https://signals")
}

func TestHostWaitsUntilItServes(t *testing.T) {
	m, ok := boot(t, staging(), released,
		reply{Call: "aws elbv2", Nth: 1, Out: "unused\n"},
		reply{Call: "aws elbv2", Nth: 2, Exit: 255, Err: "Could not connect\n"},
		reply{Call: "aws elbv2", Nth: 3, Out: "initial\n"},
		reply{Call: "aws elbv2", Out: "healthy\n"})
	if !ok {
		t.Error(m.said)
	}
	m.signals("true --reason The host serves release d-ABC.")
	asked := m.called("aws elbv2 describe-target-health --region us-east-1 --target-group-arn arn:targets --targets Id=i-0abc ")
	if len(asked) != 4 {
		t.Errorf("asked %d times", len(asked))
	}
}

func TestHostThatNeverServes(t *testing.T) {
	m, ok := boot(t, staging(), released, reply{Call: "aws elbv2", Out: "unhealthy\n"})
	if ok || len(m.called("sleep 10")) != 120 {
		t.Errorf("ok %t, %d pauses", ok, len(m.called("sleep")))
	}
	m.signals("false --reason The host failed while waiting for release d-ABC to serve")
}

func TestHostSaysWhereItFailed(t *testing.T) {
	for _, test := range []struct {
		reply reply
		while string
	}{
		{reply{Call: token.Call, Exit: 7}, "asking the metadata service"},
		{reply{Call: instance.Call, Exit: 22}, "asking the metadata service"},
		{reply{Call: "dnf install -y docker", Exit: 1}, "installing docker"},
		{reply{Call: "systemctl enable --now docker", Exit: 1}, "installing docker"},
		{reply{Call: "codedeploy-install", Exit: 1}, "installing the CodeDeploy agent"},
		{reply{Call: "systemctl cat codedeploy-agent", Exit: 1}, "installing the CodeDeploy agent"},
		{reply{Call: "aws deploy", Exit: 254, Err: "AccessDeniedException"}, "asking for the last deployment"},
	} {
		m, ok := boot(t, staging(), test.reply, noGroup)
		if ok {
			t.Errorf("%s: the host succeeded", test.reply.Call)
		}
		m.signals("false --reason The host failed while " + test.while)
	}
}

func TestHostTriesAgain(t *testing.T) {
	m, ok := boot(t, staging(),
		reply{Call: token.Call, Nth: 1, Exit: 7},
		reply{Call: "dnf install -y docker", Nth: 1, Exit: 1},
		reply{Call: "codedeploy-install", Nth: 1, Exit: 1},
		reply{Call: "aws deploy", Nth: 1, Exit: 254, Err: "AccessDeniedException: not yet"},
		noGroup)
	if !ok {
		t.Error(m.said)
	}
	m.signals("true")
}

// A scale-out has no stack operation that waits for the signal.
func TestHostOutlivesARefusedSignal(t *testing.T) {
	m, ok := boot(t, staging(), noGroup, reply{Call: "cfn-signal", Exit: 1})
	if !ok {
		t.Error(m.said)
	}
	m.signals("true")
}

func TestAgentSignsItsCalls(t *testing.T) {
	const option = ":enable_auth_policy: true"
	for _, signs := range []bool{false, true} {
		h := staging()
		h.AgentAuth = signs
		m, ok := boot(t, h, noGroup)
		conf := files(t, m.dir)["etc/codedeploy-agent/conf/codedeployagent.yml"]
		if !ok || strings.Contains(conf, option) != signs || !strings.HasPrefix(conf, "---\n:max_revisions: 5\n") {
			t.Errorf("ok %t, configuration:\n%s", ok, conf)
		}
		var agent []string
		for _, c := range m.called("systemctl") {
			agent = append(agent, c.Line)
		}
		if stops := slices.Contains(agent, "systemctl stop codedeploy-agent"); stops != signs {
			t.Errorf("%q", agent)
		}
		if agent[len(agent)-1] != "systemctl enable --now codedeploy-agent" {
			t.Errorf("%q", agent)
		}
	}
}

func TestUserDataFits(t *testing.T) {
	program := text(script.UserData(staging()), map[plan.Pseudo]string{})
	if len(program) > 8<<10 {
		t.Errorf("%d bytes; EC2 takes 16 KB", len(program))
	}
	// Without it the text can stand in Fn::Sub, which reads better than Fn::Join.
	if strings.Contains(program, "${") {
		t.Error("the user data holds ${")
	}
}

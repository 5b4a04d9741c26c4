package script

import (
	_ "embed"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

var (
	//go:embed canary/check.js
	canaryCheck string
	//go:embed canary/wait.sh
	canaryWait string
)

// CanaryCheck is the Node.js program, handler index.handler, of a canary that asks one address. Its environment says what it
// goes by: CHECK_URL, CHECK_STATUS, CHECK_TEXT, which may be missing, and CHECK_SECONDS.
func CanaryCheck() string {
	var out strings.Builder
	for line := range strings.Lines(canaryCheck) {
		if text := strings.TrimSpace(line); text != "" && !strings.HasPrefix(text, "//") {
			out.WriteString(line)
		}
	}
	return out.String()
}

// CanaryBuildspec is the text of the buildspec of the project that runs canaries and waits for them. The action that starts it
// gives CANARY, CANARY_STARTER_ROLE, CANARY_ONCE and CANARY_POLLS, of which two lie CanaryPoll seconds apart.
func CanaryBuildspec() plan.Value {
	return plan.JSONText{Of: plan.Object{
		{Key: "version", Value: plan.String("0.2")},
		{Key: "env", Value: plan.Object{{Key: "shell", Value: plan.String("bash")}}},
		{Key: "phases", Value: plan.Object{phase("build", []plan.Value{step(canaryWait)})}},
	}}
}

// CanaryPoll is how many seconds lie between two looks at a canary.
const CanaryPoll = 15

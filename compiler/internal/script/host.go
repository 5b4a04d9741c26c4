package script

import (
	_ "embed"
	"strconv"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Host is what a host of a fleet must know at its first boot.
type Host struct {
	Region                plan.Value
	StackName             plan.Value
	FleetID               string     // logical id of the Auto Scaling group that waits for the signal
	ReadyURL              plan.Value // of the wait condition that waits for it instead; nil if the group does
	SettingsParameter     plan.Value
	LogGroup              plan.Value
	ContainerName         string
	HostPort              int        // that the load balancer sends requests to, whatever port the container listens on
	DeploymentApplication plan.Value // by name: a Ref to the group would close a circle with the fleet
	DeploymentGroup       plan.Value
	TargetGroupARN        plan.Value
	SettingsDigest        plan.Value // changes the user data when the settings change, so that hosts are replaced
	AgentAuth             bool       // the agent signs its calls: private endpoints demand it
}

//go:embed host.sh
var hostBody string

// UserData is the base64 user data of a host: what it must know, then one fixed program.
func UserData(h Host) plan.Value {
	auth := "no"
	if h.AgentAuth {
		auth = "yes"
	}
	if h.ReadyURL == nil {
		h.ReadyURL = plan.String("")
	}
	text := plan.Concat{plan.String("#!/bin/bash\n")}
	for _, assignment := range []struct {
		name  string
		value plan.Value
	}{
		{"REGION", h.Region},
		{"STACK", h.StackName},
		{"FLEET", plan.String(h.FleetID)},
		{"READY_URL", h.ReadyURL},
		{"SETTINGS_PARAMETER", h.SettingsParameter},
		{"SETTINGS_DIGEST", h.SettingsDigest},
		{"LOG_GROUP", h.LogGroup},
		{"CONTAINER", plan.String(h.ContainerName)},
		{"HOST_PORT", plan.String(strconv.Itoa(h.HostPort))},
		{"APPLICATION", h.DeploymentApplication},
		{"GROUP", h.DeploymentGroup},
		{"TARGET_GROUP", h.TargetGroupARN},
		{"AGENT_AUTH", plan.String(auth)},
	} {
		text = append(text, plan.String(assignment.name+"='"))
		text = append(text, quoted(assignment.value)...)
		text = append(text, plan.String("'\n"))
	}
	body := strings.TrimPrefix(compact(hostBody), "#!/bin/bash\n")
	return plan.Base64{Of: append(text, plan.String(body))}
}

// quoted makes v fit between single quotes. What CloudFormation works out later are names, ARNs and
// regions, none of which may hold a quote.
func quoted(v plan.Value) plan.Concat {
	switch v := v.(type) {
	case plan.String:
		return plan.Concat{plan.String(strings.ReplaceAll(string(v), "'", `'\''`))}
	case plan.From:
		v.Of = quoted(v.Of)
		return plan.Concat{v}
	case plan.Concat:
		var out plan.Concat
		for _, part := range v {
			out = append(out, quoted(part)...)
		}
		return out
	}
	return plan.Concat{v}
}

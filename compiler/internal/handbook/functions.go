package handbook

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// functions tells of the stacks that pipelines fill: what there is before the first release, and what to do about one that failed.
func (h *handbook) functions() {
	if len(h.released) == 0 {
		return
	}
	h.heading("Functions")
	h.prose("Each function has a stack of its own. It is made, empty, with the stack of its service; the pipeline puts the function into it with its first release, " +
		"changes it with each further one, and nobody else needs to. The templates are here to be read:")
	h.out.WriteString("\n| account | stack | template |\n| --- | --- | --- |\n")
	for _, t := range h.released {
		h.out.WriteString("| " + t.Stack.Account.Label + " | `" + strings.Trim(stackName(t.Stack), `"`) + "` | [" + t.Path + "](" + t.Path + ") |\n")
	}
	h.prose("What is deployed: the state of the stack, commit and image, and the URL of a function that has one:")
	var lines []string
	for _, t := range h.released {
		lines = append(lines, command(t.Stack.Account, "cloudformation describe-stacks", "--stack-name "+stackName(t.Stack),
			"--query 'Stacks[0].[StackStatus,Parameters[].[ParameterKey,ParameterValue],Outputs[].[OutputKey,OutputValue]]' --output text"))
	}
	h.shell(lines...)
	h.prose("Memory, variables and all else about a function count from its next release: update the stacks of its service and of its pipeline, and start a run, as above.")
	h.prose("A release that fails is taken back, and the version before goes on. Why it failed, shown for the last of these stacks:")
	last := h.released[len(h.released)-1].Stack
	h.shell(command(last.Account, "cloudformation describe-stack-events", "--stack-name "+stackName(last),
		"--query \"StackEvents[?ends_with(ResourceStatus,'FAILED')].[Timestamp,LogicalResourceId,ResourceStatusReason]\" --output text"))
	h.prose("Should the way back fail, too, and the stack stay in UPDATE_ROLLBACK_FAILED, mend the reason and let it go on:")
	h.shell(command(last.Account, "cloudformation continue-update-rollback", "--stack-name "+stackName(last)))
}

// leavingFunctions is the order in which a function loses what it uses.
func (h *handbook) leavingFunctions() {
	if len(h.released) == 0 {
		return
	}
	h.list("What a function is to use, such as a VPC, a queue or a route, comes with the stack of its service, so update that before the stack of its pipeline. "+
		"What it is no longer to use goes the other way: first update the stack of its pipeline and let that release, then the stack of its service, "+
		"which refuses to take a VPC or a queue away before. "+
		"A function that has left a VPC keeps interfaces there for up to 20 minutes.",
		"A deploy that changes from hosts to a function, or back, is out of service in between: its stack takes the one away, and the next release brings the other. "+
			"To do it without a break, put the new one beside the old one, as a deploy with a route of its own, and take the old one out once it has no requests.")
}

// shiftsFunction tells whether a deployment group is for a function.
func (h *handbook) shiftsFunction(group *plan.Resource) bool {
	application, _ := group.Properties.Get("ApplicationName").(plan.Ref)
	return application.To != nil && application.To.Properties.Get("ComputePlatform") == plan.String("Lambda")
}

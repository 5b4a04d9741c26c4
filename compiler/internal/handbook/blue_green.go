package handbook

import (
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// isExchanged tells whether CodeDeploy exchanges an Auto Scaling group, or the hosts of a deployment group, with each release.
func (h *handbook) isExchanged(r *plan.Resource) bool { return !slices.Contains(h.plan.Resources, r) }

// exchangedGroups are the deployment groups of blue/green deployments.
func (h *handbook) exchangedGroups() []group {
	return slices.DeleteFunc(h.groups(), func(g group) bool { return !h.isExchanged(g.Resource) })
}

// ofExchanged is a text if there are such groups, and nothing if not.
func (h *handbook) ofExchanged(text string) string {
	if len(h.exchangedGroups()) == 0 {
		return ""
	}
	return text
}

// firstFleet is the name of the first Auto Scaling group behind a custom resource. All that follow have it as their tag Name.
func (h *handbook) firstFleet(of *plan.Resource) string {
	for _, fleet := range h.of("AWS::AutoScaling::AutoScalingGroup") {
		if fleet.ID == of.ID {
			return h.name(fleet)
		}
	}
	return ""
}

// currentFleet asks for the Auto Scaling group that counts.
func (h *handbook) currentFleet(of *plan.Resource) string {
	for _, g := range h.exchangedGroups() {
		if g.ID == of.ID {
			return result(command(g.Stack.Account, "deploy get-deployment-group", "--application-name "+g.application, "--deployment-group-name "+g.name,
				"--query 'deploymentGroupInfo.autoScalingGroups[0].name' --output text"))
		}
	}
	return ""
}

// exchanges tells how a blue/green deployment is looked at, led on and taken back.
func (h *handbook) exchanges() {
	for i, g := range h.exchangedGroups() {
		if i == 0 {
			h.heading("Blue/green deployments")
			h.prose("CodeDeploy copies the hosts, puts the release onto the copies, and lets the requests go over to them. The pipeline's action lasts until " +
				"the original hosts are dealt with. Should one fail with \"CodeDeploy agent was not able to receive the lifecycle event\", a new host took " +
				"too long to get its agent: start the run again. When such a stack is made, and the resource whose name ends in FleetReady fails, its reason " +
				"says what the first host could not do; let the stack roll back, since that resource hears of no second try.")
		}
		h.exchange(g)
	}
}

func (h *handbook) exchange(g group) {
	options := object(g.Properties.Get("BlueGreenDeploymentConfiguration"))
	ready := object(options.Get("DeploymentReadyOption"))
	after := object(options.Get("TerminateBlueInstancesOnDeploymentSuccess"))
	wait, _ := ready.Get("WaitTimeInMinutes").(plan.Int)
	end, ends := after.Get("TerminationWaitTimeInMinutes").(plan.Int)

	deploy := func(arguments ...string) string {
		return command(g.Stack.Account, "deploy "+arguments[0], arguments[1:]...)
	}
	h.prose("%s in %s. The deployment that is under way, and its state; None if there is none:", g.ID, g.Stack.Account.Label)
	h.shell(
		"DEPLOYMENT="+result(deploy("list-deployments", "--application-name "+g.application, "--deployment-group-name "+g.name,
			"--include-only-statuses Created Queued InProgress Baking Ready --query 'deployments[0]' --output text")),
		deploy("get-deployment", `--deployment-id "$DEPLOYMENT"`,
			"--query 'deploymentInfo.[status,deploymentOverview,errorInformation.message]' --output text"),
	)
	if wait > 0 {
		h.prose("Ready means that the release is on the new hosts, without requests. Look at them, and let the requests go over within %d minutes, "+
			"or the deployment stops. Let the number of hosts be until then: a host more or less fails it.", int(wait))
		h.shell(deploy("continue-deployment", `--deployment-id "$DEPLOYMENT" --deployment-wait-type READY_WAIT`))
	}
	h.prose("To give the requests back to the original hosts, while they are there:")
	h.shell(deploy("stop-deployment", `--deployment-id "$DEPLOYMENT" --auto-rollback-enabled`))
	if ends && end > 0 {
		h.prose("The original hosts end %d minutes after the requests have gone over. To end them now:", int(end))
		h.shell(deploy("continue-deployment", `--deployment-id "$DEPLOYMENT" --deployment-wait-type TERMINATION_WAIT`))
	}
	h.prose("The hosts that there are, those of releases that failed among them, which go after the next release that succeeds or with the next update of the stack:")
	h.shell(command(g.Stack.Account, "autoscaling describe-auto-scaling-groups", `--filters "Name=tag:Name,Values=`+strings.Trim(h.firstFleet(g.Resource), `"`)+`"`,
		"--query 'AutoScalingGroups[].[AutoScalingGroupName,CreatedTime,length(Instances)]' --output text"))
	if !ends {
		h.prose("Original hosts are kept, and cost money, until the stack is deleted or somebody deletes them, by a name from that list, and never by this one, which is in service:")
		h.shell("echo " + h.currentFleet(g.Resource))
		h.shell("FLEET=the-name", command(g.Stack.Account, "autoscaling delete-auto-scaling-group", `--auto-scaling-group-name "${FLEET:?}" --force-delete`))
	}
}

func object(v plan.Value) plan.Object {
	o, _ := v.(plan.Object)
	return o
}

// updatingExchanged says what an update does to hosts that releases exchange; empty where there are none.
func (h *handbook) updatingExchanged() []string {
	var fleets []string
	for _, g := range h.exchangedGroups() {
		fleets = append(fleets, g.ID)
	}
	if len(fleets) == 0 {
		return nil
	}
	return []string{"A newer machine image, and changed settings, reach the hosts of " + strings.Join(fleets, ", ") + " with the next release: after the update start a " +
		"run, as above. Hosts that come before, because the load grows or one fails, have the new settings beside old ones. An update that changes such hosts or their " +
		"deployment group waits for a deployment that is under way, and after 50 minutes is taken back: first see under Blue/green deployments whether there is one."}
}

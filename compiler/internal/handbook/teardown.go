package handbook

import (
	"fmt"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

func (h *handbook) teardown() {
	h.heading("Teardown")
	h.prose("In this order: pipelines first, so that nothing deploys any more, then services, then environments. Each stack empties its buckets " +
		"and repositories of images by itself; that may take up to an hour. A command that gives up waiting may be run again.")
	if lost := h.lost(); len(lost) > 0 {
		h.prose("**The source code is lost** with the stack of a pipeline that made its repository: %s. Keep a clone of each.",
			strings.Join(lost, ", "))
	}
	for i := len(h.templates) - 1; i >= 0; i-- {
		stack := h.templates[i].Stack
		h.shell(deleteStack(stack.Account, stackName(stack))...)
	}
	h.prose("If everything was deployed as one template, its stacks are these, those with pipelines first:")
	for _, account := range h.pipelinesFirst() {
		h.shell(deleteStack(account, h.wholeStack(account))...)
	}
	h.prose("Should a stack end in DELETE_FAILED, its events say what was in the way. Shown for the last stack above:")
	last := h.templates[0].Stack
	h.shell(command(last.Account, "cloudformation describe-stack-events", "--stack-name "+stackName(last),
		"--query \"StackEvents[?ResourceStatus=='DELETE_FAILED'].[LogicalResourceId,ResourceStatusReason]\" --output text"))
	// The mode is for stacks in DELETE_FAILED only (CloudFormation API reference, DeleteStack).
	h.prose("Mend what stood in the way and delete the stack again. Should the emptier of a bucket have failed, its function may be gone by then: " +
		"empty that bucket by hand, every version of it. What cannot be mended can be kept: this deletes the stack all the same, and leaves to you what fails.")
	h.shell(command(last.Account, "cloudformation delete-stack", "--stack-name "+stackName(last), "--deletion-mode FORCE_DELETE_STACK"))
	h.remains()
}

func deleteStack(account *plan.Account, stack string) []string {
	return []string{
		command(account, "cloudformation delete-stack", "--stack-name "+stack),
		command(account, "cloudformation wait stack-delete-complete", "--stack-name "+stack),
	}
}

// lost lists the repositories that go with their stack.
func (h *handbook) lost() []string {
	var out []string
	for _, r := range h.of("AWS::CodeCommit::Repository") {
		if name, ok := h.knownName(r); ok {
			out = append(out, "`"+name+"`")
		}
	}
	return out
}

// byPipeline parts the accounts into those with a pipeline and the rest.
func (h *handbook) byPipeline() (with, without []*plan.Account) {
	for _, account := range h.plan.Accounts {
		if h.hasPipeline(account) {
			with = append(with, account)
		} else {
			without = append(without, account)
		}
	}
	return with, without
}

// pipelinesFirst is the order of a teardown, pipelinesLast that of a deployment.
func (h *handbook) pipelinesFirst() []*plan.Account {
	with, without := h.byPipeline()
	return append(with, without...)
}

func (h *handbook) pipelinesLast() []*plan.Account {
	with, without := h.byPipeline()
	return append(without, with...)
}

func (h *handbook) hasPipeline(account *plan.Account) bool {
	for _, stack := range h.plan.Stacks {
		if stack.Account == account && stack.Kind == plan.Pipeline {
			return true
		}
	}
	return false
}

// remains is what a teardown leaves behind.
func (h *handbook) remains() {
	h.part("What stays")
	points := []string{
		"Roles that AWS services made for themselves, such as AWSServiceRoleForAutoScaling and AWSServiceRoleForElasticLoadBalancing. " +
			"An account has each once, for everybody; leave them.",
	}
	for _, key := range h.of("AWS::KMS::Key") {
		if days, ok := key.Properties.Get("PendingWindowInDays").(plan.Int); ok {
			points = append(points, fmt.Sprintf("The KMS key of %s, which AWS deletes %d days later. Until then it cannot be used, and nothing has to be done.",
				key.Stack.Name, days))
		}
	}
	for _, r := range h.plan.Resources {
		if r.DeletionPolicy == "Snapshot" {
			points = append(points, fmt.Sprintf("A snapshot of %s of %s, a resource of type %s. Remove it by hand when nobody needs it.", code(r.ID), r.Stack.Name, r.Type))
		} else if r.DeletionPolicy != plan.Delete {
			points = append(points, fmt.Sprintf("%s of %s, a resource of type %s: the configuration says %s. Remove it by hand when nobody needs it.",
				code(r.ID), r.Stack.Name, r.Type, r.DeletionPolicy))
		}
	}
	for _, p := range h.config.Pipelines {
		if p.Source != nil && !p.Source.CreateRepository.Value {
			points = append(points, "The repository "+code(p.Source.Repository.Value)+" with its source code, which no stack made.")
		}
	}
	secrets := h.secretsOf()
	if len(secrets) > 0 {
		points = append(points, "The secrets that you made. If nothing else uses them, remove them as below.")
	}
	points = append(points, "Buckets for the upload of templates, if they were kept. Remove them as below.")
	h.list(points...)
	var lines []string
	for _, s := range secrets {
		lines = append(lines, s.remove())
	}
	h.shell(append(lines, h.removeBuckets(h.plan.Accounts)...)...)
}

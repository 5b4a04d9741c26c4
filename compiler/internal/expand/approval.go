package expand

import (
	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// approval expands the n-th approval block of a stage. An empty configuration
// value is refused by CodePipeline, so what was left out stays out.
func (d *delivery) approval(a *spec.Approval, n int) aws.CodePipelineAction {
	var configuration []plan.Field
	if a.Message.IsSet() {
		configuration = append(configuration, plan.Field{Key: "CustomData", Value: d.text(a.Message)})
	}
	if a.URL.IsSet() {
		configuration = append(configuration, plan.Field{Key: "ExternalEntityLink", Value: d.text(a.URL)})
	}
	if d.topic != nil && d.topic.approvals {
		configuration = append(configuration, plan.Field{Key: "NotificationArn", Value: from(ref(d.topic.topic), d.topic.asked)})
		d.topic.publishableBy(d.role)
	}
	name := "approval"
	if n > 1 {
		name += "-" + itoa(n) // a stage has each name once
	}
	out := action(name, "Approval", "Manual", configuration...)
	out.TimeoutInMinutes = numberOf(a.TimeoutMinutes)
	return out
}

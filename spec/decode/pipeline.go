package decode

import (
	"fmt"

	"github.com/cfnpipe/cfnpipe/spec"
)

func (d *decoder) pipelines(root *block) []*spec.Pipeline {
	var out []*spec.Pipeline
	for _, n := range d.labelled(root, "pipeline") {
		out = append(out, d.open(n).pipeline())
	}
	return out
}

func (b *block) pipeline() *spec.Pipeline {
	out := &spec.Pipeline{Label: b.label, Range: b.header, LogRetentionDays: b.number("log_retention_days")}
	out.Account, _ = b.reference(fmt.Sprintf("Pipeline %q runs in", b.label.Value))
	if source, found := b.one("source", "codecommit"); found {
		out.Source = source.sourceCodeCommit()
	}
	artifacts, _ := b.one("artifacts", "")
	out.Artifacts = artifacts.artifacts()
	for _, n := range b.of("stage") {
		out.Stages = append(out.Stages, b.d.open(n).stage())
	}
	if notifications, found := b.one("notifications", ""); found {
		out.Notifications = notifications.notifications()
	}
	return out
}

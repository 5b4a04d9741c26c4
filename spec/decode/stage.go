package decode

import (
	"fmt"
	"slices"

	"github.com/cfnpipe/cfnpipe/spec"
)

func (b *block) stage() *spec.Stage {
	out := &spec.Stage{Label: b.label, OnFailure: b.text("on_failure"), RetryMode: b.text("retry_mode"), Range: b.header}
	if entry, found := b.one("before_entry", ""); found {
		out.BeforeEntry = entry.beforeEntry()
	}
	for _, n := range b.nested {
		switch n.row.Type {
		case "parallel":
			parallel := b.d.open(n).parallel(b.label.Value)
			out.Parallels = append(out.Parallels, parallel)
			out.Actions = append(out.Actions, parallel.Actions...)
		case "build", "approval", "deploy", "canary":
			out.Actions = append(out.Actions, b.d.open(n).action(b.label.Value))
		}
	}
	b.needAction(fmt.Sprintf("Stage %q", b.label.Value))
	none := b.none
	for _, parallel := range out.Parallels {
		none = none || parallel.Dynamic && len(parallel.Actions) == 0
	}
	if none && len(out.Actions) == 0 {
		b.d.report(b.header, fmt.Sprintf("Stage %q does nothing", b.label.Value),
			"Its dynamic blocks make no action of the values that they have now. Put an action into it, or leave the stage out.")
	}
	return out
}

func (b *block) action(stage string) spec.Action {
	switch b.row.Type {
	case "build":
		return b.buildImage()
	case "approval":
		return b.approval()
	case "canary":
		return b.canary(stage)
	}
	return b.deploy(stage)
}

// needAction reports a block in which nothing is to be done. A word that was not understood may have been meant as an action.
func (b *block) needAction(what string) {
	meant := func(word string) bool { return b.seen[word] }
	if slices.ContainsFunc([]string{"", "build", "approval", "deploy", "canary", "parallel"}, meant) || b.d.broken[b.header.Filename] {
		return
	}
	b.d.report(b.header, what+" does nothing", `Put an action into it: build "image" {}, approval {}, deploy "ec2" {}, deploy "lambda" {} or canary "NAME" {}.`)
}

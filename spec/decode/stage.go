package decode

import (
	"fmt"

	"github.com/cfnpipe/cfnpipe/spec"
)

func (b *block) stage() *spec.Stage {
	out := &spec.Stage{Label: b.label, Range: b.header}
	for _, n := range b.nested {
		action := b.d.open(n)
		switch n.row.Type {
		case "build":
			out.Actions = append(out.Actions, action.buildImage())
		case "approval":
			out.Actions = append(out.Actions, action.approval())
		case "deploy":
			out.Actions = append(out.Actions, action.deployEC2(b.label.Value))
		}
	}
	if len(b.seen) == 0 && !b.d.broken[b.header.Filename] {
		b.d.report(b.header, fmt.Sprintf("Stage %q does nothing", b.label.Value),
			`Put an action into it: build "image" {}, approval {} or deploy "ec2" {}.`)
	}
	return out
}

package decode

import (
	"fmt"

	"github.com/cfnpipe/cfnpipe/spec"
)

func (b *block) parallel(stage string) *spec.Parallel {
	out := &spec.Parallel{Range: b.header}
	for _, n := range b.nested {
		out.Dynamic = out.Dynamic || n.d != nil
		out.Actions = append(out.Actions, b.d.open(n).action(stage))
	}
	out.Dynamic = out.Dynamic || b.none
	b.needAction(fmt.Sprintf("Block parallel of stage %q", stage))
	return out
}

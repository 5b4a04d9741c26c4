package compiler

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec/draw"
)

// Drawing is the pipelines of a configuration and the accounts that they act on; its methods write it as Mermaid, as DOT and as SVG.
type Drawing = draw.Graph

// Graph is what a configuration looks like, with values for its variables. It needs no proof, so there is a picture of what AWS would
// refuse, too; it is nil if a diagnostic is an error.
func Graph(files []Source, inputs ...Input) (*Drawing, hcl.Diagnostics) {
	config, diags := checked(files, inputs)
	if diags.HasErrors() {
		return nil, diags
	}
	return draw.Config(config), diags
}

// Package draw shows the pipelines of a configuration as pictures.
//
// Config makes one model of them, which knows nothing of a layout: pipelines with their stages and actions, and the accounts that
// those act on. Mermaid, DOT and SVG write it down.
package draw

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// Graph is the pipelines of a configuration, in the order of the source.
type Graph struct {
	pipelines []*pipeline
}

// area is an account.
type area struct {
	name, id string
}

// pipeline is one pipeline, or several of one block that differ in their names only.
type pipeline struct {
	names  []string
	in     *area
	source *node
	stages []*stage
	notes  []badge
	block  hcl.Range // where it is written: the same for all of one for_each
}

// stage is a stage with its actions: what starts together is one step.
type stage struct {
	name   string
	badges []badge
	steps  [][]*node
}

// node is the source or an action of a pipeline.
type node struct {
	kind          kind
	title, detail string
	target        *target // nil if it acts on nothing outside of the pipeline
}

// target is what an action makes or runs in an account.
type target struct {
	in            *area
	far           bool // in another account than the pipeline's, whatever the two are called
	title, detail string
	badges        []badge
}

// badge is a remark on a pipeline, a stage or a target.
type badge struct {
	kind kind
	text string
}

// kind says what something is, and so how it looks.
type kind string

const (
	source   kind = "source"
	build    kind = "build"
	approval kind = "approval"
	hosts    kind = "hosts"
	function kind = "function"
	canary   kind = "canary"

	window   kind = "window"
	alarm    kind = "alarm"
	rollback kind = "rollback"
	retry    kind = "retry"
	route    kind = "route"
	mail     kind = "mail"
	store    kind = "store"
)

// Only is the graph of one pipeline. The error says which pipelines there are.
func (g *Graph) Only(name string) (*Graph, error) {
	var names []string
	for _, p := range g.pipelines {
		if p.names[0] == name {
			return &Graph{[]*pipeline{p}}, nil
		}
		names = append(names, p.names[0])
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("there is no pipeline %q. The configuration has none: its for_each is empty", name)
	}
	return nil, fmt.Errorf("there is no pipeline %q.%s The configuration has: %s", name, spec.DidYouMean(name, names), spec.Listed(names))
}

// caption is what the picture of a pipeline is headed with.
func (p *pipeline) caption() string {
	if len(p.names) > 1 {
		return fmt.Sprintf("%d pipelines alike", len(p.names))
	}
	return p.names[0]
}

// all lists the names of several pipelines; empty for one.
func (p *pipeline) all() string {
	if len(p.names) > 1 {
		return strings.Join(p.names, ", ")
	}
	return ""
}

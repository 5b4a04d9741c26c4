package draw

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/spec"
)

// Config is the graph of a configuration that was read without errors.
func Config(config *spec.Config) *Graph {
	areas := map[*spec.Account]*area{}
	for _, account := range config.Accounts {
		areas[account] = &area{plain(account.Label.Value), plain(account.ID.Value)}
	}
	g := &Graph{}
	for _, p := range config.Pipelines {
		r := reader{areas, p}
		g.pipelines = append(g.pipelines, r.pipeline())
	}
	return g
}

// reader turns one pipeline into its model.
type reader struct {
	areas map[*spec.Account]*area
	of    *spec.Pipeline
}

func (r reader) pipeline() *pipeline {
	out := &pipeline{names: []string{plain(r.of.Label.Value)}, in: r.areas[r.of.Account], source: r.source(), block: r.of.Range}
	for _, s := range r.of.Stages {
		out.stages = append(out.stages, r.stage(s))
	}
	if a := r.of.Artifacts; a != nil {
		out.notes = append(out.notes, badge{store, kept(a, r.of.Account)})
	}
	if n := r.of.Notifications; n != nil {
		out.notes = append(out.notes, badge{mail, notified(n)})
	}
	return out
}

func (r reader) source() *node {
	s := r.of.Source
	out := &node{kind: source, title: plain(s.Repository.Value), detail: plain("CodeCommit, branch " + s.Branch.Value)}
	if s.Paths != nil {
		out.detail += ", only " + patterns(s.Paths)
	}
	return out
}

func (r reader) stage(s *spec.Stage) *stage {
	out := &stage{name: plain(s.Label.Value), badges: stageBadges(s)}
	for _, step := range s.Steps() {
		var nodes []*node
		for _, action := range step {
			nodes = append(nodes, r.action(action))
		}
		out.steps = append(out.steps, nodes)
	}
	return out
}

func (r reader) action(action spec.Action) *node {
	switch a := action.(type) {
	case *spec.Approval:
		return &node{kind: approval, title: "Approval", detail: approvalWords(a)}
	case *spec.Canary:
		return &node{kind: canary, title: plain("Canary " + a.Label.Value), detail: "has to pass", target: r.canary(a)}
	case *spec.Deploy:
		return r.deploy(a)
	case *spec.Build:
		return &node{kind: build, title: "Build image", detail: buildWords(a)}
	}
	return &node{kind: build, title: "Action"}
}

func (r reader) deploy(d *spec.Deploy) *node {
	out := &node{kind: hosts, title: "Deploy to EC2", detail: strategy(d)}
	detail := size(d)
	if d.Kind.Value == spec.DeployLambda {
		out.kind, out.title = function, "Deploy to Lambda"
	}
	if d.Name.Value != "" {
		out.title += plain(", " + d.Name.Value)
	}
	title := r.of.Label.Value
	if d.Name.Value != "" {
		title += ", " + d.Name.Value
	}
	out.target = r.target(d.Account, title, detail, deployBadges(d))
	return out
}

func (r reader) canary(c *spec.Canary) *target {
	what := "asks " + strings.TrimSuffix(shown(c.URL), "/") + c.Path.Value
	if c.Script.Value != "" {
		what = "runs a script"
	}
	if c.Every.Value != "" {
		what += ", also every " + c.Every.Value
	}
	return r.target(c.Account, c.Label.Value, what, nil)
}

// target is nil if there is no account, which only a faulty configuration lacks.
func (r reader) target(account *spec.Account, title, detail string, badges []badge) *target {
	if account == nil {
		return nil
	}
	far := r.of.Account == nil || r.of.Account.ID.Value != account.ID.Value
	return &target{in: r.areas[account], far: far, title: plain(title), detail: plain(detail), badges: badges}
}

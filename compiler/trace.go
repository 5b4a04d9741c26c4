package compiler

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/prove"
	"github.com/cfnpipe/cfnpipe/spec"
)

// Trace is the chain of permissions behind a stage of a pipeline.
type Trace struct {
	Pipeline string `json:"pipeline"`
	Stage    string `json:"stage"`
	Links    []Link `json:"links"`
}

// Link is a call that AWS, or a program of the templates, makes in a stage, with the statements that allow it.
type Link struct {
	Part      string   `json:"part"`              // what it belongs to: the pipeline, an action of it, or a resource
	Who       string   `json:"who"`               // a role by its logical id, or a service
	Account   string   `json:"account,omitempty"` // the label of the role's
	Actions   []string `json:"actions"`
	On        string   `json:"on"`                  // a logical id, with what is in it, or an ARN
	OnAccount string   `json:"onAccount,omitempty"` // the label of the resource's, if it is of the system
	Because   string   `json:"because"`             // what for, as an infinitive
	Source    string   `json:"source"`              // where AWS says so
	AllowedBy []Grant  `json:"allowedBy"`
	Refused   []string `json:"refused,omitempty"` // those of the actions that AWS would refuse
}

// Grant is a statement of a policy.
type Grant struct {
	Policy    string `json:"policy"` // the logical id of what holds it
	Account   string `json:"account"`
	Statement string `json:"statement"` // its Sid, or its number
}

// Traces returns the chains of the stages of a name, of one pipeline or of all of them if pipeline is empty; none if there is no
// such stage. It is there, too, when a permission is among what is wrong; nil if the configuration is too faulty to have one.
func Traces(files []Source, pipeline, stage string, inputs ...Input) ([]Trace, hcl.Diagnostics) {
	system, diags := prepare(files, inputs)
	if system == nil {
		return nil, diags
	}
	out := []Trace{}
	for _, p := range system.config.Pipelines {
		resource := system.plan.Resource(plan.LogicalID(p.Label.Value) + "Pipeline")
		if resource == nil || pipeline != "" && p.Label.Value != pipeline {
			continue
		}
		for _, s := range p.Stages {
			if s.Label.Value != stage {
				continue
			}
			trace := Trace{Pipeline: p.Label.Value, Stage: stage}
			for _, l := range prove.Trace(system.plan, resource, stage) {
				trace.Links = append(trace.Links, link(l))
			}
			out = append(out, trace)
		}
	}
	return out, diags
}

// NoStage says that a configuration has no stage of a name, which is a label or PIPELINE/STAGE, and what it has.
func NoStage(files []Source, name string, inputs ...Input) string {
	system, _ := prepare(files, inputs)
	if system == nil {
		return ""
	}
	var names, all []string
	for _, p := range system.config.Pipelines {
		for _, s := range p.Stages {
			all = append(all, p.Label.Value+"/"+s.Label.Value)
			names = append(names, s.Label.Value, p.Label.Value+"/"+s.Label.Value)
		}
	}
	return fmt.Sprintf("there is no stage %q.%s The configuration has: %s.", name, spec.DidYouMean(name, names), strings.Join(all, ", "))
}

func link(l prove.Link) Link {
	out := Link{
		Part: fmt.Sprintf("%s (%s)", l.Of.ID, l.Of.Type), Who: l.Service, Actions: l.Actions, On: l.On,
		Because: l.Because, Source: l.Source, AllowedBy: grants(slices.Concat(l.Identity, l.Resource)), Refused: l.Refused,
	}
	if l.In != "" {
		_, action, _ := strings.Cut(l.In, "/")
		out.Part = "action " + action
	}
	if l.By != nil {
		out.Who, out.Account = l.By.ID, l.By.Stack.Account.Label
	}
	if l.Owner != nil {
		out.OnAccount = l.Owner.Stack.Account.Label
	}
	return out
}

func grants(list []prove.Grant) []Grant {
	out := make([]Grant, len(list))
	for i, g := range list {
		out[i] = Grant{g.In.ID, g.In.Stack.Account.Label, g.Statement}
	}
	return out
}

// Holder is who may do something.
type Holder struct {
	Who       string   `json:"who"`               // a role by its logical id; else a service, an account, or everybody
	Account   string   `json:"account,omitempty"` // the label of the role's
	AllowedBy []Grant  `json:"allowedBy"`
	When      []string `json:"when,omitempty"` // the conditions that it takes
}

// WhoCan returns who may do an action on a resource, which is given by its logical id, an ARN or a pattern of ARNs: on some of it. It is
// there, too, when something else is wrong; nil if the configuration is too faulty to have one.
func WhoCan(files []Source, action, resource string, inputs ...Input) ([]Holder, hcl.Diagnostics) {
	system, diags := prepare(files, inputs)
	if system == nil {
		return nil, diags
	}
	out := []Holder{}
	for _, h := range prove.WhoCan(system.plan, action, resource) {
		holder := Holder{Who: h.Other, AllowedBy: grants(h.Grants), When: h.When}
		if h.Role != nil {
			holder.Who, holder.Account = h.Role.ID, h.Role.Stack.Account.Label
		}
		out = append(out, holder)
	}
	return out, diags
}

// NoResource says that a configuration has no resource of a logical id; empty if it has.
func NoResource(files []Source, id string, inputs ...Input) string {
	system, _ := prepare(files, inputs)
	if system == nil || system.plan.Resource(id) != nil {
		return ""
	}
	var ids []string
	for _, r := range system.plan.Resources {
		ids = append(ids, r.ID)
	}
	hint := ""
	if best := spec.Closest(id, ids, 3); best != "" {
		hint = fmt.Sprintf(" Did you mean %q?", best)
	}
	return fmt.Sprintf("there is no resource %q, and it is no ARN either.%s", id, hint)
}

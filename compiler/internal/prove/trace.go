package prove

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/access"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Link is a call with the statements by which it is allowed.
type Link struct {
	Of      *plan.Resource // what occasions it
	In      string         // the action of the pipeline that it is part of, as STAGE/ACTION; empty: none alone
	By      *plan.Resource // the role that calls; nil: a service by itself
	Service string
	Actions []string
	On      string         // logical id with what is in it, or an ARN
	Owner   *plan.Resource // whose policy is asked; nil: none of the plan
	Because string         // what for, as an infinitive
	Source  string

	Identity, Resource []Grant  // by which it is allowed
	Refused            []string // those of the actions that AWS would refuse
}

// Grant is a statement of a policy.
type Grant struct {
	In        *plan.Resource // that holds the policy
	Statement string         // its Sid, or else its number
}

// Trace returns the links of the chain that a stage of a pipeline hangs by, from the start of the pipeline to what runs in the end.
func Trace(p *plan.Plan, pipeline *plan.Resource, stage string) []Link {
	s := surveyOf(p)
	j := newJudge(s)
	parts := []*plan.Resource{pipeline}
	add := func(r *plan.Resource) {
		if r != nil && !slices.Contains(parts, r) {
			parts = append(parts, r)
		}
	}
	for _, of := range items(pipeline.Properties.Get("Stages")) {
		if written(at(of, "Name")) != stage {
			continue
		}
		for _, action := range items(at(of, "Actions")) {
			for _, part := range j.partsOf(pipeline, action) {
				add(part)
			}
		}
	}
	for _, rule := range s.types[eventRuleType] {
		for _, t := range items(rule.Properties.Get("Targets")) {
			function := s.resolve(rule, at(t, "Arn"), functionType)
			if s.resolve(rule, at(t, "Arn"), pipelineType) == pipeline || function != nil && s.startedBy(function) == pipeline {
				parts = slices.Insert(parts, 0, rule)
			}
		}
	}
	var out []Link
	for _, part := range parts {
		for _, m := range j.list {
			if m.of == part && (part.Type != pipelineType || m.in == "" || strings.HasPrefix(m.in, stage+"/")) {
				out = append(out, j.link(m))
			}
		}
	}
	return out
}

// partsOf are the resources whose calls an action of a pipeline leads to, in the order in which they come into it.
func (j *judge) partsOf(pipeline *plan.Resource, action plan.Value) []*plan.Resource {
	s := j.s
	a := step{pipeline: pipeline, action: action, by: s.resolve(pipeline, at(action, "RoleArn"), roleType)}
	var out []*plan.Resource
	switch provider(action) {
	case "CodeBuild":
		out = append(out, some(a.setting(s, "ProjectName", projectType))...)
		if _, canary := s.looksAt(pipeline, action); canary != nil {
			out = append(out, canary)
		}
	case "CodeDeploy":
		group := a.setting(s, "DeploymentGroupName", groupType)
		if group == nil {
			return nil
		}
		out = append(append(out, group), s.fleetsOf(group)...)
		if maker := s.makers[group]; maker != nil {
			out = append(append(out, maker), some(s.function(maker))...)
		}
	case "CloudFormation":
		stack := s.deployedBy(pipeline, action)
		if stack == nil {
			return nil
		}
		if keeper := s.makes[stack]; keeper != nil {
			out = append(append(out, keeper), some(s.function(keeper))...)
		}
		for _, alias := range s.kinds[kind{stack, aliasType}] {
			out = append(out, some(s.shifts(alias))...)
		}
		for _, of := range []string{functionType, functionTargetType, urlType} {
			out = append(out, s.kinds[kind{stack, of}]...)
		}
	}
	return out
}

func (j *judge) link(m *call) Link {
	out := Link{Of: m.of, In: m.in, By: m.by, Service: m.service, Actions: m.actions, On: j.what(m), Owner: m.on.owner, Because: m.because, Source: m.source}
	for i, action := range m.lower {
		d := j.decide(m, action)
		if d.Verdict != access.Allowed {
			out.Refused = append(out.Refused, m.actions[i])
			continue
		}
		out.Identity, out.Resource = withGrant(out.Identity, d.Identity), withGrant(out.Resource, d.Resource)
	}
	return out
}

func withGrant(list []Grant, s *access.Statement) []Grant {
	if s == nil {
		return list
	}
	g := Grant{s.Of, s.Sid}
	if g.Statement == "" {
		g.Statement = "statement " + strconv.Itoa(s.Index)
	}
	if slices.Contains(list, g) {
		return list
	}
	return append(list, g)
}

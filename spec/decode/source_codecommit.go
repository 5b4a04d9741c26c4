package decode

import (
	"fmt"
	"strings"

	"github.com/cfnpipe/cfnpipe/spec"
)

func (b *block) sourceCodeCommit() *spec.Source {
	out := &spec.Source{
		Kind:             b.kind(),
		Repository:       b.repository(),
		CreateRepository: b.flag("create_repository"),
		Branch:           b.branch(),
		Range:            b.header,
	}
	if paths, found := b.one("paths", ""); found {
		out.Paths = paths.sourcePaths()
	}
	return out
}

func (b *block) repository() spec.Text {
	out := b.text("repository")
	// Source: CodeCommit API, CreateRepository, repositoryName.
	if name, found := strings.CutSuffix(out.Value, ".git"); found {
		v, _ := b.value("repository")
		v.d.reportValue(v, `Repository name ends in ".git"`, fmt.Sprintf("CodeCommit does not allow that; write %q.", name))
	}
	return out
}

func (b *block) branch() spec.Text {
	out := b.text("branch")
	if !b.has("branch") || out.Value == "" {
		return out
	}
	v, _ := b.value("branch")
	if name, found := strings.CutPrefix(out.Value, "refs/heads/"); found {
		v.misfit(out.Value, fmt.Sprintf(" Leave out refs/heads/: %q.", name))
		return spec.Text{Range: out.Range}
	}
	if fault := branchFault(out.Value); fault != "" {
		v.misfit(out.Value, " "+fault)
		return spec.Text{Range: out.Range}
	}
	return out
}

// branchFault says why git would refuse the name of a branch. Source: git-check-ref-format(1).
func branchFault(name string) string {
	switch {
	case strings.ContainsAny(name, "*?["):
		return "A pipeline builds one branch; another branch is another pipeline."
	case name == "@" || strings.ContainsAny(name, " ~^:\\"):
		return "It may not be @ or contain a space or one of ~ ^ : \\."
	case strings.Contains(name, "..") || strings.Contains(name, "@{") || strings.HasSuffix(name, "."):
		return "It may not contain two periods or @{, or end in a period."
	case strings.HasPrefix(name, "-"):
		return "It may not begin with a hyphen."
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".lock") {
			return "No part between slashes may be empty, begin with a period or end in .lock."
		}
	}
	return ""
}

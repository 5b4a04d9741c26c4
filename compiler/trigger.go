package compiler

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
	"github.com/cfnpipe/cfnpipe/spec/check"
	"github.com/cfnpipe/cfnpipe/spec/decode"
	"github.com/cfnpipe/cfnpipe/spec/glob"
)

// Push is a change of a branch that existed before: a new branch starts its pipelines whatever is in it.
type Push struct {
	Repository string // as a configuration writes it; empty: that of each pipeline
	Branch     string
	Changed    []string // paths from the top of the repository: added, changed, deleted, and both ends of what was moved
}

// Start says whether a push starts a pipeline, and why.
type Start struct {
	Pipeline   string  `json:"pipeline"`
	Repository string  `json:"repository"`
	Branch     string  `json:"branch"`
	Starts     bool    `json:"starts"`
	Why        Why     `json:"why"`
	Files      []Touch `json:"files,omitempty"` // the files of the push as the pipeline's paths see them
}

// Why is the reason for which a pipeline starts or not.
type Why string

// The reasons.
const (
	EveryPush       Why = "every_push"       // it has no paths
	FileCounts      Why = "file_counts"      // at least one
	NoFileCounts    Why = "no_file_counts"   // none does
	OtherBranch     Why = "other_branch"     // than the one that it builds
	OtherRepository Why = "other_repository" // than the one that it reads
)

// Touch is a file of a push with the first patterns that it fits.
type Touch struct {
	Path    string `json:"path"`
	Counts  bool   `json:"counts"`
	Include string `json:"include,omitempty"`
	Exclude string `json:"exclude,omitempty"`

	// Below is a pattern of include that names a folder of the path, and so a file of that name only: probably a slip.
	Below string `json:"below,omitempty"`
}

// Starts says which pipelines of a configuration, with values for its variables, a push starts, in the order of the
// source. There are none if a diagnostic is an error.
func Starts(files []Source, push Push, inputs ...Input) ([]Start, hcl.Diagnostics) {
	config, diags := decode.Files(files, inputs...)
	if !diags.HasErrors() {
		diags = append(diags, check.Config(config)...)
	}
	if diags.HasErrors() {
		return nil, diags
	}
	var out []Start
	for _, p := range config.Pipelines {
		out = append(out, start(p, push))
	}
	return out, diags
}

func start(p *spec.Pipeline, push Push) Start {
	out := Start{Pipeline: p.Label.Value, Repository: p.Source.Repository.Value, Branch: p.Source.Branch.Value}
	switch {
	case push.Repository != "" && push.Repository != out.Repository:
		out.Why = OtherRepository
	case push.Branch != out.Branch:
		out.Why = OtherBranch
	case p.Source.Paths == nil:
		out.Starts, out.Why = true, EveryPush
	default:
		out.Why = NoFileCounts
		for _, path := range push.Changed {
			touch := touched(p.Source.Paths, path)
			out.Files = append(out.Files, touch)
			if touch.Counts {
				out.Starts, out.Why = true, FileCounts
			}
		}
	}
	return out
}

func touched(paths *spec.Paths, path string) Touch {
	out := Touch{Path: path, Include: fitting(paths.Include, path), Exclude: fitting(paths.Exclude, path)}
	out.Counts = out.Include != "" && out.Exclude == ""
	if out.Include == "" {
		for _, pattern := range paths.Include.Values() {
			if strings.HasPrefix(path, pattern+"/") {
				out.Below = pattern
			}
		}
	}
	return out
}

// fitting is the first pattern that a path fits; empty if there is none.
func fitting(patterns spec.Texts, path string) string {
	for _, pattern := range patterns.Items {
		if glob.Fits(pattern.Value, path) {
			return pattern.Value
		}
	}
	return ""
}

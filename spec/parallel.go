package spec

import "github.com/hashicorp/hcl/v2"

// Parallel is a `parallel` block of a stage: actions that start together.
type Parallel struct {
	Actions []Action // they stand among the stage's too
	Dynamic bool     // some of them come from a dynamic block, so that how many there are is not written down
	Range   hcl.Range
}

// Steps parts the actions of a stage into what runs side by side, in order of execution: the actions of a parallel block, or one.
func (s *Stage) Steps() [][]Action {
	var out [][]Action
	parallels := s.Parallels
	for at := 0; at < len(s.Actions); {
		for len(parallels) > 0 && len(parallels[0].Actions) == 0 {
			parallels = parallels[1:]
		}
		step := s.Actions[at : at+1]
		if len(parallels) > 0 && parallels[0].Actions[0] == s.Actions[at] {
			step, parallels = parallels[0].Actions, parallels[1:]
		}
		out = append(out, step)
		at += len(step)
	}
	return out
}

// Package script carries the programs that run on AWS's side of a pipeline.
package script

import (
	_ "embed"
	"strings"
)

//go:embed custom_resource.py
var customResourceEnd string

// customResource is the whole program of a custom resource: what it does, and how it answers.
func customResource(program string) string { return compact(program + customResourceEnd) }

// compact drops the comments that fill whole lines, and with them the blank lines: a template has 51,200 bytes for
// everything when it travels in the request (CloudFormation user guide, "Understand quotas"). The "#!" of a first line stays.
func compact(program string) string {
	var out strings.Builder
	out.Grow(len(program))
	for line := range strings.Lines(program) {
		text := strings.TrimSpace(line)
		if text == "" || strings.HasPrefix(text, "#") && !strings.HasPrefix(text, "#!") {
			continue
		}
		out.WriteString(line)
	}
	return out.String()
}

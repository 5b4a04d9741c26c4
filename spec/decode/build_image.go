package decode

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/spec"
)

func (b *block) buildImage() *spec.Build {
	return &spec.Build{
		Kind:           b.kind(),
		ComputeType:    b.text("compute_type"),
		Runtime:        b.pairs("runtime"),
		RuntimeRange:   b.placeOf("runtime"),
		Test:           b.commands(),
		TestReports:    b.path("test_reports"),
		Dockerfile:     b.path("dockerfile"),
		TimeoutMinutes: b.number("timeout_minutes"),
		Range:          b.header,
	}
}

func (b *block) commands() spec.Texts {
	out := b.texts("test")
	for _, command := range out.Items {
		if strings.TrimSpace(command.Value) == "" {
			b.d.report(command.Range, `Empty command in "test"`, "Write a shell command, or leave it out.")
		}
	}
	return out
}

// path reads a path that may not leave the folder of the source.
func (b *block) path(name string) spec.Text {
	out := b.text(name)
	fault := ""
	switch {
	case strings.HasPrefix(out.Value, "/"):
		fault = " It may not begin with a slash."
	case slices.Contains(strings.Split(out.Value, "/"), ".."):
		fault = " It may not contain a part \"..\"."
	case name == "dockerfile" && strings.HasSuffix(out.Value, "/"):
		fault = " It may not end in a slash."
	}
	if fault == "" {
		return out
	}
	v, _ := b.value(name)
	better := strings.Trim(out.Value, "/")
	if v.show(better) == better && better != out.Value && better != "" && !slices.Contains(strings.Split(better, "/"), "..") {
		fault += fmt.Sprintf(" Did you mean %q?", better)
	}
	v.misfit(out.Value, fault)
	return spec.Text{Range: out.Range}
}

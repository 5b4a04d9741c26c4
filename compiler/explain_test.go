package compiler_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// TestExplainGoesBothWays asks for every part that something decides, and for the line of what decides it: each names the other.
func TestExplainGoesBothWays(t *testing.T) {
	for _, name := range []string{"minimal", "lambda-canary", "escape-hatches"} {
		system, diags := compileText(source(t, name))
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		lines := map[int]*compiler.Explanation{}
		for _, o := range system.Origins() {
			whole, err := system.Explain(o.ID)
			if err != nil || whole.Kind != "resource" || whole.Resources[0].ID != o.ID {
				t.Fatalf("%s: %s: %v, %v", name, o.ID, whole, err)
			}
			asked := map[string]*compiler.Explanation{}
			for _, part := range o.Parts {
				if part.Pointer != "" {
					holdsPart(t, system, asked, o, part)
				}
				holdsLine(t, system, lines, o, part)
			}
		}
	}
}

func holdsPart(t *testing.T, system *compiler.System, asked map[string]*compiler.Explanation, o compiler.Origin, part compiler.Decided) {
	t.Helper()
	e := asked[part.Pointer]
	if e == nil {
		var err error
		if e, err = system.Explain(o.ID + part.Pointer); err != nil {
			if !strings.HasSuffix(part.Pointer, "/DependsOn") { // A reference may say it already.
				t.Errorf("%s%s: %v", o.ID, part.Pointer, err)
			}
			return
		}
		asked[part.Pointer] = e
	}
	if !slices.ContainsFunc(e.DecidedBy, func(s compiler.Spot) bool { return begins(s, part.At) }) {
		t.Errorf("%s%s: %v is not decided by %v", o.ID, part.Pointer, e.DecidedBy, part.At)
	}
}

func holdsLine(t *testing.T, system *compiler.System, lines map[int]*compiler.Explanation, o compiler.Origin, part compiler.Decided) {
	t.Helper()
	at := part.At.Start.Line
	e := lines[at]
	if e == nil {
		var err error
		if e, err = system.Explain(fmt.Sprintf("pipeline.hcl:%d", at)); err != nil {
			t.Errorf("line %d: %v", at, err)
			return
		}
		lines[at] = e
	}
	if !slices.ContainsFunc(e.Resources, func(r compiler.ExplainedResource) bool {
		return r.ID == o.ID && slices.ContainsFunc(r.Parts, func(p compiler.ExplainedPart) bool { return p.Pointer == part.Pointer })
	}) {
		t.Errorf("line %d does not decide %s%s", at, o.ID, part.Pointer)
	}
}

func begins(s compiler.Spot, at hcl.Range) bool {
	return s.Source == at.Filename && s.Start.Line == at.Start.Line && s.Start.Column == at.Start.Column
}

// TestExplainAnswersAnything asks for what is not there, in all its forms.
func TestExplainAnswersAnything(t *testing.T) {
	system, diags := compileText(source(t, "storefront"))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for _, what := range []string{
		"", "/", "//", "~", "x", "/x", "0", "99999999", "999999999999999999999", ":1", "a:1", "nothing.hcl:1", "/Resources", "/Resources/", "/Resources//x",
		"StorefrontPipeline/", "StorefrontPipeline//", "StorefrontPipeline/Properties/Stages/-1", "StorefrontPipeline/Properties/Stages/00",
		"StorefrontPipeline/Properties/Stages/0/", "/Outputs/x", "/Parameters", "/Rules/RegionIsKnown/Assertions/0/Assert", "pipeline.hcl:0", "\x00", strings.Repeat("/", 5000),
		strings.Repeat("x", 100_000),
	} {
		e, err := system.Explain(what)
		var nothing *compiler.NothingError
		if (e == nil) == (err == nil) || err != nil && (!errors.As(err, &nothing) || err.Error() == "") {
			t.Errorf("%.40q: %v, %v", what, e, err)
		}
	}
}

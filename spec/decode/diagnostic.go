package decode

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec"
)

// report adds an error and returns it, so that a caller may add to it.
func (d *decoder) report(at hcl.Range, summary, detail string) *hcl.Diagnostic {
	diag := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: at.Ptr()}
	d.diags = append(d.diags, diag)
	return diag
}

// reportValue adds an error about the value of an expression.
func (d *decoder) reportValue(v value, summary, detail string) {
	diag := d.report(v.expr.Range(), summary, detail)
	diag.Expression = v.expr
	diag.EvalContext = shown(d.contextOf(v.expr))
}

// duplicate adds an error about a second thing of the same name and points at both.
func (d *decoder) duplicate(second, first hcl.Range, summary, detail string) {
	diag := d.report(second, summary, fmt.Sprintf("%s The first is at %s.", detail, place(first)))
	diag.Extra = spec.Related{Message: "The first is here.", Range: first}
}

func (d *decoder) duplicateAttribute(second, first *hcl.Attribute) {
	d.duplicate(second.NameRange, first.NameRange, fmt.Sprintf("Attribute %q is set twice", second.Name), "Keep one of the two.")
}

// ended gives every range an end: HCL leaves it out of a call that the end of the file cuts off.
func ended(diags hcl.Diagnostics) hcl.Diagnostics {
	for _, diag := range diags {
		for _, at := range []**hcl.Range{&diag.Subject, &diag.Context} {
			if rng := *at; rng != nil && rng.End.Byte < rng.Start.Byte {
				*at = &hcl.Range{Filename: rng.Filename, Start: rng.Start, End: rng.Start}
			}
		}
	}
	return diags
}

func place(rng hcl.Range) string { return fmt.Sprintf("%s:%d", rng.Filename, rng.Start.Line) }

// didYouMean is a sentence that proposes the name most like the given one, with a space before it; empty if none is like it.
func didYouMean(given string, names []string) string { return spec.DidYouMean(given, names) }

func nearest(given string, names []string) string { return spec.Nearest(given, names) }

// maxNamed is the length of a word that may be a slip of the pen.
const maxNamed = spec.MaxNamed

// list writes names as a reader expects them: a, b, c.
func list(names []string) string { return spec.Listed(names) }

// either joins names by commas and "or".
func either(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = fmt.Sprintf("%q", name)
	}
	return list(out)
}

func names(row schema.Block) []string {
	var out []string
	for _, attribute := range row.Attributes {
		out = append(out, attribute.Name)
	}
	for _, nested := range row.Blocks {
		if !slices.Contains(out, nested.Type) {
			out = append(out, nested.Type)
		}
	}
	return out
}

// homes are the headers of the blocks elsewhere in the schema that have an attribute or block of the name, each once.
func homes(row schema.Block, name string) []string {
	var out []string
	for _, nested := range row.Blocks {
		_, ok := nested.Attribute(name)
		if ok || slices.ContainsFunc(nested.Blocks, func(b schema.Block) bool { return b.Type == name }) {
			out = append(out, nested.Header())
		}
		out = append(out, homes(nested, name)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

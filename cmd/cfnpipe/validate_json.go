package main

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// The types below are version 1.0 of the format of "terraform validate -json",
// as its documentation describes it, so that editors and CI that know the one know the other.

type verdict struct {
	FormatVersion string       `json:"format_version"`
	Valid         bool         `json:"valid"`
	ErrorCount    int          `json:"error_count"`
	WarningCount  int          `json:"warning_count"`
	Diagnostics   []diagnostic `json:"diagnostics"`

	*compiler.Ledger // an addition of ours, with --limits
}

type diagnostic struct {
	Severity string   `json:"severity"`
	Summary  string   `json:"summary"`
	Detail   string   `json:"detail"`
	Range    *extent  `json:"range,omitempty"`
	Snippet  *snippet `json:"snippet,omitempty"`
}

type extent struct {
	Filename string   `json:"filename"`
	Start    position `json:"start"`
	End      position `json:"end"`
}

type position struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Byte   int `json:"byte"`
}

type snippet struct {
	Context              *string     `json:"context"`
	Code                 string      `json:"code"`
	StartLine            int         `json:"start_line"`
	HighlightStartOffset int         `json:"highlight_start_offset"`
	HighlightEndOffset   int         `json:"highlight_end_offset"`
	Values               []statement `json:"values"`
}

type statement struct {
	Traversal string `json:"traversal"`
	Statement string `json:"statement"`
}

func (c *console) validateJSON(diags hcl.Diagnostics, sources []compiler.Source, ledger *compiler.Ledger) error {
	failures, warnings := count(diags)
	v := verdict{
		FormatVersion: "1.0", Valid: failures == 0, ErrorCount: failures, WarningCount: warnings,
		Diagnostics: make([]diagnostic, 0, len(diags)), Ledger: ledger,
	}
	files := originals(sources)
	for _, diag := range diags {
		v.Diagnostics = append(v.Diagnostics, describe(diag, files))
	}
	if err := c.printJSON(v); err != nil {
		return err
	}
	if failures > 0 {
		return &failure{status: statusDiagnostics}
	}
	return nil
}

// validateUnreadable is the verdict on what could not be read: who asked for JSON gets JSON.
func (c *console) validateUnreadable(err error) error {
	diags := hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Cannot read the configuration", Detail: err.Error()}}
	_ = c.validateJSON(diags, nil, nil)
	return &failure{status: statusFiles}
}

// originals is the source as it is, by name: JSON can carry every character.
func originals(sources []compiler.Source) map[string]*hcl.File {
	files := make(map[string]*hcl.File, len(sources))
	for _, source := range sources {
		if showable(source.Bytes) {
			files[source.Name] = &hcl.File{Bytes: source.Bytes, Nav: &navigation{source: source}}
		}
	}
	return files
}

func describe(diag *hcl.Diagnostic, files map[string]*hcl.File) diagnostic {
	out := diagnostic{Severity: "error", Summary: diag.Summary, Detail: diag.Detail}
	if diag.Severity == hcl.DiagWarning {
		out.Severity = "warning"
	}
	if diag.Subject == nil {
		return out
	}
	subject := visibleRange(*diag.Subject)
	out.Range = &extent{
		Filename: subject.Filename,
		Start:    position{subject.Start.Line, subject.Start.Column, subject.Start.Byte},
		End:      position{subject.End.Line, subject.End.Column, subject.End.Byte},
	}
	if file := files[subject.Filename]; file != nil {
		out.Snippet = cut(file, subject, diag)
	}
	return out
}

// visibleRange is the range that is marked: an empty one is made one character long.
func visibleRange(rng hcl.Range) hcl.Range {
	if rng.Empty() {
		rng.End = rng.Start
		rng.End.Byte++
		rng.End.Column++
	}
	return rng
}

// cut takes the whole lines of a diagnostic out of a file.
func cut(file *hcl.File, subject hcl.Range, diag *hcl.Diagnostic) *snippet {
	shown := subject
	if diag.Context != nil {
		shown = hcl.RangeOver(subject, *diag.Context)
	}
	text := file.Bytes
	from := min(shown.Start.Byte, len(text))
	from = bytes.LastIndexByte(text[:from], '\n') + 1
	// A range that ends with a line's end does not reach into the next line.
	to := max(from, min(shown.End.Byte-1, len(text)))
	if length := bytes.IndexByte(text[to:], '\n'); length >= 0 {
		to += length
	} else {
		to = len(text)
	}
	code := strings.TrimSuffix(string(text[from:to]), "\r")
	out := &snippet{
		Code: code, StartLine: shown.Start.Line, Values: values(diag),
		HighlightStartOffset: min(max(subject.Start.Byte-from, 0), len(code)),
		HighlightEndOffset:   min(max(subject.End.Byte-from, 0), len(code)),
	}
	if context := file.Nav.(*navigation).ContextString(subject.Start.Byte); context != "" {
		out.Context = &context
	}
	return out
}

// values says what the references in a faulty expression stand for.
func values(diag *hcl.Diagnostic) []statement {
	out := []statement{}
	if diag.Expression == nil || diag.EvalContext == nil {
		return out
	}
	for _, traversal := range diag.Expression.Variables() {
		value, faults := traversal.TraverseAbs(diag.EvalContext)
		name, plain := spell(traversal)
		if faults.HasErrors() || !plain || !value.IsWhollyKnown() || value.ContainsMarked() {
			continue
		}
		out = append(out, statement{name, "is " + brief(value)})
	}
	slices.SortFunc(out, func(a, b statement) int { return cmp.Compare(a.Traversal, b.Traversal) })
	return slices.Compact(out)
}

// spell writes a reference as it stands in the source, if it is made of names alone.
func spell(traversal hcl.Traversal) (string, bool) {
	var text strings.Builder
	for _, step := range traversal {
		switch s := step.(type) {
		case hcl.TraverseRoot:
			text.WriteString(s.Name)
		case hcl.TraverseAttr:
			text.WriteString("." + s.Name)
		default:
			return "", false
		}
	}
	return text.String(), true
}

func brief(value cty.Value) string {
	switch {
	case value.IsNull():
		return "null"
	case value.Type() == cty.String:
		return fmt.Sprintf("%q", value.AsString())
	case value.Type() == cty.Number:
		return value.AsBigFloat().Text('g', 10)
	case value.Type() == cty.Bool:
		return fmt.Sprint(value.True())
	case value.Type().IsObjectType():
		return "object with " + counted(len(value.Type().AttributeTypes()), "attribute")
	case value.CanIterateElements():
		return value.Type().FriendlyName() + " with " + counted(value.LengthInt(), "element")
	}
	return value.Type().FriendlyName()
}

package langserver

import (
	"bytes"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler"
	"github.com/cfnpipe/cfnpipe/spec/assist"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// edit is a change inside of one pipeline of one file.
type edit struct {
	name     string
	old, new outline.Span // the pipeline before and after
	bytes    int          // by how much longer the file is
	lines    int
}

// quick is what is wrong with a snapshot that differs from one that is known in one pipeline: that pipeline is looked at with all
// proofs and without the others, and what was said about the rest still stands. False if the rest might be concerned.
//
// When the whole is looked at, more may be said, or less: what pipelines are to each other, such as two of one name, repository or
// route; warnings about the rest, for which an error in the pipeline keeps the proofs from being reached; and the faults that HCL
// finds behind a pipeline with a mistake of syntax that leads it on.
func quick(known *result, now *snapshot) (hcl.Diagnostics, bool) {
	if now.fault != "" || !alone(now) {
		return nil, false
	}
	if same(known.of, now) {
		return known.diags, true // What was written has been taken back.
	}
	e, ok := editOf(known.of, now)
	if !ok || !outline.Balanced(now.file(e.name).Text[e.new.Start:e.new.End]) {
		return nil, false // What is not closed goes on into the next pipeline.
	}
	var out hcl.Diagnostics
	for _, diag := range known.diags {
		inside := diag.Subject == nil || diag.Subject.Filename == e.name && e.old.Holds(diag.Subject.Start.Byte)
		if inside {
			continue
		}
		if diag.Severity == hcl.DiagError {
			return nil, false // Then the proofs might not be reached.
		}
		out = append(out, e.moved(diag))
	}
	sources := slices.Clone(now.sources)
	for i, source := range sources {
		keep := outline.Span{Start: -1, End: -1}
		if source.Name == e.name {
			keep = e.new
		}
		if file := now.file(source.Name); file != nil {
			sources[i].Bytes = without(file, keep)
		}
	}
	_, diags := compiler.Inspect(sources, now.inputs...)
	for _, diag := range diags {
		if diag.Subject != nil && diag.Subject.Filename == e.name && e.new.Holds(diag.Subject.Start.Byte) {
			out = append(out, diag)
		}
	}
	return out, true
}

// alone tells whether nothing in a configuration reaches into what pipelines become.
func alone(s *snapshot) bool {
	for _, file := range s.config.Files {
		for _, block := range file.Body.Blocks {
			if slices.Contains([]string{"resource", "override", "output"}, block.Type.Text) {
				return false
			}
		}
	}
	return len(s.sources) == len(slices.DeleteFunc(slices.Clone(s.sources), compiler.Source.IsJSON))
}

// same tells whether the files of two snapshots are the same.
func same(a, b *snapshot) bool {
	return maps.EqualFunc(a.texts, b.texts, func(a, b *text) bool { return a == b || bytes.Equal(a.bytes, b.bytes) })
}

// editOf finds what differs between two snapshots; false unless it is in one pipeline.
func editOf(before, after *snapshot) (edit, bool) {
	changed := ""
	if len(before.texts) != len(after.texts) {
		return edit{}, false
	}
	for name, now := range after.texts {
		old := before.texts[name]
		switch {
		case old == nil:
			return edit{}, false
		case old == now || bytes.Equal(old.bytes, now.bytes):
		case changed != "":
			return edit{}, false
		default:
			changed = name
		}
	}
	old, now := before.file(changed), after.file(changed)
	if changed == "" || old == nil || now == nil || len(old.Body.Blocks) != len(now.Body.Blocks) {
		return edit{}, false
	}
	begin, oldEnd, newEnd := difference(old.Text, now.Text)
	for i, block := range now.Body.Blocks {
		was := old.Body.Blocks[i]
		if block.Type.Text == "pipeline" && was.Type.Text == "pipeline" && block.Body != nil && was.Body != nil &&
			block.Start == was.Start && block.Start <= begin && newEnd <= block.End && oldEnd <= was.End {
			return edit{
				name: changed, old: was.Span, new: block.Span, bytes: newEnd - oldEnd,
				lines: bytes.Count(now.Text[begin:newEnd], []byte("\n")) - bytes.Count(old.Text[begin:oldEnd], []byte("\n")),
			}, true
		}
	}
	return edit{}, false
}

// difference is where two texts begin to differ, and where in each the rest is the same again.
func difference(a, b []byte) (begin, endA, endB int) {
	for begin < len(a) && begin < len(b) && a[begin] == b[begin] {
		begin++
	}
	endA, endB = len(a), len(b)
	for endA > begin && endB > begin && a[endA-1] == b[endB-1] {
		endA--
		endB--
	}
	return begin, endA, endB
}

// moved is a diagnostic from before the edit where it belongs now.
func (e edit) moved(diag *hcl.Diagnostic) *hcl.Diagnostic {
	out := *diag
	out.Subject = e.shift(diag.Subject)
	if second, ok := diag.Extra.(compiler.Related); ok {
		second.Range = *e.shift(&second.Range)
		out.Extra = second
	}
	return &out
}

func (e edit) shift(r *hcl.Range) *hcl.Range {
	if r.Filename != e.name || r.Start.Byte < e.old.End {
		return r
	}
	out := *r
	for _, p := range []*hcl.Pos{&out.Start, &out.End} {
		p.Byte += e.bytes
		p.Line += e.lines
	}
	return &out
}

// without is the text of a file with blanks in the place of its pipelines, but for one. What is left stands where it stood.
func without(file *assist.File, keep outline.Span) []byte {
	out := bytes.Clone(file.Text)
	for _, block := range file.Body.Blocks {
		if block.Type.Text != "pipeline" || block.Span == keep {
			continue
		}
		for i, c := range out[block.Start:block.End] {
			if c != '\n' {
				out[block.Start+i] = ' '
			}
		}
	}
	return out
}

package main

import (
	"bytes"
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// maxShown is how many diagnostics a person is shown.
const maxShown = 100

// report writes diagnostics for a person, with the lines that they are about.
func (c *console) report(diags hcl.Diagnostics, sources []compiler.Source) {
	if len(diags) == 0 {
		return
	}
	width, colour := c.terminal()
	files := snippets(sources)
	for _, diag := range diags[:min(len(diags), maxShown)] {
		diag = printable(diag)
		writer := hcl.NewDiagnosticTextWriter(c.stderr, beginning(files, diag), width, colour)
		// A stream of messages that fails leaves nobody to tell.
		_ = writer.WriteDiagnostic(diag)
	}
	if more := len(diags) - maxShown; more > 0 {
		c.note("And %d more. Mend these first.", more)
	}
}

// snippets is the source as a terminal may show it, by name.
func snippets(sources []compiler.Source) map[string]*hcl.File {
	files := make(map[string]*hcl.File, len(sources))
	for _, source := range sources {
		text := []byte(visible(string(source.Bytes)))
		files[visible(source.Name)] = &hcl.File{Bytes: text, Nav: &navigation{source: source}}
	}
	return files
}

// beginning is the file of a diagnostic up to its last line: the writer goes
// through the whole of what it is given, for each diagnostic. None if a line
// that would be shown is not for readers.
func beginning(files map[string]*hcl.File, diag *hcl.Diagnostic) map[string]*hcl.File {
	if diag.Subject == nil || files[diag.Subject.Filename] == nil {
		return nil
	}
	file := *files[diag.Subject.Filename]
	begin, end := diag.Subject.Start.Byte, diag.Subject.End.Byte
	if diag.Context != nil {
		begin, end = min(begin, diag.Context.Start.Byte), max(end, diag.Context.End.Byte)
	}
	end = min(end, len(file.Bytes))
	begin = bytes.LastIndexByte(file.Bytes[:min(begin, end)], '\n') + 1
	if line := bytes.IndexByte(file.Bytes[end:], '\n'); line >= 0 {
		file.Bytes = file.Bytes[:end+line+1]
	}
	if !showable(file.Bytes[begin:]) {
		return nil
	}
	return map[string]*hcl.File{diag.Subject.Filename: &file}
}

// showable tells whether lines are such that one can read. Without this bound a
// file of one line would be printed whole for each of its mistakes.
func showable(text []byte) bool {
	const maxLine = 2000
	for line := range bytes.SplitSeq(text, []byte("\n")) {
		if len(line) > maxLine {
			return false
		}
	}
	return true
}

func printable(diag *hcl.Diagnostic) *hcl.Diagnostic {
	out := *diag
	out.Summary, out.Detail = visible(diag.Summary), visible(diag.Detail)
	out.Subject, out.Context = printableRange(diag.Subject), printableRange(diag.Context)
	return &out
}

func printableRange(rng *hcl.Range) *hcl.Range {
	if rng == nil {
		return nil
	}
	out := *rng
	out.Filename = visible(rng.Filename)
	return &out
}

func count(diags hcl.Diagnostics) (failures, warnings int) {
	for _, diag := range diags {
		if diag.Severity == hcl.DiagError {
			failures++
		} else {
			warnings++
		}
	}
	return failures, warnings
}

// counted is a number with its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

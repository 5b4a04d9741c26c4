package langserver

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// assignmentFaults is what keeps files with values for variables from being read that the configuration does not use by itself.
func (s *snapshot) assignmentFaults() hcl.Diagnostics {
	var out hcl.Diagnostics
	for name, doc := range s.open {
		used := slices.ContainsFunc(s.inputs, func(i compiler.Input) bool { return i.File != nil && i.File.Name == name })
		if s.unit.folder != "" && compiler.IsAssignments(name) && !used {
			out = append(out, compiler.Syntax(compiler.Source{Name: name, Bytes: doc.text.bytes})...)
		}
	}
	return out
}

// mostSaid is how many diagnostics of one file an editor is told: of a file of nonsense there is one for each character.
const mostSaid = 500

// diagnostics are what is wrong with a snapshot as the protocol has it, by the names of the files.
func (s *snapshot) diagnostics(diags hcl.Diagnostics) map[string][]diagnostic {
	out := map[string][]diagnostic{}
	if s.fault != "" {
		for name := range s.open {
			out[name] = append(out[name], diagnostic{
				Severity: 1, Source: languageID, Message: s.unit.server.host.Visible("The folder cannot be read\n" + s.fault),
			})
		}
	}
	for _, diag := range diags {
		name := s.nameOf(diag)
		if len(out[name]) < mostSaid {
			out[name] = append(out[name], s.diagnostic(diag))
		}
	}
	return out
}

// nameOf is the file that a diagnostic is about: the first one if it has no place.
func (s *snapshot) nameOf(diag *hcl.Diagnostic) string {
	switch {
	case diag.Subject != nil && s.texts[diag.Subject.Filename] != nil:
		return diag.Subject.Filename
	case len(s.sources) > 0:
		return s.sources[0].Name
	}
	return ""
}

func (s *snapshot) diagnostic(diag *hcl.Diagnostic) diagnostic {
	visible := s.unit.server.host.Visible
	d := diagnostic{Severity: 1, Source: languageID, Message: visible(diag.Summary)}
	if diag.Detail != "" {
		d.Message += "\n" + visible(diag.Detail)
	}
	if diag.Severity == hcl.DiagWarning {
		d.Severity = 2
	}
	if diag.Subject != nil && s.texts[diag.Subject.Filename] != nil {
		d.Range = s.texts[diag.Subject.Filename].rng(spanOf(*diag.Subject))
	}
	if second, ok := diag.Extra.(compiler.Related); ok && s.texts[second.Range.Filename] != nil {
		d.RelatedInformation = []related{{
			location{s.uris[second.Range.Filename], s.texts[second.Range.Filename].rng(spanOf(second.Range))}, visible(second.Message),
		}}
	}
	return d
}

func spanOf(r hcl.Range) outline.Span {
	return outline.Span{Start: r.Start.Byte, End: max(r.End.Byte, r.Start.Byte)}
}

package spec

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// Related is a second place that a diagnostic points to. It travels in the Extra field of an hcl.Diagnostic.
type Related struct {
	Message string // a sentence, such as: The first is here.
	Range   hcl.Range
}

// Tidy puts diagnostics in the order of the source and drops repetitions.
func Tidy(diags hcl.Diagnostics) hcl.Diagnostics {
	sorted := slices.SortedStableFunc(slices.Values(diags), func(a, b *hcl.Diagnostic) int {
		return cmp.Or(
			cmp.Compare(subject(a).Filename, subject(b).Filename),
			cmp.Compare(subject(a).Start.Byte, subject(b).Start.Byte),
			cmp.Compare(subject(a).End.Byte, subject(b).End.Byte),
			cmp.Compare(a.Summary, b.Summary),
			cmp.Compare(a.Detail, b.Detail),
		)
	})
	return slices.CompactFunc(sorted, func(a, b *hcl.Diagnostic) bool {
		return subject(a) == subject(b) && a.Severity == b.Severity && a.Summary == b.Summary && a.Detail == b.Detail
	})
}

func subject(diag *hcl.Diagnostic) hcl.Range {
	if diag.Subject == nil {
		return hcl.Range{}
	}
	return *diag.Subject
}

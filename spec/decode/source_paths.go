package decode

import (
	"encoding/json"
	"fmt"

	"github.com/cfnpipe/cfnpipe/spec"
	"github.com/cfnpipe/cfnpipe/spec/glob"
)

// maxPatterns is how many bytes the patterns of one source have together, as the lists in JSON that the function reads: they
// stand in its environment, with the pipeline's name. Source: Lambda developer guide, "Lambda quotas", environment variables, 4 KB.
const maxPatterns = 3600

func (b *block) sourcePaths() *spec.Paths {
	out := &spec.Paths{Include: b.patterns("include"), Exclude: b.patterns("exclude"), Range: b.header}
	if !b.has("include") && !b.has("exclude") && len(b.seen) == 0 && !b.d.broken[b.header.Filename] {
		b.d.report(b.header, "Block \"paths\" says nothing",
			`Every push would start the pipeline. Leave the block out, or say which files count: include = ["services/api/**"].`)
	}
	include, _ := json.Marshal(out.Include.Values())
	exclude, _ := json.Marshal(out.Exclude.Values())
	if n := len(include) + len(exclude); n > maxPatterns {
		b.d.report(b.header, "Too many patterns in \"paths\"",
			fmt.Sprintf("They have %d bytes together, and the function that compares them takes %d. Write fewer, with * and **.", n, maxPatterns))
	}
	return out
}

// patterns reads a list of patterns; those with a fault are left out.
func (b *block) patterns(name string) spec.Texts {
	out := b.texts(name)
	v, _ := b.value(name)
	items := out.Items
	out.Items = nil
	for _, item := range items {
		fault := glob.Fault(item.Value)
		if fault == "" {
			out.Items = append(out.Items, item)
			continue
		}
		b.d.report(item.Range, fmt.Sprintf("Pattern %q does not fit %q", shorten(item.Value), v.row.Name), fault)
	}
	return out
}

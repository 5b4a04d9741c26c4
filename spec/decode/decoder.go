package decode

import (
	"regexp"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// decoder is the state of one call of Files.
type decoder struct {
	sources  map[string][]byte
	broken   map[string]bool // files that could be read in part only
	start    hcl.Range       // where the configuration begins
	declared []*spec.Account
	byName   map[string]*spec.Account
	names    []string // of the accounts, as far as a message may propose them: a name that cannot be used has its own message
	scope    *scope
	hidden   map[hcl.Range]bool // expressions whose value messages do not show
	patterns map[string]*regexp.Regexp
	diags    hcl.Diagnostics
}

func newDecoder(files []Source) *decoder {
	d := &decoder{
		sources:  map[string][]byte{},
		broken:   map[string]bool{},
		scope:    newScope(),
		hidden:   map[hcl.Range]bool{},
		byName:   map[string]*spec.Account{},
		patterns: map[string]*regexp.Regexp{},
	}
	d.scope.owner = d
	for _, file := range files {
		d.sources[file.Name] = file.Bytes
	}
	d.start = hcl.Range{Start: hcl.InitialPos, End: hcl.InitialPos}
	if len(files) > 0 {
		d.start.Filename = files[0].Name
	}
	return d
}

// sourceText is what was written at a range.
func (d *decoder) sourceText(rng hcl.Range) string {
	source := d.sources[rng.Filename]
	if rng.Start.Byte < 0 || rng.End.Byte > len(source) || rng.Start.Byte > rng.End.Byte {
		return ""
	}
	return string(source[rng.Start.Byte:rng.End.Byte])
}

func (d *decoder) matches(pattern, text string) bool {
	compiled, ok := d.patterns[pattern]
	if !ok {
		compiled = regexp.MustCompile(pattern)
		d.patterns[pattern] = compiled
	}
	return compiled.MatchString(text)
}

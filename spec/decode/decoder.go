package decode

import (
	"maps"
	"regexp"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec"
)

// decoder reads one configuration. Inside of a block that stands for several there is a decoder for each of them, with the
// iterators of those blocks; all share one state.
type decoder struct {
	*state
	iterators map[string]map[string]cty.Value // key and value of each, by its name
}

// state is the state of one call of Files.
type state struct {
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
	rows     schema.Block // of a whole file, once they are asked for
}

func newDecoder(files []Source) *decoder {
	d := &decoder{state: &state{
		sources:  map[string][]byte{},
		broken:   map[string]bool{},
		scope:    newScope(),
		hidden:   map[hcl.Range]bool{},
		byName:   map[string]*spec.Account{},
		patterns: map[string]*regexp.Regexp{},
	}}
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

// within is a decoder for one of the blocks that a block stands for.
func (d *decoder) within(iterator string, key, value cty.Value) *decoder {
	inner := &decoder{state: d.state, iterators: maps.Clone(d.iterators)}
	if inner.iterators == nil {
		inner.iterators = map[string]map[string]cty.Value{}
	}
	inner.iterators[iterator] = map[string]cty.Value{"key": key, "value": value}
	return inner
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

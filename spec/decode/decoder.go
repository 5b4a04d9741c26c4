package decode

import (
	"regexp"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/spec"
)

// decoder is the state of one call of Files.
type decoder struct {
	sources  map[string][]byte
	broken   map[string]bool // files that could be read in part only
	start    hcl.Range       // where the configuration begins
	declared []*spec.Account
	byName   map[string]*spec.Account
	names    []string         // of the accounts, as far as a message may propose them: a name that cannot be used has its own message
	context  *hcl.EvalContext // empty until the accounts' ids are known
	patterns map[string]*regexp.Regexp
	diags    hcl.Diagnostics
}

func newDecoder(files []Source) *decoder {
	d := &decoder{
		sources:  map[string][]byte{},
		broken:   map[string]bool{},
		context:  &hcl.EvalContext{},
		byName:   map[string]*spec.Account{},
		patterns: map[string]*regexp.Regexp{},
	}
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

// evalContext is what expressions may use: the ids of the accounts. An id that could not be read is unknown, so that what is
// made of it is passed over without a second diagnostic.
func (d *decoder) evalContext() *hcl.EvalContext {
	accounts := map[string]cty.Value{}
	for _, account := range d.declared {
		id := cty.UnknownVal(cty.String)
		if account.ID.Value != "" {
			id = cty.StringVal(account.ID.Value)
		}
		accounts[account.Label.Value] = cty.ObjectVal(map[string]cty.Value{"id": id})
	}
	return &hcl.EvalContext{Variables: map[string]cty.Value{"account": cty.ObjectVal(accounts)}}
}

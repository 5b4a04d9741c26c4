package assist

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// Edit is a change of a file.
type Edit struct {
	Location
	Text string
}

// ErrNothingToRename says that no name stands at a position that may be changed everywhere at once.
var ErrNothingToRename = errors.New("put the cursor on the name of an account, a pipeline, a variable, a local, a parameter or a resource")

// CanRename is the name at a position, if it can be renamed.
func (c *Config) CanRename(file *File, at int) (outline.Word, error) {
	kind, name, ok := c.named(file, at)
	if !ok {
		return outline.Word{}, ErrNothingToRename
	}
	if _, declared := c.find(kind, name.Text); !declared {
		if kind == ResourceKind {
			return outline.Word{}, fmt.Errorf("%s is the logical id of a generated resource: rename the block that it comes from", name.Text)
		}
		return outline.Word{}, fmt.Errorf("no %s %q is declared in this configuration", kind, name.Text)
	}
	return name, nil
}

// Rename is the changes that give what stands at a position another name, in all files. Logical ids that begin with the name of a
// pipeline or an account change with it. The error says why the name cannot be used.
func (c *Config) Rename(file *File, at int, name string) ([]Edit, error) {
	old, err := c.CanRename(file, at)
	if err != nil {
		return nil, err
	}
	kind, _, _ := c.named(file, at)
	if err := c.fits(kind, old.Text, name); err != nil {
		return nil, err
	}
	var out []Edit
	for _, at := range c.references(kind, old.Text, true) {
		out = append(out, Edit{at, name})
	}
	if kind == Pipeline || kind == Account {
		generated, err := c.renameGenerated(old.Text, name)
		if err != nil {
			return nil, err
		}
		out = append(out, generated...)
	}
	return out, nil
}

func (c *Config) fits(kind Kind, old, name string) error {
	label := labelOf(kind)
	if !regexp.MustCompile(label.Pattern).MatchString(name) || len(name) > label.MaxLength {
		return fmt.Errorf("%q cannot be the name of this %s: write %s, at most %d characters", name, kind, label.Words, label.MaxLength)
	}
	if other, taken := c.find(kind, name); taken && name != old {
		return fmt.Errorf("there is a %s %q already, in %s", kind, name, other.File.Name)
	}
	return nil
}

// labelOf is what the schema says of the names of a kind. A local is called as a variable is.
func labelOf(kind Kind) schema.Label {
	typeName := kind.String()
	if kind == Local {
		typeName = Variable.String()
	}
	block, _ := root().Block(typeName, "")
	return block.Labels[len(block.Labels)-1]
}

// renameGenerated changes the logical ids of generated resources that a name is the beginning of. Without a plan it cannot tell them.
func (c *Config) renameGenerated(old, name string) ([]Edit, error) {
	if c.Known.LogicalID == nil {
		return nil, nil
	}
	before, after := c.Known.LogicalID(old), c.Known.LogicalID(name)
	generated := map[string]bool{}
	for _, r := range c.resources() {
		generated[r.ID] = true
	}
	var out []Edit
	for _, file := range c.Files {
		for _, use := range c.usesIn(file, ResourceKind) {
			rest, begins := strings.CutPrefix(use.Text, before)
			if _, own := c.find(ResourceKind, use.Text); own || !begins || c.belongsElsewhere(use.Text, before) {
				continue
			}
			if len(generated) == 0 {
				return nil, fmt.Errorf("%s may be the logical id of a resource that is called after %q, which is not to be seen before the errors are mended", use.Text, old)
			}
			if generated[use.Text] {
				out = append(out, Edit{Location{file, use.Span}, after + rest})
			}
		}
	}
	return out, nil
}

// belongsElsewhere tells whether a logical id begins with a longer name than the one that is changed.
func (c *Config) belongsElsewhere(id, name string) bool {
	for _, s := range c.symbols() {
		if s.Kind != Pipeline && s.Kind != Account {
			continue
		}
		if other := c.Known.LogicalID(s.Name.Text); len(other) > len(name) && strings.HasPrefix(id, other) {
			return true
		}
	}
	return false
}

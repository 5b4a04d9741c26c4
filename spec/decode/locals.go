package decode

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/schema"
)

// local is a name for a value. It is worked out when it is first referred to.
type local struct {
	name  string
	at    hcl.Range // of the name
	expr  hcl.Expression
	state progress
	val   cty.Value
}

// progress is how far something that may refer to itself has been worked out.
type progress int

const (
	untouched progress = iota
	begun
	done
)

// locals reads the locals blocks. They are worked out where they are used, and
// all of them at the end, so that what is wrong with one is said.
func (d *decoder) locals(root *block) {
	for _, n := range root.of("locals") {
		b := d.open(n)
		for _, name := range sortedNames(b.attributes) {
			attribute := b.attributes[name]
			if first := d.scope.locals[name]; first != nil {
				d.duplicate(attribute.NameRange, first.at, fmt.Sprintf("A second local %q", shorten(name)), "Give one of the two another name.")
				continue
			}
			d.scope.locals[name] = &local{name: name, at: attribute.NameRange, expr: attribute.Expr, val: cty.DynamicVal}
			d.scope.localNames = append(d.scope.localNames, name)
		}
	}
}

// allLocals works out the locals that nothing has referred to.
func (d *decoder) allLocals() {
	for _, name := range d.scope.localNames {
		d.local(d.scope.locals[name])
	}
}

// local works out a local; ok is false if it goes round, which is reported where it closes.
func (d *decoder) local(l *local) (ok bool) {
	switch l.state {
	case done:
		return true
	case begun:
		return false
	}
	l.state = begun
	// A local is the same wherever it is referred to: its iterators are none.
	v := value{d: d.scope.owner, row: schema.Attribute{Name: l.name, Type: schema.Any}, expr: l.expr}
	if val, ok := v.evaluateMarked(); ok {
		l.val = val
	}
	l.state = done
	return true
}

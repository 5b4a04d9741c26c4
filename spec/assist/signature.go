package assist

import (
	"github.com/cfnpipe/cfnpipe/spec/decode"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// Call is a function that is being called at a position.
type Call struct {
	Function decode.Function
	Argument int // which of its parameters the position is in
}

// Signature is the innermost call around a position; false if there is none of a known function.
func (c *Config) Signature(file *File, at int) (Call, bool) {
	p := c.place(file, at)
	if p.role != valueRole {
		return Call{}, false
	}
	cur := locate(file.Text, outline.Span{Start: p.attribute.Value.Start, End: max(p.attribute.Value.End, at)}, at)
	for i := len(cur.frames) - 1; i >= 0; i-- {
		f := cur.frames[i]
		if f.open != '(' || f.name == "" {
			continue
		}
		function, ok := function(f.name)
		if !ok {
			return Call{}, false
		}
		argument := f.items
		if last := len(function.Parameters) - 1; function.Variadic {
			argument = min(argument, last)
		}
		return Call{function, argument}, true
	}
	return Call{}, false
}

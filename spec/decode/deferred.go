package decode

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/cfnpipe/cfnpipe/spec"
)

// parts is a text that CloudFormation completes, as expressions hand it on.
type parts []spec.Part

// deferredType is the type of such a text. A string becomes one where the two meet, as in the branches of a condition; never
// the other way round, so that nothing can take it for the text itself.
var deferredType = cty.CapsuleWithOps("value that CloudFormation fills in", reflect.TypeFor[parts](), &cty.CapsuleOps{
	GoString:     func(val any) string { return spec.Deferred{Parts: *val.(*parts)}.String() },
	TypeGoString: func(reflect.Type) string { return "deferred" },
	ConversionTo: func(from cty.Type) func(cty.Value, cty.Path) (any, error) {
		if !from.IsPrimitiveType() {
			return nil
		}
		return func(val cty.Value, _ cty.Path) (any, error) {
			text, err := convert.Convert(val, cty.String)
			if err != nil {
				return nil, err
			}
			return &parts{spec.Literal(text.AsString())}, nil
		}
	},
})

func deferredValue(p ...spec.Part) cty.Value {
	out := make(parts, 0, len(p))
	for _, part := range p {
		literal, isLiteral := part.(spec.Literal)
		if isLiteral && literal == "" {
			continue
		}
		if last := len(out) - 1; last >= 0 && isLiteral {
			if before, ok := out[last].(spec.Literal); ok {
				out[last] = before + literal
				continue
			}
		}
		out = append(out, part)
	}
	return cty.CapsuleVal(deferredType, &out)
}

// partsOf are the parts of a known string, number or boolean, or of a deferred text; ok is false for anything else.
func partsOf(val cty.Value) (p parts, ok bool) {
	if val.IsNull() || !val.IsKnown() {
		return nil, false
	}
	if val.Type() == deferredType {
		return *val.EncapsulatedValue().(*parts), true
	}
	text, err := convert.Convert(val, cty.String)
	if err != nil {
		return nil, false
	}
	return parts{spec.Literal(text.AsString())}, true
}

// settled makes a deferred text that is a literal after all a string again.
func settled(val cty.Value) cty.Value {
	if val.Type() != deferredType || !val.IsKnown() || val.IsNull() {
		return val
	}
	if text, known := (spec.Deferred{Parts: *val.EncapsulatedValue().(*parts)}).Text(); known {
		return cty.StringVal(text)
	}
	return val
}

// isDeferred tells whether CloudFormation has to complete a value.
func isDeferred(val cty.Value) bool {
	val, _ = val.Unmark()
	return val.Type() == deferredType && val.IsKnown() && !val.IsNull() && settled(val).Type() == deferredType
}

// holdsDeferred tells whether there is one anywhere in a value.
func holdsDeferred(val cty.Value) bool {
	val, _ = val.UnmarkDeep()
	found := false
	_ = cty.Walk(val, func(_ cty.Path, val cty.Value) (bool, error) {
		found = found || isDeferred(val)
		return !found, nil
	})
	return found
}

// joined puts texts behind one another; ok is false if one of them is none.
func joined(values []cty.Value) (val cty.Value, ok bool) {
	var all parts
	late := false
	for _, val := range values {
		p, ok := partsOf(val)
		if !ok {
			return cty.NilVal, false
		}
		late = late || isDeferred(val)
		all = append(all, p...)
	}
	if late {
		return deferredValue(all...), true
	}
	text, _ := spec.Deferred{Parts: all}.Text()
	return cty.StringVal(text), true
}

// mentioned names what a text waits for, as it is written.
func mentioned(p parts) string {
	var names []string
	for _, part := range p {
		if _, literal := part.(spec.Literal); !literal {
			names = append(names, strings.Trim(spec.Deferred{Parts: []spec.Part{part}}.String(), "${}"))
		}
	}
	return list(names)
}

// tooLate is the message about a value that has to be known at compile time.
func tooLate(val cty.Value) (summary, detail string) {
	val, _ = val.UnmarkDeep()
	names := ""
	_ = cty.Walk(val, func(_ cty.Path, val cty.Value) (bool, error) {
		if names == "" && isDeferred(val) {
			names = mentioned(*val.EncapsulatedValue().(*parts))
		}
		return names == "", nil
	})
	return "Value that only CloudFormation knows", fmt.Sprintf(
		"%s gets its value when a stack is made, and this one has to be known now. Write the value itself, or var.NAME.", names)
}

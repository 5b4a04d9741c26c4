package decode

import (
	"fmt"
	"reflect"
	"slices"
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
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			out = append(out, spec.Literal(text.String()))
			text.Reset()
		}
	}
	for _, part := range p {
		if literal, ok := part.(spec.Literal); ok {
			text.WriteString(string(literal))
			continue
		}
		flush()
		out = append(out, part)
	}
	flush()
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

// settled makes deferred texts that are literals after all strings again, wherever they stand in a value: a string becomes
// deferred beside something deferred, in a list or in the branches of a condition, and may come away from it again. A list or a
// map of both kinds becomes a tuple or an object.
func settled(val cty.Value) cty.Value {
	val, marks := val.Unmark()
	return settledUnmarked(val).WithMarks(marks)
}

func settledUnmarked(val cty.Value) cty.Value {
	t := val.Type()
	switch {
	case t == deferredType && val.IsNull():
		return cty.NullVal(cty.String)
	case t == deferredType && !val.IsKnown():
		return cty.UnknownVal(cty.String)
	case t == deferredType:
		if text, known := (spec.Deferred{Parts: *val.EncapsulatedValue().(*parts)}).Text(); known {
			return cty.StringVal(text)
		}
		return val
	case !typeHoldsDeferred(t) || !val.IsKnown() || val.IsNull() || !val.CanIterateElements():
		return val
	}
	var items []cty.Value
	members := map[string]cty.Value{}
	for it := val.ElementIterator(); it.Next(); {
		key, item := it.Element()
		item = settled(item)
		items = append(items, item)
		if t.IsObjectType() || t.IsMapType() {
			members[key.AsString()] = item
		}
	}
	switch {
	case t.IsObjectType() || t.IsMapType():
		return cty.ObjectVal(members)
	case len(items) == 0:
		return cty.EmptyTupleVal
	}
	return cty.TupleVal(items)
}

// typeHoldsDeferred tells whether values of a type may hold deferred texts.
func typeHoldsDeferred(t cty.Type) bool {
	switch {
	case t == deferredType:
		return true
	case t.IsCollectionType():
		return typeHoldsDeferred(t.ElementType())
	case t.IsTupleType():
		return slices.ContainsFunc(t.TupleElementTypes(), typeHoldsDeferred)
	case t.IsObjectType():
		for _, of := range t.AttributeTypes() {
			if typeHoldsDeferred(of) {
				return true
			}
		}
	}
	return false
}

// isDeferred tells whether CloudFormation has to complete a value.
func isDeferred(val cty.Value) bool {
	val, _ = val.Unmark()
	return val.Type() == deferredType && val.IsKnown() && !val.IsNull() && settled(val).Type() == deferredType
}

// holdsDeferred tells whether there is one anywhere in a value.
func holdsDeferred(val cty.Value) bool {
	if !typeHoldsDeferred(val.Type()) {
		return false
	}
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

const onlyCloudFormation = "Value that only CloudFormation knows"

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
	return onlyCloudFormation, fmt.Sprintf(
		"%s gets its value when a stack is made, and this one has to be known now. Write the value itself, or var.NAME.", names)
}

package decode

import (
	"fmt"
	"maps"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/cfnpipe/cfnpipe/spec"
)

// taken is what a function takes for one of its arguments.
type taken int

const (
	takesKnown  taken = iota
	takesInside       // what it holds may be deferred
	takesAll          // it may be deferred itself
)

// takes tells what a function takes. Those that move values about without looking into them take deferred ones, and so do those
// of deferredFunctions.
func takes(function string, argument int) taken {
	switch function {
	case "can", "coalesce", "coalescelist", "concat", "flatten", "format", "join", "jsonencode", "merge", "templatefile", "tolist", "tomap", "tostring", "try":
		return takesAll
	case "keys", "length", "reverse", "values":
		return takesInside
	case "chunklist", "element", "slice":
		if argument == 0 {
			return takesInside
		}
	case "lookup":
		if argument != 1 {
			return takesAll
		}
	case "zipmap":
		if argument == 1 {
			return takesInside
		}
	}
	return takesKnown
}

// deferredFunctions are the functions with those replaced that put texts together, or compare types.
func (d *decoder) deferredFunctions(known map[string]function.Function) map[string]function.Function {
	out := maps.Clone(known)
	for name, late := range map[string]func([]cty.Value) (cty.Value, error){
		"join": join, "format": format, "tostring": toString, "jsonencode": d.jsonEncode, "lookup": lookup,
	} {
		out[name] = d.scope.bounded(name, d.scope.textFunction(known[name], late))
	}
	return out
}

// textFunction is a function that makes of known arguments what plain does, and of deferred ones what late does.
func (s *scope) textFunction(plain function.Function, late func(args []cty.Value) (cty.Value, error)) function.Function {
	made := func(args []cty.Value) (cty.Value, error) {
		settledArgs, marks := make([]cty.Value, len(args)), []cty.ValueMarks{}
		for i, arg := range args {
			arg, more := settled(arg).UnmarkDeep()
			if !arg.IsWhollyKnown() {
				return cty.DynamicVal, nil
			}
			settledArgs[i], marks = arg, append(marks, more)
		}
		if !holdsDeferred(cty.TupleVal(settledArgs)) {
			converted, err := convertedArguments(plain, settledArgs)
			if err != nil {
				return cty.NilVal, err
			}
			val, err := plain.Call(converted)
			return val.WithMarks(marks...), err
		}
		val, err := late(settledArgs)
		if err != nil {
			s.refusals = append(s.refusals, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: onlyCloudFormation, Detail: fmt.Sprintf("A function cannot use it: %s.", err)})
			return cty.NilVal, err
		}
		return val.WithMarks(marks...), nil
	}
	return function.New(&function.Spec{
		VarParam: &function.Parameter{Name: "value", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowDynamicType: true, AllowMarked: true},
		Type:     function.StaticReturnType(cty.DynamicPseudoType), // It shows in what is made.
		Impl:     func(args []cty.Value, _ cty.Type) (cty.Value, error) { return made(args) },
	})
}

// convertedArguments gives arguments the types that a function asks for.
func convertedArguments(f function.Function, args []cty.Value) ([]cty.Value, error) {
	wanted := f.Params()
	if len(args) < len(wanted) || len(args) > len(wanted) && f.VarParam() == nil {
		return nil, fmt.Errorf("the number of its arguments is wrong: it has %d", len(args))
	}
	out := make([]cty.Value, len(args))
	for i, arg := range args {
		param := f.VarParam()
		if i < len(wanted) {
			param = &wanted[i]
		}
		val, err := convert.Convert(arg, param.Type)
		if err != nil {
			return nil, function.NewArgError(i, err)
		}
		out[i] = val
	}
	return out, nil
}

func join(args []cty.Value) (cty.Value, error) {
	if isDeferred(args[0]) {
		return cty.NilVal, function.NewArgErrorf(0, "the separator has to be known")
	}
	separator, err := convert.Convert(args[0], cty.String)
	if err != nil || separator.IsNull() {
		return cty.NilVal, function.NewArgErrorf(0, "the separator has to be a string")
	}
	var all []cty.Value
	for i, list := range args[1:] {
		if list.IsNull() || !list.CanIterateElements() || list.Type().IsObjectType() || list.Type().IsMapType() {
			return cty.NilVal, function.NewArgErrorf(i+1, "a list of strings is required")
		}
		for it := list.ElementIterator(); it.Next(); {
			_, item := it.Element()
			if _, ok := partsOf(item); !ok {
				return cty.NilVal, function.NewArgErrorf(i+1, "an element of the list is null, or no string")
			}
			if len(all) > 0 {
				all = append(all, separator)
			}
			all = append(all, item)
		}
	}
	val, _ := joined(all)
	return val, nil
}

// format knows %s and %v for deferred values; what is between them is formatted as ever.
func format(args []cty.Value) (cty.Value, error) {
	if args[0].IsNull() || args[0].Type() != cty.String {
		return cty.NilVal, function.NewArgErrorf(0, "the format has to be a known string")
	}
	var all, given []cty.Value
	begin, next := 0, 1
	layout := args[0].AsString()
	flush := func(end int) error {
		text, err := stdlib.Format(cty.StringVal(layout[begin:end]), given...)
		all, given = append(all, text), nil
		return err
	}
	for at := 0; at < len(layout); at++ {
		if layout[at] != '%' {
			continue
		}
		start := at
		for at++; at < len(layout) && strings.IndexByte("0123456789.+-# ", layout[at]) >= 0; at++ {
		}
		if at >= len(layout) || layout[at] == '%' {
			continue
		}
		if layout[at] == '[' || layout[at] == '*' {
			return cty.NilVal, function.NewArgErrorf(0, "with a value that CloudFormation fills in, verbs take their arguments in order")
		}
		if next >= len(args) {
			return cty.NilVal, function.NewArgErrorf(0, "there are more verbs than arguments")
		}
		arg := args[next]
		next++
		if !isDeferred(arg) {
			if holdsDeferred(arg) {
				return cty.NilVal, function.NewArgErrorf(next-1, "write its elements one by one: a value that CloudFormation fills in stands in it")
			}
			given = append(given, arg)
			continue
		}
		_, size := utf8.DecodeRuneInString(layout[at:])
		if verb := layout[start : at+size]; verb != "%s" && verb != "%v" {
			return cty.NilVal, function.NewArgErrorf(next-1, "a value that CloudFormation fills in takes %%s, and not %s", verb)
		}
		if err := flush(start); err != nil {
			return cty.NilVal, err
		}
		all, begin = append(all, arg), at+1
	}
	if next < len(args) {
		return cty.NilVal, function.NewArgErrorf(next, "there are more arguments than verbs")
	}
	if err := flush(len(layout)); err != nil {
		return cty.NilVal, err
	}
	val, ok := joined(all)
	if !ok {
		return cty.NilVal, function.NewArgErrorf(0, "it makes no text")
	}
	return val, nil
}

// lookup is the element of a map, or else the default; HCL's own wants both to be of one type.
func lookup(args []cty.Value) (cty.Value, error) {
	if len(args) != 3 {
		return cty.NilVal, fmt.Errorf("it takes a map, a key and a default")
	}
	of := args[0].Type()
	if args[0].IsNull() || !of.IsObjectType() && !of.IsMapType() {
		return cty.NilVal, function.NewArgErrorf(0, "a map is required")
	}
	key, err := convert.Convert(args[1], cty.String)
	if err != nil || key.IsNull() {
		return cty.NilVal, function.NewArgErrorf(1, "a string is required")
	}
	if found, ok := args[0].AsValueMap()[key.AsString()]; ok {
		return found, nil
	}
	return args[2], nil
}

func toString(args []cty.Value) (cty.Value, error) {
	if len(args) != 1 || !isDeferred(args[0]) {
		return cty.NilVal, function.NewArgErrorf(0, "a string, a number or a boolean is required")
	}
	return args[0], nil
}

// jsonEncode writes JSON. What CloudFormation fills in stands inside the quotes of a string, where nothing escapes it: so it may
// have no quotes itself.
func (d *decoder) jsonEncode(args []cty.Value) (cty.Value, error) {
	if len(args) != 1 {
		return cty.NilVal, fmt.Errorf("it takes one argument")
	}
	var out []cty.Value
	err := d.appendJSON(&out, args[0])
	if err != nil {
		return cty.NilVal, function.NewArgError(0, err)
	}
	val, _ := joined(out)
	return val, nil
}

func (d *decoder) appendJSON(out *[]cty.Value, val cty.Value) error {
	text := func(s string) { *out = append(*out, cty.StringVal(s)) }
	switch {
	case !holdsDeferred(val):
		plain, err := ctyjson.Marshal(val, val.Type())
		text(string(plain))
		return err
	case isDeferred(val):
		text(`"`)
		p, _ := partsOf(val)
		for _, part := range p {
			if known, ok := part.(spec.Literal); ok {
				quoted, err := ctyjson.Marshal(cty.StringVal(string(known)), cty.String)
				if err != nil {
					return err
				}
				text(string(quoted[1 : len(quoted)-1]))
				continue
			}
			if bad := d.outside(part, jsonSafe); bad != "" {
				return fmt.Errorf("%s may hold %s, which is not safe inside JSON", mentioned(parts{part}), bad)
			}
			*out = append(*out, deferredValue(part))
		}
		text(`"`)
		return nil
	}
	object := val.Type().IsObjectType() || val.Type().IsMapType()
	open, closing := "[", "]"
	if object {
		open, closing = "{", "}"
	}
	text(open)
	first := true
	for it := val.ElementIterator(); it.Next(); {
		key, item := it.Element()
		if !first {
			text(",")
		}
		first = false
		if object {
			if err := d.appendJSON(out, key); err != nil {
				return err
			}
			text(":")
		}
		if err := d.appendJSON(out, item); err != nil {
			return err
		}
	}
	text(closing)
	return nil
}

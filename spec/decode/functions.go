package decode

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	"github.com/zclconf/go-cty/cty/gocty"
)

// functions are the pure ones of go-cty's standard library, under the names that Terraform knows them by. None reads the
// clock, a file or the network. What they make together is bounded by the scope.
func functions(s *scope) map[string]function.Function {
	out := map[string]function.Function{
		"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc, "log": stdlib.LogFunc, "max": stdlib.MaxFunc,
		"min": stdlib.MinFunc, "parseint": stdlib.ParseIntFunc, "pow": stdlib.PowFunc, "signum": stdlib.SignumFunc,

		"chomp": stdlib.ChompFunc, "format": stdlib.FormatFunc, "formatlist": stdlib.FormatListFunc, "join": stdlib.JoinFunc,
		"lower": stdlib.LowerFunc, "regex": stdlib.RegexFunc, "regexall": stdlib.RegexAllFunc, "replace": stdlib.ReplaceFunc,
		"split": stdlib.SplitFunc, "strrev": stdlib.ReverseFunc, "substr": stdlib.SubstrFunc, "title": stdlib.TitleFunc,
		"trim": stdlib.TrimFunc, "trimprefix": stdlib.TrimPrefixFunc, "trimspace": stdlib.TrimSpaceFunc,
		"trimsuffix": stdlib.TrimSuffixFunc, "upper": stdlib.UpperFunc,

		"chunklist": stdlib.ChunklistFunc, "coalesce": stdlib.CoalesceFunc, "coalescelist": stdlib.CoalesceListFunc,
		"compact": stdlib.CompactFunc, "concat": stdlib.ConcatFunc, "contains": stdlib.ContainsFunc, "distinct": stdlib.DistinctFunc,
		"element": stdlib.ElementFunc, "flatten": stdlib.FlattenFunc, "index": stdlib.IndexFunc, "keys": stdlib.KeysFunc,
		"length": length(), "lookup": stdlib.LookupFunc, "merge": stdlib.MergeFunc, "range": stdlib.RangeFunc,
		"reverse": stdlib.ReverseListFunc, "setintersection": stdlib.SetIntersectionFunc, "setproduct": stdlib.SetProductFunc,
		"setsubtract": stdlib.SetSubtractFunc, "setunion": stdlib.SetUnionFunc, "slice": stdlib.SliceFunc, "sort": stdlib.SortFunc,
		"values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,

		"csvdecode": stdlib.CSVDecodeFunc, "formatdate": stdlib.FormatDateFunc, "jsondecode": stdlib.JSONDecodeFunc,
		"jsonencode": stdlib.JSONEncodeFunc, "timeadd": stdlib.TimeAddFunc,

		"tobool": stdlib.MakeToFunc(cty.Bool), "tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)),
		"tomap": stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)), "tonumber": stdlib.MakeToFunc(cty.Number),
		"toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)), "tostring": stdlib.MakeToFunc(cty.String),

		"startswith": affix("begins", strings.HasPrefix), "endswith": affix("ends", strings.HasSuffix), "cidrsubnet": cidrsubnet(),
		"alltrue": truth(true), "anytrue": truth(false),
	}
	for name, f := range out {
		out[name] = s.bounded(name, f)
	}
	// These look at expressions and not at values, and make nothing of their own.
	out["can"] = tryfunc.CanFunc.WithNewDescriptions("Tells whether the expression can be evaluated without an error.", []string{""})
	out["try"] = tryfunc.TryFunc.WithNewDescriptions("Returns the first of the expressions that can be evaluated without an error.", []string{""})
	return out
}

// bounded is a function that refuses to make more than the scope has left.
func (s *scope) bounded(name string, f function.Function) function.Function {
	return function.New(&function.Spec{
		Description: f.Description(),
		Params:      f.Params(),
		VarParam:    f.VarParam(),
		Type: func(args []cty.Value) (cty.Type, error) {
			if err := layoutFault(name, args); err != nil {
				return cty.NilType, err
			}
			return f.ReturnTypeForValues(args)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if tooMuch(name, args) > s.left {
				return cty.NilVal, errTooMuch
			}
			out, err := f.Call(args)
			if err != nil {
				return cty.NilVal, err
			}
			s.left -= sizeOf(out)
			if s.left < 0 {
				return cty.NilVal, errTooMuch
			}
			return out, nil
		},
	})
}

var errTooMuch = errors.New("this would make more than a configuration may hold; write the value itself")

// tooMuch is how many bytes a function may make of its arguments, where that may be far more than they have.
func tooMuch(name string, args []cty.Value) int {
	sum := 0
	for _, arg := range args {
		sum += sizeOf(arg)
	}
	switch name {
	case "join":
		// The separator stands between all items.
		items := 0
		for _, list := range args[1:] {
			list, _ = list.Unmark()
			if list.IsKnown() && !list.IsNull() && list.CanIterateElements() {
				items += list.LengthInt()
			}
		}
		return sum + items*sizeOf(args[0])
	case "replace":
		// A text, what it is searched for, and what takes its place.
		text, search := known(args, 0), known(args, 1)
		if regular := len(search) > 1 && search[0] == '/' && search[len(search)-1] == '/'; regular || search == "" {
			return sum + (len(text)+1)*sizeOf(args[2])
		}
		return sum + strings.Count(text, search)*sizeOf(args[2])
	case "setproduct", "formatlist":
		product := 1
		for _, arg := range args {
			arg, _ = arg.Unmark()
			if arg.IsKnown() && arg.CanIterateElements() {
				product *= max(arg.LengthInt(), 1)
			}
			if product > mostEvaluated {
				return product
			}
		}
		return product * max(sum/max(product, 1), 16*len(args))
	}
	return sum
}

// known is an argument as a string; empty if it is none.
func known(args []cty.Value, n int) string {
	if n >= len(args) {
		return ""
	}
	val, _ := args[n].Unmark()
	if !val.IsKnown() || val.IsNull() || val.Type() != cty.String {
		return ""
	}
	return val.AsString()
}

// What a format may ask for: go-cty copies what it has made for each verb, and a width of a million takes it a second.
const (
	mostLayout = 16 << 10 // bytes
	mostWidth  = 1000     // characters
)

// layoutFault says why the first argument of format and formatlist cannot be used.
func layoutFault(name string, args []cty.Value) error {
	if len(args) == 0 || name != "format" && name != "formatlist" {
		return nil
	}
	layout, _ := args[0].Unmark()
	if !layout.IsKnown() || layout.IsNull() || layout.Type() != cty.String {
		return nil
	}
	if len(layout.AsString()) > mostLayout {
		return function.NewArgErrorf(0, "a format has at most %d KiB; put the rest beside it", mostLayout>>10)
	}
	for _, verb := range verbs(layout.AsString()) {
		n := 0
		for _, c := range verb {
			if c < '0' || c > '9' {
				n = 0
			} else if n = 10*n + int(c-'0'); n > mostWidth {
				return function.NewArgErrorf(0, "%q asks for more than %d characters", verb, mostWidth)
			}
		}
	}
	return nil
}

// verbs are the verbs of a format with what stands between the percent sign and each.
func verbs(layout string) []string {
	var out []string
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' {
			continue
		}
		start := i
		for i++; i < len(layout) && strings.IndexByte("0123456789.+-# []*", layout[i]) >= 0; i++ {
		}
		if i < len(layout) && layout[i] != '%' {
			_, size := utf8.DecodeRuneInString(layout[i:])
			out = append(out, layout[start:i+size])
		}
	}
	return out
}

// length is Terraform's: of a collection the number of its elements, of an object that of its attributes, of a string that
// of its characters.
func length() function.Function {
	return function.New(&function.Spec{
		Description: "Returns the number of elements of a collection, of attributes of an object, or of characters of a string.",
		Params:      []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowDynamicType: true}},
		Type:        function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			switch of := args[0].Type(); {
			case of == cty.String:
				return stdlib.Strlen(args[0])
			case of.IsObjectType():
				return cty.NumberIntVal(int64(len(of.AttributeTypes()))), nil
			}
			return stdlib.Length(args[0])
		},
	})
}

func affix(verb string, has func(text, affix string) bool) function.Function {
	return function.New(&function.Spec{
		Description: "Tells whether a text " + verb + " with another.",
		Params:      []function.Parameter{{Name: "text", Type: cty.String}, {Name: "affix", Type: cty.String}},
		Type:        function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(has(args[0].AsString(), args[1].AsString())), nil
		},
	})
}

// truth is Terraform's alltrue, or else anytrue: whether every element of a list is
// true, or one is. Of an empty list all are, and none is.
func truth(all bool) function.Function {
	description := "Tells whether at least one element of the list is true."
	if all {
		description = "Tells whether every element of the list is true; of an empty list it is."
	}
	return function.New(&function.Spec{
		Description: description,
		Params:      []function.Parameter{{Name: "list", Type: cty.List(cty.Bool)}},
		Type:        function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			for it := args[0].ElementIterator(); it.Next(); {
				_, item := it.Element()
				if item.IsNull() || !item.IsKnown() {
					return cty.NilVal, function.NewArgErrorf(0, "an element is null")
				}
				if item.True() != all {
					return cty.BoolVal(!all), nil
				}
			}
			return cty.BoolVal(all), nil
		},
	})
}

// cidrsubnet is Terraform's, for IPv4: the network that is newbits longer than prefix, and the number-th of those.
func cidrsubnet() function.Function {
	return function.New(&function.Spec{
		Description: "Returns a part of an IPv4 range: of those that are newbits longer than prefix, the one with number netnum.",
		Params: []function.Parameter{
			{Name: "prefix", Type: cty.String}, {Name: "newbits", Type: cty.Number}, {Name: "netnum", Type: cty.Number},
		},
		Type: function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			var newBits, number int
			prefix, err := netip.ParsePrefix(args[0].AsString())
			if err != nil || !prefix.Addr().Is4() {
				return cty.NilVal, function.NewArgErrorf(0, "write an IPv4 range such as 10.0.0.0/16")
			}
			if err := gocty.FromCtyValue(args[1], &newBits); err != nil || newBits < 0 || prefix.Bits()+newBits > 32 {
				return cty.NilVal, function.NewArgErrorf(1, "a range of /%d can be up to %d bits longer", prefix.Bits(), 32-prefix.Bits())
			}
			if err := gocty.FromCtyValue(args[2], &number); err != nil || number < 0 || number >= 1<<newBits {
				return cty.NilVal, function.NewArgErrorf(2, "%d more bits make the numbers from 0 to %d", newBits, 1<<newBits-1)
			}
			length := prefix.Bits() + newBits
			address := prefix.Masked().Addr().As4()
			bits := uint32(address[0])<<24 | uint32(address[1])<<16 | uint32(address[2])<<8 | uint32(address[3])
			bits |= uint32(number) << (32 - length)
			return cty.StringVal(fmt.Sprintf("%d.%d.%d.%d/%d", byte(bits>>24), byte(bits>>16), byte(bits>>8), byte(bits), length)), nil
		},
	})
}

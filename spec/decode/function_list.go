package decode

import (
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// Function describes a function that expressions may call.
type Function struct {
	Name       string
	Doc        string
	Result     string // the type that it gives, as a message calls it; empty if that depends on the arguments
	Parameters []Parameter
	Variadic   bool // whether the last parameter takes any number of arguments
}

// Parameter is a parameter of a Function.
type Parameter struct{ Name, Type, Doc string }

// Functions describes the functions that expressions may call, by their names.
func Functions() []Function {
	d := newDecoder(nil)
	all := functions(d.scope)
	all["file"], all["templatefile"] = d.file(), d.templateFile()
	var out []Function
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, describe(name, all[name]))
	}
	return out
}

func describe(name string, f function.Function) Function {
	out := Function{Name: name, Doc: f.Description()}
	var types []cty.Type
	for _, p := range f.Params() {
		out.Parameters = append(out.Parameters, Parameter{p.Name, typeWord(p.Type), p.Description})
		types = append(types, p.Type)
	}
	if p := f.VarParam(); p != nil {
		out.Parameters = append(out.Parameters, Parameter{p.Name, typeWord(p.Type), p.Description})
		out.Variadic = true
		types = append(types, p.Type)
	}
	if result, err := f.ReturnType(types); err == nil {
		out.Result = typeWord(result)
	}
	return out
}

func typeWord(t cty.Type) string {
	if t == cty.DynamicPseudoType || t == cty.NilType {
		return ""
	}
	return t.FriendlyNameForConstraint()
}

// Signature is how the function is called, with where in it each parameter stands: `join(separator string, ...lists list of string) string`.
func (f Function) Signature() (text string, parameters []Part) {
	text = f.Name + "("
	for i, p := range f.Parameters {
		if i > 0 {
			text += ", "
		}
		begin := len(text)
		if f.Variadic && i == len(f.Parameters)-1 {
			text += "..."
		}
		text += p.Name
		if p.Type != "" {
			text += " " + p.Type
		}
		parameters = append(parameters, Part{begin, len(text)})
	}
	text += ")"
	if f.Result != "" {
		text += " " + f.Result
	}
	return text, parameters
}

// Part is where a part of a text begins and ends, in bytes.
type Part struct{ Start, End int }

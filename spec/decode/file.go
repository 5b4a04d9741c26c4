package decode

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// file is Terraform's, but it reads only what stands below the folder of the configuration.
func (d *decoder) file() function.Function {
	return d.scope.bounded("file", function.New(&function.Spec{
		Description: "Returns the text of a file below the folder of the configuration.",
		Params:      []function.Parameter{{Name: "path", Type: cty.String}},
		Type:        function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			text, err := d.readText(args[0].AsString())
			if err != nil {
				return cty.NilVal, function.NewArgError(0, err)
			}
			return cty.StringVal(text), nil
		},
	}))
}

func (d *decoder) readText(path string) (string, error) {
	if d.scope.folder == nil {
		return "", errors.New("there is no folder to read from: give the configuration as a file or folder")
	}
	data, err := d.scope.folder(path)
	switch {
	case err != nil:
		return "", err
	case len(data) > mostValue:
		return "", fmt.Errorf("%s has more than %d KiB", path, mostValue>>10)
	case !utf8.Valid(data):
		return "", fmt.Errorf("%s is not text in UTF-8", path)
	}
	return string(data), nil
}

// templateFile is Terraform's: the text of a file with ${...} in it, which refers to the members of the second argument.
func (d *decoder) templateFile() function.Function {
	return d.scope.bounded("templatefile", function.New(&function.Spec{
		Description: "Returns the text of a file below the folder of the configuration, with the values filled in where it says ${...}.",
		Params: []function.Parameter{
			{Name: "path", Type: cty.String},
			{Name: "values", Type: cty.DynamicPseudoType},
		},
		Type: func(args []cty.Value) (cty.Type, error) {
			if holdsDeferred(settled(args[1])) {
				return deferredType, nil
			}
			return cty.String, nil
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			path := args[0].AsString()
			text, err := d.readText(path)
			if err != nil {
				return cty.NilVal, function.NewArgError(0, err)
			}
			args[1] = settled(args[1])
			if t := args[1].Type(); !t.IsObjectType() && !t.IsMapType() {
				return cty.NilVal, function.NewArgErrorf(1, "write an object with the values that the file refers to")
			}
			return d.filled(path, text, args[1].AsValueMap())
		},
	}))
}

// filled evaluates the text of a template.
func (d *decoder) filled(path, text string, values map[string]cty.Value) (cty.Value, error) {
	tokens, _ := hclsyntax.LexTemplate([]byte(text), path, hcl.InitialPos)
	scan := scanner{name: path, source: []byte(text)}
	if scan.tokens(tokens); scan.diags.HasErrors() {
		return cty.NilVal, inTemplate(scan.diags)
	}
	expr, diags := hclsyntax.ParseTemplate([]byte(text), path, hcl.InitialPos)
	if diags.HasErrors() {
		return cty.NilVal, inTemplate(diags)
	}
	inner := &decoder{state: d.state, iterators: map[string]map[string]cty.Value{}}
	for _, traversal := range expr.Variables() {
		root := traversal.RootName()
		if _, there := values[root]; !there {
			return cty.NilVal, fmt.Errorf("%s refers to %q, which is none of the values that it is given", where(traversal.SourceRange()), root)
		}
		// Loops and sizes are bounded by what is referred to, wherever in a value that stands.
		inner.iterators[root] = values
	}
	v := value{d: inner, expr: expr}
	if steps, first := v.steps(expr); first != nil && (steps > mostSteps || v.looped(expr, steps) > mostLooped) {
		return cty.NilVal, fmt.Errorf("%s loops too often", where(*first))
	}
	for _, traversal := range expr.Variables() {
		d.scope.left -= sizeOf(values[traversal.RootName()])
	}
	if d.scope.left < 0 {
		return cty.NilVal, errTooMuch
	}
	rewritten, functions, want := expr, d.scope.functions, cty.String
	if late := holdsDeferred(cty.ObjectVal(values)); late {
		w := rewriting{d: d, hidden: map[string]int{}}
		for name := range values {
			w.hidden[name]++ // It is the template's own, whatever it is called.
		}
		rewritten, functions, want = w.rewrite(expr), d.scope.deferredFunctions, deferredType
	}
	out, diags := protected(rewritten, &hcl.EvalContext{Variables: values, Functions: textFunctions(functions)})
	if diags.HasErrors() {
		return cty.NilVal, inTemplate(diags)
	}
	out, err := convert.Convert(out, want)
	if err != nil || out.IsNull() || !out.IsKnown() {
		return cty.NilVal, fmt.Errorf("%s does not make a text", path)
	}
	return out, nil
}

// textFunctions are those that a template may call: all but the ones that read files, so that none calls itself.
func textFunctions(all map[string]function.Function) map[string]function.Function {
	out := map[string]function.Function{}
	for name, f := range all {
		if name != "file" && name != "templatefile" {
			out[name] = f
		}
	}
	return out
}

func inTemplate(diags hcl.Diagnostics) error {
	diag := diags[0]
	return fmt.Errorf("%s: %s; %s", where(*diag.Subject), diag.Summary, strings.TrimSuffix(diag.Detail, "."))
}

func where(rng hcl.Range) string { return fmt.Sprintf("%s:%d", rng.Filename, rng.Start.Line) }

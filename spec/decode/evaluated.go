package decode

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Evaluated is what an expression, or a reference in one, comes to, as it would be written in HCL. Of an expression in a block
// that stands for several there is one for each. What is sensitive is hidden.
type Evaluated struct {
	Range hcl.Range
	Value string
}

// Values decodes the files of one configuration and returns what its expressions come to, as far as they have values.
func Values(files []Source, inputs ...Input) []Evaluated {
	d := newDecoder(files)
	var out []Evaluated
	told := map[Evaluated]bool{}
	d.scope.seen = func(e Evaluated) {
		if !told[e] {
			told[e] = true
			out = append(out, e)
		}
	}
	d.config(files, inputs)
	return out
}

// tell notes what an expression comes to, and what the references in it stand for.
func (v value) tell(val cty.Value, context *hcl.EvalContext) {
	expr, native := v.expr.(hclsyntax.Expression)
	if !native || isLiteral(expr) {
		return
	}
	v.d.scope.seen(Evaluated{expr.Range(), written(val, "")})
	for _, traversal := range expr.Variables() {
		if referred, diags := traversal.TraverseAbs(context); !diags.HasErrors() && traversal.SourceRange() != expr.Range() {
			v.d.scope.seen(Evaluated{traversal.SourceRange(), written(referred, "")})
		}
	}
}

// mostWritten is how many items of a collection, and how many characters of a text, are written.
const mostWritten = 20

// written is a value as HCL, cut short where it is long.
func written(val cty.Value, indent string) string {
	val = settled(val)
	switch {
	case val == cty.NilVal || !val.IsKnown():
		return "(not known)"
	case val.IsMarked():
		return "(sensitive)"
	case val.IsNull():
		return "null"
	case isDeferred(val):
		return "(known when the stack is made)"
	case val.Type().IsPrimitiveType():
		return writtenText(val)
	case val.Type().IsObjectType() || val.Type().IsMapType():
		members := val.AsValueMap()
		var items []string
		for _, name := range slices.Sorted(maps.Keys(members)) {
			key := name
			if !hclsyntax.ValidIdentifier(name) {
				key = strconv.Quote(name)
			}
			items = append(items, key+" = "+written(members[name], indent+"  "))
		}
		return collection("{", items, "}", indent)
	case val.CanIterateElements():
		var items []string
		for it := val.ElementIterator(); it.Next(); {
			_, item := it.Element()
			items = append(items, written(item, indent+"  "))
		}
		return collection("[", items, "]", indent)
	}
	return fmt.Sprintf("(%s)", val.Type().FriendlyName())
}

func writtenText(val cty.Value) string {
	text, err := convert.Convert(val, cty.String)
	if err != nil || val.Type() != cty.String {
		return text.AsString()
	}
	runes := []rune(text.AsString())
	if len(runes) > 10*mostWritten {
		return strconv.Quote(string(runes[:10*mostWritten])) + "..."
	}
	return strconv.Quote(text.AsString())
}

// collection puts items on one line if they are short, and otherwise each on its own.
func collection(begin string, items []string, end, indent string) string {
	if len(items) == 0 {
		return begin + end
	}
	if more := len(items) - mostWritten; more > 0 {
		items = append(items[:mostWritten:mostWritten], fmt.Sprintf("# and %d more", more))
	}
	line := strings.Join(items, ", ")
	if len(line) <= 60 && !strings.Contains(line, "\n") && !strings.Contains(line, "# and ") {
		if begin == "[" {
			return begin + line + end
		}
		return begin + " " + line + " " + end
	}
	separator := "\n" + indent + "  "
	if begin == "[" {
		separator = "," + separator
	}
	return begin + "\n" + indent + "  " + strings.Join(items, separator) + "\n" + indent + end
}

package decode

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/spec"
)

// What evaluation may make. A few hundred bytes of locals that double each other would become gigabytes otherwise.
const (
	mostEvaluated = 16 << 20 // bytes, of one configuration
	mostValue     = 1 << 20  // bytes, of one value
	mostNumber    = 1024     // bits before the point, or after it
	mostSteps     = 10_000   // of the loops of one expression
	mostLooped    = 64 << 20 // bytes, of what the loops of one expression put together
)

// sizeOf is about how many bytes a value takes.
func sizeOf(val cty.Value) int {
	const frame = 16
	if val == cty.NilVal {
		return 0
	}
	val, _ = val.Unmark()
	switch {
	case !val.IsKnown() || val.IsNull():
		return frame
	case val.Type() == cty.String:
		return frame + len(val.AsString())
	case val.Type() == deferredType:
		sum := frame
		for _, part := range *val.EncapsulatedValue().(*parts) {
			literal, _ := part.(spec.Literal)
			sum += 2*frame + len(literal)
		}
		return sum
	case val.CanIterateElements():
		sum := frame
		for it := val.ElementIterator(); it.Next(); {
			key, item := it.Element()
			if key.Type() == cty.String && key.IsKnown() && !key.IsMarked() {
				sum += len(key.AsString())
			}
			sum += sizeOf(item)
		}
		return sum
	}
	return frame
}

// oversized says what about a value is too large to go on with; empty if nothing is.
func oversized(val cty.Value) string {
	if size := sizeOf(val); size > mostValue {
		return fmt.Sprintf("A value may have at most %d KiB, and this one has %d.", mostValue>>10, size>>10)
	}
	fault := ""
	_ = cty.Walk(val, func(_ cty.Path, val cty.Value) (bool, error) {
		val, _ = val.Unmark()
		if val.Type() == cty.Number && val.IsKnown() && !val.IsNull() {
			number := val.AsBigFloat()
			// To write such a number down takes longer than anybody waits.
			if exponent := number.MantExp(nil); exponent > mostNumber || exponent < -mostNumber {
				fault = "A number in it has hundreds of digits."
			}
		}
		return fault == "", nil
	})
	return fault
}

// affordable tells whether what an expression refers to fits into what may still be evaluated, and takes it off.
func (v value) affordable() bool {
	if _, diags := hcl.AbsTraversalForExpr(v.expr); !diags.HasErrors() {
		return true // makes nothing: it is a value that there is
	}
	s := v.d.scope
	for _, traversal := range v.expr.Variables() {
		s.left -= sizeOf(v.d.referred(traversal))
	}
	if s.left >= 0 {
		return true
	}
	v.d.report(v.expr.Range(), "Values become too large",
		fmt.Sprintf("What is made of variables and locals may have at most %d MiB in all. Write shorter values.", mostEvaluated>>20))
	return false
}

// referred is the value that a reference begins with.
func (d *decoder) referred(traversal hcl.Traversal) cty.Value {
	if len(traversal) < 2 {
		return cty.NilVal
	}
	name, _ := stepName(traversal[1])
	found, ok := cty.NilVal, false
	switch traversal.RootName() {
	case "var":
		found, ok = d.scope.variables[name]
	case "local":
		if l := d.scope.locals[name]; l != nil {
			found, ok = l.val, true
		}
	default:
		found, ok = d.iterators[traversal.RootName()][name]
	}
	if !ok {
		return cty.False
	}
	return found
}

// steps is a bound on how often the innermost loop of an expression runs: as often as the longest thing that it could go
// through has items, once for each loop around it.
func (v value) steps(native hclsyntax.Expression) (steps int, first *hcl.Range) {
	longest, depth, deepest := 1, 0, 0
	items, text := 0, 0 // of all that is referred to or written, together
	for _, traversal := range v.expr.Variables() {
		referred := v.d.referred(traversal)
		longest, items, text = max(longest, itemsIn(referred)), items+allItems(referred), text+sizeOf(referred)
	}
	walk := loopWalk{
		enter: func(node hclsyntax.Node) {
			switch node := node.(type) {
			case *hclsyntax.ForExpr:
				depth++
				deepest = max(deepest, depth)
				if first == nil {
					first = node.SrcRange.Ptr()
				}
			case *hclsyntax.TupleConsExpr:
				longest, items = max(longest, len(node.Exprs)), items+len(node.Exprs)
			case *hclsyntax.ObjectConsExpr:
				longest, items = max(longest, len(node.Items)), items+len(node.Items)
			case *hclsyntax.LiteralValueExpr:
				text += longestText(node.Val)
			}
		},
		exit: func(node hclsyntax.Node) {
			switch node := node.(type) {
			case *hclsyntax.ForExpr:
				depth--
			case *hclsyntax.FunctionCallExpr:
				made := mostMadeBy(node.Name, items, text)
				if separator := literalText(node); node.Name == "split" && separator != "" && isPlain(node.Args[len(node.Args)-1]) {
					made = v.pieces(native, separator)
				}
				longest = max(longest, made)
			}
		},
	}
	_ = hclsyntax.Walk(native, walk)
	steps = 1
	for range deepest {
		steps *= longest
		if steps > mostSteps {
			break
		}
	}
	return steps, first
}

// looped is a bound on the bytes that the loops of an expression put together in so many steps: in each of them whatever stands
// in a loop is there once, a loop's own variable with the longest text that it could go through.
func (v value) looped(native hclsyntax.Expression, steps int) int {
	longest, inLoops, made := 0, 0, 0
	for _, traversal := range v.expr.Variables() {
		longest = max(longest, longestText(v.d.referred(traversal)))
	}
	_ = hclsyntax.VisitAll(native, func(node hclsyntax.Node) hcl.Diagnostics {
		if literal, ok := node.(*hclsyntax.LiteralValueExpr); ok {
			longest = max(longest, longestText(literal.Val))
		}
		return nil
	})
	walk := loopWalk{
		enter: func(node hclsyntax.Node) {
			switch node := node.(type) {
			case *hclsyntax.ForExpr:
				inLoops++
			case *hclsyntax.LiteralValueExpr:
				if inLoops > 0 {
					made += longestText(node.Val)
				}
			case *hclsyntax.ScopeTraversalExpr:
				if inLoops > 0 {
					made += longest
				}
			}
		},
		exit: func(node hclsyntax.Node) {
			if _, loop := node.(*hclsyntax.ForExpr); loop {
				inLoops--
			}
		},
	}
	_ = hclsyntax.Walk(native, walk)
	return made * steps
}

// longestText is the length of the longest string in a value.
func longestText(val cty.Value) int {
	if val == cty.NilVal {
		return 0
	}
	longest := 0
	val, _ = val.UnmarkDeep()
	_ = cty.Walk(val, func(_ cty.Path, val cty.Value) (bool, error) {
		switch {
		case !val.IsKnown() || val.IsNull():
		case val.Type() == cty.String:
			longest = max(longest, len(val.AsString()))
		case val.Type() == deferredType:
			longest = max(longest, sizeOf(val))
		}
		return true, nil
	})
	return longest
}

// mostMadeBy is a bound on the items of what a function makes of so many items and of so many bytes of text.
func mostMadeBy(function string, items, text int) int {
	switch function {
	case "range":
		return 1024 // at the most (go-cty, stdlib.RangeFunc)
	case "chunklist", "csvdecode", "jsondecode", "regex", "regexall", "split":
		return max(items, text)
	case "file", "templatefile":
		return max(items, 5000) // lines of a file that is not read yet: one loop may go through them, and none in it
	case "setproduct":
		return max(items*items, items)
	}
	return items
}

// isPlain tells whether an expression makes nothing: there is no function and no loop in it.
func isPlain(expr hclsyntax.Expression) bool {
	plain := true
	_ = hclsyntax.VisitAll(expr, func(node hclsyntax.Node) hcl.Diagnostics {
		switch node.(type) {
		case *hclsyntax.FunctionCallExpr, *hclsyntax.ForExpr:
			plain = false
		}
		return nil
	})
	return plain
}

// literalText is the first argument of a call, if it is written down.
func literalText(call *hclsyntax.FunctionCallExpr) string {
	if len(call.Args) == 0 {
		return ""
	}
	template, ok := call.Args[0].(*hclsyntax.TemplateExpr)
	if !ok || !template.IsStringLiteral() {
		return ""
	}
	val, _ := template.Value(nil)
	return val.AsString()
}

// pieces is a bound on the pieces between separators of any text that can come of an expression: each piece of what is referred to or
// written, and one more.
func (v value) pieces(native hclsyntax.Expression, separator string) int {
	sum := 1
	count := func(val cty.Value) {
		if val == cty.NilVal {
			return
		}
		val, _ = val.UnmarkDeep()
		_ = cty.Walk(val, func(_ cty.Path, val cty.Value) (bool, error) {
			if val.Type() == cty.String && val.IsKnown() && !val.IsNull() {
				sum += 1 + strings.Count(val.AsString(), separator)
			}
			return true, nil
		})
	}
	for _, traversal := range v.expr.Variables() {
		count(v.d.referred(traversal))
	}
	_ = hclsyntax.VisitAll(native, func(node hclsyntax.Node) hcl.Diagnostics {
		if literal, ok := node.(*hclsyntax.LiteralValueExpr); ok {
			count(literal.Val)
		}
		return nil
	})
	return sum
}

// allItems is how many items there are in a value, at whatever depth.
func allItems(val cty.Value) int {
	if val == cty.NilVal {
		return 0
	}
	val, _ = val.Unmark()
	if !val.IsKnown() || val.IsNull() || !val.CanIterateElements() {
		return 0
	}
	sum := val.LengthInt()
	for it := val.ElementIterator(); it.Next(); {
		_, item := it.Element()
		sum += allItems(item)
	}
	return sum
}

// itemsIn is the length of the longest collection in a value.
func itemsIn(val cty.Value) int {
	if val == cty.NilVal {
		return 0
	}
	val, _ = val.Unmark()
	if !val.IsKnown() || val.IsNull() || !val.CanIterateElements() {
		return 0
	}
	longest := val.LengthInt()
	for it := val.ElementIterator(); it.Next(); {
		_, item := it.Element()
		longest = max(longest, itemsIn(item))
	}
	return longest
}

type loopWalk struct{ enter, exit func(hclsyntax.Node) }

func (w loopWalk) Enter(node hclsyntax.Node) hcl.Diagnostics { w.enter(node); return nil }
func (w loopWalk) Exit(node hclsyntax.Node) hcl.Diagnostics  { w.exit(node); return nil }

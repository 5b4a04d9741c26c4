package decode

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// isNull tells whether null is written where a value is expected, which means that the attribute is left out.
func isNull(expr hcl.Expression) bool {
	expr = unwrapped(expr)
	if _, native := expr.(hclsyntax.Expression); native {
		literal, ok := expr.(*hclsyntax.LiteralValueExpr)
		return ok && literal.Val.IsNull()
	}
	// Without a context JSON strings are not looked into.
	val, diags := expr.Value(nil)
	return !diags.HasErrors() && val.IsNull()
}

// evaluate computes the value of the expression, which has to be known. It is false if there is none, which has then been
// reported. Of a sensitive value it is noted that messages hide it.
func (v value) evaluate() (cty.Value, bool) {
	val, ok := v.evaluateDeferred()
	if ok && isDeferred(val) {
		summary, detail := tooLate(val)
		if v.row.Name == "depends_on" {
			detail = "What it is to wait for is named by its logical id, in quotes."
		}
		v.d.report(v.lateRange(), summary, detail)
		return cty.NilVal, false
	}
	return val, ok
}

// lateRange is the first reference in the expression that only CloudFormation can follow.
func (v value) lateRange() hcl.Range {
	if _, native := v.expr.(hclsyntax.Expression); !native {
		return v.expr.Range() // Positions inside a JSON string are not exact.
	}
	for _, traversal := range v.expr.Variables() {
		if v.d.isLate(traversal.RootName()) || holdsDeferred(v.d.referred(traversal)) {
			return traversal.SourceRange()
		}
	}
	return v.expr.Range()
}

// evaluateDeferred is evaluate for a place where CloudFormation may complete the value.
func (v value) evaluateDeferred() (cty.Value, bool) {
	val, ok := v.evaluateMarked()
	if !ok {
		return cty.NilVal, false
	}
	val, marks := val.UnmarkDeep()
	if len(marks) > 0 {
		v.d.hidden[v.expr.Range()] = true
	}
	if !val.IsWhollyKnown() {
		if !v.d.diags.HasErrors() {
			v.d.report(v.expr.Range(), "Expression without a value", "The expression cannot be computed; write its value instead.")
		}
		return cty.NilVal, false
	}
	if val.IsNull() {
		advice := "Write a value, or leave it out."
		if v.row.Required {
			advice = "Write a value."
		}
		v.d.reportValue(v, fmt.Sprintf("Value of %q is null", v.row.Name), advice)
		return cty.NilVal, false
	}
	return val, true
}

// evaluateMarked is evaluate for a value that goes on to be referred to: it may be null, or hold what is not known.
func (v value) evaluateMarked() (cty.Value, bool) {
	if !v.checkReferences() || !v.checkLoops() || !v.affordable() {
		return cty.NilVal, false
	}
	expr, context := v.expr, v.d.contextOf(v.expr)
	late := v.d.defers(expr)
	if late {
		expr = v.d.deferring(expr)
		if context == nil {
			context = &hcl.EvalContext{Variables: map[string]cty.Value{}}
		}
		context.Functions = v.d.scope.deferredFunctions
	}
	v.d.scope.refusals = nil
	val, diags := protected(expr, context)
	if !diags.HasErrors() {
		for _, refusal := range v.d.scope.refusals {
			if refusal.Subject == nil || refusal.Subject.Filename != v.expr.Range().Filename { // from a function, or the text of templatefile
				refusal.Subject = v.expr.Range().Ptr()
			}
			if !slices.ContainsFunc(diags, func(d *hcl.Diagnostic) bool { return d.Detail == refusal.Detail && *d.Subject == *refusal.Subject }) {
				diags = append(diags, refusal)
			}
		}
	}
	v.hideSensitive(diags)
	if _, native := v.expr.(hclsyntax.Expression); !native && late {
		for _, diag := range diags {
			diag.Subject = v.expr.Range().Ptr() // Positions inside a JSON string are not exact.
		}
	}
	val = settled(val)
	for _, diag := range diags {
		diag.EvalContext = shown(diag.EvalContext)
	}
	v.d.diags = append(v.d.diags, diags...)
	if diags.HasErrors() {
		return cty.NilVal, false
	}
	if fault := oversized(val); fault != "" {
		v.d.report(v.expr.Range(), "Value is too large", fault)
		return cty.NilVal, false
	}
	if v.d.scope.seen != nil {
		v.tell(val, context)
	}
	return val, true
}

// hideSensitive takes the reason out of messages that quote what is sensitive, as some of HCL's functions do.
func (v value) hideSensitive(diags hcl.Diagnostics) {
	if len(diags) == 0 {
		return
	}
	for _, traversal := range v.expr.Variables() {
		referred := v.d.referred(traversal)
		if referred == cty.NilVal || !referred.ContainsMarked() {
			continue
		}
		plain, _ := referred.UnmarkDeep()
		_ = cty.Walk(plain, func(_ cty.Path, val cty.Value) (bool, error) {
			if val.Type() != cty.String || !val.IsKnown() || val.IsNull() || val.AsString() == "" {
				return true, nil
			}
			for _, diag := range diags {
				if strings.Contains(diag.Summary+"\x00"+diag.Detail, val.AsString()) {
					diag.Summary, diag.Detail = "Invalid value", "What is wrong is not shown, because a sensitive value is part of it."
				}
			}
			return true, nil
		})
	}
}

// becomesNull tells whether a reference stands for null: then the attribute is left out, as one that is null itself.
func (d *decoder) becomesNull(expr hcl.Expression) bool {
	if len(expr.Variables()) == 0 {
		return false
	}
	quiet, scope := *d.state, *d.scope
	quiet.diags, quiet.scope = nil, &scope
	val, ok := value{d: &decoder{&quiet, d.iterators}, expr: expr}.evaluateMarked()
	return ok && val.IsKnown() && val.IsNull()
}

// protected evaluates an expression. go-cty has panicked on odd numbers before, and a compiler that dies says nothing about
// the rest of the file; 1e999999999 % 7 is one such expression, and go-cty's change log has more.
func protected(expr hcl.Expression, context *hcl.EvalContext) (val cty.Value, diags hcl.Diagnostics) {
	defer func() {
		if recover() != nil {
			val, diags = cty.NilVal, hcl.Diagnostics{{
				Severity: hcl.DiagError,
				Summary:  "Expression without a value",
				Detail:   "The expression cannot be computed; write its value instead.",
				Subject:  expr.Range().Ptr(),
			}}
		}
	}()
	return expr.Value(context)
}

// checkReferences reports references to anything but the id of a declared account.
func (v value) checkReferences() bool {
	ok := true
	for _, traversal := range v.expr.Variables() {
		ok = v.checkReference(traversal) && ok
	}
	return ok
}

func (v value) checkReference(traversal hcl.Traversal) bool {
	root, at := traversal.RootName(), traversal[0].SourceRange()
	switch {
	case root == "var" || root == "local" || v.d.iterators[root] != nil:
		return v.refersTo(traversal)
	case v.d.isLate(root):
		return v.checkLate(traversal)
	case root == "each":
		v.d.report(at, `"each" outside of for_each`, "each.key and each.value are there in a pipeline with for_each.")
		return false
	case root != "account":
		v.unknownRoot(root, at, len(traversal) == 1)
		return false
	}
	const write = "Write account.NAME.id, which is the account's id."
	if len(traversal) < 2 {
		v.d.report(traversal.SourceRange(), "An account is not a value here", write)
		return false
	}
	name, known := stepName(traversal[1])
	if !known {
		v.d.report(traversal.SourceRange(), "An account is not a value here", write)
		return false
	}
	if !v.d.isDeclared(name) {
		v.d.unknownAccount(stepRange(traversal[1]), fmt.Sprintf("Unknown account %q", shorten(name)), name)
		return false
	}
	if len(traversal) == 2 {
		v.d.report(traversal.SourceRange(), "An account is not a value here", fmt.Sprintf("Write account.%s.id, which is the account's id.", name))
		return false
	}
	if field, _ := stepName(traversal[2]); field != "id" || len(traversal) > 3 {
		v.d.report(stepRange(traversal[2]), fmt.Sprintf("An account has no %q", field), fmt.Sprintf("Its only attribute is account.%s.id.", name))
		return false
	}
	if !v.d.identify(name) {
		v.d.report(stepRange(traversal[1]), "Account id that is made of itself", "Write the 12 digits of the id in quotes.")
		return false
	}
	return true
}

func (v value) unknownRoot(root string, at hcl.Range, single bool) {
	switch {
	case single:
		v.d.report(at, fmt.Sprintf("Unknown name %q", root), fmt.Sprintf("If it is meant as text, write it in quotes: %q.", root))
	default:
		v.d.report(at, fmt.Sprintf("Unknown name %q", root), "There are var.NAME, local.NAME, account.NAME.id, param.NAME, aws.NAME and resource.ID.")
	}
}

func stepName(step hcl.Traverser) (string, bool) {
	switch step := step.(type) {
	case hcl.TraverseAttr:
		return step.Name, true
	case hcl.TraverseIndex:
		if step.Key.Type() == cty.String {
			return step.Key.AsString(), true
		}
	}
	return "", false
}

// stepRange is the name alone: HCL counts the period before an attribute to it.
func stepRange(step hcl.Traverser) hcl.Range {
	rng := step.SourceRange()
	if attr, ok := step.(hcl.TraverseAttr); ok && rng.End.Byte-rng.Start.Byte == len(attr.Name)+1 {
		rng.Start.Byte++
		rng.Start.Column++
	}
	return rng
}

// checkLoops refuses loops that take time without end: nested ones multiply.
func (v value) checkLoops() bool {
	if native, ok := v.expr.(hclsyntax.Expression); ok {
		steps, first := v.steps(native)
		switch {
		case first == nil:
			return true
		case steps > mostSteps:
			v.d.report(*first, "Loop with too many steps",
				fmt.Sprintf("Loops in one expression may run %d times together at the most. Write shorter lists, or nest fewer loops.", mostSteps))
		case v.looped(native, steps) > mostLooped:
			v.d.report(*first, "Loop that makes too much",
				fmt.Sprintf("What loops in one expression put together may have at most %d MiB. Write shorter texts or lists.", mostLooped>>20))
		default:
			return true
		}
		return false
	}
	raw, diags := v.expr.Value(nil)
	if diags.HasErrors() || !hasLoop(raw) {
		return true
	}
	v.d.report(v.expr.Range(), `"for" in JSON`, "Loops are part of the native syntax only; write the values one by one.")
	return false
}

// hasLoop looks for loops in the templates of a JSON value.
func hasLoop(raw cty.Value) bool {
	found := false
	_ = cty.Walk(raw, func(_ cty.Path, val cty.Value) (bool, error) {
		if val.Type().IsObjectType() && val.IsKnown() && !val.IsNull() {
			for it := val.ElementIterator(); it.Next(); {
				name, _ := it.Element()
				found = found || templateHasLoop(name.AsString())
			}
		}
		if val.Type() == cty.String && val.IsKnown() && !val.IsNull() {
			found = found || templateHasLoop(val.AsString())
		}
		return !found, nil
	})
	return found
}

func templateHasLoop(text string) bool {
	if !strings.Contains(text, "for") {
		return false
	}
	tokens, _ := hclsyntax.LexTemplate([]byte(text), "", hcl.InitialPos)
	var before hclsyntax.TokenType
	for _, token := range tokens {
		switch token.Type {
		case hclsyntax.TokenNewline, hclsyntax.TokenComment:
			continue
		case hclsyntax.TokenIdent:
			opened := before == hclsyntax.TokenOBrack || before == hclsyntax.TokenOBrace || before == hclsyntax.TokenTemplateControl
			if opened && string(token.Bytes) == "for" {
				return true
			}
		}
		before = token.Type
	}
	return false
}

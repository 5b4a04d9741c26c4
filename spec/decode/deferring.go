package decode

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/spec"
)

// defers tells whether an expression may come to hold what only CloudFormation knows.
func (d *decoder) defers(expr hcl.Expression) bool {
	if isLiteral(expr) {
		return false
	}
	for _, traversal := range expr.Variables() {
		if d.isLate(traversal.RootName()) {
			return true
		}
		if d.scope.late && holdsDeferred(d.referred(traversal)) {
			return true
		}
	}
	return false
}

// isLate tells whether a name is one of those that stand for what CloudFormation knows.
func (d *decoder) isLate(root string) bool {
	return (root == "param" || root == "aws" || root == "resource") && d.iterators[root] == nil
}

// deferring is the expression with every node replaced that could not bear a deferred value: HCL's own would refuse one, or,
// when it compares, take it for another value without a word. The expression itself is not changed.
func (d *decoder) deferring(expr hcl.Expression) hcl.Expression {
	d.scope.late = true
	return (&rewriting{d: d, hidden: map[string]int{}}).rewrite(native(expr))
}

// native is an expression of JSON in native syntax. HCL looks for templates in its strings only while it evaluates them.
func native(expr hcl.Expression) hclsyntax.Expression {
	if expr, ok := expr.(hclsyntax.Expression); ok {
		return expr
	}
	at := expr.Range()
	if items, diags := hcl.ExprList(expr); !diags.HasErrors() {
		out := &hclsyntax.TupleConsExpr{SrcRange: at, OpenRange: at}
		for _, item := range items {
			out.Exprs = append(out.Exprs, native(item))
		}
		return out
	}
	if pairs, diags := hcl.ExprMap(expr); !diags.HasErrors() {
		out := &hclsyntax.ObjectConsExpr{SrcRange: at, OpenRange: at}
		for _, pair := range pairs {
			key := &hclsyntax.ObjectConsKeyExpr{Wrapped: native(pair.Key), ForceNonLiteral: true}
			out.Items = append(out.Items, hclsyntax.ObjectConsItem{KeyExpr: key, ValueExpr: native(pair.Value)})
		}
		return out
	}
	val, _ := expr.Value(nil)
	if val.Type() != cty.String || !val.IsKnown() || val.IsNull() {
		return &hclsyntax.LiteralValueExpr{Val: val, SrcRange: at}
	}
	start := at.Start
	start.Column, start.Byte = start.Column+1, start.Byte+1
	parsed, diags := hclsyntax.ParseTemplate([]byte(val.AsString()), at.Filename, start)
	if diags.HasErrors() {
		return &hclsyntax.ExprSyntaxError{Placeholder: cty.DynamicVal, ParseDiags: diags, SrcRange: at}
	}
	return parsed
}

// rewriting is one pass over an expression.
type rewriting struct {
	d      *decoder
	hidden map[string]int // names that a loop around the node gives another meaning
}

func (w *rewriting) rewrite(expr hclsyntax.Expression) hclsyntax.Expression {
	switch e := expr.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return w.reference(e)
	case *hclsyntax.TemplateExpr:
		if e.IsStringLiteral() {
			return e
		}
		out := *e
		out.Parts = w.all(e.Parts)
		return &joinedTemplate{&out}
	case *hclsyntax.TemplateJoinExpr:
		return &joinedLoop{&hclsyntax.TemplateJoinExpr{Tuple: w.rewrite(e.Tuple)}}
	case *hclsyntax.TemplateWrapExpr:
		out := *e
		out.Wrapped = w.rewrite(e.Wrapped)
		return &out
	case *hclsyntax.ParenthesesExpr:
		out := *e
		out.Expression = w.rewrite(e.Expression)
		return &out
	case *hclsyntax.ConditionalExpr:
		out := *e
		out.Condition, out.TrueResult, out.FalseResult = w.known(e.Condition), w.rewrite(e.TrueResult), w.rewrite(e.FalseResult)
		return &out
	case *hclsyntax.BinaryOpExpr:
		out := *e
		out.LHS, out.RHS = w.known(e.LHS), w.known(e.RHS)
		return &out
	case *hclsyntax.UnaryOpExpr:
		out := *e
		out.Val = w.known(e.Val)
		return &out
	case *hclsyntax.FunctionCallExpr:
		return w.call(e)
	case *hclsyntax.IndexExpr:
		out := *e
		out.Collection, out.Key = w.rewrite(e.Collection), w.known(e.Key)
		return &out
	case *hclsyntax.RelativeTraversalExpr:
		out := *e
		out.Source = w.rewrite(e.Source)
		return &out
	case *hclsyntax.SplatExpr:
		out := *e
		out.Source, out.Each = w.rewrite(e.Source), w.rewrite(e.Each)
		return &out
	case *hclsyntax.TupleConsExpr:
		out := *e
		out.Exprs = w.all(e.Exprs)
		return &out
	case *hclsyntax.ObjectConsExpr:
		return w.object(e)
	case *hclsyntax.ForExpr:
		return w.loop(e)
	}
	return expr // what is left is made of nothing
}

func (w *rewriting) all(list []hclsyntax.Expression) []hclsyntax.Expression {
	out := make([]hclsyntax.Expression, len(list))
	for i, expr := range list {
		out[i] = w.rewrite(expr)
	}
	return out
}

// known is a node in a place that takes nothing deferred.
func (w *rewriting) known(expr hclsyntax.Expression) hclsyntax.Expression {
	return &knownHere{w.rewrite(expr), w.d.scope, false}
}

func (w *rewriting) reference(e *hclsyntax.ScopeTraversalExpr) hclsyntax.Expression {
	root := e.Traversal.RootName()
	if w.hidden[root] > 0 || !w.d.isLate(root) {
		return e
	}
	part, ok := latePart(e.Traversal)
	if !ok {
		return e // has been reported
	}
	return &hclsyntax.LiteralValueExpr{Val: deferredValue(part), SrcRange: e.SrcRange}
}

func (w *rewriting) call(e *hclsyntax.FunctionCallExpr) hclsyntax.Expression {
	out := *e
	out.Args = make([]hclsyntax.Expression, len(e.Args))
	for i, arg := range e.Args {
		switch takes(e.Name, i) {
		case takesAll:
			out.Args[i] = w.rewrite(arg)
		case takesInside:
			out.Args[i] = &knownHere{w.rewrite(arg), w.d.scope, true}
		default:
			out.Args[i] = w.known(arg)
		}
	}
	return &out
}

func (w *rewriting) object(e *hclsyntax.ObjectConsExpr) hclsyntax.Expression {
	out := *e
	out.Items = make([]hclsyntax.ObjectConsItem, len(e.Items))
	for i, item := range e.Items {
		key := item.KeyExpr
		if of, ok := key.(*hclsyntax.ObjectConsKeyExpr); ok && (of.ForceNonLiteral || hcl.ExprAsKeyword(of.Wrapped) == "") {
			key = &hclsyntax.ObjectConsKeyExpr{Wrapped: w.known(of.Wrapped), ForceNonLiteral: of.ForceNonLiteral}
		}
		out.Items[i] = hclsyntax.ObjectConsItem{KeyExpr: key, ValueExpr: w.rewrite(item.ValueExpr)}
	}
	return &out
}

func (w *rewriting) loop(e *hclsyntax.ForExpr) hclsyntax.Expression {
	out := *e
	out.CollExpr = w.rewrite(e.CollExpr)
	for _, name := range []string{e.KeyVar, e.ValVar} {
		w.hidden[name]++
		defer func() { w.hidden[name]-- }()
	}
	out.ValExpr = w.rewrite(e.ValExpr)
	if e.KeyExpr != nil {
		out.KeyExpr = w.known(e.KeyExpr)
	}
	if e.CondExpr != nil {
		out.CondExpr = w.known(e.CondExpr)
	}
	return &out
}

// knownHere is a node whose value has to be known. What it refuses is noted in the scope too: try and can would pass over it.
type knownHere struct {
	hclsyntax.Expression
	scope  *scope
	inside bool // what the value holds may be deferred, only not the value itself
}

func (e *knownHere) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	val, diags := e.Expression.Value(ctx)
	if diags.HasErrors() {
		return val, diags
	}
	val = settled(val)
	if late := holdsDeferred(val); !late || e.inside && !isDeferred(val) {
		return val, diags
	}
	summary, detail := tooLate(val)
	refusal := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: e.Range().Ptr()}
	e.scope.refusals = append(e.scope.refusals, refusal)
	return cty.DynamicVal, append(diags, refusal)
}

// joinedTemplate is a template whose parts may be deferred.
type joinedTemplate struct{ *hclsyntax.TemplateExpr }

func (e *joinedTemplate) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	var values []cty.Value
	var diags hcl.Diagnostics
	for _, part := range e.Parts {
		val, more := part.Value(ctx)
		diags = append(diags, more...)
		if more.HasErrors() {
			val = cty.DynamicVal
		}
		values = append(values, val)
	}
	return joinedText(ctx, e.TemplateExpr, values, func(i int) hcl.Expression { return e.Parts[i] }, diags)
}

// joinedLoop is what a loop in a template makes, put together.
type joinedLoop struct{ *hclsyntax.TemplateJoinExpr }

func (e *joinedLoop) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	tuple, diags := e.Tuple.Value(ctx)
	tuple, marks := tuple.Unmark()
	if diags.HasErrors() || !tuple.IsKnown() || tuple.IsNull() || !tuple.CanIterateElements() {
		return cty.DynamicVal.WithMarks(marks), diags
	}
	var values []cty.Value
	for it := tuple.ElementIterator(); it.Next(); {
		_, val := it.Element()
		values = append(values, val)
	}
	val, diags := joinedText(ctx, e, values, func(int) hcl.Expression { return e }, diags)
	return val.WithMarks(marks), diags
}

// joinedText is the text of several values. from is where one of them comes from. What is wrong with a value is said in HCL's
// words, by having HCL's own template look at it.
func joinedText(ctx *hcl.EvalContext, whole hclsyntax.Expression, values []cty.Value, from func(int) hcl.Expression, diags hcl.Diagnostics) (cty.Value, hcl.Diagnostics) {
	known := true
	marks := cty.ValueMarks{}
	plain := make([]cty.Value, 0, len(values))
	for i, val := range values {
		val, more := val.Unmark()
		for mark := range more {
			marks[mark] = struct{}{}
		}
		if _, ok := partsOf(val); !ok && (!val.IsKnown() && !val.IsNull()) {
			known = false
			continue
		} else if !ok {
			at := from(i).Range()
			one := &hclsyntax.TemplateExpr{
				Parts:    []hclsyntax.Expression{&hclsyntax.LiteralValueExpr{Val: val, SrcRange: at}, &hclsyntax.LiteralValueExpr{Val: cty.StringVal(""), SrcRange: at}},
				SrcRange: whole.Range(),
			}
			_, wrong := one.Value(ctx)
			diags = append(diags, wrong...)
			continue
		}
		plain = append(plain, val)
	}
	if diags.HasErrors() || !known {
		return cty.UnknownVal(cty.String).WithMarks(marks), diags
	}
	val, _ := joined(plain)
	return val.WithMarks(marks), diags
}

// isWord tells whether a text is made of letters and digits, as logical ids and the parts of attributes are: the text of Fn::Sub
// holds them.
func isWord(text string) bool {
	return text != "" && len(text) <= 255 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// latePart is what a reference to CloudFormation's values stands for; ok is false for one that names nothing.
func latePart(traversal hcl.Traversal) (part spec.Part, ok bool) {
	if len(traversal) < 2 {
		return nil, false
	}
	name, ok := stepName(traversal[1])
	if !ok || !isWord(name) && traversal.RootName() == "resource" {
		return nil, false
	}
	switch traversal.RootName() {
	case "param":
		return spec.ParameterValue{Name: name}, len(traversal) == 2
	case "aws":
		return spec.PseudoValue{Of: spec.Pseudo(name)}, len(traversal) == 2
	}
	attribute := ""
	for i, step := range traversal[2:] {
		text, ok := stepName(step)
		if !ok || slices.ContainsFunc(strings.Split(text, "."), func(part string) bool { return !isWord(part) }) {
			return nil, false
		}
		if i > 0 {
			attribute += "."
		}
		attribute += text
	}
	return spec.ResourceValue{ID: name, Attribute: attribute}, true
}

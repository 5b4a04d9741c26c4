package decode

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/cfnpipe/cfnpipe/spec"
)

// scope is what expressions may refer to.
type scope struct {
	variables     map[string]cty.Value // unknown: it has no value, which has been reported
	variableNames []string
	locals        map[string]*local
	localNames    []string
	ids           map[string]*identity // of accounts
	parameters    map[string]*spec.Parameter
	wrong         map[*spec.Parameter]bool // whose type or limits are wrong, which has been reported
	resourceTypes map[string]string        // of resource blocks, by their logical ids
	outside       map[boundary]string      // as it is asked for
	functions     map[string]function.Function

	deferredFunctions map[string]function.Function // for expressions that hold what only CloudFormation knows
	late              bool                         // whether there has been such an expression
	refusals          hcl.Diagnostics              // of what is evaluated at the moment: that a value has to be known

	left   int    // of the bytes that evaluation may make
	folder Folder // nil: file() has nothing to read

	seen func(Evaluated) // is told of every expression with a value; nil: nobody asks

	owner *decoder // hears what is wrong with what is worked out on the way, whoever asks first
}

// identity is an account whose id may refer to variables and locals.
type identity struct {
	account *spec.Account
	block   *block
	state   progress
}

func newScope() *scope {
	return &scope{
		variables: map[string]cty.Value{}, locals: map[string]*local{}, ids: map[string]*identity{},
		parameters: map[string]*spec.Parameter{}, wrong: map[*spec.Parameter]bool{}, resourceTypes: map[string]string{},
		outside: map[boundary]string{}, left: mostEvaluated,
	}
}

// contextOf is what an expression is evaluated with: what it refers to has been worked out.
func (d *decoder) contextOf(expr hcl.Expression) *hcl.EvalContext {
	if isLiteral(expr) {
		return nil
	}
	if d.scope.functions == nil {
		d.scope.functions = functions(d.scope.owner.scope)
		d.scope.functions["file"], d.scope.functions["templatefile"] = d.scope.owner.file(), d.scope.owner.templateFile()
		d.scope.deferredFunctions = d.scope.owner.deferredFunctions(d.scope.functions)
	}
	context := &hcl.EvalContext{Variables: map[string]cty.Value{}, Functions: d.scope.functions}
	for _, traversal := range expr.Variables() {
		root := traversal.RootName()
		if _, there := context.Variables[root]; there {
			continue
		}
		switch root {
		case "var":
			context.Variables[root] = cty.ObjectVal(d.scope.variables)
		case "local":
			values := make(map[string]cty.Value, len(d.scope.locals))
			for name, l := range d.scope.locals {
				values[name] = l.val
			}
			context.Variables[root] = cty.ObjectVal(values)
		case "account":
			context.Variables[root] = d.accountValues()
		default:
			if iterator := d.iterators[root]; iterator != nil {
				context.Variables[root] = cty.ObjectVal(iterator)
			}
		}
	}
	return context
}

// isLiteral tells whether an expression is plainly a value of its own, as most are.
func isLiteral(expr hcl.Expression) bool {
	switch expr := expr.(type) {
	case *hclsyntax.LiteralValueExpr:
		return true
	case *hclsyntax.TemplateExpr:
		return expr.IsStringLiteral()
	}
	return false
}

// shown is a context as a message may show it: long texts are cut, and what is sensitive is hidden.
func shown(context *hcl.EvalContext) *hcl.EvalContext {
	if context == nil {
		return nil
	}
	out := &hcl.EvalContext{Variables: map[string]cty.Value{}}
	for ; context != nil; context = context.Parent() {
		for name, val := range context.Variables {
			if _, nearer := out.Variables[name]; !nearer {
				out.Variables[name] = shownValue(val)
			}
		}
	}
	return out
}

func shownValue(val cty.Value) cty.Value {
	if val.IsMarked() {
		return cty.StringVal("(sensitive)")
	}
	switch {
	case !val.IsKnown() || val.IsNull():
		return val
	case val.Type() == cty.String:
		return cty.StringVal(shorten(val.AsString()))
	case val.Type().IsObjectType():
		members := map[string]cty.Value{}
		for it := val.ElementIterator(); it.Next(); {
			name, member := it.Element()
			members[name.AsString()] = shownValue(member)
		}
		return cty.ObjectVal(members)
	case val.ContainsMarked():
		return cty.StringVal("(sensitive)")
	}
	return val
}

// accountValues has the ids of the accounts. An id that could not be read is unknown, so that what is made of it is passed over
// without a second diagnostic.
func (d *decoder) accountValues() cty.Value {
	accounts := map[string]cty.Value{}
	for _, account := range d.declared {
		id := cty.UnknownVal(cty.String)
		if account.ID.Value != "" {
			id = cty.StringVal(account.ID.Value)
		}
		accounts[account.Label.Value] = cty.ObjectVal(map[string]cty.Value{"id": id})
	}
	return cty.ObjectVal(accounts)
}

// refersTo works out what a reference names, and reports one that names nothing.
func (v value) refersTo(traversal hcl.Traversal) bool {
	d, root := v.d, traversal.RootName()
	name, at, ok := v.named(traversal)
	if !ok {
		return false
	}
	switch root {
	case "var":
		if _, declared := d.scope.variables[name]; !declared {
			d.unknownValue(at, "variable", name, d.scope.variableNames)
			return false
		}
		return true
	case "local":
		l := d.scope.locals[name]
		if l == nil {
			d.unknownValue(at, "local", name, d.scope.localNames)
			return false
		}
		if !d.local(l) {
			d.report(at, "Locals that refer to each other", fmt.Sprintf("local.%s is made of itself. Write one of the values down.", name))
			return false
		}
		return true
	}
	if _, there := d.iterators[root][name]; !there {
		d.report(at, fmt.Sprintf("%q has no %q", root, shorten(name)), fmt.Sprintf("Write %s.key or %s.value.", root, root))
		return false
	}
	return true
}

// named is the name behind var, local or an iterator.
func (v value) named(traversal hcl.Traversal) (name string, at hcl.Range, ok bool) {
	root := traversal.RootName()
	if len(traversal) > 1 {
		if name, ok = stepName(traversal[1]); ok {
			return name, stepRange(traversal[1]), true
		}
	}
	v.d.report(traversal.SourceRange(), fmt.Sprintf("%q is not a value here", root), fmt.Sprintf("Write %s.NAME.", root))
	return "", hcl.Range{}, false
}

func (d *decoder) unknownValue(at hcl.Range, what, name string, declared []string) {
	if len(d.broken) > 0 {
		return // It may be declared in the part that could not be read.
	}
	detail := fmt.Sprintf("No %s is declared.", what)
	if len(declared) > 0 {
		detail = fmt.Sprintf("Declared here: %s.%s", list(declared), didYouMean(name, declared))
	}
	d.report(at, fmt.Sprintf("Unknown %s %q", what, shorten(name)), detail)
}

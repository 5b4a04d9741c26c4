package decode

import (
	"cmp"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// sensitive marks the values of variables that messages hide.
const sensitive = "sensitive"

// variables reads the variable blocks and gives each its value. One without a
// value, or with a wrong one, is unknown: what is made of it is passed over
// without a second diagnostic.
func (d *decoder) variables(root *block, inputs []Input) {
	blocks := d.labelled(root, "variable")
	var declared []string
	for _, n := range blocks {
		declared = append(declared, n.label.Value)
	}
	d.scope.variableNames = declared
	values := d.readInputs(inputs, declared)
	for _, n := range blocks {
		b := d.open(n)
		d.scope.variables[n.label.Value] = cty.DynamicVal
		val, ok := b.variable(values[n.label.Value])
		if !ok {
			continue
		}
		d.scope.variables[n.label.Value] = val
		if d.scope.seen != nil {
			d.scope.seen(Evaluated{n.label.Range, written(val, "")})
		}
		if !b.validate(val) {
			d.scope.variables[n.label.Value] = cty.DynamicVal
		}
	}
}

func (b *block) variable(from given) (cty.Value, bool) {
	b.text("description")
	hidden := b.flag("sensitive").Value
	want, defaults, ok := b.constraint()
	if !ok {
		return cty.NilVal, false
	}
	fallback, hasDefault, ok := b.defaultValue(want, defaults)
	if !ok {
		return cty.NilVal, false
	}
	val := fallback
	switch {
	case from.known:
		raw, ok := from.evaluate(b.d, want, b.label.Range)
		if !ok {
			return cty.NilVal, false
		}
		if val, ok = b.converted(raw, want, defaults, from); !ok {
			return cty.NilVal, false
		}
	case !hasDefault:
		b.d.report(b.label.Range, fmt.Sprintf("No value for variable %q", b.label.Value),
			fmt.Sprintf("Give it one with --var %s=VALUE, in a file *.auto.vars.hcl or as CFNPIPE_VAR_%s, or write a default.", b.label.Value, b.label.Value))
		return cty.NilVal, false
	}
	if fault := oversized(val); fault != "" {
		b.d.report(b.label.Range, fmt.Sprintf("Value of variable %q is too large", b.label.Value), fault)
		return cty.NilVal, false
	}
	if hidden {
		val = val.Mark(sensitive)
	}
	return val, true
}

// constraint reads the type of a variable.
func (b *block) constraint() (cty.Type, *typeexpr.Defaults, bool) {
	attribute, set := b.attributes["type"]
	if !set {
		return cty.DynamicPseudoType, nil, true
	}
	want, defaults, diags := typeexpr.TypeConstraintWithDefaults(attribute.Expr)
	b.d.diags = append(b.d.diags, diags...)
	return want, defaults, !diags.HasErrors()
}

func (b *block) defaultValue(want cty.Type, defaults *typeexpr.Defaults) (val cty.Value, there, ok bool) {
	attribute, set := b.attributes["default"]
	if !set {
		return cty.NilVal, false, true
	}
	if !b.d.constant(attribute.Expr, "The default of a variable", attribute.Expr.Range()) {
		return cty.NilVal, true, false
	}
	raw, diags := protected(attribute.Expr, nil)
	b.d.diags = append(b.d.diags, diags...)
	if diags.HasErrors() {
		return cty.NilVal, true, false
	}
	val, ok = b.converted(raw, want, defaults, given{at: attribute.Expr.Range().Ptr(), from: "the default"})
	return val, true, ok
}

// converted makes a value what the variable's type asks for.
func (b *block) converted(raw cty.Value, want cty.Type, defaults *typeexpr.Defaults, from given) (cty.Value, bool) {
	if defaults != nil && !raw.IsNull() {
		raw = defaults.Apply(raw)
	}
	val, err := convert.Convert(raw, want)
	if err == nil {
		return val, true
	}
	at := b.label.Range
	if from.at != nil {
		at = *from.at
	}
	b.d.report(at, fmt.Sprintf("Wrong value for variable %q", b.label.Value),
		fmt.Sprintf("It has to be %s, and what %s gives does not fit: %s.", typeexpr.TypeString(want), from.from, err))
	return cty.NilVal, false
}

// validate holds the value against the conditions of the variable.
func (b *block) validate(val cty.Value) bool {
	ok := true
	for _, n := range b.of("validation") {
		rule := b.d.open(n)
		message := rule.text("error_message")
		attribute, set := rule.attributes["condition"]
		if !set {
			rule.value("condition") // reports that it is missing
			ok = false
			continue
		}
		if !b.onlyItself(attribute.Expr) {
			ok = false
			continue
		}
		met, known := rule.condition(attribute.Expr)
		if known && !met {
			b.d.report(b.label.Range, fmt.Sprintf("Invalid value for variable %q", b.label.Value),
				cmp.Or(message.Value, "It does not meet this condition.")).Context = &n.header
		}
		ok = ok && known && met
	}
	return ok
}

func (b *block) onlyItself(expr hcl.Expression) bool {
	for _, traversal := range expr.Variables() {
		name := ""
		if len(traversal) > 1 {
			name, _ = stepName(traversal[1])
		}
		if traversal.RootName() != "var" || name != b.label.Value {
			b.d.report(traversal.SourceRange(), "A validation refers to something else",
				fmt.Sprintf("It may refer to var.%s and to nothing else.", b.label.Value))
			return false
		}
	}
	return true
}

func (b *block) condition(expr hcl.Expression) (met, known bool) {
	row, _ := b.row.Attribute("condition")
	val, ok := value{d: b.d, row: row, expr: expr}.evaluate()
	if !ok {
		return false, false
	}
	if val.Type() != cty.Bool {
		b.d.report(expr.Range(), "A condition is not true or false", fmt.Sprintf("This is %s. Compare it with something.", typeName(val.Type())))
		return false, false
	}
	return val.True(), true
}

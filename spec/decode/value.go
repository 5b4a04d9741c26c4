package decode

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec"
)

// value is an expression on its way into a field of spec.
type value struct {
	d      *decoder
	row    schema.Attribute
	expr   hcl.Expression
	origin *hcl.Range // of a default: the block that lacks the attribute
}

// has tells whether an attribute is set.
func (b *block) has(name string) bool {
	attribute, ok := b.attributes[name]
	return ok && !isNull(attribute.Expr) && !b.d.becomesNull(attribute.Expr)
}

// value returns what an attribute is to be read from: what was written, or the default. There is none if the attribute is
// optional without a default, or missing, which is then reported.
func (b *block) value(name string) (value, bool) {
	row, _ := b.row.Attribute(name)
	if b.has(name) {
		return value{d: b.d, row: row, expr: b.attributes[name].Expr}, true
	}
	if row.Required {
		b.missing(row)
		return value{}, false
	}
	if row.Default == "" {
		return value{}, false
	}
	expr, diags := hclsyntax.ParseExpression([]byte(row.Default), "", hcl.InitialPos)
	return value{d: b.d, row: row, expr: expr, origin: &b.header}, !diags.HasErrors()
}

// placeOf is where an attribute is written, or the block that lacks it.
func (b *block) placeOf(name string) hcl.Range {
	if b.has(name) {
		return b.attributes[name].Expr.Range()
	}
	return b.header
}

func (b *block) missing(row schema.Attribute) {
	if b.d.broken[b.header.Filename] || b.seen[row.Name] {
		return // It may stand in the part that could not be read, or is there under a misspelt name.
	}
	b.d.report(b.header, fmt.Sprintf("Missing attribute %q", row.Name),
		fmt.Sprintf("%s needs it; write %s = %s. %s", subjectOf(b.row), row.Name, row.Example, row.Doc))
}

// text reads a String.
func (b *block) text(name string) spec.Text {
	if v, ok := b.value(name); ok {
		return v.text()
	}
	return spec.Text{Range: b.header}
}

// number reads an Integer.
func (b *block) number(name string) spec.Number {
	if v, ok := b.value(name); ok {
		return v.number()
	}
	return spec.Number{Range: b.header}
}

// flag reads a Bool.
func (b *block) flag(name string) spec.Flag {
	v, ok := b.value(name)
	if !ok {
		return spec.Flag{Range: b.header}
	}
	out := spec.Flag{Range: v.place(v.expr)}
	if val, ok := v.evaluate(); ok {
		if val.Type() == cty.Bool {
			out.Value = val.True()
		} else {
			v.wrongType(val, "true or false")
		}
	}
	return out
}

// place is where something is said to have been written.
func (v value) place(expr hcl.Expression) hcl.Range {
	if v.origin != nil {
		return *v.origin
	}
	return expr.Range()
}

// text is the empty string where the value is wrong; whoever reads it passes over an empty string.
func (v value) text() spec.Text {
	out := spec.Text{Range: v.place(v.expr)}
	val, ok := v.evaluate()
	if !ok {
		return out
	}
	text, ok := v.scalar(val)
	if ok && v.checkText(text) {
		out.Value = text
	}
	return out
}

// deferred reads a String that CloudFormation may complete.
func (b *block) deferred(name string) spec.Deferred {
	if v, ok := b.value(name); ok {
		out, _ := v.deferred()
		return out
	}
	return spec.Deferred{Range: b.header}
}

// deferred is not set where the value is wrong.
func (v value) deferred() (out spec.Deferred, ok bool) {
	at := v.place(v.expr)
	if v.row.Deferred == "" {
		text, ok := v.listed()
		return spec.Known(text.Value, at), ok
	}
	val, ok := v.evaluateDeferred()
	if !ok {
		return spec.Deferred{Range: at}, false
	}
	if !isDeferred(val) {
		text, ok := v.scalar(val)
		ok = ok && v.checkText(text)
		if !ok {
			text = ""
		}
		return spec.Known(text, at), ok
	}
	out = spec.Deferred{Parts: *val.EncapsulatedValue().(*parts), Range: at}
	if !v.checkDeferred(out) {
		return spec.Deferred{Range: at}, false
	}
	return out, true
}

// checkDeferred holds what is known of a string, and what the rest of it may be, against the row of its attribute.
func (v value) checkDeferred(text spec.Deferred) bool {
	var known strings.Builder
	for _, part := range text.Parts {
		literal, _ := part.(spec.Literal)
		known.WriteString(string(literal))
	}
	fault := hostile(known.String(), v.row.Holds)
	limited := v.row.Deferred != schema.AnyCharacter
	if fault == "" && limited && strings.Contains(known.String(), "{{") {
		fault = "Beside a value that CloudFormation fills in, {{ could become a reference to a secret."
	}
	if fault != "" {
		v.d.reportValue(v, fmt.Sprintf("Attribute %q holds what it may not", v.row.Name), fault)
		return false
	}
	if length := utf8.RuneCountInString(known.String()); v.row.MaxLength > 0 && length > v.row.MaxLength {
		v.d.reportValue(v, fmt.Sprintf("Value of %q is too long", v.row.Name),
			fmt.Sprintf("It has %d characters; at most %d are allowed.", length, v.row.MaxLength))
		return false
	}
	if !limited {
		return true
	}
	for _, part := range text.Parts {
		if bad := v.d.outside(part, v.row.Deferred); bad != "" {
			v.badCharacter(part, bad)
			return false
		}
	}
	if known.Len() > 0 && !v.fitsSomehow(text) {
		v.misfit(text.String(), "")
		return false
	}
	return true
}

func (v value) badCharacter(part spec.Part, bad string) {
	detail := fmt.Sprintf("Each of its characters has to be one of %s.", v.row.Deferred)
	if of, ok := part.(spec.ParameterValue); ok {
		if parameter := v.d.scope.parameters[of.Name]; parameter != nil && isStored(parameter) {
			detail += " What is stored may be anything, and CloudFormation holds no pattern against it; use a parameter of type String."
		} else if parameter != nil && len(parameter.AllowedValues.Items) > 0 {
			detail += " Let its allowed_values hold no others."
		} else if parameter != nil && parameter.Type.Value != "String" {
			detail += " Give the parameter allowed_values."
		} else {
			detail += fmt.Sprintf(" Give the parameter allowed_values, or allowed_pattern = %q.", v.row.Deferred+"*")
		}
	}
	v.d.report(v.lateRange(), fmt.Sprintf("%s may hold %s, and %q may not", mentioned(parts{part}), bad, v.row.Name), detail)
}

// fitsSomehow tells whether a string with known parts fits the pattern of its attribute with anything in the place of the others.
func (v value) fitsSomehow(text spec.Deferred) bool {
	if v.row.Pattern == "" {
		return true
	}
	for _, sample := range v.d.samples(text) {
		if v.d.matches(v.row.Pattern, sample) {
			return true
		}
	}
	return false
}

// samples are texts that a string may become: each value that CloudFormation fills in is something short that fits many patterns.
func (d *decoder) samples(text spec.Deferred) []string {
	var out []string
	for _, filled := range []string{"a", "0", "aaaaaaaa", "a.a", "https://a.a", "12345678-1234-1234-1234-123456789012"} {
		var sample strings.Builder
		for _, part := range text.Parts {
			switch p := part.(type) {
			case spec.Literal:
				sample.WriteString(string(p))
			case spec.PseudoValue:
				sample.WriteString(map[spec.Pseudo]string{
					spec.AccountID: "123456789012", spec.Region: "us-east-1", spec.Partition: "aws", spec.StackName: "a",
				}[p.Of])
			default:
				sample.WriteString(filled)
			}
		}
		out = append(out, sample.String())
	}
	return out
}

func (v value) scalar(val cty.Value) (string, bool) {
	switch {
	case val.Type() == cty.String:
		return val.AsString(), true
	case v.row.Scalars && (val.Type() == cty.Number || val.Type() == cty.Bool):
		// 3.10 is a version as well as a number, and the number would lose its last digit.
		if written := v.d.sourceText(v.expr.Range()); v.origin == nil && v.d.plainNumber(written) {
			return written, true
		}
		text, err := convert.Convert(val, cty.String)
		if err == nil {
			return text.AsString(), true
		}
	}
	v.wrongType(val, "a string")
	return "", false
}

func (d *decoder) plainNumber(text string) bool {
	return d.matches(`^-?[0-9]{1,40}(\.[0-9]{1,40})?$`, text)
}

// show is a value as a message may quote it.
func (v value) show(text string) string {
	if v.d.hidden[v.expr.Range()] {
		return "(sensitive)"
	}
	return shorten(text)
}

// checkText holds a string against the row of its attribute.
func (v value) checkText(text string) bool {
	if v.origin != nil {
		return true
	}
	if fault := hostile(text, v.row.Holds); fault != "" {
		v.d.reportValue(v, fmt.Sprintf("Attribute %q holds what it may not", v.row.Name), fault)
		return false
	}
	if len(v.row.Values) > 0 && !slices.Contains(v.row.Values, text) {
		v.d.reportValue(v, fmt.Sprintf("Value %q is not allowed for %q", v.show(text), v.row.Name),
			fmt.Sprintf("Allowed values: %s.%s", quoted(v.row.Values), didYouMean(text, v.row.Values)))
		return false
	}
	if length := utf8.RuneCountInString(text); v.row.MaxLength > 0 && length > v.row.MaxLength {
		v.d.reportValue(v, fmt.Sprintf("Value of %q is too long", v.row.Name),
			fmt.Sprintf("It has %d characters; at most %d are allowed.", length, v.row.MaxLength))
		return false
	}
	if v.row.Pattern != "" && !v.d.matches(v.row.Pattern, text) {
		v.misfit(text, "")
		return false
	}
	return true
}

// misfit reports a string that is not what its attribute takes.
func (v value) misfit(text, advice string) {
	example := v.row.Example
	if v.row.Type == schema.StringList || v.row.Type == schema.StringMap {
		example = "" // It is of the whole, and the fault is in a part.
	}
	detail := fmt.Sprintf("Write %s", v.row.Words)
	if example != "" {
		detail += ", such as " + example
	}
	v.d.reportValue(v, fmt.Sprintf("Value %q does not fit %q", v.show(text), v.row.Name), detail+"."+advice+v.mended(text))
}

// number is 0 where the value is wrong.
func (v value) number() spec.Number {
	out := spec.Number{Range: v.place(v.expr)}
	val, ok := v.evaluate()
	if !ok {
		return out
	}
	if val.Type() != cty.Number {
		v.wrongType(val, "a whole number")
		return out
	}
	number, accuracy := val.AsBigFloat().Int64()
	if accuracy != big.Exact {
		v.d.reportValue(v, fmt.Sprintf("Value of %q is not a whole number", v.row.Name), v.bounds())
		return out
	}
	if len(v.row.Values) > 0 {
		if text := fmt.Sprint(number); !slices.Contains(v.row.Values, text) {
			v.d.reportValue(v, fmt.Sprintf("Value %s is not allowed for %q", text, v.row.Name),
				fmt.Sprintf("Allowed values: %s.", list(v.row.Values)))
			return out
		}
	} else if number < int64(v.row.Min) || number > int64(v.row.Max) {
		v.d.reportValue(v, fmt.Sprintf("Value %d is out of range for %q", number, v.row.Name), v.bounds())
		return out
	}
	out.Value = int(number)
	return out
}

func (v value) bounds() string {
	if len(v.row.Values) > 0 {
		return fmt.Sprintf("Allowed values: %s.", list(v.row.Values))
	}
	return fmt.Sprintf("Write a whole number from %d to %d.", v.row.Min, v.row.Max)
}

// wrongType reports a value of a type that the attribute does not take.
func (v value) wrongType(val cty.Value, wanted string) {
	detail := fmt.Sprintf("%q takes %s, and this is %s.", v.row.Name, wanted, typeName(val.Type()))
	written := v.d.sourceText(v.expr.Range())
	literal := written == "true" || written == "false" || v.d.plainNumber(written)
	isText := val.Type() == cty.String
	switch {
	case isText && wholeVariable.MatchString(written) && typeFor(wanted) != "":
		detail += fmt.Sprintf(" What --var, the environment or a default in quotes gives to a variable without a type is text: declare it with type = %s.", typeFor(wanted))
	case wanted == "a string" && literal && len(v.row.Values) > 0 && !slices.Contains(v.row.Values, written):
		detail += fmt.Sprintf(" Allowed values: %s.", quoted(v.row.Values))
	case wanted == "a string" && literal && v.row.Words != "" && (v.row.Pattern == "" || !v.d.matches(v.row.Pattern, written)):
		detail += fmt.Sprintf(" Write %s.", v.row.Words)
	case wanted == "a string" && literal:
		detail += fmt.Sprintf(" Write it in quotes: %q.", written)
	case isText && strings.HasPrefix(wanted, "a list") && len(written) < maxNamed && !strings.Contains(written, "\n"):
		detail += " Put it in brackets: [" + written + "]."
	case isText && v.d.unquotable(wanted, val.AsString()):
		detail += fmt.Sprintf(" Write it without quotes: %s.", val.AsString())
	}
	v.d.reportValue(v, fmt.Sprintf("Wrong type for %q", v.row.Name), detail)
}

var wholeVariable = regexp.MustCompile(`^var\.[A-Za-z_][A-Za-z0-9_-]*$`)

// typeFor is the type constraint of a variable for what an attribute takes.
func typeFor(wanted string) string {
	switch {
	case wanted == "a whole number":
		return "number"
	case wanted == "true or false":
		return "bool"
	case strings.HasPrefix(wanted, "a list"):
		return "list(string)"
	}
	return ""
}

func (d *decoder) unquotable(wanted, text string) bool {
	if wanted == "true or false" {
		return text == "true" || text == "false"
	}
	return wanted == "a whole number" && d.plainNumber(text)
}

func typeName(t cty.Type) string {
	switch {
	case t == cty.String:
		return "a string"
	case t == cty.Number:
		return "a number"
	case t == cty.Bool:
		return "true or false"
	case t.IsTupleType() || t.IsListType() || t.IsSetType():
		return "a list"
	case t.IsObjectType() || t.IsMapType():
		return "an object"
	case t == deferredType:
		return "a value that only CloudFormation knows"
	}
	return "something else"
}

// shorten keeps a message readable whatever is quoted in it.
func shorten(text string) string {
	const most = 60
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most]) + "..."
}

package template

import (
	"strconv"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// renderer writes values for one template. stack is nil in the layout that
// holds every stack in one template: nothing is imported there.
type renderer struct {
	plan  *plan.Plan
	stack *plan.Stack
}

// imported tells whether a reference to r leaves the template.
func (r *renderer) imported(to *plan.Resource) bool {
	return r.stack != nil && to.Stack != r.stack
}

// value is what CloudFormation calls a value; lists and objects are left to be
// rendered while they are written.
func (r *renderer) value(v plan.Value) node {
	switch v := v.(type) {
	case plan.String:
		return string(v)
	case plan.Int:
		return int(v)
	case plan.Decimal:
		return v
	case plan.Bool:
		return bool(v)
	case plan.Ref:
		if r.imported(v.To) {
			return r.importValue(v.To, "")
		}
		return members{{"Ref", v.To.ID}}
	case plan.Attr:
		if r.imported(v.Of) {
			return r.importValue(v.Of, v.Name)
		}
		return members{{"Fn::GetAtt", []node{v.Of.ID, v.Name}}}
	case plan.Param:
		return members{{"Ref", v.Of.Name}}
	case plan.Pseudo:
		return members{{"Ref", string(v)}}
	case plan.Concat:
		return r.concat(v)
	case plan.JSONText:
		return r.concat(jsonText(v))
	case plan.Select:
		return members{{"Fn::Select", []node{v.Index, v.From}}}
	case plan.Zones:
		return members{{"Fn::GetAZs", ""}}
	case plan.Base64:
		return members{{"Fn::Base64", v.Of}}
	}
	return nil
}

func (r *renderer) importValue(to *plan.Resource, attr string) node {
	return members{{"Fn::ImportValue", ExportName(r.plan, to, attr)}}
}

// ExportName is the name under which a stack exports a resource's Ref (attr is
// empty) or an attribute of it to the other stacks of its account.
func ExportName(p *plan.Plan, r *plan.Resource, attr string) plan.Value {
	// The colon parts Jobs:Arn from JobsArn; no logical id has one, and names of exports may (aws/aws-cdk issue 28563).
	name := r.Stack.Name + "-" + r.ID
	if attr != "" {
		name += ":" + strings.ReplaceAll(attr, ".", ":")
	}
	return plan.Text(name+"-", plan.Param{Of: p.Suffix})
}

// exportID is the name of the output that exports a value.
func exportID(r *plan.Resource, attr string) string {
	return "Export" + r.ID + strings.ReplaceAll(attr, ".", "")
}

// Outputs returns the names of all outputs of a stack's own template.
func Outputs(p *plan.Plan, stack *plan.Stack) []string {
	var out []string
	for _, output := range p.Outputs {
		if output.Stack == stack {
			out = append(out, output.ID)
		}
	}
	for _, e := range exports(p, stack) {
		out = append(out, exportID(e.of, e.attr))
	}
	return out
}

// concat joins parts: a plain string if all are literal, and else Fn::Sub. What
// cannot stand in its text stands in its map of variables: an import, and a
// literal that holds "${" itself, since the escape "${!" does not nest and shell
// text does.
func (r *renderer) concat(parts plan.Concat) node {
	if !merged(parts) {
		parts = merge(make(plan.Concat, 0, len(parts)), parts)
	}
	switch {
	case len(parts) == 0:
		return ""
	case len(parts) == 1:
		return r.value(parts[0])
	}
	text := make([]byte, 0, 128)
	var variables members
	number := 0
	for _, part := range parts {
		if shown, ok := r.inText(part); ok {
			text = append(text, shown...)
			continue
		}
		name := ""
		for name == "" || refersTo(parts, name) {
			number++
			name = "Part" + strconv.Itoa(number)
		}
		text = append(text, "${"+name+"}"...)
		variables = append(variables, member{name, part})
	}
	if len(variables) == 0 {
		return members{{"Fn::Sub", string(text)}}
	}
	return members{{"Fn::Sub", []node{string(text), variables}}}
}

// refersTo tells whether parts refer to something of the template by a name: a variable of Fn::Sub would hide it.
func refersTo(parts plan.Concat, name string) bool {
	for _, part := range parts {
		switch p := part.(type) {
		case plan.Param:
			if p.Of.Name == name {
				return true
			}
		case plan.Ref:
			if p.To.ID == name {
				return true
			}
		}
	}
	return false
}

// inText is a part as it stands in the text of Fn::Sub; ok is false if it cannot stand there.
func (r *renderer) inText(part plan.Value) (shown string, ok bool) {
	switch p := part.(type) {
	case plan.String:
		return string(p), !strings.Contains(string(p), "${")
	case plan.Ref:
		return "${" + p.To.ID + "}", !r.imported(p.To)
	case plan.Attr:
		return "${" + p.Of.ID + "." + p.Name + "}", !r.imported(p.Of)
	case plan.Param:
		return "${" + p.Of.Name + "}", true
	case plan.Pseudo:
		return "${" + string(p) + "}", true
	}
	return "", false
}

// merged tells whether merge would leave parts as they are.
func merged(parts plan.Concat) bool {
	literal := false
	for _, part := range parts {
		switch p := part.(type) {
		case plan.String:
			if literal || p == "" {
				return false
			}
			literal = true
		case plan.Concat, plan.JSONText, plan.Int, plan.Decimal, plan.Bool:
			return false
		default:
			literal = false
		}
	}
	return true
}

// merge flattens nested joins and puts neighbouring literals together.
func merge(out, parts plan.Concat) plan.Concat {
	for _, part := range parts {
		var text string
		switch p := part.(type) {
		case plan.Concat:
			out = merge(out, p)
			continue
		case plan.JSONText:
			out = merge(out, jsonText(p))
			continue
		case plan.String:
			text = string(p)
		case plan.Int:
			text = strconv.Itoa(int(p))
		case plan.Decimal:
			text = string(p)
		case plan.Bool:
			text = strconv.FormatBool(bool(p))
		default:
			out = append(out, part)
			continue
		}
		if last := len(out) - 1; last >= 0 {
			if before, ok := out[last].(plan.String); ok {
				out[last] = before + plan.String(text)
				continue
			}
		}
		if text != "" {
			out = append(out, plan.String(text))
		}
	}
	return out
}

// SafeBraces is what stands for "{{" in a JSONText without double braces.
const SafeBraces = `{\u007b`

// jsonText is the parts of a JSON text.
func jsonText(text plan.JSONText) plan.Concat {
	w := jsonWriter{noDoubleBraces: text.NoDoubleBraces}
	w.value(text.Of)
	w.flush()
	return w.parts
}

// jsonWriter writes compact JSON, in parts where values are deferred.
type jsonWriter struct {
	parts          plan.Concat
	text           []byte // the literal that is being written
	noDoubleBraces bool
}

func (w *jsonWriter) flush() {
	if len(w.text) == 0 {
		return
	}
	text := string(w.text)
	if w.noDoubleBraces {
		// Inside strings only: an object begins with one brace, and its first key stands between it and the next.
		text = strings.ReplaceAll(text, "{{", SafeBraces)
	}
	w.parts = append(w.parts, plan.String(text))
	w.text = w.text[:0]
}

func (w *jsonWriter) value(v plan.Value) {
	switch v := v.(type) {
	case plan.String:
		w.text = appendString(w.text, string(v))
	case plan.Int:
		w.text = strconv.AppendInt(w.text, int64(v), 10)
	case plan.Decimal:
		w.text = append(w.text, v...)
	case plan.Bool:
		w.text = strconv.AppendBool(w.text, bool(v))
	case plan.List:
		w.text = append(w.text, '[')
		for i, item := range v {
			if i > 0 {
				w.text = append(w.text, ',')
			}
			w.value(item)
		}
		w.text = append(w.text, ']')
	case plan.Object:
		w.object(v)
	case plan.Concat:
		w.text = append(w.text, '"')
		for _, part := range merge(nil, v) {
			w.part(part)
		}
		w.text = append(w.text, '"')
	default:
		w.text = append(w.text, '"')
		w.part(v)
		w.text = append(w.text, '"')
	}
}

func (w *jsonWriter) object(o plan.Object) {
	w.text = append(w.text, '{')
	for i, field := range o {
		if i > 0 {
			w.text = append(w.text, ',')
		}
		if field.KeyText != nil {
			w.value(field.KeyText)
		} else {
			w.text = appendString(w.text, field.Key)
		}
		w.text = append(w.text, ':')
		w.value(field.Value)
	}
	w.text = append(w.text, '}')
}

// part writes what stands between the quotes of a string. A deferred value stands
// there as it is: names and ARNs have no character that JSON escapes.
func (w *jsonWriter) part(part plan.Value) {
	literal, ok := part.(plan.String)
	if !ok {
		w.flush()
		w.parts = append(w.parts, part)
		return
	}
	quoted := appendString(nil, string(literal))
	w.text = append(w.text, quoted[1:len(quoted)-1]...)
}

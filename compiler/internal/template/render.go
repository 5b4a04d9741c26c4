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
	return plan.Text(r.Stack.Name+"-"+exportID(r, attr)+"-", plan.Param{Of: p.Suffix})
}

func exportID(r *plan.Resource, attr string) string {
	return r.ID + strings.ReplaceAll(attr, ".", "")
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
	for _, part := range parts {
		if shown, ok := r.inText(part); ok {
			text = append(text, shown...)
			continue
		}
		name := "Part" + strconv.Itoa(len(variables)+1)
		text = append(text, "${"+name+"}"...)
		variables = append(variables, member{name, part})
	}
	if len(variables) == 0 {
		return members{{"Fn::Sub", string(text)}}
	}
	return members{{"Fn::Sub", []node{string(text), variables}}}
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
		case plan.Concat, plan.JSONText, plan.Int, plan.Bool:
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

// jsonText is the parts of a JSON text.
func jsonText(text plan.JSONText) plan.Concat {
	parts := jsonParts(nil, text.Of)
	if !text.NoDoubleBraces {
		return parts
	}
	for i, part := range parts {
		// Between a string's quotes only: an object begins with one brace, and another follows its key at the earliest.
		if literal, ok := part.(plan.String); ok {
			parts[i] = plan.String(strings.ReplaceAll(string(literal), "{{", `{\u007b`))
		}
	}
	return parts
}

// jsonParts appends the parts of v's JSON text. A deferred value stands in
// quotes as it is: names and ARNs have no character that JSON escapes.
func jsonParts(out plan.Concat, v plan.Value) plan.Concat {
	switch v := v.(type) {
	case plan.String:
		return append(out, plan.String(appendString(nil, string(v))))
	case plan.Int:
		return append(out, plan.String(strconv.Itoa(int(v))))
	case plan.Bool:
		return append(out, plan.String(strconv.FormatBool(bool(v))))
	case plan.List:
		out = append(out, plan.String("["))
		for i, item := range v {
			if i > 0 {
				out = append(out, plan.String(","))
			}
			out = jsonParts(out, item)
		}
		return append(out, plan.String("]"))
	case plan.Object:
		out = append(out, plan.String("{"))
		for i, field := range v {
			if i > 0 {
				out = append(out, plan.String(","))
			}
			key := field.KeyText
			if key == nil {
				key = plan.String(field.Key)
			}
			out = append(jsonParts(out, key), plan.String(":"))
			out = jsonParts(out, field.Value)
		}
		return append(out, plan.String("}"))
	case plan.Concat:
		out = append(out, plan.String(`"`))
		for _, part := range merge(nil, v) {
			if text, literal := part.(plan.String); literal {
				quoted := appendString(nil, string(text))
				part = plan.String(quoted[1 : len(quoted)-1])
			}
			out = append(out, part)
		}
		return append(out, plan.String(`"`))
	}
	return append(out, plan.String(`"`), v, plan.String(`"`))
}

package compiler_test

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
)

// resolver does what CloudFormation does to a template before a service sees it: every intrinsic becomes a value. What
// CloudFormation would look up becomes a word in angle brackets, which no configuration holds.
type resolver struct {
	document document
	faults   []string
}

// substitution is what Fn::Sub replaces; ${!x} stands for ${x} itself.
var substitution = regexp.MustCompile(`\$\{([^}]*)\}`)

func (r *resolver) fault(format string, args ...any) any {
	r.faults = append(r.faults, fmt.Sprintf(format, args...))
	return ""
}

// resolve replaces the intrinsics in a value.
func (r *resolver) resolve(value any) any {
	switch v := value.(type) {
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = r.resolve(item)
		}
		return out
	case map[string]any:
		if len(v) == 1 {
			for name, argument := range v {
				if name == "Ref" || strings.HasPrefix(name, "Fn::") {
					return r.intrinsic(name, argument)
				}
			}
		}
		out := map[string]any{}
		for key, item := range v {
			out[key] = r.resolve(item)
		}
		return out
	}
	return value
}

func (r *resolver) intrinsic(name string, argument any) any {
	switch name {
	case "Ref":
		return r.lookUp(argument.(string))
	case "Fn::GetAtt":
		parts := argument.([]any)
		return r.lookUp(parts[0].(string) + "." + parts[1].(string))
	case "Fn::Sub":
		return r.substitute(argument)
	case "Fn::Base64":
		text, ok := r.resolve(argument).(string)
		if !ok {
			return r.fault("Fn::Base64 of no text")
		}
		return base64.StdEncoding.EncodeToString([]byte(text))
	case "Fn::ImportValue", "Fn::GetAZs", "Fn::Select":
		return fmt.Sprintf("<%s %v>", name, r.resolve(argument))
	case "Fn::Equals", "Fn::Or", "Fn::If", "Fn::And", "Fn::Not":
		return r.resolve(argument)
	}
	return r.fault("the intrinsic %s is not one of those that are printed", name)
}

// lookUp is what Ref gives, or Fn::GetAtt for a name with a period.
func (r *resolver) lookUp(name string) any {
	id, _, attribute := strings.Cut(name, ".")
	_, isResource := r.document.Resources[id]
	_, isParameter := r.document.Parameters[name]
	isPseudo := !attribute && strings.HasPrefix(name, "AWS::")
	if !isResource && !isParameter && !isPseudo {
		return r.fault("a reference to %q, which the template does not have", name)
	}
	return "<" + name + ">"
}

func (r *resolver) substitute(argument any) any {
	text, variables := argument, map[string]any{}
	if list, ok := argument.([]any); ok {
		text, variables = list[0], list[1].(map[string]any)
	}
	used := map[string]bool{}
	out := substitution.ReplaceAllStringFunc(text.(string), func(found string) string {
		name := found[2 : len(found)-1]
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			return "${" + literal + "}"
		}
		value, ok := variables[name]
		if !ok {
			return fmt.Sprint(r.lookUp(name))
		}
		used[name] = true
		return fmt.Sprint(r.resolve(value))
	})
	if len(used) != len(variables) {
		r.fault("Fn::Sub has variables that its text does not use: %v", variables)
	}
	return out
}

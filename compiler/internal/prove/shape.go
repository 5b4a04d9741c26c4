package prove

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/shape"
	"github.com/cfnpipe/cfnpipe/spec"
)

// Exact marks a diagnostic, as its Extra, that is on the very word that it is about.
type Exact struct{}

// Ours marks a diagnostic, as its Extra, of what cfnpipe itself may not do, and AWS takes: if the configuration has brought it about, it is
// a warning.
type Ours struct{}

// shapes holds every resource against AWS's own schema of its type, and every Fn::GetAtt against what the type of its resource
// gives. Of a type that has no schema here it is said that there is none.
func shapes(s *survey) hcl.Diagnostics {
	var diags hcl.Diagnostics
	schemas := map[string]*shape.Schema{} // by type; nil for one without
	of := func(resourceType string) *shape.Schema {
		schema, known := schemas[resourceType]
		if !known {
			schema, _ = shape.Of(resourceType)
			schemas[resourceType] = schema
		}
		return schema
	}
	for _, r := range s.plan.Resources {
		if _, seen := schemas[r.Type]; !seen && of(r.Type) == nil && r.Own {
			diags = append(diags, unchecked(r)...)
		}
		if schema := of(r.Type); schema != nil {
			faults := schema.Check(r.Properties)
			for _, fault := range faults {
				if misspelt(fault, faults) {
					continue
				}
				detail := fmt.Sprintf("/Properties%s of %s %s.%s Source: resource schema of %s.%s",
					fault.Path, r.ID, fault.Says, known(fault.Name, fault.Near), r.Type, whose(r))
				diags = append(diags, exact(r, "/Properties"+fault.Path, "Properties that AWS does not take", detail))
			}
		}
		sound := true // most are, and a path is made of text only where it is told
		plan.Walk(r.Properties, func(v plan.Value) {
			if at, ok := v.(plan.Attr); ok {
				schema := of(at.Of.Type)
				sound = sound && (schema == nil || schema.HasAttribute(at.Name))
			}
		})
		if sound {
			continue
		}
		attributes(r.Properties, "/Properties", func(at plan.Attr, pointer string) {
			if schema := of(at.Of.Type); schema != nil && !schema.HasAttribute(at.Name) {
				detail := fmt.Sprintf("%s of %s asks for %s of %s, and a resource of type %s gives no such attribute.%s%s",
					pointer, r.ID, at.Name, at.Of.ID, at.Of.Type, given(at.Name, schema), whose(r))
				diags = append(diags, exact(r, pointer, "Attribute that AWS does not give", detail))
			}
		})
	}
	for _, o := range s.plan.Outputs {
		attributes(o.Value, "", func(at plan.Attr, _ string) {
			if schema := of(at.Of.Type); schema != nil && !schema.HasAttribute(at.Name) {
				diags = append(diags, failure(o.Stack.Origin, "Attribute that AWS does not give", "The output %s asks for %s of %s, and a resource of type %s gives no such attribute.%s",
					o.ID, at.Name, at.Of.ID, at.Of.Type, given(at.Name, schema)))
			}
		})
	}
	return diags
}

// unchecked says of a type that nobody looks at its properties, or that AWS may not have it at all. A custom resource has none that
// anybody could know.
func unchecked(r *plan.Resource) hcl.Diagnostics {
	if strings.HasPrefix(r.Type, "Custom::") || r.Type == "AWS::CloudFormation::CustomResource" {
		return nil
	}
	types := shape.Types()
	if slices.Contains(types, r.Type) {
		return hcl.Diagnostics{warning(r.Origin, "Properties that are not checked",
			"cfnpipe carries no schema of %s: CloudFormation is the first to look at the properties of %s.", r.Type, r.ID)}
	}
	hint := ""
	if best := spec.Closest(r.Type, types, 3); best != "" {
		hint = fmt.Sprintf(" Did you mean %q?", best)
	}
	return hcl.Diagnostics{warning(r.Origin, "Resource type that is not known",
		"%s is none of the types of AWS that cfnpipe knows.%s If AWS has added it, or somebody has registered it in the account, it is taken as it is.", r.Type, hint)}
}

// exact is an error on the word of the configuration that wrote a part of a resource, or else on where the resource comes from.
func exact(r *plan.Resource, pointer, summary, detail string) *hcl.Diagnostic {
	at, written := r.Place(pointer)
	diag := failure(at, summary, "%s", detail)
	if written {
		diag.Extra = Exact{}
	}
	return diag
}

// misspelt tells whether what is missing is there under a name that is not quite it.
func misspelt(missing shape.Fault, faults []shape.Fault) bool {
	for _, other := range faults {
		in, _ := path.Split(other.Path)
		if missing.Near == nil && missing.Name != "" && other.Near != nil && strings.TrimSuffix(in, "/") == missing.Path &&
			strings.Contains(spec.DidYouMean(other.Name, other.Near), strconv.Quote(missing.Name)) {
			return true
		}
	}
	return false
}

// known are the names that there are, or the one of them that may be meant.
func known(name string, names []string) string {
	const most = 12
	if hint := spec.DidYouMean(name, names); hint != "" || len(names) == 0 || len(names) > most {
		return hint
	}
	return " It has: " + strings.Join(names, ", ") + "."
}

// given are the attributes that there are, those first that are no properties.
func given(name string, schema *shape.Schema) string {
	if hint := spec.DidYouMean(name, schema.Attributes); hint != "" {
		return hint
	}
	var own []string
	for _, property := range schema.ReadOnly {
		if own = append(own, strings.TrimPrefix(property, "/properties/")); len(own) == 8 {
			break
		}
	}
	if len(own) == 0 {
		return ""
	}
	return " It gives, among others: " + strings.Join(own, ", ") + "."
}

// attributes visits every Fn::GetAtt in a value with the JSON pointer of where it stands.
func attributes(v plan.Value, pointer string, visit func(at plan.Attr, pointer string)) {
	switch v := v.(type) {
	case plan.Attr:
		visit(v, pointer)
	case plan.Object:
		for _, field := range v {
			attributes(field.KeyText, pointer, visit)
			attributes(field.Value, pointer+plan.Step(field.Key), visit)
		}
	case plan.List:
		for i, item := range v {
			attributes(item, pointer+"/"+strconv.Itoa(i), visit)
		}
	case plan.Concat:
		for _, part := range v {
			attributes(part, pointer, visit)
		}
	case plan.JSONText:
		attributes(v.Of, pointer, visit)
	case plan.Select:
		attributes(v.From, pointer, visit)
	case plan.Base64:
		attributes(v.Of, pointer, visit)
	}
}

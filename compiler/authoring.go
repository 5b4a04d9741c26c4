package compiler

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/shape"
	"github.com/cfnpipe/cfnpipe/spec"
	"github.com/cfnpipe/cfnpipe/spec/decode"
)

// Related is a second place that a diagnostic points to, in its Extra.
type Related = spec.Related

// Evaluated is what an expression comes to.
type Evaluated = decode.Evaluated

// Values returns what the expressions of a configuration come to, as far as they have values.
func Values(files []Source, inputs ...Input) []Evaluated { return decode.Values(files, inputs...) }

// Syntax reports what keeps a file from being parsed, whatever its blocks may mean.
func Syntax(file Source) hcl.Diagnostics { return decode.Syntax(file) }

// LogicalID is what templates call what labels name.
func LogicalID(labels ...string) string { return plan.LogicalID(labels...) }

// ResourceTypes are the names of all resource types that AWS has.
func ResourceTypes() []string { return shape.Types() }

// Property is a property that an object of a resource takes.
type Property = shape.Property

// Properties are what AWS takes in the object at a path in the properties of a resource; none where no schema is known.
func Properties(resourceType string, path []string) []Property {
	schema, ok := shape.Of(resourceType)
	if !ok {
		return nil
	}
	return schema.Takes(path)
}

// Attributes are what Fn::GetAtt gives of a resource type; none where no schema is known.
func Attributes(resourceType string) []string {
	schema, ok := shape.Of(resourceType)
	if !ok {
		return nil
	}
	return schema.Gives()
}

// Check is what Compile says before it expands a configuration, in a small part of the time. If there is an error in it, it is all that
// Compile says.
func Check(files []Source, inputs ...Input) hcl.Diagnostics {
	_, diags := checked(files, inputs)
	return diags
}

// IsConfiguration tells by its name whether a file of a folder is part of the configuration there.
func IsConfiguration(name string) bool { return decode.IsConfiguration(name) }

// IsAssignments tells by its name whether a file of a folder gives values to variables.
func IsAssignments(name string) bool { return decode.IsAssignments(name) }

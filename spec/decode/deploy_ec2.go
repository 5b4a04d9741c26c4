package decode

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/spec"
)

func (b *block) deployEC2(out *spec.Deploy) {
	out.InstanceType = b.instanceType()
	out.Capacity = b.capacity()
	out.Port, out.HealthCheck = b.number("port"), b.text("health_check")
	out.BlueGreen = b.blueGreen(out.Strategy.Value)
	for _, pair := range slices.Concat(out.Environment, out.Secrets) {
		b.checkReserved(pair.Key)
	}
}

// instanceType refuses Graviton: the image is built on x86_64 and would not start there.
// Source of the names: EC2 user guide, "Amazon EC2 instance type naming conventions".
func (b *block) instanceType() spec.Deferred {
	out := b.deferred("instance_type")
	v, _ := b.value("instance_type")
	types, known := b.d.possible(out)
	if !known {
		v.d.report(v.lateRange(), "Instance type that may be any", `Give the parameter allowed_values = ["t3.small", ...], or write the type itself.`)
		return spec.Deferred{Range: out.Range}
	}
	for _, name := range types {
		family, _, _ := strings.Cut(name, ".")
		if family == "a1" || b.d.matches(`^[a-z]+[0-9]+[a-z]*g[a-z]*$`, family) {
			v.d.reportValue(v, fmt.Sprintf("Instance type %q has a Graviton processor", name),
				fmt.Sprintf("The image is built for x86_64 and would not start on it; write a type such as %q.", comparable(name)))
			return spec.Deferred{Range: out.Range}
		}
	}
	return out
}

// comparable is an instance type of the size of another, with a processor of x86_64. Source: EC2 API reference, RunInstances,
// InstanceType, which lists the sizes of t3 and m5.
func comparable(name string) string {
	_, size, _ := strings.Cut(name, ".")
	switch {
	case slices.Contains([]string{"nano", "micro", "small", "medium", "large", "xlarge", "2xlarge"}, size):
		return "t3." + size
	case slices.Contains([]string{"4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"}, size):
		return "m5." + size
	}
	return "t3.small"
}

// possible are the texts that a string may become; ok is false if nothing limits them.
func (d *decoder) possible(text spec.Deferred) (texts []string, ok bool) {
	if known, ok := text.Text(); ok {
		return []string{known}, true
	}
	if len(text.Parts) != 1 {
		return nil, false
	}
	value, _ := text.Parts[0].(spec.ParameterValue)
	parameter := d.scope.parameters[value.Name]
	if parameter == nil || isStored(parameter) {
		return nil, false
	}
	return parameter.AllowedValues.Values(), len(parameter.AllowedValues.Items) > 0
}

func (b *block) capacity() spec.Capacity {
	members, at := b.numbers("capacity")
	out := spec.Capacity{Min: members["min"], Max: members["max"], Range: at}
	if out.Min.Value > 0 && out.Max.Value > 0 && out.Max.Value < out.Min.Value {
		b.d.report(out.Max.Range, fmt.Sprintf("Largest capacity %d is below the least, %d", out.Max.Value, out.Min.Value),
			fmt.Sprintf("Write max = %d or more.", out.Min.Value))
	}
	return out
}

// checkReserved refuses names that would steer the docker command on the host, which hands the variables on.
func (b *block) checkReserved(name spec.Text) {
	for _, prefix := range []string{"DOCKER_", "LD_"} {
		if strings.HasPrefix(name.Value, prefix) {
			b.d.report(name.Range, fmt.Sprintf("Variable %q is reserved", name.Value),
				fmt.Sprintf("Names that begin with %s would change how the host starts the container. Give the variable another name.", prefix))
		}
	}
}

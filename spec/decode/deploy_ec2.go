package decode

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

func (b *block) deployEC2(stage string) *spec.Deploy {
	out := &spec.Deploy{
		Kind:         b.kind(),
		Name:         b.text("name"),
		InstanceType: b.instanceType(),
		Capacity:     b.capacity(),
		Port:         b.number("port"),
		HealthCheck:  b.text("health_check"),
		Strategy:     b.text("strategy"),
		Environment:  b.pairs("environment"),
		Secrets:      b.pairs("secrets"),
		Range:        b.header,
	}
	b.checkSecrets(out)
	out.Account, out.AccountRange = b.reference(fmt.Sprintf("Stage %q deploys to", stage))
	b.checkVariables(out)
	if route, found := b.one("route", ""); found {
		out.Route = route.route()
	}
	out.Alarms = b.deployAlarms()
	return out
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
				`The image is built for x86_64 and would not start on it; write a type such as "t3.small".`)
			return spec.Deferred{Range: out.Range}
		}
	}
	return out
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
	v, ok := b.value("capacity")
	if !ok {
		return spec.Capacity{Range: b.header}
	}
	out := spec.Capacity{Range: v.place(v.expr), Min: spec.Number{Range: v.place(v.expr)}, Max: spec.Number{Range: v.place(v.expr)}}
	before := len(b.d.diags)
	found := map[string]bool{}
	for _, e := range v.entries() {
		item, ok := v.member(e)
		if !ok {
			continue
		}
		found[e.key.Value] = true
		switch e.key.Value {
		case "min":
			out.Min = item.number()
		case "max":
			out.Max = item.number()
		}
	}
	if len(found) < len(v.row.Members) && len(b.d.diags) == before {
		b.missingMembers(v, found)
	}
	if out.Min.Value > 0 && out.Max.Value > 0 && out.Max.Value < out.Min.Value {
		b.d.report(out.Max.Range, fmt.Sprintf("Largest capacity %d is below the least, %d", out.Max.Value, out.Min.Value),
			fmt.Sprintf("Write max = %d or more.", out.Min.Value))
	}
	return out
}

func (b *block) missingMembers(v value, found map[string]bool) {
	for _, member := range v.row.Members {
		if !found[member.Name] {
			b.d.reportValue(v, fmt.Sprintf("Missing %q in %q", member.Name, v.row.Name),
				fmt.Sprintf("Both ends are needed; write %s = %s.", v.row.Name, v.row.Example))
		}
	}
}

// checkSecrets refuses secrets that are named by something else of a resource than the ARN of a secret: the rights to read it are
// made of that. A database, too, gives the ARN of the secret that it keeps.
func (b *block) checkSecrets(deploy *spec.Deploy) {
	for _, pair := range deploy.Secrets {
		for _, part := range pair.Value.Parts {
			of, ok := part.(spec.ResourceValue)
			isSecret := of.Attribute == "" && b.d.scope.resourceTypes[of.ID] == "AWS::SecretsManager::Secret"
			if !ok || len(pair.Value.Parts) == 1 && (isSecret || strings.HasSuffix(of.Attribute, "SecretArn")) {
				continue
			}
			b.d.report(pair.Value.Range, "Resource that is no secret",
				fmt.Sprintf("What %s gives is not the ARN of a secret. Write the name of the secret, or resource.ID of an AWS::SecretsManager::Secret, and nothing beside it.", mentioned(parts{part})))
		}
	}
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

// checkVariables reports names that are both a plain variable and a secret: the container could have only one of the two.
func (b *block) checkVariables(deploy *spec.Deploy) {
	first := map[string]hcl.Range{}
	for _, pair := range slices.Concat(deploy.Environment, deploy.Secrets) {
		b.checkReserved(pair.Key)
	}
	for _, pair := range deploy.Environment {
		first[pair.Key.Value] = pair.Key.Range
	}
	for _, pair := range deploy.Secrets {
		if at, twice := first[pair.Key.Value]; twice {
			b.d.duplicate(pair.Key.Range, at, fmt.Sprintf("Variable %q is in environment and in secrets", pair.Key.Value), "Keep one of the two.")
		}
	}
}

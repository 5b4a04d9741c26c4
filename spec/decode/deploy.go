package decode

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

func (b *block) deploy(stage string) *spec.Deploy {
	out := &spec.Deploy{
		Kind:        b.kind(),
		Name:        b.text("name"),
		Strategy:    b.text("strategy"),
		Environment: b.pairs("environment"),
		Secrets:     b.pairs("secrets"),

		EnvironmentRange: b.placeOf("environment"), SecretsRange: b.placeOf("secrets"),

		Range: b.header,
	}
	b.checkSecrets(out)
	b.checkVariables(out)
	out.Account, out.AccountRange = b.reference(fmt.Sprintf("Stage %q deploys to", stage))
	switch out.Kind.Value {
	case spec.DeployEC2:
		b.deployEC2(out)
	case spec.DeployLambda:
		b.deployLambda(out)
	}
	if route, found := b.one("route", ""); found {
		out.Route = route.route()
	}
	out.Alarms = b.deployAlarms()
	return out
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

// checkVariables reports names that are both a plain variable and a secret: there can be only one of the two.
func (b *block) checkVariables(deploy *spec.Deploy) {
	first := map[string]hcl.Range{}
	for _, pair := range deploy.Environment {
		first[pair.Key.Value] = pair.Key.Range
	}
	for _, pair := range deploy.Secrets {
		if at, twice := first[pair.Key.Value]; twice {
			b.d.duplicate(pair.Key.Range, at, fmt.Sprintf("Variable %q is in environment and in secrets", pair.Key.Value), "Keep one of the two.")
		}
	}
}

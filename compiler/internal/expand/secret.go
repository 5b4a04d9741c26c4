package expand

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// secret is one that a service reads.
type secret struct {
	store string // secretsmanager or ssm
	name  plan.Value
	arn   plan.Value
}

func (s *service) secret(reference spec.Deferred) secret {
	written, inStore := parameterName(reference)
	name := s.text(written)
	if _, isARN := written.Resource(); isARN {
		return secret{"secretsmanager", name, name}
	}
	if inStore {
		return secret{"ssm", name, s.arn("ssm", "parameter", name)}
	}
	// Secrets Manager adds a hyphen and six characters to the name.
	return secret{"secretsmanager", name, s.arn("secretsmanager", "secret:", name, "-??????")}
}

// parameterName tells a secret of Parameter Store, written ssm:/NAME, from one of Secrets Manager.
func parameterName(secret spec.Deferred) (name spec.Deferred, ok bool) {
	if !secret.IsSet() {
		return secret, false
	}
	first, _ := secret.Parts[0].(spec.Literal)
	rest, ok := strings.CutPrefix(string(first), "ssm:")
	if !ok {
		return secret, false
	}
	return spec.Deferred{Parts: append([]spec.Part{spec.Literal(rest)}, secret.Parts[1:]...), Range: secret.Range}, true
}

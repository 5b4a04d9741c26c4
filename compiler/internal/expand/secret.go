package expand

import (
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// secret is one that a service reads.
type secret struct {
	store string // secretsmanager or ssm
	name  plan.Value
	arn   plan.Value

	sealed bool // with a key of the configuration's
}

func (s *service) secret(reference spec.Deferred) secret {
	written, inStore := parameterName(reference)
	name := s.text(written)
	if resource, isARN := written.Resource(); isARN {
		return secret{"secretsmanager", name, name, s.expander.sealed[resource.ID]}
	}
	if inStore {
		return secret{"ssm", name, s.arn("ssm", "parameter", name), false}
	}
	// Secrets Manager adds a hyphen and six characters to the name.
	return secret{"secretsmanager", name, s.arn("secretsmanager", "secret:", name, "-??????"), false}
}

// sealedSecrets are the ids of the secrets that are made with a key of their own.
func sealedSecrets(c *spec.Config) map[string]bool {
	out := map[string]bool{}
	for _, r := range c.Resources {
		if r.Type.Value == "AWS::SecretsManager::Secret" && slices.ContainsFunc(r.Properties.Members, func(m spec.Member) bool { return m.Name.Value == "KmsKeyId" }) {
			out[r.Label.Value] = true
		}
	}
	return out
}

// reads lets a role read secrets of Secrets Manager. With AWS's own key that is all; another key is used for these secrets
// alone (Secrets Manager user guide, "Secret encryption and decryption": the encryption context).
func (s *service) reads(r *role, secrets []secret) {
	var all, sealed []plan.Value
	for _, one := range secrets {
		all = append(all, one.arn)
		if one.sealed {
			sealed = append(sealed, one.arn)
		}
	}
	if len(all) > 0 {
		r.allow("ReadSecrets", []string{"secretsmanager:GetSecretValue"}, all...)
	}
	if len(sealed) > 0 {
		r.allowWhen("DecryptSecrets", []string{"kms:Decrypt"}, []plan.Value{s.arn("kms", "key/*")},
			aws.Condition{Operator: "StringEquals", Key: "kms:ViaService", Values: []plan.Value{plan.Text("secretsmanager.", plan.Region, ".amazonaws.com")}},
			aws.Condition{Operator: "StringEquals", Key: "kms:EncryptionContext:SecretARN", Values: sealed})
	}
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

package handbook

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// prerequisites is what the configuration refers to and no stack makes.
func (h *handbook) prerequisites() {
	h.existingRepositories()
	h.existingNetworks()
	h.certificates()
	h.concurrency()
	h.secrets()
}

func (h *handbook) existingRepositories() {
	var lines []string
	for _, p := range h.config.Pipelines {
		account := h.account(p.Account)
		if p.Source == nil || p.Source.CreateRepository.Value || account == nil {
			continue
		}
		name := "--repository-name " + quote(p.Source.Repository.Value)
		lines = append(lines, command(account, "codecommit get-repository", name, "--query repositoryMetadata.cloneUrlHttp --output text")+
			" ||\n  "+strings.ReplaceAll(command(account, "codecommit create-repository", name), "\n", "\n  "))
	}
	if len(lines) > 0 {
		h.part("Repositories")
		h.prose("The source has to be in CodeCommit, in the account of its pipeline. Each command prints the address of a repository, or makes the repository if there is none:")
		h.shell(lines...)
	}
}

func (h *handbook) existingNetworks() {
	var lines []string
	for _, a := range h.config.Accounts {
		account := h.account(a)
		if a.Network == nil || !a.Network.Existing() || account == nil {
			continue
		}
		var subnets []string
		for _, id := range slices.Concat(a.Network.PublicSubnetIDs.Items, a.Network.PrivateSubnetIDs.Items) {
			if word, ok := h.word(id, account); ok {
				subnets = append(subnets, word)
			}
		}
		if len(subnets) == 0 {
			continue
		}
		lines = append(lines, command(account, "ec2 describe-subnets", "--subnet-ids "+strings.Join(subnets, " "),
			"--query 'Subnets[].[SubnetId,VpcId,AvailabilityZone]' --output table"))
	}
	if len(lines) > 0 {
		h.part("Networks")
		h.prose("These subnets have to exist. The public ones need a route to an internet gateway, the private ones a way out to AWS through NAT or VPC endpoints:")
		h.shell(lines...)
	}
}

// concurrency is what functions keep for themselves. Source: Lambda developer guide, "Configuring reserved concurrency".
func (h *handbook) concurrency() {
	kept := map[*plan.Account]int{}
	for _, p := range h.config.Pipelines {
		for _, deploy := range p.Deploys() {
			kept[h.account(deploy.Account)] += deploy.ReservedConcurrency.Value
		}
	}
	var lines, free []string
	for _, account := range h.plan.Accounts {
		if kept[account] > 0 {
			lines = append(lines, command(account, "lambda get-account-settings", "--query AccountLimit.UnreservedConcurrentExecutions --output text"))
			free = append(free, strconv.Itoa(kept[account]+100)+" in "+account.Label)
		}
	}
	if len(lines) > 0 {
		h.part("Concurrency")
		h.prose("Functions keep some of what may run at a time for themselves, and Lambda wants 100 left over; new accounts have little. "+
			"Before the first release there have to be free: %s. There are:", strings.Join(free, ", "))
		h.shell(lines...)
	}
}

func (h *handbook) certificates() {
	var lines []string
	for _, a := range h.config.Accounts {
		account := h.account(a)
		if a.Network == nil || !a.Network.CertificateARN.IsSet() || account == nil {
			continue
		}
		arn, ok := h.word(a.Network.CertificateARN, account)
		if !ok {
			continue
		}
		lines = append(lines, command(account, "acm describe-certificate",
			"--certificate-arn "+arn, "--query Certificate.Status --output text"))
	}
	if len(lines) > 0 {
		h.part("Certificates")
		h.prose("Each certificate has to be there and to be ISSUED:")
		h.shell(lines...)
	}
}

// secret is one that a deployment refers to.
type secret struct {
	account *plan.Account
	name    string // as a word of a shell
	store   string // how its name begins in Parameter Store; empty for Secrets Manager
}

// secretsOf lists the secrets of the configuration, each once in its account.
func (h *handbook) secretsOf() []secret {
	var out []secret
	seen := map[secret]bool{}
	for _, p := range h.config.Pipelines {
		for _, deploy := range p.Deploys() {
			for _, s := range h.secretsIn(deploy) {
				if !seen[s] && !h.makes(s) {
					seen[s] = true
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// makes tells whether a resource of the plan is a secret, so that nobody has to make it.
func (h *handbook) makes(s secret) bool {
	for _, r := range h.plan.Resources {
		if r.Stack.Account != s.account || !r.Own || r.Type != "AWS::SecretsManager::Secret" && r.Type != "AWS::SSM::Parameter" {
			continue
		}
		value := r.Properties.Get("Name")
		if text, literal := value.(plan.String); literal && quote(string(text)) == s.name {
			return true
		}
		if text, ok := h.text(value, s.account); ok && `"`+text+`"` == s.name {
			return true
		}
	}
	return false
}

func (h *handbook) secretsIn(deploy *spec.Deploy) []secret {
	var out []secret
	for _, pair := range deploy.Secrets {
		s := secret{account: h.account(deploy.Account)}
		if s.account == nil {
			continue
		}
		word, ok := h.word(pair.Value, s.account)
		if !ok {
			continue
		}
		s.name = word
		if name, ok := cutStore(s.name); ok {
			s.name, s.store = name, "ssm"
		}
		out = append(out, s)
	}
	return out
}

// cutStore takes the mark of Parameter Store off the word of a name.
func cutStore(word string) (name string, ok bool) {
	for _, quote := range []string{"", `"`, "'"} {
		if rest, ok := strings.CutPrefix(word, quote+"ssm:"); ok {
			return quote + rest, true
		}
	}
	return word, false
}

func (h *handbook) secrets() {
	secrets := h.secretsOf()
	if len(secrets) == 0 {
		return
	}
	h.part("Secrets")
	h.prose("The services read these secrets when they start, so they have to be there before the first release. " +
		"Leave the encryption key at its default, since the services may use no other. First a function that asks for a value:")
	h.shell(`ask() { printf 'Value of %s: ' "$1" >&2; IFS= read -rs value; echo >&2; printf %s "$value"; }`)
	h.prose("Paste one block at a time, since each asks for a value, which then appears neither on the screen nor in the list of processes. " +
		"Leave out what exists already.")
	for _, s := range secrets {
		h.shell("ask " + s.name + " | " + s.create())
	}
}

func (s secret) create() string {
	if s.store == "ssm" {
		return command(s.account, "ssm put-parameter", "--name "+s.name, "--type SecureString --value file:///dev/stdin")
	}
	return command(s.account, "secretsmanager create-secret", "--name "+s.name, "--secret-string file:///dev/stdin")
}

func (s secret) remove() string {
	if s.store == "ssm" {
		return command(s.account, "ssm delete-parameter", "--name "+s.name)
	}
	return command(s.account, "secretsmanager delete-secret", "--secret-id "+s.name, "--recovery-window-in-days 7")
}

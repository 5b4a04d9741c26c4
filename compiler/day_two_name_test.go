package compiler_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// fixed are properties of types that have names of ours, whose change makes the resource anew (createOnlyProperties of
// the resource schemas). CloudFormation makes the new one before it deletes the old one, and a name is taken once.
var fixed = map[string]struct {
	name       string
	properties []string
}{
	"AWS::CodeDeploy::Application":      {"ApplicationName", []string{"ComputePlatform"}},
	"AWS::CodeDeploy::DeploymentConfig": {"DeploymentConfigName", []string{"ComputePlatform", "MinimumHealthyHosts", "TrafficRoutingConfig", "ZonalConfig"}},
	"AWS::CodeDeploy::DeploymentGroup":  {"DeploymentGroupName", []string{"ApplicationName"}},
	"AWS::ECR::Repository":              {"RepositoryName", []string{"EncryptionConfiguration"}},
	"AWS::ElasticLoadBalancingV2::TargetGroup": {"Name", []string{
		"IpAddressType", "Port", "Protocol", "ProtocolVersion", "TargetType", "VpcId",
	}},
	"AWS::Lambda::Function": {"FunctionName", []string{"PackageType"}},
	"AWS::SQS::Queue":       {"QueueName", []string{"FifoQueue"}},
}

// TestChangeTakesNoNameTwice: no change of a deploy replaces something under the name that it has.
func TestChangeTakesNoNameTwice(t *testing.T) {
	const fleet = `deploy "ec2" {
		account = account.production
		port    = 80
		route { paths = ["/*"] }
	}`
	function := func(settings string) string {
		return fmt.Sprintf(`deploy "lambda" {
			account = account.production
			route { paths = ["/*"] }
			%s
		}`, settings)
	}
	deploys := map[string]string{
		"fleet":        fleet,
		"exchanged":    strings.Replace(fleet, "port ", "strategy = \"blue_green\"\n port ", 1),
		"all at once":  function(``),
		"predefined":   function("strategy = \"canary\"\n traffic = { percent = 10, minutes = 10 }"),
		"canary":       function("strategy = \"canary\"\n traffic = { percent = 20, minutes = 10 }"),
		"later canary": function("strategy = \"canary\"\n traffic = { percent = 20, minutes = 9 }"),
		"linear":       function("strategy = \"linear\"\n traffic = { percent = 20, minutes = 10 }"),
		"faster":       function("strategy = \"linear\"\n traffic = { percent = 25, minutes = 10 }"),
		"everything":   function("vpc = true\n dead_letter_queue = true\n reserved_concurrency = 5\n function_url = \"NONE\""),
	}
	systems := map[string]map[string]*printed{}
	for name, deploy := range deploys {
		systems[name] = layouts(t, compile(t, []byte(strings.Replace(withoutDeploy, "DEPLOY", deploy, 1))))
	}
	changed := 0
	for _, from := range slices.Sorted(maps.Keys(deploys)) {
		for _, to := range slices.Sorted(maps.Keys(deploys)) {
			for layout, old := range systems[from] {
				now := systems[to][layout]
				changed += len(compare(old, now).changed)
				for _, problem := range takenTwice(old, now) {
					t.Errorf("%s becomes %s, %s: %s", from, to, layout, problem)
				}
			}
		}
	}
	if changed == 0 {
		t.Error("nothing changed")
	}
}

// TestNameTakenTwiceIsNoticed damages what TestChangeTakesNoNameTwice judges.
func TestNameTakenTwiceIsNoticed(t *testing.T) {
	for layout, old := range layouts(t, example(t, "lambda-canary")) {
		now := old.clone()
		set("CheckoutProductionApplication", "Properties/ComputePlatform", "Server")(now)
		if len(takenTwice(old, now)) == 0 {
			t.Errorf("%s: an application changes its platform", layout)
		}
		now = old.clone()
		now.resources["Other"] = now.resources["CheckoutProductionApplication"]
		delete(now.resources, "CheckoutProductionApplication")
		if len(takenTwice(old, now)) == 0 {
			t.Errorf("%s: a name goes to another resource", layout)
		}
	}
}

func takenTwice(old, now *printed) []string {
	var problems []string
	holder := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(old.resources)) {
		r := old.resources[id]
		if key := nameKey(r); key != "" {
			holder[key] = id
		}
	}
	for _, id := range slices.Sorted(maps.Keys(now.resources)) {
		r := now.resources[id]
		if before := old.resources[id]; before != nil && before.kind() != r.kind() {
			problems = append(problems, fmt.Sprintf("%s was of type %s", id, before.kind()))
		}
		key := nameKey(r)
		before := holder[key]
		if key == "" || before == "" {
			continue
		}
		if before != id {
			problems = append(problems, fmt.Sprintf("%s has the name of %s", id, before))
			continue
		}
		for _, property := range fixed[r.kind()].properties {
			if !same(named(old, old.resources[id].get(property)), named(now, r.get(property))) {
				problems = append(problems, fmt.Sprintf("%s changes its %s", id, property))
			}
		}
	}
	return problems
}

// named is the name of ours that a Ref leads to, and else the value itself.
func named(p *printed, value any) any {
	to, _ := value.(map[string]any)
	id, _ := to["Ref"].(string)
	if r := p.resources[id]; r != nil && fixed[r.kind()].name != "" {
		return r.get(fixed[r.kind()].name)
	}
	return value
}

// nameKey is the type of a resource, its account and its name; empty where it has no name of ours.
func nameKey(r *resource) string {
	name := r.get(fixed[r.kind()].name)
	if fixed[r.kind()].name == "" || name == nil {
		return ""
	}
	return fmt.Sprint(r.kind(), " ", r.account, " ", name)
}

const withoutDeploy = `
account "tools" {
	id = "111111111111"
}

account "production" {
	id = "987654321098"

	network {
		cidr            = "10.20.0.0/16"
		certificate_arn = "arn:aws:acm:us-east-1:987654321098:certificate/01234567-89ab-cdef-0123-456789abcdef"
	}
}

pipeline "checkout" {
	account = account.tools

	source "codecommit" {
		repository = "checkout"
	}

	stage "build" {
		build "image" {}
	}

	stage "production" {
		DEPLOY
	}
}
`

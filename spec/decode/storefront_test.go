package decode_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
	"github.com/cfnpipe/cfnpipe/spec/decode"
)

// TestStorefront decodes the example of the language's description, in both syntaxes and spread over several files.
func TestStorefront(t *testing.T) {
	cases := map[string][]string{
		"native":        {"../../../examples/storefront/pipeline.hcl"},
		"JSON":          {"storefront.hcl.json"},
		"several files": {"storefront-accounts.hcl", "storefront-pipeline.hcl.json"},
	}
	for name, files := range cases {
		t.Run(name, func(t *testing.T) {
			var sources []decode.Source
			for _, file := range files {
				data, err := os.ReadFile("testdata/" + file)
				if err != nil {
					t.Fatal(err)
				}
				sources = append(sources, decode.Source{Name: file, Bytes: data})
			}
			have, diags := decode.Files(sources)
			if len(diags) > 0 {
				t.Fatal(diags)
			}
			if diff := cmp.Diff(storefront(), have, cmpopts.IgnoreTypes(hcl.Range{}), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("decoded otherwise (- wanted, + decoded):\n%s", diff)
			}
		})
	}
}

func storefront() *spec.Config {
	tools := &spec.Account{Label: text("tools"), ID: text("111111111111")}
	staging := &spec.Account{Label: text("staging"), ID: text("123456789012"), Network: network("10.10.0.0/16", 2, spec.NATOne)}
	production := &spec.Account{Label: text("production"), ID: text("987654321098"), Network: network("10.20.0.0/16", 3, spec.NATOnePerZone)}
	return &spec.Config{
		Region:   text("us-east-1"),
		Accounts: []*spec.Account{tools, staging, production},
		Pipelines: []*spec.Pipeline{{
			Label:            text("storefront"),
			Account:          tools,
			LogRetentionDays: number(90),
			Source: &spec.Source{
				Kind: text("codecommit"), Repository: text("storefront"), CreateRepository: spec.Flag{Value: true}, Branch: text("main"),
			},
			Artifacts: &spec.Artifacts{Encryption: text("AES256"), ExpireAfterDays: number(30)},
			Stages: []*spec.Stage{
				{Label: text("build"), RetryMode: text(spec.RetryFailedActions), Actions: []spec.Action{&spec.Build{
					Kind:           text("image"),
					ComputeType:    text("BUILD_GENERAL1_SMALL"),
					Runtime:        []spec.Pair{pair("nodejs", "22")},
					Test:           texts("npm ci", "npm test"),
					TestReports:    text("reports/*.xml"),
					Dockerfile:     text("Dockerfile"),
					TimeoutMinutes: number(60),
				}}},
				{Label: text("staging"), RetryMode: text(spec.RetryFailedActions), Actions: []spec.Action{&spec.Deploy{
					Kind:         text("ec2"),
					Account:      staging,
					InstanceType: known("t3.small"),
					Capacity:     spec.Capacity{Min: number(2), Max: number(4)},
					Port:         number(8080),
					HealthCheck:  text("/health"),
					Strategy:     text(spec.StrategyRolling),
					Environment:  []spec.Pair{pair("LOG_LEVEL", "debug")},
				}}},
				{Label: text("release"), RetryMode: text(spec.RetryFailedActions), Actions: []spec.Action{&spec.Approval{Message: known("Staging looks right?")}}},
				{Label: text("production"), RetryMode: text(spec.RetryFailedActions), Actions: []spec.Action{&spec.Deploy{
					Kind:         text("ec2"),
					Account:      production,
					InstanceType: known("t3.medium"),
					Capacity:     spec.Capacity{Min: number(3), Max: number(9)},
					Port:         number(8080),
					HealthCheck:  text("/health"),
					Strategy:     text(spec.StrategyBlueGreen),
					BlueGreen: &spec.BlueGreen{
						Reroute: text(spec.RerouteAutomatic), RerouteWaitMinutes: number(60),
						OriginalInstances: text(spec.OriginalTerminate), TerminationWaitMinutes: number(10), RollbackOnFailure: spec.Flag{Value: true},
					},
					Environment: []spec.Pair{pair("LOG_LEVEL", "info")},
					Secrets:     []spec.Pair{pair("DATABASE_URL", "storefront/database-url")},
				}, &spec.Canary{
					Label: text("home"), Account: production, Path: text("/health"), ExpectedStatus: number(200), Every: text("5 minutes"), TimeoutSeconds: number(60),
				}}},
			},
			Notifications: &spec.Notifications{
				Emails: knownList("team@example.com"),
				On:     texts("failed", "succeeded", "approval_needed"),
			},
		}},
	}
}

func network(cidr string, zones int, nat string) *spec.Network {
	return &spec.Network{
		CIDR:                 text(cidr),
		AvailabilityZones:    number(zones),
		NATGateways:          text(nat),
		AllowedCIDRs:         knownList("0.0.0.0/0"),
		AccessLogExpireAfter: number(30),
	}
}

func text(value string) spec.Text      { return spec.Text{Value: value} }
func number(value int) spec.Number     { return spec.Number{Value: value} }
func pair(key, value string) spec.Pair { return spec.Pair{Key: text(key), Value: known(value)} }

func known(value string) spec.Deferred { return spec.Known(value, hcl.Range{}) }

func knownList(values ...string) spec.DeferredList {
	var out spec.DeferredList
	for _, value := range values {
		out.Items = append(out.Items, known(value))
	}
	return out
}

func texts(values ...string) spec.Texts {
	var out spec.Texts
	for _, value := range values {
		out.Items = append(out.Items, text(value))
	}
	return out
}

// TestSourceOrder holds that a stage's actions keep the order of the source across kinds, in both syntaxes.
func TestSourceOrder(t *testing.T) {
	cases := map[string]string{
		"a.hcl": `
account "a" { id = "111111111111" }
pipeline "p" {
  source "codecommit" { repository = "r" }
  stage "s" {
    deploy "ec2" {
      name        = "one"
      environment = { B = 1.10, A = true, "C" = 007 }
    }
    approval {}
    build "image" {}
    deploy "ec2" { name = "two" }
  }
}`,
		"a.hcl.json": `{
  "account": {"a": {"id": "111111111111"}},
  "pipeline": {"p": {
    "//": "a comment",
    "source": {"codecommit": {"repository": "r"}},
    "stage": [{"s": {
      "deploy": {"ec2": {"name": "one", "account": "${account.a}", "environment": {"B": 1.10, "A": true, "C": "007"}}},
      "approval": {},
      "build": {"image": {}}
    }, "t": {
      "deploy": {"ec2": [{"name": "two", "account": "account.a"}, {"name": "three"}]}
    }}]
  }}
}`,
	}
	wants := map[string]string{"a.hcl": "one ? ! two", "a.hcl.json": "one ? ! two three"}
	for name, source := range cases {
		config, diags := decode.Files([]decode.Source{{Name: name, Bytes: []byte(source)}})
		if len(diags) > 0 {
			t.Errorf("%s: %v", name, diags)
			continue
		}
		if have := order(config.Pipelines[0]); have != wants[name] {
			t.Errorf("%s: order is %s, want %s", name, have, wants[name])
		}
		environment := config.Pipelines[0].Deploys()[0].Environment
		want := []spec.Pair{pair("B", "1.10"), pair("A", "true"), pair("C", "007")}
		if diff := cmp.Diff(want, environment, cmpopts.IgnoreTypes(hcl.Range{})); diff != "" {
			t.Errorf("%s: environment:\n%s", name, diff)
		}
	}
}

func order(pipeline *spec.Pipeline) string {
	out := ""
	for _, stage := range pipeline.Stages {
		for _, action := range stage.Actions {
			switch action := action.(type) {
			case *spec.Deploy:
				out += " " + action.Name.Value
			case *spec.Approval:
				out += " ?"
			case *spec.Build:
				out += " !"
			}
		}
	}
	return out[1:]
}

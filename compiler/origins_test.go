package compiler_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cfnpipe/cfnpipe/compiler"
)

const shopWithMistake = `account "live" {
  id = "123456789012"
  network {}
}

pipeline "shop" {
  source "codecommit" {
    repository = "shop"
  }
  stage "live" {
    build "image" {}
    deploy "ec2" {
      capacity = { min = 2, max = 3 }
    }
  }
}

override "ShopLiveDeployRolePolicy" {
  set = {
    "/Properties/PolicyDocument/Statement/5/Action" = ["codedeploy:GetDeployment", "codedeploy:GetDeploymentGroup"]
  }
}
`

func TestOriginsAlsoOfAFaultySystem(t *testing.T) {
	system, diags := compiler.Inspect([]compiler.Source{{Name: "shop.hcl", Bytes: []byte(shopWithMistake)}})
	if !diags.HasErrors() || system == nil {
		t.Fatalf("system %v, %v", system, diags)
	}
	origins := system.Origins()
	i := slices.IndexFunc(origins, func(o compiler.Origin) bool { return o.ID == "ShopLiveFleet" })
	if i < 0 {
		t.Fatal("there is no fleet")
	}
	o := origins[i]
	got := []string{o.Type, o.Stack, o.Account, o.Why, o.Name, o.At.String()}
	for _, part := range o.Parts {
		got = append(got, fmt.Sprintf("%s %s", part.Pointer, part.At))
	}
	want := []string{
		"AWS::AutoScaling::AutoScalingGroup", "shop-service", "live", "The hosts.", "shop-live-fleet-${EnvironmentSuffix}", "shop.hcl:10,9-15",
		" shop.hcl:12,5-17",
		"/CreationPolicy/ResourceSignal/Count shop.hcl:13,26-27",
		"/UpdatePolicy/AutoScalingRollingUpdate/MinInstancesInService shop.hcl:13,26-27",
		"/UpdatePolicy/AutoScalingRollingUpdate/MinInstancesInService shop.hcl:13,35-36",
		"/Properties/AutoScalingGroupName shop.hcl:12,5-17",
		"/Properties/AutoScalingGroupName shop.hcl:10,9-15",
		"/Properties/MinSize shop.hcl:13,26-27",
		"/Properties/MaxSize shop.hcl:13,35-36",
		"/Properties/VPCZoneIdentifier/0 shop.hcl:3,3-10",
		"/Properties/VPCZoneIdentifier/1 shop.hcl:3,3-10",
		"/Properties/Tags/0/Value shop.hcl:12,5-17",
		"/Properties/Tags/0/Value shop.hcl:10,9-15",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOriginsOfWhatAnOverrideChanges(t *testing.T) {
	text, _, _ := strings.Cut(shopWithMistake, "override")
	text += `override "ShopLiveLogs" {
  set    = { "/DeletionPolicy" = "Retain", "/Properties/RetentionInDays" = 60 }
  add    = { "/Properties/Tags" = [{ Key = "a", Value = "b" }] }
}

override "ShopPipeline" {
  remove = ["/Properties/ExecutionMode"]
}
`
	system, diags := compiler.Inspect([]compiler.Source{{Name: "shop.hcl", Bytes: []byte(text)}})
	if system == nil {
		t.Fatal(diags)
	}
	var got []string
	for _, o := range system.Origins() {
		for _, part := range o.Parts {
			if (o.ID == "ShopLiveLogs" || o.ID == "ShopPipeline") && part.At.Start.Line > 17 {
				got = append(got, fmt.Sprintf("%s%s %s", o.ID, part.Pointer, part.At))
			}
		}
		for _, part := range o.Removed {
			got = append(got, fmt.Sprintf("%s without %s %s", o.ID, part.Pointer, part.At))
		}
	}
	want := []string{
		"ShopLiveLogs/DeletionPolicy shop.hcl:19,14-31",
		"ShopLiveLogs/Properties/RetentionInDays shop.hcl:19,76-78",
		"ShopLiveLogs/Properties/Tags shop.hcl:20,35-63",
		"ShopLiveLogs/Properties/Tags/0 shop.hcl:20,36-62",
		"ShopLiveLogs/Properties/Tags/0/Key shop.hcl:20,44-47",
		"ShopLiveLogs/Properties/Tags/0/Value shop.hcl:20,57-60",
		"ShopPipeline without /Properties/ExecutionMode shop.hcl:24,13-40",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Everything that has a place has one in the configuration.
func TestOriginsStandInTheConfiguration(t *testing.T) {
	for _, name := range examples(t) {
		text := source(t, name)
		system, diags := compileText(text)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		for _, o := range system.Origins() {
			for _, part := range append(o.Parts, compiler.Decided{At: o.At}) {
				if part.At.Filename != "pipeline.hcl" || !part.At.CanSliceBytes(text) || part.At.Empty() {
					t.Errorf("%s: %s%s is decided at %v", name, o.ID, part.Pointer, part.At)
				}
			}
			if o.Why == "" || o.Account == "" || o.Stack == "" {
				t.Errorf("%s: %+v", name, o)
			}
		}
	}
}

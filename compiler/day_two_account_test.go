package compiler_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const canary = `
account "canada" {
  id = "222222222222"

  network {
    cidr = "10.40.0.0/16"
  }
}
`

const canaryStage = `
  stage "canada" {
    deploy "ec2" {
      account = account.canada
    }
  }
`

// TestAccountIsAdded: what a further account needs is added to the pipeline's own
// stack, and takes nothing from the accounts that are there.
func TestAccountIsAdded(t *testing.T) {
	text := string(source(t, "storefront"))
	for where, before := range map[string]string{"last": "\n  notifications {", "in the middle": "\n  stage \"release\" {", "first": "\n  stage \"staging\" {"} {
		more := compile(t, []byte(canary+strings.Replace(text, before, canaryStage+before, 1)))
		few := layouts(t, compile(t, []byte(text)))
		for layout, p := range layouts(t, more) {
			for _, fault := range onlyGains(few[layout], p, "222222222222") {
				t.Errorf("stage %s, %s: %s", where, layout, fault)
			}
		}
	}
	// The first other account of a pipeline that had none.
	text = string(source(t, "minimal"))
	text = strings.NewReplacer(`source "`, "account = account.main\n  source \"", `"ec2" {}`, "\"ec2\" {\n account = account.main\n }").Replace(text)
	more := canary + strings.TrimSuffix(strings.TrimSpace(text), "}") + "  stage \"check\" {\n    approval {}\n  }\n" + canaryStage + "}\n"
	few := layouts(t, compile(t, []byte(text)))
	for layout, p := range layouts(t, compile(t, []byte(more))) {
		for _, fault := range onlyGains(few[layout], p, "222222222222") {
			t.Errorf("minimal, %s: %s", layout, fault)
		}
	}
}

func TestAccountThatTakesIsNoticed(t *testing.T) {
	few := layouts(t, example(t, "storefront"))
	more := compile(t, []byte(canary+strings.Replace(string(source(t, "storefront")), "\n  notifications {", canaryStage+"\n  notifications {", 1)))
	for layout, p := range layouts(t, more) {
		judge(func(p *printed) []string { return onlyGains(few[layout], p, "222222222222") }).catchesIn(t, layout, p, map[string]func(p *printed) bool{
			"the bucket forgets an account":     without("StorefrontArtifactBucketPolicy", "Properties/PolicyDocument/Statement", "ReadStaging"),
			"the key forgets an account":        without("StorefrontArtifactKey", "Properties/KeyPolicy/Statement", "DescribeProduction"),
			"the repository forgets an account": without("StorefrontImageRepository", "Properties/RepositoryPolicyText/Statement", "PullStaging"),
			"the pipeline may not go there":     without("StorefrontPipelineRolePolicy", "Properties/PolicyDocument/Statement", "DeployProduction"),
			"the pipeline loses a stage":        without("StorefrontPipeline", "Properties/Stages", `"Name":"release"`),
			"a statement says less":             replaced("StorefrontArtifactBucketPolicy", "staging-instance-role", "canada-instance-role"),
			"the stages change places": change("StorefrontPipeline", "Properties/Stages", func(old any) any {
				list := slices.Clone(old.([]any))
				list[3], list[4] = list[4], list[3]
				return list
			}),
			"the bucket is another":       replaced("StorefrontArtifactBucket", "storefront-artifacts", "storefront-store"),
			"the key is changed":          set("StorefrontArtifactKey", "Properties/PendingWindowInDays", 30.0),
			"production is changed":       replaced("StorefrontProductionBlueGreenFleet", `MinSize\":\"3`, `MinSize\":\"1`),
			"a role is trusted for more":  replaced("StorefrontStagingDeployRole", "storefront-pipeline-role", "*"),
			"something comes to staging":  func(p *printed) bool { return moved(p, "StorefrontCanadaFleet", "123456789012") },
			"something goes from staging": func(p *printed) bool { return moved(p, "StagingVpc", "222222222222") },
			"something is gone":           func(p *printed) bool { return rename(p, "StorefrontTopic", "CanadaTopic") },
		})
	}
}

func moved(p *printed, id, account string) bool {
	p.resources[id].account = account
	return true
}

// onlyGains tells what an update that adds an account does besides.
func onlyGains(before, after *printed, account string) []string {
	mayGain := []string{
		"AWS::S3::BucketPolicy", "AWS::KMS::Key", "AWS::ECR::Repository", "AWS::CodePipeline::Pipeline", "AWS::IAM::Policy",
	}
	var faults []string
	d := compare(before, after)
	for _, id := range d.removed {
		faults = append(faults, id+" is removed")
	}
	for _, id := range d.added {
		if after.resources[id].account != account {
			faults = append(faults, id+" is added to "+after.resources[id].account)
		}
	}
	for id, paths := range d.changed {
		// A single account needs no conditions. Where there are several, each resource has one.
		if paths = slices.DeleteFunc(paths, func(path string) bool { return path == "Condition" && before.resources[id].body[path] == nil }); len(paths) == 0 {
			continue
		}
		old, now := maps.Clone(before.resources[id].body), maps.Clone(after.resources[id].body)
		delete(old, "Condition")
		delete(now, "Condition")
		if !slices.Contains(mayGain, before.resources[id].kind()) || before.resources[id].account != after.resources[id].account || !gains(old, now) {
			faults = append(faults, fmt.Sprintf("%s changes: %q", id, paths))
		}
	}
	if len(d.changed) < len(mayGain) {
		faults = append(faults, fmt.Sprintf("only %d resources let the account in", len(d.changed)))
	}
	return faults
}

// gains tells whether a value says all that it said, in the same order, and perhaps more.
func gains(old, now any) bool {
	switch old := old.(type) {
	case map[string]any:
		now, ok := now.(map[string]any)
		for key, value := range old {
			ok = ok && gains(value, now[key])
		}
		// A statement that says more applies to less.
		return ok && (old["Effect"] == nil || len(old) == len(now))
	case []any:
		now, _ := now.([]any)
		for _, item := range now {
			if len(old) > 0 && same(old[0], item) {
				old = old[1:]
			}
		}
		return len(old) == 0
	}
	return reflect.DeepEqual(old, now)
}

func same(a, b any) bool { return reflect.DeepEqual(a, b) }

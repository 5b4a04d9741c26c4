package compiler_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const catalog = `
pipeline "catalog" {
  account = account.tools
  source "codecommit" {
    repository = "catalog"
  }
  stage "build" {
    build "image" {}
  }
  stage "staging" {
    deploy "ec2" {
      account = account.staging
      secrets = { TOKEN = "catalog/token" }
      route {
        paths = ["/catalog/*"]
      }
    }
  }
  stage "production" {
    approval {}
    deploy "ec2" {
      account = account.production
      route {
        paths = ["/catalog/*"]
      }
    }
  }
}
`

// TestServiceJoinsAndLeaves: the two know nothing of each other, whoever stands first in the file and whoever goes.
func TestServiceJoinsAndLeaves(t *testing.T) {
	text := string(source(t, "storefront"))
	accounts, storefront, _ := strings.Cut(text, "\npipeline ")
	storefront = "\npipeline " + storefront
	alone := map[string]string{"Storefront": text, "Catalog": accounts + catalog}
	for together, both := range map[string]string{"last": text + catalog, "first": accounts + catalog + storefront} {
		for stays, one := range alone {
			leaves := map[string]string{"Storefront": "Catalog", "Catalog": "Storefront"}[stays]
			few, many := compile(t, []byte(one)), compile(t, []byte(both))
			after := layouts(t, many)
			for layout, p := range layouts(t, few) {
				for _, fault := range joins(p, after[layout], leaves) {
					t.Errorf("catalog %s, %s with and without %s, %s: %s", together, stays, leaves, layout, fault)
				}
			}
			// Of a stack that holds nothing of the other, not a byte changes.
			printed := map[string]string{}
			for _, file := range folder(t, many) {
				printed[file.Path] = string(file.Bytes)
			}
			for _, file := range folder(t, few) {
				if strings.HasSuffix(file.Path, ".template.json") && printed[file.Path] != string(file.Bytes) {
					t.Errorf("catalog %s: %s differs with and without %s", together, file.Path, leaves)
				}
			}
		}
	}
}

// joins tells what an update to more services does besides adding what is the joiner's.
func joins(before, after *printed, joiner string) []string {
	var faults []string
	d := compare(before, after)
	for _, id := range d.removed {
		faults = append(faults, id+" is removed")
	}
	for id, paths := range d.changed {
		faults = append(faults, fmt.Sprintf("%s changes: %q", id, paths))
	}
	for _, id := range d.added {
		if !strings.HasPrefix(id, joiner) {
			faults = append(faults, id+" is added")
		}
	}
	if len(d.added) == 0 {
		faults = append(faults, "nothing is added")
	}
	for name := range before.exports {
		if show(before.exports[name].value) != show(after.exports[name].value) {
			faults = append(faults, name+" is not exported any more")
		}
	}
	taken := map[string]string{}
	for _, rule := range after.of("AWS::ElasticLoadBalancingV2::ListenerRule") {
		place := fmt.Sprint(rule.account, after.say(rule, rule.get("ListenerArn")), rule.get("Priority"))
		if other := taken[place]; other != "" {
			faults = append(faults, rule.id+" and "+other+" want the same priority")
		}
		taken[place] = rule.id
	}
	return faults
}

func TestJoinerThatPushesIsNoticed(t *testing.T) {
	before := layouts(t, example(t, "storefront"))
	for layout, after := range layouts(t, compile(t, []byte(string(source(t, "storefront"))+catalog))) {
		rule := after.resources["StorefrontProductionListenerRule"]
		judge(func(p *printed) []string { return joins(before[layout], p, "Catalog") }).catchesIn(t, layout, after, map[string]func(p *printed) bool{
			"a priority for two":   set("CatalogProductionListenerRule", "Properties/Priority", rule.get("Priority")),
			"another priority":     set("StorefrontProductionListenerRule", "Properties/Priority", 7.0),
			"another name":         replaced("StorefrontProductionTargetGroup", "store-tg", "stores-tg"),
			"another edge":         drop("StorefrontStagingFleet", "DependsOn"),
			"another policy":       without("StorefrontArtifactKey", "Properties/KeyPolicy/Statement", "ReadStaging"),
			"a subnet moves":       set("StagingPrivateSubnet1", "Properties/CidrBlock", "10.10.64.0/19"),
			"something is gone":    func(p *printed) bool { delete(p.resources, "StagingFlowLog"); return true },
			"something is renamed": func(p *printed) bool { return rename(p, "StorefrontStagingFleet", "StorefrontStagingHosts") },
			"something is added":   func(p *printed) bool { p.resources["More"] = p.resources["CatalogBuildRole"]; return true },
			"something moves":      func(p *printed) bool { p.resources["StorefrontTopic"].account = "123456789012"; return true },
			"the export is not there": func(p *printed) bool {
				p.exports = nil
				return len(before[layout].exports) > 0 || layout == "one template" && rename(p, "StagingVpc", "Vpc")
			},
		})
	}
}

func rename(p *printed, old, by string) bool {
	p.resources[by] = p.resources[old]
	delete(p.resources, old)
	return p.resources[by] != nil
}

// TestStackNamesOutliveTheOrderOfTheFile: a stack of another name is another
// stack, which would make again what is there already.
func TestStackNamesOutliveTheOrderOfTheFile(t *testing.T) {
	text := string(source(t, "storefront"))
	accounts, storefront, _ := strings.Cut(text, "\npipeline ")
	before := layouts(t, compile(t, []byte(text)))["one template"].stacks()
	for where, both := range map[string]string{"last": text + catalog, "first": accounts + catalog + "\npipeline " + storefront} {
		after := layouts(t, compile(t, []byte(both)))["one template"].stacks()
		for _, name := range before {
			if !slices.Contains(after, name) {
				t.Errorf("catalog stands %s in the file: DEPLOY.md has no stack %s any more, but %q", where, name, after)
			}
		}
	}
}

// stacks are the names of all stacks that DEPLOY.md makes, in each layout.
func (p *printed) stacks() []string {
	var out []string
	for line := range strings.Lines(section(p.handbook, "## Deploy\n")) {
		if _, name, ok := strings.Cut(line, `--stack-name "`); ok {
			out = append(out, strings.TrimRight(name, "\" \\\n"))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

package compiler_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cfnpipe/cfnpipe/compiler"
)

const manyServices = `
variable "services" {
  type = map(object({ port = optional(number, 8080) }))
}

account "tools" {
  id = "111111111111"
}

account "live" {
  id = "123456789012"

  network {}
}

pipeline "service" {
  for_each = var.services
  account  = account.tools

  source "codecommit" {
    repository = each.key
  }

  stage "build" {
    build "image" {}
  }

  stage "live" {
    deploy "ec2" {
      account = account.live
      port    = each.value.port

      route {
        hosts = ["${each.key}.example.com"]
      }
    }
  }
}
`

// TestServiceJoinsByForEach: a further key changes no resource that was there. A
// longer one may shorten the suffix that all templates take.
func TestServiceJoinsByForEach(t *testing.T) {
	resources := func(services string) map[string]map[string]map[string]any {
		system, diags := compiler.Compile([]compiler.Source{{Name: "pipeline.hcl", Bytes: []byte(manyServices)}},
			compiler.Input{Variable: "services", Value: services, Origin: "--var"})
		if system == nil {
			t.Fatal(diags)
		}
		out := map[string]map[string]map[string]any{}
		for path, template := range templates(t, system) {
			out[path] = template.Resources
		}
		return out
	}
	before := resources(`{ web = {}, api = { port = 3000 } }`)
	after := resources(`{ api = { port = 3000 }, billing = {}, web = {} }`)
	for _, path := range []string{"tools/billing-pipeline.template.json", "live/billing-service.template.json"} {
		if after[path] == nil {
			t.Errorf("%s is missing", path)
		}
		delete(after, path)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("what was there changes (-before +after):\n%s", diff)
	}
}

// TestHandbookKnowsEachInstance: pipelines of one block are told apart.
func TestHandbookKnowsEachInstance(t *testing.T) {
	system, diags := compiler.Compile([]compiler.Source{{Name: "pipeline.hcl", Bytes: []byte(manyServices)}},
		compiler.Input{Variable: "services", Value: `{ web = {}, api = {} }`, Origin: "--var"})
	if system == nil {
		t.Fatal(diags)
	}
	for _, file := range folder(t, system) {
		if file.Path != "DEPLOY.md" {
			continue
		}
		for _, name := range []string{"web", "api"} {
			if n := strings.Count(string(file.Bytes), "The pipeline "+name+" builds the branch"); n != 1 {
				t.Errorf("the first push of %s is described %d times", name, n)
			}
		}
	}
}

package template_test

import (
	"os"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/cfnpipe/cfnpipe/compiler/internal/expand"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/prove"
	"github.com/cfnpipe/cfnpipe/compiler/internal/template"
	"github.com/cfnpipe/cfnpipe/spec/check"
	"github.com/cfnpipe/cfnpipe/spec/decode"
)

func storefront(b *testing.B) []byte {
	b.Helper()
	source, err := os.ReadFile("../../../examples/storefront/pipeline.hcl")
	if err != nil {
		b.Fatal(err)
	}
	return source
}

func compile(b *testing.B, source []byte) *plan.Plan {
	config, diags := decode.Files([]decode.Source{{Name: "pipeline.hcl", Bytes: source}})
	diags = append(diags, check.Config(config)...)
	p, more := expand.Config(config)
	diags = append(append(diags, more...), prove.Plan(p)...)
	if diags.HasErrors() {
		b.Fatal(diags)
	}
	return p
}

// BenchmarkStorefront compares the compile of storefront to one template with
// its floor: parsing the same source and printing the same bytes. The metric
// x-floor is the ratio, of times taken in turn in the same run.
func BenchmarkStorefront(b *testing.B) {
	source := storefront(b)
	p := compile(b, source)
	text := template.Single(p)
	tree, size := template.Tree(text), len(text)
	if string(template.Print(tree, size))+"\n" != string(text) {
		b.Fatal("the floor does not print the same bytes")
	}
	b.SetBytes(int64(size))
	var whole, floor time.Duration
	for b.Loop() {
		start := time.Now()
		template.Single(compile(b, source))
		middle := time.Now()
		if _, diags := hclsyntax.ParseConfig(source, "pipeline.hcl", hcl.InitialPos); diags.HasErrors() {
			b.Fatal(diags)
		}
		template.Print(tree, size)
		whole += middle.Sub(start)
		floor += time.Since(middle)
	}
	b.ReportMetric(float64(whole.Microseconds())/float64(b.N), "µs/compile")
	b.ReportMetric(float64(floor.Microseconds())/float64(b.N), "µs/floor")
	b.ReportMetric(float64(whole)/float64(floor), "x-floor")
}

// BenchmarkSteps tells where the time of a compile goes.
func BenchmarkSteps(b *testing.B) {
	source := storefront(b)
	config, diags := decode.Files([]decode.Source{{Name: "pipeline.hcl", Bytes: source}})
	if diags.HasErrors() {
		b.Fatal(diags)
	}
	p := compile(b, source)
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			decode.Files([]decode.Source{{Name: "pipeline.hcl", Bytes: source}})
		}
	})
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			check.Config(config)
		}
	})
	b.Run("expand", func(b *testing.B) {
		for b.Loop() {
			expand.Config(config)
		}
	})
	b.Run("prove", func(b *testing.B) {
		for b.Loop() {
			prove.Plan(p)
		}
	})
	b.Run("print", func(b *testing.B) {
		for b.Loop() {
			template.Single(p)
		}
	})
}

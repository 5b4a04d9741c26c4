package expand_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cfnpipe/cfnpipe/compiler/internal/expand"
	"github.com/cfnpipe/cfnpipe/spec/decode"
)

// TestStageLabelsLeaveThePipelineItsIDs: a stage's resources are named by the
// labels of pipeline and stage, the pipeline's by its own label. The labels of a
// stage by which the two meet are to be unlikely ones.
func TestStageLabelsLeaveThePipelineItsIDs(t *testing.T) {
	source, err := os.ReadFile("../../../examples/storefront/pipeline.hcl")
	if err != nil {
		t.Fatal(err)
	}
	config, diags := decode.Files([]decode.Source{{Name: "pipeline.hcl", Bytes: source}})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	p, diags := expand.Config(config)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var own, staged []string
	for _, r := range p.Resources {
		if id, ok := strings.CutPrefix(r.ID, "StorefrontStaging"); ok {
			staged = append(staged, id)
		} else if id, ok := strings.CutPrefix(r.ID, "Storefront"); ok && !strings.HasPrefix(id, "Production") {
			own = append(own, id)
		}
	}
	var meet []string
	for _, id := range own {
		for _, of := range staged {
			if label, ok := strings.CutSuffix(id, of); ok && label != "" && !slices.Contains(meet, label) {
				meet = append(meet, label)
			}
		}
	}
	slices.Sort(meet)
	if diff := cmp.Diff([]string{"ArtifactEmptier", "CanaryProject", "CodeBuild"}, meet); diff != "" {
		t.Errorf("stages of these labels (+) would take an id of the pipeline:\n%s", diff)
	}
}

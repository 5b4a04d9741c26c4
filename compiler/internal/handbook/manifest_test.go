package handbook

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

func TestManifest(t *testing.T) {
	_, p, templates := bookshop()
	var got manifest
	if err := json.Unmarshal(Manifest(p, templates), &got); err != nil {
		t.Fatal(err)
	}
	const small, large = "fc11d6f28e59d3cc33c0b14ceb644bf0902ebd63d61218dffe9e7dac7c254542", "c4b07faa7bc12f4dd210f7b7d3640855fe19bc7908af77e5a2fa231273e6279d"
	want := manifest{
		Generator: "cfnpipe", FormatVersion: "1.0", Name: "books", Region: "eu-west-1",
		Suffix:   manifestSuffix{"EnvironmentSuffix", "[a-z0-9]+", 16},
		Accounts: []manifestAccount{{"dev-tools", "000000000001"}, {"live", "000000000002"}},
		Stacks: []manifestStack{
			{
				"live", "000000000002", "environment", "live-environment-<EnvironmentSuffix>",
				"live/live-environment.template.json", 10, small, 1,
				[]string{},
				[]string{},
				false,
				[]string{},
			},
			{
				"live", "000000000002", "service", "books-service-<EnvironmentSuffix>",
				"live/books-service.template.json", 10, small, 4,
				[]string{},
				[]string{},
				false,
				[]string{"live-environment-<EnvironmentSuffix>"},
			},
			{
				"dev-tools", "000000000001", "pipeline", "books-pipeline-<EnvironmentSuffix>",
				"dev-tools/books-pipeline.template.json", plan.InlineBytes + 1, large, 5,
				[]string{},
				[]string{"CAPABILITY_NAMED_IAM"},
				true,
				[]string{},
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}
}

func TestManifestIsNotEscapedForHTML(t *testing.T) {
	_, p, templates := bookshop()
	for _, c := range Manifest(p, templates) {
		if c == '\\' {
			t.Fatal("a character is escaped")
		}
	}
}

package assist

import (
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// Inlay is a text to show in a line, which is not part of the file.
type Inlay struct {
	At   int
	Text string
	Doc  string
}

// Inlays are the physical names that the blocks in a part of a file get, behind their headers.
func (c *Config) Inlays(file *File, part outline.Span) []Inlay {
	if c.Known.Becomes == nil {
		return nil
	}
	var out []Inlay
	file.Body.Walk(func(path []*outline.Block) {
		block := path[len(path)-1]
		if block.Body == nil || block.End < part.Start || block.Start > part.End {
			return
		}
		resources := c.Known.Becomes(file, block.Header())
		for _, resourceType := range principal(block) {
			for _, r := range resources {
				if r.PhysicalName != "" && r.Type == resourceType {
					out = append(out, Inlay{At: block.Body.Start, Text: r.PhysicalName, Doc: code(r.ID) + " (" + code(r.Type) + ")"})
					return
				}
			}
		}
	})
	return out
}

// principal is the type of the resource that a block is thought of as; of several the first that there is.
func principal(block *outline.Block) []string {
	if block.Type.Text == "resource" && len(block.Labels) > 0 {
		return []string{block.Labels[0].Text}
	}
	return map[string][]string{
		"pipeline":  {"AWS::CodePipeline::Pipeline"},
		"source":    {"AWS::CodeCommit::Repository"},
		"build":     {"AWS::CodeBuild::Project"},
		"deploy":    {"AWS::AutoScaling::AutoScalingGroup", "AWS::CodeDeploy::DeploymentGroup"},
		"canary":    {"AWS::Synthetics::Canary"},
		"artifacts": {"AWS::S3::Bucket"},
		"network":   {"AWS::ElasticLoadBalancingV2::LoadBalancer"},

		"notifications": {"AWS::SNS::Topic"},
	}[block.Type.Text]
}

package check

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// regionPartition: in China and in the isolated regions services and their endpoints have other names than those that are
// written here (aws/aws-cdk issue 9864), so the templates would fail there.
func regionPartition(config *spec.Config) hcl.Diagnostics {
	for _, prefix := range []string{"cn-", "us-iso", "eu-isoe-"} {
		if strings.HasPrefix(config.Region.Value, prefix) {
			return hcl.Diagnostics{fault(config.Region.Range, "Region of another partition",
				"The templates name services and endpoints as the regions of AWS and AWS GovCloud (US) do. Use one of those regions.")}
		}
	}
	return nil
}

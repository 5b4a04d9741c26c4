package check

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// rerouteScales: the new hosts of a deployment that waits to be continued have no load, so that scaling may take some of them away,
// and then the requests cannot go over (aws-samples/aws-codedeploy-samples issue 80, of 2018; later CodeDeploy was seen to hold the
// alarms of the new hosts meanwhile).
func rerouteScales(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, d := range deployments(config) {
		options := d.deploy.BlueGreen
		if options != nil && options.Reroute.Value == spec.RerouteManual && d.deploy.Capacity.Max.Value > d.deploy.Capacity.Min.Value {
			diags = append(diags, warning(options.Reroute.Range, "Hosts that may become fewer while a deployment waits",
				"New hosts without requests have nothing to do, so scaling may take away those above min, and that fails the deployment. "+
					"Write a capacity whose min and max are the same, or reroute = \"automatic\"."))
		}
	}
	return diags
}

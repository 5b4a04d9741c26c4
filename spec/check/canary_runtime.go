package check

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
	"github.com/cfnpipe/cfnpipe/spec/synthetics"
)

// canaryRuntime holds runtimes against the table of package synthetics.
func canaryRuntime(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, l := range lookouts(config) {
		runtime := l.canary.Runtime
		switch family := synthetics.Family(runtime.Value); {
		case runtime.Value == "":
		case synthetics.Deprecated(runtime.Value) != "":
			diags = append(diags, fault(runtime.Range, fmt.Sprintf("Runtime %q is deprecated", runtime.Value),
				fmt.Sprintf("AWS makes no canary with it since %s. Leave runtime out, which gives %s, or write a newer one. Source: %s, as of %s.",
					synthetics.Deprecated(runtime.Value), synthetics.Default, synthetics.Policy, synthetics.Date)))
		case l.canary.Script.Value == "" && family != "nodejs" && family != "nodejs-puppeteer":
			diags = append(diags, fault(runtime.Range, fmt.Sprintf("Runtime %q is not for this check", runtime.Value),
				fmt.Sprintf("Without a script of your own a canary runs one for syn-nodejs and syn-nodejs-puppeteer. Leave runtime out, which gives %s.", synthetics.Default)))
		case !synthetics.Known(runtime.Value):
			what := "It may be newer than cfnpipe, or not there at all."
			if strings.HasPrefix(family, "python") {
				what = "Of Python's runtimes it knows the deprecated ones only."
			}
			diags = append(diags, warning(runtime.Range, fmt.Sprintf("Runtime %q is unknown", runtime.Value),
				fmt.Sprintf("cfnpipe's list of runtimes is of %s. %s See what `aws synthetics describe-runtime-versions` says.", synthetics.Date, what)))
		}
	}
	return diags
}

package check

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
	"github.com/cfnpipe/cfnpipe/spec/synthetics"
)

var (
	pythonHandler = regexp.MustCompile(`(?m)^(async )?def handler\(`)
	nodeHandler   = regexp.MustCompile(`\bexports\b`)
	moduleSyntax  = regexp.MustCompile(`(?m)^\s*export\s`)
)

// canaryScript looks for the handler in a script, as the runtime wants it. CloudFormation packs a script as index.js, without a
// package.json that would make it an ES module (aws-cloudformation-resource-providers-synthetics, ModelHelper.java).
func canaryScript(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, l := range lookouts(config) {
		script, runtime := l.canary.Script, l.canary.Runtime.Value
		if script.Value == "" {
			continue
		}
		python := strings.HasPrefix(synthetics.Family(runtime), "python")
		switch inPython := pythonHandler.MatchString(script.Value); {
		case python && !inPython:
			diags = append(diags, fault(script.Range, "Script without a handler", fmt.Sprintf("%s calls a function of Python: def handler(event, context).", runtime)))
		case !python && inPython:
			diags = append(diags, fault(script.Range, "Script in Python", `Its runtime is one of Node.js. Set runtime, such as "syn-python-selenium-10.0".`))
		case !python && moduleSyntax.MatchString(script.Value):
			diags = append(diags, warning(script.Range, "Script that is an ES module", "It stands in a file index.js, which Node.js reads as CommonJS. Write exports.handler = async () => { ... }."))
		case !python && !nodeHandler.MatchString(script.Value):
			diags = append(diags, fault(script.Range, "Script without a handler", "Write exports.handler = async () => { ... }."))
		}
	}
	return diags
}

package decode

import (
	"fmt"
	"slices"

	"github.com/cfnpipe/cfnpipe/spec"
	"github.com/cfnpipe/cfnpipe/spec/lambda"
)

func (b *block) deployLambda(out *spec.Deploy) {
	out.MemorySize, out.TimeoutSeconds = b.number("memory_size"), b.number("timeout_seconds")
	out.Command = b.texts("command")
	out.VPC, out.DeadLetterQueue = b.flag("vpc"), b.flag("dead_letter_queue")
	out.FunctionURL = b.text("function_url")
	out.ReservedConcurrency = b.number("reserved_concurrency")
	out.Traffic = b.traffic(out.Strategy.Value)
	b.checkFunctionVariables(out)
}

// longestShift is how long requests may take to shift, in minutes. CloudFormation waits 120 for an alias (resource schema of
// AWS::Lambda::Alias, handlers.update.timeoutInMinutes); CodeDeploy itself would take 2,880.
const longestShift = 110

func (b *block) traffic(strategy string) spec.Traffic {
	members, at := b.numbers("traffic")
	out := spec.Traffic{Percent: members["percent"], Minutes: members["minutes"], Range: at}
	if strategy == spec.StrategyAllAtOnce && b.has("traffic") {
		b.d.report(b.attributes["traffic"].NameRange, `Traffic is shifted with "canary" and "linear" only`,
			fmt.Sprintf("With strategy = %q all requests go over at the same time. Leave traffic out, or choose another strategy.", strategy))
	}
	if strategy == spec.StrategyLinear && out.Percent.Value > 0 {
		steps := (99+out.Percent.Value)/out.Percent.Value - 1 // the first part goes over at once
		if minutes := steps * out.Minutes.Value; minutes > longestShift {
			b.d.report(out.Minutes.Range, fmt.Sprintf("Traffic that takes %d minutes to shift", minutes),
				fmt.Sprintf("CloudFormation gives up after two hours, so %d are the most. These are %d steps of %d minutes: write fewer, or more percent.", longestShift, steps, out.Minutes.Value))
		}
	}
	return out
}

// largestEnvironment is how much the variables of a function may hold, names and values together, in bytes.
// Source: Lambda developer guide, "Lambda quotas".
const largestEnvironment = 4096

// checkFunctionVariables refuses variables that Lambda sets itself, and more than it takes.
func (b *block) checkFunctionVariables(deploy *spec.Deploy) {
	size := 0
	for _, pair := range slices.Concat(deploy.Environment, deploy.Secrets) {
		size += len(pair.Key.Value) + len(pair.Value.String())
		if lambda.Reserved(pair.Key.Value) {
			b.d.report(pair.Key.Range, fmt.Sprintf("Variable %q is reserved", pair.Key.Value), "Lambda sets it itself. Give the variable another name.")
		}
	}
	for _, pair := range deploy.Environment {
		if name := b.d.emptyParameter(pair.Value); name != "" {
			b.d.report(pair.Value.Range, fmt.Sprintf("Variable %q that may be empty", pair.Key.Value),
				fmt.Sprintf("Its value waits in Parameter Store, which takes no empty one. Write min_length = 1 into parameter %q.", name))
		}
	}
	if size > largestEnvironment {
		b.d.report(b.header, fmt.Sprintf("Variables of %d bytes", size),
			fmt.Sprintf("A function takes %d, names and values of environment and secrets together. Keep large values elsewhere, such as in Parameter Store.", largestEnvironment))
	}
}

// emptyParameter is a parameter of which a value is made, and with which it is empty; there may be none.
func (d *decoder) emptyParameter(value spec.Deferred) string {
	name := ""
	for _, part := range value.Parts {
		of, ok := part.(spec.ParameterValue)
		parameter := d.scope.parameters[of.Name]
		if !ok || parameter == nil || parameter.Type.Value != "String" || parameter.MinLength.Value > 0 {
			return ""
		}
		limited := len(parameter.AllowedValues.Items) > 0 && !slices.Contains(parameter.AllowedValues.Values(), "") ||
			parameter.AllowedPattern.Value != "" && !d.matches("^(?:"+parameter.AllowedPattern.Value+")$", "")
		if limited {
			return ""
		}
		name = of.Name
	}
	return name
}

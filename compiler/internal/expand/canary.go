package expand

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
	"github.com/cfnpipe/cfnpipe/spec"
	"github.com/cfnpipe/cfnpipe/spec/synthetics"
)

// canaryDays is how long results of canaries are kept.
const canaryDays = 30

// canaryNameLength is how much of a canary's name its function, and with it its log group, is called by (Synthetics API
// reference, DeleteCanary). A name that is longer could mean the logs of another.
const canaryNameLength = 21

// canary expands a canary block: the canary in the account of a deploy, and the pipeline's action that runs it.
func (d *delivery) canary(stage *spec.Stage, c *spec.Canary, stack *plan.Stack) aws.CodePipelineAction {
	labels := []string{d.spec.Label.Value, stage.Label.Value, c.Label.Value}
	l := &lookout{scope: scope{expander: d.expander, stack: stack, labels: labels, origin: c.Label.Range, because: []hcl.Range{c.Range}, account: c.AccountRange}, delivery: d, spec: c}
	l.name = l.canaryName()
	l.shared = d.sharedByCanaries(stack)
	if d.waiter == nil {
		d.waiter = d.newWaiter()
	}
	canary := l.canary()
	starter := l.starter()
	d.waiter.role.allow("Run"+plan.LogicalID(labels[1:]...), []string{"sts:AssumeRole"}, starter.writtenARN(d.scope))
	d.waiter.role.since(l.origin)
	if stack.Account == d.stack.Account {
		d.first = append(d.first, canary, starter.policy)
	}
	a := action("canary-"+plan.PhysicalName(c.Label.Value), "Test", "CodeBuild",
		plan.Field{Key: "ProjectName", Value: ref(d.waiter.project)},
		plan.Field{Key: "EnvironmentVariables", Value: plan.JSONText{Of: plan.List{
			variable("CANARY", l.name),
			variable("CANARY_STARTER_ROLE", starter.writtenARN(d.scope)),
			variable("CANARY_ONCE", from(plan.String(map[bool]string{true: "yes", false: "no"}[c.EveryMinutes() == 0]), c.Every.Range)),
			variable("CANARY_POLLS", from(plan.String(itoa(patience(c)/script.CanaryPoll)), c.Every.Range, c.TimeoutSeconds.Range)),
		}}},
	)
	// CodeBuild wants an artifact. Unlike a source, the bundle is still there when a rollback runs the stage again.
	a.InputArtifacts = artifacts(bundleArtifact)
	return a
}

func variable(name string, value plan.Value) plan.Object {
	return plan.Object{
		{Key: "name", Value: plan.String(name)}, {Key: "value", Value: value}, {Key: "type", Value: plan.String("PLAINTEXT")},
	}
}

// patience is for how long a run is waited for, in seconds: until the next one is due, for one that is under way and for its
// own, and for what Synthetics needs to begin.
func patience(c *spec.Canary) int { return c.EveryMinutes()*60 + 2*c.TimeoutSeconds.Value + 300 }

// lookout is a canary while it is expanded.
type lookout struct {
	scope
	delivery *delivery
	spec     *spec.Canary
	name     plan.Value
	shared   *canaries
}

// canaryName is a hash and the suffix, so that all of it stands in the names of function and log group: neither another
// canary nor another copy of the system has the same ones.
func (s scope) canaryName() plan.Value {
	const length = 4
	s.expander.mostSuffix = canaryNameLength - length - 1
	sum := sha256.Sum256([]byte(strings.Join(s.labels, "\x00")))
	return from(s.suffixed(strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:length])), s.origin)
}

func (l *lookout) canary() *plan.Resource {
	l.shared.sweeps.allow("Sweep"+plan.LogicalID(l.labels[1:]...), []string{"logs:DeleteLogGroup"}, l.logGroups())
	sweeper := l.add("CanaryLogSweeper", "Deletes the canary's logs when the stack is deleted: their group's name is not known before.", aws.CanaryLogSweeper{
		ServiceToken: attr(l.shared.sweeper, "Arn"), ServiceTimeout: sweeperTimeout, CanaryName: l.name,
	}).After(l.shared.sweeps.policy)
	runs := l.runRole(sweeper)
	schedule := "rate(0 minute)"
	if c := l.spec; c.EveryMinutes() > 0 {
		schedule = "rate(" + c.Every.Value + ")"
	}
	canary := l.add("Canary", "Looks at the service from outside, as a client does.", aws.SyntheticsCanary{
		Name: l.name, RuntimeVersion: l.runtime(),
		Code:      aws.SyntheticsCode{Handler: "index.handler", Script: l.script()},
		Schedule:  aws.SyntheticsSchedule{Expression: from(plan.String(schedule), l.spec.Every.Range)},
		RunConfig: aws.SyntheticsRunConfig{TimeoutInSeconds: numberOf(l.spec.TimeoutSeconds), MemoryInMB: 960, EnvironmentVariables: l.variables()},

		ExecutionRoleArn:   runs.arn(),
		ArtifactS3Location: plan.Text("s3://", ref(l.shared.results.bucket), "/", l.name),

		SuccessRetentionPeriod: canaryDays, FailureRetentionPeriod: canaryDays,
		ProvisionedResourceCleanup: "AUTOMATIC",
		// The pipeline starts it: before the first release it could only fail.
		StartCanaryAfterCreation: false,
		Tags:                     l.tags("canary"),
	})
	// A run that goes on writes results and logs, so its rights go before both are cleared away.
	canary.After(runs.policy, l.shared.results.policy, sweeper)
	l.alarm(canary)
	return canary
}

// runRole is what a run of the canary may do (CloudWatch user guide, "Required roles and permissions for canaries").
func (l *lookout) runRole(sweeper *plan.Resource) *role {
	r := l.role("CanaryRole", "canary-role", "What a run of the canary may do.", trustService("lambda.amazonaws.com"))
	results := attr(l.shared.results.bucket, "Arn")
	r.allow("KeepResults", []string{"s3:GetObject", "s3:PutObject"}, plan.Text(results, "/", l.name, "/*"))
	r.allow("FindBucket", []string{"s3:GetBucketLocation"}, results)
	r.allow("ListBuckets", []string{"s3:ListAllMyBuckets"}, anywhere)
	r.allowWhen("PublishMetrics", []string{"cloudwatch:PutMetricData"}, []plan.Value{anywhere}, aws.Condition{
		Operator: "StringEquals", Key: "cloudwatch:namespace", Values: []plan.Value{plan.String("CloudWatchSynthetics")},
	})
	r.allow("Log", []string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}, l.logGroups())
	r.policy.After(l.shared.results.emptier, sweeper)
	return r
}

// logGroups is the ARN of the log groups of the canary, whose names end in an id of Synthetics.
func (l *lookout) logGroups() plan.Value {
	return l.arn("logs", "log-group:/aws/lambda/cwsyn-", l.name, "-*")
}

func (l *lookout) runtime() plan.Value {
	if l.spec.Runtime.Value != "" {
		return textOf(l.spec.Runtime)
	}
	if l.expander.canaryRuntime == nil {
		l.expander.canaryRuntime = &plan.Parameter{
			Name: "CanaryRuntime", Type: "String", Default: plan.String(synthetics.Default),
			Description:    "The runtime of canaries, out of those that AWS supports: aws synthetics describe-runtime-versions.",
			AllowedPattern: "syn-nodejs(-puppeteer)?-[0-9]+\\.[0-9]+", ConstraintText: "A runtime of CloudWatch Synthetics for Node.js.",
		}
		l.plan.Parameters = append(l.plan.Parameters, l.expander.canaryRuntime)
	}
	return from(plan.Param{Of: l.expander.canaryRuntime}, l.spec.Runtime.Range)
}

func (l *lookout) script() plan.Value {
	if l.spec.Script.Value != "" {
		return textOf(l.spec.Script)
	}
	return from(plan.String(script.CanaryCheck()), l.spec.Script.Range)
}

// started is for how many seconds of a run its own check does not wait for an answer.
const started = 10

// variables are what the script finds in its environment.
func (l *lookout) variables() plan.Object {
	c, base := l.spec, l.address()
	if c.Script.Value != "" && base == nil {
		return nil
	}
	if c.Script.Value != "" {
		return plan.Object{{Key: "BASE_URL", Value: base}}
	}
	out := plan.Object{
		{Key: "CHECK_URL", Value: plan.Text(base, from(plan.String(c.Path.Value), c.Path.Range))},
		{Key: "CHECK_STATUS", Value: from(plan.String(itoa(c.ExpectedStatus.Value)), c.ExpectedStatus.Range)},
		{Key: "CHECK_SECONDS", Value: from(plan.String(itoa(c.TimeoutSeconds.Value-started)), c.TimeoutSeconds.Range)},
	}
	if c.BodyContains.Value != "" {
		out = append(out, plan.Field{Key: "CHECK_TEXT", Value: textOf(c.BodyContains)})
	}
	return out
}

// address is the address of the service, without a path; nil where there is no load balancer, and none is given.
func (l *lookout) address() plan.Value {
	if l.spec.URL.IsSet() {
		return l.text(l.spec.URL)
	}
	if environment := l.environments[l.spec.Account]; environment != nil {
		return environment.address()
	}
	return nil
}

// alarm rings while runs fail. Without runs there is nothing to say, so that it is still before the first release.
func (l *lookout) alarm(canary *plan.Resource) {
	minutes := l.spec.EveryMinutes()
	if minutes == 0 {
		minutes = 5
	}
	l.add("CanaryAlarm", "Rings while the canary fails.", aws.CloudWatchAlarm{
		AlarmName:        l.scope.name("canary"),
		AlarmDescription: plan.String(fmt.Sprintf("The canary %s of %s in %s fails.", l.labels[2], l.labels[0], l.labels[1])),
		Namespace:        plan.String("CloudWatchSynthetics"), MetricName: plan.String("SuccessPercent"),
		Dimensions: []aws.CloudWatchDimension{{Name: "CanaryName", Value: ref(canary)}},
		Statistic:  plan.String("Average"), Period: from(plan.Int(minutes*60), l.spec.Every.Range), EvaluationPeriods: plan.Int(1), Threshold: plan.Int(100),
		ComparisonOperator: "LessThanThreshold", TreatMissingData: "notBreaching",
	})
}

// starter is the role that the pipeline's project assumes in the account of the canary.
func (l *lookout) starter() *role {
	r := l.role("CanaryStarterRole", "starter-role", "What the pipeline may do with the canary: start it and see what it says.",
		l.trustRole(l.delivery.stack.Account, l.delivery.waiter.role.name))
	r.allow("RunCanary", []string{"synthetics:GetCanary", "synthetics:GetCanaryRuns", "synthetics:StartCanary"},
		l.arn("synthetics", "canary:", l.name))
	return r
}

package prove

import (
	"slices"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// canarySource is a system with canaries in another account than its pipeline's.
const canarySource = `
account "tools" { id = "111111111111" }
account "live" {
  id = "123456789012"
  network {}
}
pipeline "looks" {
  account = account.tools
  source "codecommit" { repository = "looks" }
  stage "build" {
    build "image" {}
  }
  stage "live" {
    deploy "ec2" { account = account.live }
    canary "home" {
      every   = "1 minute"
      runtime = "syn-nodejs-5.3"
    }
    canary "basket" {
      script = "exports.handler = async () => {}"
      every  = "1 hour"
    }
  }
}
`

// canaryAtHome is one in the account of its pipeline.
const canaryAtHome = `
account "main" {
  id = "111111111111"
  network {}
}
pipeline "looks" {
  source "codecommit" { repository = "looks" }
  stage "build" {
    build "image" {}
  }
  stage "live" {
    deploy "ec2" {}
    canary "home" { path = "/health" }
  }
}
`

var canaryDamages = []damages{
	onEach("order", "it was emptied", canaryType, "it waits for nothing", func(_ *plan.Plan, r *plan.Resource) { r.DependsOn = nil }),
	onEach("order", "no canary writes to it any more", canaryType, "it waits for nothing, and its rights neither", func(p *plan.Plan, r *plan.Resource) {
		r.DependsOn = nil
		canaryPolicy(p, r).DependsOn = nil
	}),

	setting("teardown", "leaves its function and layers behind", canaryType, nil, "ProvisionedResourceCleanup"),
	setting("teardown", "leaves its function and layers behind", canaryType, plan.String("OFF"), "ProvisionedResourceCleanup"),
	onEach("teardown", "leaves its log group behind", canaryType, "its sweeper is gone", func(p *plan.Plan, r *plan.Resource) {
		without(p, surveyOf(p).sweepersOf(r)[0])
	}),
	onEach("teardown", "leaves its log group behind", canaryType, "its sweeper has another canary", func(p *plan.Plan, r *plan.Resource) {
		put(surveyOf(p).sweepersOf(r)[0], plan.String("another"), "CanaryName")
	}),
	onEach("teardown", "allows logs:CreateLogGroup", canaryType, "it may make any log group", func(p *plan.Plan, r *plan.Resource) {
		put(canaryPolicy(p, r), plan.String("arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/*"), "PolicyDocument", "Statement", 4, "Resource")
	}),
	setting("teardown", "has network interfaces", canaryType, object("SubnetIds", list(plan.String("subnet-1"))), "VPCConfig"),
	onEach("access", refused, sweeperType, "it may not look for logs", onSweeperPolicy(0, plan.String("logs:DescribeLogStreams"), "Action")),
	onEach("access", refused, sweeperType, "it may look for the canary's logs only", onSweeperPolicy(0, plan.String("arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/cwsyn-*"), "Resource")),
	onEach("access", refused, sweeperType, "it may delete no logs", func(p *plan.Plan, r *plan.Resource) {
		policy := policyOfEmptier(p, r)
		put(policy, items(at(policy.Properties, "PolicyDocument", "Statement"))[:2], "PolicyDocument", "Statement")
	}),
	setting("teardown", "has no function in its own stack", sweeperType, plan.String("arn:aws:lambda:us-east-1:123456789012:function:another"), "ServiceToken"),
	setting("teardown", "does not fit the time", sweeperType, plan.Int(599), "ServiceTimeout"),
	setting("teardown", "does not fit the time", sweeperType, plan.Int(3601), "ServiceTimeout"),
	onEach("teardown", "does not fit the time", sweeperType, "its function has a minute", func(p *plan.Plan, r *plan.Resource) {
		put(surveyOf(p).function(r), plan.Int(60), "Timeout")
	}),

	setting("sense", "runs from its creation on", canaryType, plan.Bool(true), "StartCanaryAfterCreation"),
	setting("sense", "with which AWS makes no canary since 22 January 2026", canaryType, plan.String("syn-nodejs-puppeteer-7.0"), "RuntimeVersion"),
	onEach("sense", "with which AWS makes no canary since", canaryType, "the default of its runtime is old", func(_ *plan.Plan, r *plan.Resource) {
		put(r, plan.Param{Of: &plan.Parameter{Name: "CanaryRuntime", Default: plan.String("syn-nodejs-2.0")}}, "RuntimeVersion")
	}),
	setting("sense", "runs as a role that no stack makes", canaryType, plan.String("arn:aws:iam::123456789012:role/another"), "ExecutionRoleArn"),
	onEach("access", refused, canaryType, "its role trusts Synthetics", func(p *plan.Plan, r *plan.Resource) {
		put(canaryRole(p, r), plan.String("synthetics.amazonaws.com"), "AssumeRolePolicyDocument", "Statement", 0, "Principal", "Service")
	}),
	onEach("access", refused, canaryType, "its role trusts Lambda on a condition", func(p *plan.Plan, r *plan.Resource) {
		put(canaryRole(p, r), object("Bool", object("aws:MultiFactorAuthPresent", plan.Bool(true))), "AssumeRolePolicyDocument", "Statement", 0, "Condition")
	}),
	canaryWithout("s3:PutObject", 0), canaryWithout("s3:GetBucketLocation", 1), canaryWithout("s3:ListAllMyBuckets", 2), canaryWithout("cloudwatch:PutMetricData", 3),
	canaryWithout("logs:CreateLogGroup", 4), canaryWithout("logs:CreateLogStream", 4), canaryWithout("logs:PutLogEvents", 4),
	onEach("access", refused, canaryType, "it may write another's results", func(p *plan.Plan, r *plan.Resource) {
		put(canaryPolicy(p, r), text(plan.Attr{Of: surveyOf(p).resultsOf(r), Name: "Arn"}, "/another/*"), "PolicyDocument", "Statement", 0, "Resource")
	}),
	onEach("access", refused, canaryType, "it may publish other metrics", func(p *plan.Plan, r *plan.Resource) {
		put(canaryPolicy(p, r), object("StringEquals", object("cloudwatch:namespace", plan.String("Another"))), "PolicyDocument", "Statement", 3, "Condition")
	}),
	setting("sense", "keeps its results in a bucket that no stack makes", canaryType, plan.String("s3://another"), "ArtifactS3Location"),
	onEach("sense", "has a name of 22 characters", canaryType, "a long name", func(p *plan.Plan, r *plan.Resource) {
		put(r, text("abcde-", plan.Param{Of: p.Suffix}), "Name")
	}),
	onEach("sense", "longer than it takes until its next run", canaryType, "an hour for each run", func(_ *plan.Plan, r *plan.Resource) {
		put(r, plan.Int(3601), "RunConfig", "TimeoutInSeconds")
		put(r, plan.String("rate(1 hour)"), "Schedule", "Expression")
	}),
	onEach("sense", "longer than it takes until its next run", canaryType, "runs minute by minute", func(_ *plan.Plan, r *plan.Resource) {
		put(r, plan.Int(61), "RunConfig", "TimeoutInSeconds")
		put(r, plan.String("rate(1 minute)"), "Schedule", "Expression")
	}),
	onCanaryAlarms("missing data are bad", plan.String("breaching"), "TreatMissingData"),
	onCanaryAlarms("missing data are left to CloudWatch", nil, "TreatMissingData"),
	onCanaryAlarms("it rings for success", plan.String("GreaterThanOrEqualToThreshold"), "ComparisonOperator"),

	onLooks("sense", "as a role that no stack makes", "another role", func(_ *plan.Plan, _, _ *plan.Resource, variables plan.List) plan.List {
		return with(variables, plan.String("arn:aws:iam::123456789012:role/another"), 1, "value").(plan.List)
	}),
	onLooks("sense", "does not have", "another canary", func(_ *plan.Plan, _, _ *plan.Resource, variables plan.List) plan.List {
		return with(variables, plan.String("another"), 0, "value").(plan.List)
	}),
	onLooks("access", refused, "a role that trusts another one", func(_ *plan.Plan, role, _ *plan.Resource, variables plan.List) plan.List {
		put(role, plan.String("arn:aws:iam::111111111111:role/another"), "AssumeRolePolicyDocument", "Statement", 0, "Condition", "ArnEquals", "aws:PrincipalArn")
		return variables
	}),
}

func policyOf(p *plan.Plan, role *plan.Resource) *plan.Resource {
	return surveyOf(p).policiesOf(role)[0]
}

func canaryRole(p *plan.Plan, canary *plan.Resource) *plan.Resource {
	return surveyOf(p).resolve(canary, canary.Properties.Get("ExecutionRoleArn"), roleType)
}

func canaryPolicy(p *plan.Plan, canary *plan.Resource) *plan.Resource {
	return policyOf(p, canaryRole(p, canary))
}

// onSweeperPolicy sets a member of a statement of the sweeper's policy.
func onSweeperPolicy(statement int, value plan.Value, member string) func(p *plan.Plan, r *plan.Resource) {
	return func(p *plan.Plan, r *plan.Resource) {
		put(policyOfEmptier(p, r), value, "PolicyDocument", "Statement", statement, member)
	}
}

// canaryWithout takes one action out of a statement of the policy of every canary's role.
func canaryWithout(action string, statement int) damages {
	return onEach("access", refused, canaryType, "without "+action, func(p *plan.Plan, r *plan.Resource) {
		policy := canaryPolicy(p, r)
		actions := items(at(policy.Properties, "PolicyDocument", "Statement", statement, "Action"))
		left := slices.DeleteFunc(slices.Clone(actions), func(v plan.Value) bool { return v == plan.String(action) })
		put(policy, left, "PolicyDocument", "Statement", statement, "Action")
	})
}

func onCanaryAlarms(what string, value plan.Value, property string) damages {
	return func(p *plan.Plan) []damage {
		var out []damage
		for _, r := range p.Resources {
			if r.Type == "AWS::CloudWatch::Alarm" && r.Properties.Get("Namespace") == plan.String("CloudWatchSynthetics") {
				out = append(out, damage{r.ID + ": " + what, "sense", "rings for a canary that has not run yet", func() { put(r, value, property) }})
			}
		}
		return out
	}
}

// onLooks damages what each action that runs a canary needs; do returns the variables that the action gives.
func onLooks(proof, says, what string, do func(p *plan.Plan, role, project *plan.Resource, variables plan.List) plan.List) damages {
	return func(p *plan.Plan) []damage {
		var out []damage
		for _, r := range p.Resources {
			if r.Type != pipelineType {
				continue
			}
			for i, stage := range items(r.Properties.Get("Stages")) {
				for j, action := range items(at(stage, "Actions")) {
					if variableOf(action, "CANARY") == nil {
						continue
					}
					out = append(out, damage{r.ID + ": " + what, proof, says, func() {
						s := surveyOf(p)
						role, _ := s.looksAt(r, action)
						project := s.resolve(r, at(action, "Configuration", "ProjectName"), projectType)
						text := at(action, "Configuration", "EnvironmentVariables").(plan.JSONText)
						text.Of = do(p, role, project, items(text.Of))
						put(r, text, "Stages", i, "Actions", j, "Configuration", "EnvironmentVariables")
					}})
				}
			}
		}
		return out
	}
}

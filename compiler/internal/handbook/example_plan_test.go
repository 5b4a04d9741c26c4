package handbook

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// bookshop is a system of two accounts. Its labels, branch and secrets are as
// awkward as the language allows.
func bookshop() (*spec.Config, *plan.Plan, Templates) {
	tools := &spec.Account{Label: text("dev-tools"), ID: text("000000000001")}
	live := &spec.Account{Label: text("live"), ID: text("000000000002"), Network: &spec.Network{
		VPCID: known("vpc-1"), PublicSubnetIDs: list("subnet-1"), PrivateSubnetIDs: list("subnet-2"),
		CertificateARN: known("arn:aws:acm:eu-west-1:000000000002:certificate/1"),
	}}
	label := spec.Text{Value: "books", Range: hcl.Range{Filename: "a.hcl", Start: hcl.Pos{Line: 9}}}
	config := &spec.Config{Region: text("eu-west-1"), Accounts: []*spec.Account{tools, live}, Pipelines: []*spec.Pipeline{{
		Label: label, Account: tools,
		Source: &spec.Source{Repository: text("books"), Branch: text("it's/$HOME`ls`")},
		Stages: []*spec.Stage{{Label: text("go"), Actions: []spec.Action{
			&spec.Build{Dockerfile: text("Dockerfile")},
			&spec.Deploy{Account: live, Secrets: []spec.Pair{
				{Key: text("URL"), Value: known("books/url")},
				{Key: text("AGAIN"), Value: known("books/url")},
				{Key: text("KEY"), Value: known("ssm:/books/key")},
			}},
		}}},
		Notifications: &spec.Notifications{Emails: list("a@example.com")},
	}}}
	p := plan.New("books", "eu-west-1")
	p.Suffix.AllowedPattern, p.Suffix.MaxLength, p.Suffix.Default = "[a-z0-9]+", 16, plan.String("dev")
	p.Suffix.ConstraintText = "Lower case letters and digits."
	expandBookshop(p, label.Range)
	var templates Templates
	for _, stack := range p.Stacks {
		size := 10
		if stack.Kind == plan.Pipeline {
			size = plan.InlineBytes + 1
		}
		templates.Add(Template{Stack: stack, Path: Path(stack), Bytes: bytes.Repeat([]byte("x"), size)})
	}
	return config, p, templates
}

func expandBookshop(p *plan.Plan, label hcl.Range) {
	tools := &plan.Account{Label: "dev-tools", ID: "000000000001"}
	live := &plan.Account{Label: "live", ID: "000000000002"}
	pipeline := &plan.Stack{Kind: plan.Pipeline, Account: tools, Name: "books-pipeline", Title: "Pipeline of books.", Origin: label}
	service := &plan.Stack{Kind: plan.Service, Account: live, Name: "books-service", Title: "What books runs in live."}
	environment := &plan.Stack{Kind: plan.Environment, Account: live, Name: "live-environment", Title: "Network of live."}
	p.Accounts = []*plan.Account{tools, live}
	p.Stacks = []*plan.Stack{pipeline, environment, service}

	add := func(stack *plan.Stack, id, kind string, properties ...plan.Field) *plan.Resource {
		r, _ := p.Add(&plan.Resource{ID: id, Type: kind, Stack: stack, Why: "Is there.", Properties: properties})
		return r
	}
	named := func(key, name string) plan.Field {
		return plan.Field{Key: key, Value: plan.Text(name+"-", plan.Param{Of: p.Suffix})}
	}
	add(pipeline, "Pipeline", "AWS::CodePipeline::Pipeline", named("Name", "books-pipeline"),
		plan.Field{Key: "Stages", Value: plan.List{plan.Object{
			{Key: "Name", Value: plan.String("go")},
			{Key: "Actions", Value: plan.List{plan.Object{
				{Key: "Name", Value: plan.String("ask")},
				{Key: "ActionTypeId", Value: plan.Object{{Key: "Category", Value: plan.String("Approval")}}},
			}}},
		}}})
	add(pipeline, "Trigger", "AWS::Events::Rule", named("Name", "books-trigger"))
	add(pipeline, "Topic", "AWS::SNS::Topic")
	add(pipeline, "Role", "AWS::IAM::Role", named("RoleName", "books-role"))
	add(pipeline, "Key", "AWS::KMS::Key", plan.Field{Key: "PendingWindowInDays", Value: plan.Int(7)})

	vpc := add(environment, "LogGroup", "AWS::Logs::LogGroup", plan.Field{Key: "LogGroupName", Value: plan.Text("/", plan.StackName)})
	add(service, "TargetGroup", "AWS::ElasticLoadBalancingV2::TargetGroup",
		named("Name", "books-tg"), plan.Field{Key: "VpcId", Value: plan.Ref{To: vpc}})
	application := add(service, "App", "AWS::CodeDeploy::Application", named("ApplicationName", "books-app"))
	add(service, "Group", "AWS::CodeDeploy::DeploymentGroup", named("DeploymentGroupName", "books-group"),
		plan.Field{Key: "ApplicationName", Value: plan.Ref{To: application}},
		plan.Field{Key: "AlarmConfiguration", Value: plan.Object{
			{Key: "Alarms", Value: plan.List{plan.Object{named("Name", "books-errors")}}},
		}})
	add(service, "Fleet", "AWS::AutoScaling::AutoScalingGroup", named("AutoScalingGroupName", "books-fleet"),
		plan.Field{Key: "MaxSize", Value: plan.String("4")})
}

func text(value string) spec.Text { return spec.Text{Value: value} }

func known(value string) spec.Deferred { return spec.Known(value, hcl.Range{}) }

func list(values ...string) spec.DeferredList {
	var out spec.DeferredList
	for _, value := range values {
		out.Items = append(out.Items, known(value))
	}
	return out
}

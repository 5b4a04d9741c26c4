package prove

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// sound is a plan that passes every proof: two accounts, two stacks in one of them.
func sound() *plan.Plan {
	p := plan.New("system", "us-east-1")
	main, other := &plan.Account{Label: "main", ID: "123456789012"}, &plan.Account{Label: "other", ID: "210987654321"}
	p.Accounts = []*plan.Account{main, other}
	for _, s := range []struct {
		name    string
		account *plan.Account
	}{{"environment", main}, {"service", main}, {"environment", other}} {
		p.Stacks = append(p.Stacks, &plan.Stack{Account: s.account, Name: s.name, Origin: at(1)})
	}
	suffix := plan.Param{Of: p.Suffix}
	bucket := add(p, "Bucket", "AWS::S3::Bucket", 0, plan.Field{Key: "BucketName", Value: plan.Text("b-", plan.AccountID, "-", suffix)})
	add(p, "Role", "AWS::IAM::Role", 1,
		plan.Field{Key: "RoleName", Value: plan.Text("r-", suffix)},
		plan.Field{Key: "Description", Value: plan.Attr{Of: bucket, Name: "Arn"}}).After(bucket)
	add(p, "OtherRole", "AWS::IAM::Role", 2, plan.Field{Key: "RoleName", Value: plan.Text("r-", suffix)})
	return p
}

func at(line int) hcl.Range {
	return hcl.Range{Filename: "pipeline.hcl", Start: hcl.Pos{Line: line, Column: 1}, End: hcl.Pos{Line: line, Column: 2}}
}

func add(p *plan.Plan, id, resourceType string, stack int, properties ...plan.Field) *plan.Resource {
	r, collision := p.Add(&plan.Resource{
		ID: id, Type: resourceType, Stack: p.Stacks[stack], Properties: properties, Origin: at(len(p.Resources) + 10),
	})
	if collision != nil {
		panic(collision)
	}
	return r
}

func TestSoundPlanPasses(t *testing.T) {
	if diags := Plan(sound()); len(diags) > 0 {
		t.Errorf("a sound plan fails: %v", diags)
	}
}

func TestDamageIsFound(t *testing.T) {
	cases := []struct {
		name   string
		damage func(p *plan.Plan)
		want   string
	}{
		{"one name twice in an account", func(p *plan.Plan) {
			add(p, "Again", "AWS::IAM::Role", 0, plan.Field{Key: "RoleName", Value: plan.Text("r-", plan.Param{Of: p.Suffix})})
		}, "Two resources of one name"},
		{"one bucket name in two accounts", func(p *plan.Plan) {
			add(p, "Again", "AWS::S3::Bucket", 2, plan.Field{Key: "BucketName", Value: plan.Text("x-", plan.Param{Of: p.Suffix})})
			add(p, "Twice", "AWS::S3::Bucket", 0, plan.Field{Key: "BucketName", Value: plan.Text("x-", plan.Param{Of: p.Suffix})})
		}, "Two resources of one name"},
		{"a reference to nothing", func(p *plan.Plan) {
			p.Resource("Role").After(&plan.Resource{ID: "Ghost", Stack: p.Stacks[0]})
		}, "Reference to nothing"},
		{"a reference into another account", func(p *plan.Plan) {
			p.Resource("OtherRole").Properties = append(p.Resource("OtherRole").Properties,
				plan.Field{Key: "Description", Value: plan.Ref{To: p.Resource("Role")}})
		}, "Reference to another account"},
		{"a circle", func(p *plan.Plan) { p.Resource("Bucket").After(p.Resource("Role")) }, "Resources that wait for each other"},
		{"a stack that imports from a later one", func(p *plan.Plan) {
			p.Resource("Bucket").Properties = append(p.Resource("Bucket").Properties,
				plan.Field{Key: "X", Value: plan.Ref{To: p.Resource("Role")}})
			p.Resource("Role").Properties, p.Resource("Role").DependsOn = p.Resource("Role").Properties[:1], nil
		}, "Stacks out of order"},
		{"too many resources", func(p *plan.Plan) {
			for i := range 501 {
				add(p, fmt.Sprintf("R%d", i), "AWS::EC2::EIP", 0)
			}
		}, "Stack too large"},
		{"too many outputs", func(p *plan.Plan) {
			for range 201 {
				p.Outputs = append(p.Outputs, &plan.Output{ID: "O", Value: plan.String("x"), Stack: p.Stacks[1]})
			}
		}, "Stack too large"},
		{"too many actions", func(p *plan.Plan) {
			stage := plan.Object{{Key: "Actions", Value: make(plan.List, 51)}}
			add(p, "P", "AWS::CodePipeline::Pipeline", 0, plan.Field{Key: "Stages", Value: plan.List{stage}})
		}, "Stage too large"},
	}
	caught := 0
	for _, c := range cases {
		p := sound()
		c.damage(p)
		diags := Plan(p)
		if len(diags) == 0 || !strings.Contains(diags[0].Summary, c.want) {
			t.Errorf("%s: want %q first, got %v", c.name, c.want, diags)
			continue
		}
		caught++
	}
	t.Logf("%d damaged, %d caught", len(cases), caught)
}

package prove

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/template"
)

func TestNamesAndARNsAreResolved(t *testing.T) {
	p := planOf(t, services(1))
	s := surveyOf(p)
	service := p.Resource("P0LiveFleet")
	suffix := plan.Param{Of: p.Suffix}
	cases := []struct {
		name, resourceType, want string
		value                    plan.Value
	}{
		{"a name", roleType, "P0LiveInstanceRole", text("p0-live-instance-role-", suffix)},
		{"an ARN at home", roleType, "P0LiveInstanceRole", text("arn:", plan.Partition, ":iam::", plan.AccountID, ":role/p0-live-instance-role-", suffix)},
		{"an ARN with the account written down", roleType, "P0PipelineRole", text("arn:aws:iam::111111111111:role/p0-pipeline-role-", suffix)},
		{"another account's role of that name", roleType, "", text("arn:aws:iam::111111111111:role/p0-live-instance-role-", suffix)},
		{"an account that is not there", roleType, "", text("arn:aws:iam::999999999999:role/p0-live-instance-role-", suffix)},
		{"objects of a bucket", bucketType, "P0ArtifactBucket", text("arn:aws:s3:::p0-artifacts-111111111111-", suffix, "/*/Bundle/*")},
		{"a name with slashes", "AWS::SSM::Parameter", "P0LiveSettings", text("arn:aws:ssm:us-east-1:", plan.AccountID, ":parameter/cfnpipe/p0-live-settings-", suffix)},
		{"another type", functionType, "", text("p0-live-instance-role-", suffix)},
		{"a name that only ends alike", roleType, "", text("x-p0-live-instance-role-", suffix)},
		{"nothing", roleType, "", nil},
	}
	for _, c := range cases {
		got := ""
		if r := s.resolve(service, c.value, c.resourceType); r != nil {
			got = r.ID
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestSizeIsABound: a template is printed for its size only when the bound is near the limit.
func TestSizeIsABound(t *testing.T) {
	for _, name := range exampleNames(t) {
		p := examplePlan(t, name)
		s := surveyOf(p)
		for _, stack := range p.Stacks {
			if bound, size := s.size(stack), len(template.Stack(p, stack)); bound <= size {
				t.Errorf("%s: %s has %d bytes, and the bound is %d", name, stack.Name, size, bound)
			}
		}
	}
}

func TestCloseToALimitIsAWarning(t *testing.T) {
	p := planOf(t, services(1))
	role := p.Resource("P0LiveInstanceRole")
	statements := list(object("Sid", text("Large"), "Action", text(strings.Repeat("x", 7000))), object("Sid", text("Small")))
	p.Resource("P0LiveInstanceRolePolicy").Properties = object("Roles", list(plan.Ref{To: role}), "PolicyDocument", object("Statement", statements))
	diags := limits(surveyOf(p))
	if len(diags) != 0 {
		t.Fatalf("at 69 %%: %v", diags)
	}
	put(p.Resource("P0LiveInstanceRolePolicy"), text(strings.Repeat("x", 9000)), "PolicyDocument", "Statement", 0, "Action")
	diags = limits(surveyOf(p))
	if len(diags) != 1 || diags[0].Severity != hcl.DiagWarning {
		t.Fatalf("want one warning: %v", diags)
	}
	const want = `P0LiveInstanceRole uses 9059 of 10240 characters of its policies. ` +
		`Most goes to statement Large (9027). Let one pipeline deploy to fewer accounts and stages. Source: IAM user guide, "IAM and AWS STS quotas".`
	if diags[0].Detail != want {
		t.Errorf("%s\nwant\n%s", diags[0].Detail, want)
	}
}

// services is a system of n services in one account, deployed to from another.
func services(n int) string {
	var out strings.Builder
	out.WriteString("account \"tools\" { id = \"111111111111\" }\naccount \"live\" {\n  id = \"123456789012\"\n  network {}\n}\n")
	for i := range n {
		fmt.Fprintf(&out, "pipeline \"p%d\" {\n  account = account.tools\n  source \"codecommit\" { repository = \"p%d\" }\n"+
			"  stage \"build\" {\n    build \"image\" {}\n  }\n  stage \"live\" {\n    deploy \"ec2\" {\n      account = account.live\n"+
			"      route {\n        hosts = [\"p%d.example.com\"]\n      }\n    }\n  }\n}\n", i, i, i)
	}
	return out.String()
}

// BenchmarkPlan measures all proofs together: on storefront, and on systems of more and more services, where the time for
// each resource tells whether they are linear.
func BenchmarkPlan(b *testing.B) {
	measure := func(name string, p *plan.Plan) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Plan(p)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(p.Resources)), "ns/resource")
		})
	}
	measure("storefront", examplePlan(b, "storefront"))
	for _, n := range []int{1, 10, 50, 100} {
		measure(fmt.Sprintf("%d-services", n), planOf(b, services(n)))
	}
}

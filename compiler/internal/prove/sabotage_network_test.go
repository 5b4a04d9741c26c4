package prove

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

var networkDamages = []damages{
	onEach("sense", "two in one zone", balancerType, "one subnet", func(_ *plan.Plan, r *plan.Resource) {
		put(r, items(r.Properties.Get("Subnets"))[:1], "Subnets")
	}),
	onEach("sense", "two in one zone", balancerType, "two subnets of one zone", func(p *plan.Plan, r *plan.Resource) {
		put(surveyOf(p).resolve(r, at(r.Properties, "Subnets", 1), "AWS::EC2::Subnet"), plan.Select{Index: 0, From: plan.Zones{}}, "AvailabilityZone")
	}),
	onEach("sense", "no way to the internet", balancerType, "in a private subnet", func(p *plan.Plan, r *plan.Resource) {
		put(r, plan.Ref{To: private(p, r)}, "Subnets", 0)
	}),
	onEach("sense", "no way to the internet", "AWS::EC2::NatGateway", "in a private subnet", func(p *plan.Plan, r *plan.Resource) {
		put(r, plan.Ref{To: private(p, r)}, "SubnetId")
	}),
	onNamedEndpoints("gives out none", func(p *plan.Plan, r *plan.Resource) {
		put(surveyOf(p).resolve(r, r.Properties.Get("VpcId"), "AWS::EC2::VPC"), plan.Bool(false), "EnableDnsHostnames")
	}),
	onNamedEndpoints("gives out none", func(p *plan.Plan, r *plan.Resource) {
		put(surveyOf(p).resolve(r, r.Properties.Get("VpcId"), "AWS::EC2::VPC"), nil, "EnableDnsSupport")
	}),
	onNamedEndpoints("is the second endpoint of", func(p *plan.Plan, r *plan.Resource) { addTo(p, r, "Second", r.Type, r.Properties) }),
	setting("sense", "lets everything out", "AWS::EC2::SecurityGroup", nil, "SecurityGroupEgress"),
	onEach("sense", "has the priority of", ruleType, "a second rule", func(p *plan.Plan, r *plan.Resource) {
		addTo(p, r, "Second", ruleType, object("ListenerArn", r.Properties.Get("ListenerArn"), "Priority", r.Properties.Get("Priority")))
	}),
	onEach("sense", "two conditions of the kind", ruleType, "a condition twice", func(_ *plan.Plan, r *plan.Resource) {
		put(r, at(r.Properties, "Conditions", 0), "Conditions", 99)
	}),
	onEach("sense", "cannot write with", balancerType, "logs under a key of KMS", func(p *plan.Plan, r *plan.Resource) {
		put(surveyOf(p).logBuckets(r)[0], plan.String("aws:kms"), "BucketEncryption", "ServerSideEncryptionConfiguration", 0, "ServerSideEncryptionByDefault", "SSEAlgorithm")
	}),
	onEach("sense", "has two policies", bucketType, "a second policy", func(p *plan.Plan, r *plan.Resource) {
		addTo(p, r, "Second", bucketPolicyType, object("Bucket", plan.Ref{To: r}))
	}),
}

// private is a subnet of the same stack that a NAT gateway or nothing leads out of.
func private(p *plan.Plan, beside *plan.Resource) *plan.Resource {
	s := surveyOf(p)
	for _, subnet := range s.kinds[kind{beside.Stack, "AWS::EC2::Subnet"}] {
		if s.withoutGateway(subnet, plan.Ref{To: subnet}) != "" {
			return subnet
		}
	}
	return nil
}

func onNamedEndpoints(says string, do func(p *plan.Plan, r *plan.Resource)) damages {
	return func(p *plan.Plan) []damage {
		var out []damage
		for _, r := range p.Resources {
			if r.Properties.Get("PrivateDnsEnabled") == plan.Bool(true) {
				out = append(out, damage{r.ID, "sense", says, func() { do(p, r) }})
			}
		}
		return out
	}
}

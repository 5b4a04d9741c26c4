package prove

import (
	"slices"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

const hidden = "Order that CloudFormation does not see"

var orderDamages = []damages{
	cutEdges, cutFromAll, namesForReferences,
	onEach("order", hidden, bucketPolicyType, "the emptier comes after the policy", func(p *plan.Plan, r *plan.Resource) {
		emptier := surveyOf(p).emptiersOf(surveyOf(p).resolve(r, r.Properties.Get("Bucket"), bucketType))[0]
		cut(r, emptier)
		emptier.DependsOn = append(slices.Clone(emptier.DependsOn), r)
	}),
	onEach("order", "a function in a VPC", functionType, "a function in a VPC", func(_ *plan.Plan, r *plan.Resource) {
		put(r, object("SubnetIds", list(plan.String("subnet-1"))), "VpcConfig")
	}),
	onEach("order", "a project in a VPC", projectType, "a project in a VPC", func(_ *plan.Plan, r *plan.Resource) {
		put(r, object("Subnets", list(plan.String("subnet-1"))), "VpcConfig")
		r.DependsOn = nil
	}),
	onEach("order", "refuses a subnet outside", "AWS::EC2::Subnet", "a second range of the VPC", func(p *plan.Plan, r *plan.Resource) {
		addTo(p, r, "SecondRange", "AWS::EC2::VPCCidrBlock", object("VpcId", r.Properties.Get("VpcId")))
	}),
	func(p *plan.Plan) []damage { // where the key is in the topic's stack
		var out []damage
		for _, r := range p.Resources {
			if alias := first(p, r, "AWS::KMS::Alias"); alias != nil && r.Type == topicType {
				out = append(out, damage{r.ID + ": its key by an alias", "order", "while the alias leads nowhere", func() {
					put(r, alias.Properties.Get("AliasName"), "KmsMasterKeyId")
				}})
			}
		}
		return out
	},
	ownPrincipal(roleType, "AssumeRolePolicyDocument"), ownPrincipal(bucketPolicyType, "PolicyDocument"), ownPrincipal(keyType, "KeyPolicy"),
	ownPrincipal("AWS::ECR::Repository", "RepositoryPolicyText"), ownPrincipal("AWS::SNS::TopicPolicy", "PolicyDocument"),
	onEach("order", "on requests", "AWS::AutoScaling::ScalingPolicy", "it scales by requests, and the rule comes later", func(p *plan.Plan, r *plan.Resource) {
		put(r, plan.String("ALBRequestCountPerTarget"), "TargetTrackingConfiguration", "PredefinedMetricSpecification", "PredefinedMetricType")
		fleet := surveyOf(p).resolve(r, r.Properties.Get("AutoScalingGroupName"), fleetType)
		for _, rule := range surveyOf(p).forwarders(fleet, items(fleet.Properties.Get("TargetGroupARNs"))) {
			cut(fleet, rule)
		}
	}),
	onEach("order", "flow logs are refused", "AWS::EC2::FlowLog", "it goes to a bucket", func(p *plan.Plan, r *plan.Resource) {
		put(r, plan.Attr{Of: first(p, r, bucketType), Name: "Arn"}, "LogDestination")
	}),
	onEach("order", "writes a test object", balancerType, "connections are logged, and the policy comes later", func(p *plan.Plan, r *plan.Resource) {
		bucket := addTo(p, r, "Connections", bucketType, object("BucketName", text("connections-", plan.Param{Of: p.Suffix})))
		addTo(p, r, "ConnectionsPolicy", bucketPolicyType, object("Bucket", plan.Ref{To: bucket}))
		put(r, object("Key", plan.String("connection_logs.s3.bucket"), "Value", plan.Ref{To: bucket}), "LoadBalancerAttributes", 99)
	}),
	func(p *plan.Plan) []damage {
		var out []damage
		for _, r := range p.Resources {
			if r.Type != "AWS::IAM::Policy" || !slices.ContainsFunc(p.Resources, func(other *plan.Resource) bool {
				return other.Type == emptierType && other.Stack.Account == r.Stack.Account
			}) {
				continue
			}
			out = append(out, damage{r.ID + " lets write anywhere", "order", "would write into the bucket after it was emptied", func() {
				put(r, list(object("Effect", plan.String("Allow"), "Action", plan.String("s3:Put*"), "Resource", plan.String("*"))), "PolicyDocument", "Statement")
				r.DependsOn = nil
			}})
		}
		return out
	},
	onEach("order", "does not look whether it may publish", "AWS::SNS::TopicPolicy", "an alarm that publishes there", func(p *plan.Plan, r *plan.Resource) {
		topic := at(r.Properties, "Topics", 0)
		addTo(p, r, "Alarm", "AWS::CloudWatch::Alarm", object("AlarmActions", list(topic)))
	}),
}

// ownPrincipal writes a role of the same account down as principal.
func ownPrincipal(resourceType, document string) damages {
	return onEach("order", "a principal that does not exist", resourceType, "a role of its own account in "+document, func(p *plan.Plan, r *plan.Resource) {
		role := addTo(p, r, "OwnRole", roleType, object("RoleName", text("own-role-", plan.Param{Of: p.Suffix})))
		put(r, object("AWS", list(spelt(role))), document, "Statement", 0, "Principal")
	})
}

func cut(r, to *plan.Resource) {
	r.DependsOn = slices.DeleteFunc(slices.Clone(r.DependsOn), func(other *plan.Resource) bool { return other == to })
}

// cutEdges takes away each DependsOn without which two resources have no order.
func cutEdges(p *plan.Plan) []damage {
	var out []damage
	for _, r := range p.Resources {
		for _, to := range r.DependsOn {
			restore := keep(p)
			cut(r, to)
			lost := !surveyOf(p).after(r, to)
			restore()
			if lost {
				says := r.ID + " has to be made after "
				if r.Type == functionStackType {
					says = " has to be made after " // It is said of what stands in the stack.
				}
				out = append(out, damage{r.ID + " no longer waits for " + to.ID, "order", says, func() { cut(r, to) }})
			}
		}
	}
	return out
}

// cutFromAll takes away every DependsOn on one resource.
func cutFromAll(p *plan.Plan) []damage {
	var out []damage
	for _, to := range p.Resources {
		var waiting []*plan.Resource
		for _, r := range p.Resources {
			if slices.Contains(r.DependsOn, to) {
				waiting = append(waiting, r)
			}
		}
		cutAll := func() {
			for _, r := range waiting {
				cut(r, to)
			}
		}
		restore := keep(p)
		cutAll()
		s := surveyOf(p)
		lost := slices.ContainsFunc(waiting, func(r *plan.Resource) bool { return !s.after(r, to) })
		restore()
		if lost {
			out = append(out, damage{"nothing waits for " + to.ID, "order", hidden, cutAll})
		}
	}
	return out
}

// namesForReferences writes down, in every property by which resources find each other, the name or the ARN that stands for
// the reference there, and takes away what else says the order: AWS takes both, and CloudFormation sees no order any more.
func namesForReferences(p *plan.Plan) []damage {
	places := []struct {
		of   string
		path []any
	}{
		{"AWS::IAM::Policy", []any{"Roles", 0}},
		{"AWS::IAM::InstanceProfile", []any{"Roles", 0}},
		{functionType, []any{"Role"}},
		{functionType, []any{"LoggingConfig", "LogGroup"}},
		{projectType, []any{"ServiceRole"}},
		{projectType, []any{"LogsConfig", "CloudWatchLogs", "GroupName"}},
		{pipelineType, []any{"RoleArn"}},
		{pipelineType, []any{"ArtifactStore", "Location"}},
		{pipelineType, []any{"Stages", 0, "Actions", 0, "Configuration", "RepositoryName"}},
		{pipelineType, []any{"Stages", 1, "Actions", 0, "Configuration", "ProjectName"}},
		{groupType, []any{"ServiceRoleArn"}},
		{groupType, []any{"ApplicationName"}},
		{groupType, []any{"AutoScalingGroups", 0}},
		{groupType, []any{"AlarmConfiguration", "Alarms", 0, "Name"}},
		{"AWS::EC2::FlowLog", []any{"DeliverLogsPermissionArn"}},
		{"AWS::EC2::FlowLog", []any{"LogGroupName"}},
		{"AWS::Events::Rule", []any{"Targets", 0, "RoleArn"}},
		{"AWS::Events::Rule", []any{"Targets", 0, "Arn"}},
		{"AWS::EC2::LaunchTemplate", []any{"LaunchTemplateData", "IamInstanceProfile", "Arn"}},
		{permissionType, []any{"FunctionName"}},
		{emptierType, []any{"ServiceToken"}},
		{emptierType, []any{"BucketName"}},
		{canaryType, []any{"ExecutionRoleArn"}},
		{sweeperType, []any{"ServiceToken"}},
		{"AWS::AutoScaling::ScalingPolicy", []any{"AutoScalingGroupName"}},
	}
	var out []damage
	for _, place := range places {
		for _, r := range p.Resources {
			if r.Type != place.of || ofRelease(p, r) {
				continue
			}
			to := onlyReference(at(r.Properties, place.path...))
			if to == nil || to.Type == aliasType {
				continue
			}
			byText := func() {
				put(r, spelt(to), place.path...)
				r.DependsOn = nil
			}
			restore := keep(p)
			byText()
			lost := !surveyOf(p).after(r, to)
			restore()
			if lost {
				out = append(out, damage{r.ID + " names " + to.ID + " by text", "order", "has to be made after " + to.ID, byText})
			}
		}
	}
	return out
}

func onlyReference(v plan.Value) *plan.Resource {
	if refs := plan.References(v); len(refs) == 1 {
		return refs[0]
	}
	return nil
}

// spelt is a name written down, or the ARN where Ref or an attribute would give one.
func spelt(r *plan.Resource) plan.Value {
	rule, _ := aws.NameRuleOf(r.Type)
	name := r.Properties.Get(rule.Property)
	home := func(service, before string) plan.Value {
		return text("arn:", plan.Partition, ":"+service+":", plan.Region, ":", plan.AccountID, ":"+before, name)
	}
	switch r.Type {
	case roleType:
		return text("arn:", plan.Partition, ":iam::", plan.AccountID, ":role/", name)
	case "AWS::IAM::InstanceProfile":
		return text("arn:", plan.Partition, ":iam::", plan.AccountID, ":instance-profile/", name)
	case pipelineType:
		return home("codepipeline", "")
	case topicType:
		return home("sns", "")
	case functionType:
		return home("lambda", "function:")
	}
	return name
}

package prove

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

var knownDamages = []damages{
	setting("sense", "names in ProjectName of the action build", pipelineType, text("another-build-", plan.String("x")), "Stages", 1, "Actions", 0, "Configuration", "ProjectName"),
	onDeploys("names in DeploymentGroupName", func(r *plan.Resource, path ...any) {
		put(r, plan.String("another-group"), append(path, "Configuration", "DeploymentGroupName")...)
	}),
	onDeploys("names in ApplicationName", func(r *plan.Resource, path ...any) {
		put(r, plan.String("another-app"), append(path, "Configuration", "ApplicationName")...)
	}),
	onAbroad("something that account", func(r *plan.Resource, path ...any) {
		put(r, nil, append(path, "RoleArn")...)
	}),
	onEach("sense", "names in DeploymentGroupName", groupType, "another name", func(p *plan.Plan, r *plan.Resource) {
		put(r, text("renamed-", plan.Param{Of: p.Suffix}), "DeploymentGroupName")
	}),
	setting("sense", "watches an alarm that is not there", groupType, plan.String("another"), "AlarmConfiguration", "Alarms", 0, "Name"),
	setting("sense", "deploys to no fleet", groupType, list(), "AutoScalingGroups"),
	setting("sense", "deploys to no fleet", groupType, list(plan.String("another")), "AutoScalingGroups"),
	setting("sense", "belongs to no application", groupType, plan.String("another"), "ApplicationName"),
	trusting(roleType, "AssumeRolePolicyDocument"), trusting(bucketPolicyType, "PolicyDocument"), trusting(keyType, "KeyPolicy"),
	trusting("AWS::ECR::Repository", "RepositoryPolicyText"),
	onEach("sense", "lets in arn:", pipelineType, "its role has another name", func(p *plan.Plan, r *plan.Resource) {
		role := surveyOf(p).resolve(r, r.Properties.Get("RoleArn"), roleType)
		put(role, text("renamed-", plan.Param{Of: p.Suffix}), "RoleName")
	}),
	onEach("sense", "tells its hosts of", fleetType, "other settings", func(p *plan.Plan, r *plan.Resource) {
		for _, parameter := range surveyOf(p).kinds[kind{r.Stack, "AWS::SSM::Parameter"}] {
			put(parameter, text("/cfnpipe/renamed-", plan.Param{Of: p.Suffix}), "Name")
		}
	}),
	onEach("sense", "tells its hosts of", fleetType, "another group", func(p *plan.Plan, r *plan.Resource) {
		put(surveyOf(p).groupsOf(r)[0], text("renamed-", plan.Param{Of: p.Suffix}), "DeploymentGroupName")
	}),
	setting("sense", "log group that nobody declared", "AWS::EC2::FlowLog", plan.String("another"), "LogGroupName"),
	onAbroad("which another account looks up among its own", func(r *plan.Resource, _ ...any) {
		put(r, plan.Ref{To: at(r.Properties, "ArtifactStore", "EncryptionKey", "Id").(plan.Attr).Of}, "ArtifactStore", "EncryptionKey", "Id")
	}),
	onDeploys("while it asks whether to", func(r *plan.Resource, path ...any) {
		ask := object("Name", plan.String("ask"), "RunOrder", at(r.Properties, append(path, "RunOrder")...), "ActionTypeId", object("Category", plan.String("Approval")))
		put(r, ask, append(path[:3:3], 99)...)
	}),
	onEach("sense", "started by nothing", pipelineType, "its rule is on another branch", func(p *plan.Plan, r *plan.Resource) {
		put(starter(p, r), plan.Strings("another"), "EventPattern", "detail", "referenceName")
	}),
	onEach("sense", "started by nothing", pipelineType, "its rule is on another repository", func(p *plan.Plan, r *plan.Resource) {
		put(starter(p, r), plan.Strings("arn:aws:codecommit:us-east-1:123456789012:another"), "EventPattern", "resources")
	}),
	onEach("sense", "started by nothing", pipelineType, "its rule is on other events", func(p *plan.Plan, r *plan.Resource) {
		put(starter(p, r), plan.Strings("aws.s3"), "EventPattern", "source")
	}),
	onBucket("takes away while it runs", "a rule without an Id", object("Status", plan.String("Enabled"), "ExpirationInDays", plan.Int(30))),
	onBucket("takes away while it runs", "everything goes to the archive", object("Status", plan.String("Enabled"), "Transitions",
		list(object("StorageClass", plan.String("GLACIER"), "TransitionInDays", plan.Int(30))))),
}

// onAbroad is onDeploys for what is in another account than its pipeline.
func onAbroad(says string, do func(r *plan.Resource, path ...any)) damages {
	return func(p *plan.Plan) []damage {
		if len(p.Accounts) == 1 {
			return nil
		}
		return onDeploys(says, do)(p)
	}
}

// trusting lets in a role that nobody makes, by a condition as the plan's own.
func trusting(resourceType, document string) damages {
	return onEach("sense", "which no stack of this system makes", resourceType, "a condition on a role that is not there", func(p *plan.Plan, r *plan.Resource) {
		condition := object("ArnEquals", object("aws:PrincipalArn", text("arn:aws:iam::123456789012:role/another-", plan.Param{Of: p.Suffix})))
		put(r, condition, document, "Statement", 0, "Condition")
	})
}

var reachDamages = []damages{
	onEach("sense", "which no listener sends requests to", fleetType, "its rules are gone", func(p *plan.Plan, r *plan.Resource) {
		without(p, surveyOf(p).forwarders(r, items(r.Properties.Get("TargetGroupARNs")))...)
	}),
	onEach("sense", "may not send them", fleetType, "the load balancer's rule is gone", func(p *plan.Plan, r *plan.Resource) {
		without(p, egressTo(p, r)...)
	}),
	onEach("sense", "may not send them", fleetType, "the load balancer's rule has another port", func(p *plan.Plan, r *plan.Resource) {
		put(egressTo(p, r)[0], plan.Int(9090), "FromPort")
		put(egressTo(p, r)[0], plan.Int(9090), "ToPort")
	}),
	onEach("sense", "may not send them", fleetType, "the load balancer's rule is for UDP", func(p *plan.Plan, r *plan.Resource) {
		put(egressTo(p, r)[0], plan.String("udp"), "IpProtocol")
	}),
	onHosts("do not take those of", "SecurityGroupIngress", object("IpProtocol", plan.String("tcp"), "FromPort", plan.Int(9090), "ToPort", plan.Int(9090), "CidrIp", plan.String("0.0.0.0/0"))),
	onHosts("do not take those of", "SecurityGroupIngress", object("IpProtocol", plan.String("-1"), "CidrIp", plan.String("127.0.0.1/32"))),
	onHosts("may call nothing", "SecurityGroupEgress", object("IpProtocol", plan.String("-1"), "CidrIp", plan.String("127.0.0.1/32"))),
	onHosts("may call nothing", "SecurityGroupEgress", object("IpProtocol", plan.String("tcp"), "FromPort", plan.Int(80), "ToPort", plan.Int(80), "CidrIp", plan.String("0.0.0.0/0"))),
	onEach("sense", "is in another VPC than", fleetType, "targets of another VPC", func(p *plan.Plan, r *plan.Resource) {
		put(surveyOf(p).resolve(r, at(r.Properties, "TargetGroupARNs", 0), targetsType), plan.String("vpc-1"), "VpcId")
	}),
	onEach("sense", "are not instances", groupType, "targets by address", func(p *plan.Plan, r *plan.Resource) {
		put(surveyOf(p).resolve(r, targetNames(r)[0], targetsType), plan.String("ip"), "TargetType")
	}),
	onNamedEndpoints("lets nobody in", func(p *plan.Plan, r *plan.Resource) {
		put(surveyOf(p).groups(r, r.Properties.Get("SecurityGroupIds"))[0], nil, "SecurityGroupIngress")
	}),
	onNamedEndpoints("is in no subnet", func(_ *plan.Plan, r *plan.Resource) { put(r, nil, "SubnetIds") }),
	onEach("sense", "cannot reach", fleetType, "in a public subnet without an address", func(p *plan.Plan, r *plan.Resource) {
		s := surveyOf(p)
		balancer := s.balancerOf(s.forwarders(r, items(r.Properties.Get("TargetGroupARNs")))[0])
		put(r, items(balancer.Properties.Get("Subnets"))[:1], "VPCZoneIdentifier")
		for _, endpoint := range s.types["AWS::EC2::VPCEndpoint"] {
			if strings.HasSuffix(written(endpoint.Properties.Get("ServiceName")), ".ssm") {
				without(p, endpoint)
			}
		}
	}),
}

// egressTo are the load balancer's own rules for the way to the hosts of a fleet.
func egressTo(p *plan.Plan, fleet *plan.Resource) []*plan.Resource {
	s := surveyOf(p)
	var out []*plan.Resource
	for _, group := range s.hostGroups(fleet) {
		out = append(out, s.usersOf(group, outward.separate)...)
	}
	return out
}

// onHosts gives the security group of every fleet one rule, in place of its own.
func onHosts(says, property string, rule plan.Object) damages {
	return onEach("sense", says, fleetType, property, func(p *plan.Plan, r *plan.Resource) {
		put(surveyOf(p).hostGroups(r)[0], list(rule), property)
	})
}

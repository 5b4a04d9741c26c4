package prove

import (
	"slices"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

var teardownDamages = []damages{
	func(p *plan.Plan) []damage {
		var out []damage
		for _, r := range p.Resources {
			out = append(out,
				damage{r.ID + " is retained", "teardown", "its DeletionPolicy is Retain", func() { r.DeletionPolicy = "Retain" }},
				damage{r.ID + " is kept when it is replaced", "teardown", "its UpdateReplacePolicy is Snapshot", func() { r.UpdateReplacePolicy = "Snapshot" }},
			)
		}
		return out
	},
	onEach("teardown", "has nothing that empties it", bucketType, "its emptier is gone", func(p *plan.Plan, r *plan.Resource) {
		emptier := surveyOf(p).emptiersOf(r)[0]
		p.Resources = slices.DeleteFunc(slices.Clone(p.Resources), func(other *plan.Resource) bool { return other == emptier })
	}),
	onEach("teardown", "has nothing that empties it", bucketType, "its emptier has another bucket", func(p *plan.Plan, r *plan.Resource) {
		put(surveyOf(p).emptiersOf(r)[0], plan.String("another"), "BucketName")
	}),
	setting("teardown", "locks its objects", bucketType, plan.Bool(true), "ObjectLockEnabled"),
	onEach("teardown", "logs accesses", bucketType, "it logs to itself", func(_ *plan.Plan, r *plan.Resource) {
		put(r, plan.Ref{To: r}, "LoggingConfiguration", "DestinationBucketName")
	}),
	withoutRight("s3:ListBucketVersions"), withoutRight("s3:ListBucketMultipartUploads"), withoutRight("s3:DeleteObject"),
	withoutRight("s3:DeleteObjectVersion"), withoutRight("s3:AbortMultipartUpload"), withoutRight("lambda:InvokeFunction"),
	onRight("its objects are the bucket alone", 1, func(p *plan.Plan, bucket *plan.Resource) plan.Object {
		return object("Resource", plan.Attr{Of: bucket, Name: "Arn"})
	}),
	onRight("its objects are a folder's", 1, func(p *plan.Plan, bucket *plan.Resource) plan.Object {
		return object("Resource", text(plan.Attr{Of: bucket, Name: "Arn"}, "/folder/*"))
	}),
	onRight("its list is of objects", 0, func(p *plan.Plan, bucket *plan.Resource) plan.Object {
		return object("Resource", text(plan.Attr{Of: bucket, Name: "Arn"}, "/*"))
	}),
	onRight("under a condition", 1, func(*plan.Plan, *plan.Resource) plan.Object {
		return object("Condition", object("Bool", object("aws:MultiFactorAuthPresent", plan.Bool(true))))
	}),
	onRight("denied wherever", 1, func(*plan.Plan, *plan.Resource) plan.Object {
		return object("Effect", plan.String("Deny"), "Resource", plan.String("*"))
	}),
	onRight("denied", 1, func(*plan.Plan, *plan.Resource) plan.Object { return object("Effect", plan.String("Deny")) }),
	onEach("access", refused, emptierType, "its rights are on another bucket", func(p *plan.Plan, r *plan.Resource) {
		policy := policyOfEmptier(p, r)
		put(policy, plan.String("arn:aws:s3:::another/*"), "PolicyDocument", "Statement", 1, "Resource")
	}),
	onEach("access", refused, emptierType, "its policy is another role's", func(p *plan.Plan, r *plan.Resource) {
		put(policyOfEmptier(p, r), list(plan.String("another")), "Roles")
	}),
	setting("teardown", "does not fit the time", emptierType, plan.Int(600), "ServiceTimeout"),
	setting("teardown", "does not fit the time", emptierType, plan.Int(7200), "ServiceTimeout"),
	onEach("teardown", "does not fit the time", emptierType, "its function has no time", func(p *plan.Plan, r *plan.Resource) {
		put(surveyOf(p).function(r), plan.Int(61), "Timeout")
	}),
	setting("teardown", "has no function in its own stack", emptierType, plan.String("arn:aws:lambda:us-east-1:123456789012:function:another"), "ServiceToken"),
	allowing("logs:CreateLogGroup", "makes its group again"), allowing("logs:*", "makes its group again"),
	allowing("LOGS:create*", "makes its group again"), allowing("codebuild:CreateReportGroup", "a group that a build makes"),
	onEach("teardown", "of another stack", "AWS::IAM::Policy", "its role is of another stack", roleElsewhere),
	onEach("teardown", "of another stack", "AWS::IAM::InstanceProfile", "its role is of another stack", roleElsewhere),
	setting("teardown", "Lambda makes itself", functionType, nil, "LoggingConfig"),
	setting("teardown", "Lambda makes itself", functionType, plan.String("/aws/lambda/another"), "LoggingConfig", "LogGroup"),
	setting("teardown", "network interfaces in a VPC", functionType, object("SubnetIds", list(plan.String("subnet-1"))), "VpcConfig"),
	setting("teardown", "CodeBuild makes itself", projectType, nil, "LogsConfig"),
	setting("teardown", "once it holds a report", "AWS::CodeBuild::ReportGroup", nil, "DeleteReports"),
	setting("teardown", "once it holds an image", "AWS::ECR::Repository", nil, "EmptyOnDelete"),
	setting("teardown", "waits longer for its deletion", keyType, plan.Int(30), "PendingWindowInDays"),
	setting("teardown", "waits longer for its deletion", keyType, nil, "PendingWindowInDays"),
	setting("teardown", "in a wait state while its fleet", groupType, plan.Bool(true), "TerminationHookEnabled"),
	setting("teardown", "protects its hosts", fleetType, plan.Bool(true), "NewInstancesProtectedFromScaleIn"),
	setting("teardown", "protected from deletion", fleetType, plan.String("prevent-all-deletion"), "DeletionProtection"),
	setting("teardown", "lifecycle hooks that nobody answers", fleetType, list(object("LifecycleHookName", plan.String("h"))), "LifecycleHookSpecificationList"),
	onEach("teardown", "nobody answers", fleetType, "a lifecycle hook beside it", func(p *plan.Plan, r *plan.Resource) {
		addTo(p, r, "Hook", "AWS::AutoScaling::LifecycleHook", object("AutoScalingGroupName", plan.Ref{To: r}))
	}),
	setting("teardown", "leaves a volume behind", "AWS::EC2::LaunchTemplate", plan.Bool(false), "LaunchTemplateData", "BlockDeviceMappings", 0, "Ebs", "DeleteOnTermination"),
	onEach("teardown", "protected from deletion", balancerType, "deletion protection", func(_ *plan.Plan, r *plan.Resource) {
		for i, attribute := range items(r.Properties.Get("LoadBalancerAttributes")) {
			if at(attribute, "Key") == plan.String("deletion_protection.enabled") {
				put(r, plan.String("true"), "LoadBalancerAttributes", i, "Value")
			}
		}
	}),
	setting("teardown", "keeps everything for ever", logGroupType, nil, "RetentionInDays"),
	setting("teardown", "protected from deletion", logGroupType, plan.Bool(true), "DeletionProtectionEnabled"),
	setting("teardown", "keeps an archive", topicType, object("MessageRetentionPeriod", plan.Int(30)), "ArchivePolicy"),
}

func roleElsewhere(p *plan.Plan, r *plan.Resource) {
	role := surveyOf(p).resolve(r, at(r.Properties, "Roles", 0), roleType)
	role.Stack = &plan.Stack{Name: "another", Account: r.Stack.Account}
}

func policyOfEmptier(p *plan.Plan, emptier *plan.Resource) *plan.Resource {
	s := surveyOf(p)
	function := s.function(emptier)
	return s.policiesOf(s.resolve(function, function.Properties.Get("Role"), roleType))[0]
}

// onRight changes a statement of the policy of every emptier.
func onRight(what string, statement int, change func(p *plan.Plan, bucket *plan.Resource) plan.Object) damages {
	return onEach("access", refused, emptierType, what, func(p *plan.Plan, r *plan.Resource) {
		policy := policyOfEmptier(p, r)
		for _, field := range change(p, surveyOf(p).resolve(r, r.Properties.Get("BucketName"), bucketType)) {
			put(policy, field.Value, "PolicyDocument", "Statement", statement, field.Key)
		}
	})
}

// withoutRight takes one action out of the policy of every emptier.
func withoutRight(action string) damages {
	return onEach("access", refused, emptierType, "without "+action, func(p *plan.Plan, r *plan.Resource) {
		policy := policyOfEmptier(p, r)
		for i, statement := range items(at(policy.Properties, "PolicyDocument", "Statement")) {
			left := slices.DeleteFunc(slices.Clone(items(at(statement, "Action"))), func(v plan.Value) bool { return v == plan.String(action) })
			put(policy, left, "PolicyDocument", "Statement", i, "Action")
		}
	})
}

// allowing adds an action to every policy of a role.
func allowing(action, says string) damages {
	return where(generated, onEach("teardown", says, "AWS::IAM::Policy", "allows "+action, func(_ *plan.Plan, r *plan.Resource) {
		statements := items(at(r.Properties, "PolicyDocument", "Statement"))
		further := object("Effect", plan.String("Allow"), "Action", plan.String(action), "Resource", plan.String("*"))
		put(r, append(slices.Clone(statements), further), "PolicyDocument", "Statement")
	}))
}

// generated tells whether the configuration wrote nothing of a resource.
func generated(p *plan.Plan, id string) bool { return !p.Resource(id).Written }

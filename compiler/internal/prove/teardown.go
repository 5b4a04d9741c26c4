package prove

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// teardown finds what would outlive its stack or keep it from being deleted. The
// order in which a stack is deleted is that of proof order, read backwards.
func teardown(s *survey) hcl.Diagnostics {
	going := make([]*plan.Resource, 0, len(s.resources))
	for _, r := range s.resources {
		if !r.Stays || r.DeletionPolicy == plan.Delete { // Nothing has to let the others go.
			going = append(going, r)
		}
	}
	diags := hold(s, going, teardownRules, "What would not be deleted")
	for _, r := range s.plan.Resources {
		switch {
		case r.Stays && r.DeletionPolicy == plan.Delete:
			diags = append(diags, warning(r.Origin, "What stays when it is replaced",
				"%s outlives its replacement: its UpdateReplacePolicy is %s. Remove it by hand when nobody needs it.", r.ID, r.UpdateReplacePolicy))
		case r.Stays && r.DeletionPolicy == "Snapshot":
			diags = append(diags, warning(r.Origin, "What stays when its stack is deleted",
				"A snapshot of %s outlives its stack: its DeletionPolicy is Snapshot. Remove it by hand when nobody needs it.", r.ID))
		case r.Stays:
			diags = append(diags, warning(r.Origin, "What stays when its stack is deleted",
				"%s outlives its stack: its DeletionPolicy is %s. If it has a name, the stack cannot be made again with the same suffix before it is removed by hand.", r.ID, r.DeletionPolicy))
		}
	}
	return diags
}

var teardownRules = rulesByType([]rule{
	{
		of: "", broken: func(_ *survey, r *plan.Resource) string {
			return unless(r.DeletionPolicy == plan.Delete || r.Stays, "would outlive its stack: its DeletionPolicy is "+r.DeletionPolicy)
		},
		remedy: "Everything goes with its stack: the policy has to be Delete.",
		source: `CloudFormation template reference, "DeletionPolicy attribute"`,
	},
	{
		of: "", broken: func(_ *survey, r *plan.Resource) string {
			return unless(r.UpdateReplacePolicy == plan.Delete || r.Stays, "would outlive its replacement: its UpdateReplacePolicy is "+r.UpdateReplacePolicy)
		},
		remedy: "Nothing stays behind: the policy has to be Delete.",
		source: `CloudFormation template reference, "UpdateReplacePolicy attribute"`,
	},
	{
		of: bucketType, broken: func(s *survey, r *plan.Resource) string {
			return unless(len(s.emptiersOf(r)) > 0, "has nothing that empties it, and CloudFormation deletes no bucket that holds objects")
		},
		remedy: "A Custom::BucketEmptier has to name it.",
		source: "S3 API reference, DeleteBucket",
	},
	{
		of: bucketType, broken: func(_ *survey, r *plan.Resource) string {
			return unless(!plan.IsTrue(r.Properties.Get("ObjectLockEnabled")), "locks its objects, which then cannot be deleted")
		},
		remedy: "Leave ObjectLockEnabled out.",
		source: `S3 user guide, "Locking objects with Object Lock"`,
	},
	{
		of: bucketType, broken: func(s *survey, r *plan.Resource) string {
			to := s.resolve(r, at(r.Properties, "LoggingConfiguration", "DestinationBucketName"), bucketType)
			return unless(to == nil, "logs accesses to a bucket that its stack has to empty: the logs arrive hours later and fill it again")
		},
		remedy: "Leave LoggingConfiguration out, or log to a bucket that is not of this system.",
		source: "aws/aws-cdk issues 16332 and 21776",
	},
	{
		of: emptierType, broken: emptierOutOfTime, remedy: timeRemedy, source: timeSource,
	},
	{
		of: emptierType, broken: func(s *survey, r *plan.Resource) string {
			function := s.function(r)
			return unless(function != nil && function.Stack == r.Stack, "has no function in its own stack to call, so CloudFormation would wait for an answer in vain")
		},
		remedy: "ServiceToken has to be the ARN of a function of the same stack.",
		source: "CloudFormation reference of AWS::CloudFormation::CustomResource",
	},
	{
		of: "AWS::IAM::Policy", broken: func(s *survey, r *plan.Resource) string {
			return unless(!makesLogGroups(s, r), "allows logs:CreateLogGroup: a log that is written late makes its group again, and that one outlives the stack")
		},
		advice: true,
		remedy: "Declare the log group and leave the permission out.",
		source: "aws/aws-cdk issue 32689; hashicorp/terraform issue 14750",
	},
	{
		of: "AWS::IAM::Policy", broken: func(s *survey, r *plan.Resource) string {
			return unless(!s.covers(r, "codebuild:CreateReportGroup"), "allows codebuild:CreateReportGroup: a group that a build makes outlives the stack")
		},
		remedy: "Declare the report group and leave the permission out.",
		source: `CodeBuild user guide, "Report group naming"`,
	},
	{
		of: "AWS::IAM::Policy", broken: attachedFromOutside,
		remedy: "A policy belongs into the stack of its role.",
		source: "IAM API reference, DeleteRole (DeleteConflict)",
	},
	{
		of: "AWS::IAM::InstanceProfile", broken: attachedFromOutside,
		remedy: "An instance profile belongs into the stack of its role.",
		source: "IAM API reference, DeleteRole (DeleteConflict)",
	},
	{
		of: functionType, broken: func(s *survey, r *plan.Resource) string {
			group := s.resolve(r, at(r.Properties, "LoggingConfig", "LogGroup"), logGroupType)
			return unless(group != nil, "writes to a log group that Lambda makes itself and that outlives the stack")
		},
		advice: true,
		remedy: "Declare the log group and name it in LoggingConfig.",
		source: "aws/aws-cdk issue 31487",
	},
	{
		of: functionType, broken: func(s *survey, r *plan.Resource) string {
			return unless(r.Properties.Get("VpcConfig") == nil || s.waitsForInterfaces(r), "has network interfaces in a VPC, which Lambda removes much later than the function, so that subnets and security groups cannot be deleted")
		},
		advice: true,
		remedy: "Leave VpcConfig out, or delete the function as a role that may call ec2:DescribeNetworkInterfaces: CloudFormation waits for them then.",
		source: "aws/aws-cdk issue 14456; resource schema of AWS::Lambda::Function, handlers",
	},
	{
		of: functionType, broken: func(s *survey, r *plan.Resource) string {
			return unless(!r.Stack.ByPipeline() || s.makes[r.Stack] != nil, "stands in a stack that a pipeline makes and nobody deletes")
		},
		remedy: "A Custom::FunctionStack has to name the stack.",
		source: "CloudFormation API reference, DeleteStack",
	},
	{
		of: functionStackType, broken: func(s *survey, r *plan.Resource) string {
			role := s.resolve(r, r.Properties.Get("RoleARN"), roleType)
			return unless(s.function(r) != nil && role != nil, "has no function of its stack to call, or no role to deploy with")
		},
		remedy: "It needs a function of its stack, and RoleARN a role.",
		source: "CloudFormation API reference, CreateStack, CancelUpdateStack and DeleteStack",
	},
	{of: functionStackType, broken: emptierOutOfTime, remedy: timeRemedy, source: timeSource},
	{
		of: projectType, broken: func(s *survey, r *plan.Resource) string {
			group := s.resolve(r, at(r.Properties, "LogsConfig", "CloudWatchLogs", "GroupName"), logGroupType)
			return unless(group != nil, "writes to a log group that CodeBuild makes itself and that outlives the stack")
		},
		remedy: "Declare the log group and name it in LogsConfig.",
		source: "aws/serverless-application-model issue 1216",
	},
	{
		of: "AWS::CodeBuild::ReportGroup", broken: func(_ *survey, r *plan.Resource) string {
			return unless(plan.IsTrue(r.Properties.Get("DeleteReports")), "cannot be deleted once it holds a report")
		},
		advice: true,
		remedy: "DeleteReports has to be true.",
		source: "CodeBuild API reference, DeleteReportGroup",
	},
	{
		of: "AWS::ECR::Repository", broken: func(_ *survey, r *plan.Resource) string {
			return unless(plan.IsTrue(r.Properties.Get("EmptyOnDelete")), "cannot be deleted once it holds an image")
		},
		advice: true,
		remedy: "EmptyOnDelete has to be true.",
		source: "ECR API reference, DeleteRepository (RepositoryNotEmptyException)",
	},
	{
		of: keyType, broken: func(_ *survey, r *plan.Resource) string {
			return unless(r.Properties.Get("PendingWindowInDays") == plan.Int(shortestWindow), "waits longer for its deletion than KMS asks")
		},
		advice: true,
		remedy: "PendingWindowInDays has to be 7.",
		source: "KMS API reference, ScheduleKeyDeletion",
	},
	{
		of: groupType, broken: func(_ *survey, r *plan.Resource) string {
			return unless(!plan.IsTrue(r.Properties.Get("TerminationHookEnabled")), "holds every host in a wait state while its fleet is deleted")
		},
		remedy: "TerminationHookEnabled has to be false.",
		source: `CodeDeploy user guide, "Enable termination deployments during Auto Scaling scale-in events"`,
	},
	{
		of: "AWS::AutoScaling::LifecycleHook", advice: true, broken: always("is a lifecycle hook that nobody answers, so that hosts hang in a wait state"),
		remedy: "CodeDeploy brings the hook that it needs: leave this one out.",
		source: `CodeDeploy user guide, "Integrating CodeDeploy with Amazon EC2 Auto Scaling"`,
	},
	{
		of: fleetType, broken: func(_ *survey, r *plan.Resource) string {
			return unless(!plan.IsTrue(r.Properties.Get("NewInstancesProtectedFromScaleIn")), "protects its hosts, so that it never shrinks to nothing and is not deleted")
		},
		remedy: "Leave NewInstancesProtectedFromScaleIn out.",
		source: "Auto Scaling API reference, DeleteAutoScalingGroup",
	},
	{
		of: fleetType, broken: func(_ *survey, r *plan.Resource) string {
			protection := r.Properties.Get("DeletionProtection")
			return unless(protection == nil || protection == plan.String("none"), "is protected from deletion")
		},
		remedy: "Leave DeletionProtection out.",
		source: "Auto Scaling API reference, CreateAutoScalingGroup",
	},
	{
		of: fleetType, broken: func(_ *survey, r *plan.Resource) string {
			return unless(len(items(r.Properties.Get("LifecycleHookSpecificationList"))) == 0, "has lifecycle hooks that nobody answers, so that its hosts hang in a wait state")
		},
		remedy: "CodeDeploy brings the hook that it needs: leave LifecycleHookSpecificationList out.",
		source: `CodeDeploy user guide, "Integrating CodeDeploy with Amazon EC2 Auto Scaling"`,
	},
	{
		of: "AWS::EC2::LaunchTemplate", broken: volumesStay,
		remedy: "DeleteOnTermination has to be true.",
		source: `EC2 user guide, "Preserve data when an instance is terminated"`,
	},
	{
		of: balancerType, broken: func(_ *survey, r *plan.Resource) string {
			protection := attributeOf(r.Properties.Get("LoadBalancerAttributes"), "deletion_protection.enabled")
			return unless(protection == nil || protection == plan.String("false"), "is protected from deletion")
		},
		remedy: "deletion_protection.enabled has to be false.",
		source: "Elastic Load Balancing API reference, DeleteLoadBalancer",
	},
	{
		of: logGroupType, broken: func(_ *survey, r *plan.Resource) string {
			return unless(r.Properties.Get("RetentionInDays") != nil, "keeps everything for ever while its stack lives")
		},
		remedy: "RetentionInDays has to be set.",
		source: "CloudFormation reference of AWS::Logs::LogGroup",
	},
	{
		of: logGroupType, broken: func(_ *survey, r *plan.Resource) string {
			return unless(!plan.IsTrue(r.Properties.Get("DeletionProtectionEnabled")), "is protected from deletion")
		},
		remedy: "Leave DeletionProtectionEnabled out.",
		source: "CloudFormation reference of AWS::Logs::LogGroup",
	},
	{
		of: topicType, broken: func(_ *survey, r *plan.Resource) string {
			return unless(len(items(r.Properties.Get("ArchivePolicy"))) == 0, "keeps an archive, and SNS deletes no topic with one")
		},
		remedy: "Leave ArchivePolicy out.",
		source: `SNS developer guide, "Message archiving for FIFO topic owners"`,
	},
}, canaryTeardown, blueGreenTeardown)

const (
	timeRemedy = "The function's Timeout has to be at least 300 seconds, since Lambda ends a chain of runs after about 16, and ServiceTimeout between that and 3,600."
	timeSource = `CloudFormation reference of AWS::CloudFormation::CustomResource; Lambda developer guide, "Use Lambda recursive loop detection"`
)

const (
	shortestWindow       = 7     // days
	longestServiceWait   = 3_600 // seconds
	shortestFunctionTime = 300   // seconds: 16 runs of it are more than CloudFormation waits
)

// covers tells whether a policy allows an action on anything.
func (s *survey) covers(policy *plan.Resource, action string) bool {
	for _, statement := range s.grantsOf(policy) {
		if statement.covers(action) {
			return true
		}
	}
	return false
}

// allowedOn tells whether policies allow an action, whatever the circumstances, on
// a resource (within is empty) or on all that is in it, and deny it nowhere.
func (s *survey) allowedOn(policies []*plan.Resource, action string, of *plan.Resource, within string) bool {
	allowed := false
	for _, policy := range policies {
		for _, statement := range s.grantsOf(policy) {
			for _, resource := range statement.resources {
				text := written(resource)
				if !statement.names(action) || s.resolve(policy, resource, of.Type) != of && (statement.allows || text != "*") {
					continue
				}
				if !statement.allows {
					return false
				}
				inside := strings.HasSuffix(text, "/*") && strings.Count(text, "/") == 1
				allowed = allowed || statement.condition == nil && (of.Type != bucketType || inside == (within != ""))
			}
		}
	}
	return allowed
}

func emptierOutOfTime(s *survey, r *plan.Resource) string {
	function := s.function(r)
	if function == nil {
		return ""
	}
	wait, set := r.Properties.Get("ServiceTimeout").(plan.Int)
	if !set {
		wait = longestServiceWait // CloudFormation's default
	}
	own, _ := function.Properties.Get("Timeout").(plan.Int)
	return unless(own >= shortestFunctionTime && own <= wait && wait <= longestServiceWait,
		"does not fit the time of its function: CloudFormation gives up waiting, or the function is cut off before it can answer")
}

func attachedFromOutside(s *survey, r *plan.Resource) string {
	for _, v := range items(r.Properties.Get("Roles")) {
		if role := s.resolve(r, v, roleType); role != nil && role.Stack != r.Stack {
			return "is attached to " + role.ID + " of another stack, which cannot be deleted before"
		}
	}
	return ""
}

func volumesStay(_ *survey, r *plan.Resource) string {
	for _, device := range items(at(r.Properties, "LaunchTemplateData", "BlockDeviceMappings")) {
		if at(device, "Ebs") != nil && !plan.IsTrue(at(device, "Ebs", "DeleteOnTermination")) {
			return "leaves a volume behind for every host"
		}
	}
	return ""
}

// waitsForInterfaces tells whether CloudFormation deletes a function as a role that sees when it has left its VPC.
func (s *survey) waitsForInterfaces(function *plan.Resource) bool {
	keeper := s.makes[function.Stack]
	if keeper == nil {
		return false
	}
	for _, policy := range s.policiesOf(s.resolve(keeper, keeper.Properties.Get("RoleARN"), roleType)) {
		if s.covers(policy, "ec2:DescribeNetworkInterfaces") {
			return true
		}
	}
	return false
}

// allowedOnWritten tells whether policies allow an action, whatever the circumstances, on what ends so as it is written.
func (s *survey) allowedOnWritten(policies []*plan.Resource, action, end string) bool {
	for _, policy := range policies {
		for _, statement := range s.grantsOf(policy) {
			for _, resource := range statement.resources {
				if statement.covers(action) && statement.condition == nil && strings.HasSuffix(written(resource), end) {
					return true
				}
			}
		}
	}
	return false
}

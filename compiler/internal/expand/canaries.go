package expand

import (
	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
)

// canaries is what the canaries of a service stack share: where they put their results, and what clears their logs away.
type canaries struct {
	results *bucket
	sweeper *plan.Resource // the function
	sweeps  *role
}

// Times of the sweeper, in seconds: of its function, and for how long CloudFormation waits for it.
const (
	sweeperFunctionTime = 300
	sweeperTimeout      = 900
)

// sharedByCanaries makes what the canaries of a stack share. A pipeline has one such stack in an account, so that the account's
// label is needed in logical ids alone.
func (d *delivery) sharedByCanaries(stack *plan.Stack) *canaries {
	if known := d.canaries[stack]; known != nil {
		return known
	}
	s := scope{expander: d.expander, stack: stack, labels: []string{d.spec.Label.Value}, origin: d.spec.Label.Range, account: d.account}
	id := plan.LogicalID(stack.Account.Label)
	c := &canaries{results: s.bucket(id+"Canary", "canaries", "What the runs of canaries leave: reports and logs.", aws.S3Bucket{
		BucketEncryption: defaultEncryption(aws.S3EncryptionDefault{SSEAlgorithm: plan.String("AES256")}, nil),
		LifecycleConfiguration: aws.S3Lifecycle{Rules: []aws.S3LifecycleRule{{
			Id: "expire", Status: "Enabled", ExpirationInDays: plan.Int(canaryDays),
			NoncurrentVersionExpiration:    aws.S3NoncurrentExpiration{NoncurrentDays: plan.Int(1)},
			AbortIncompleteMultipartUpload: aws.S3AbortUpload{DaysAfterInitiation: 1},
		}}},
	})}
	logs := s.logGroup(id+"CanarySweeperLogs", "canary-sweeper-logs", "Which logs of canaries were deleted.", plan.Int(programDays))
	c.sweeps = s.role(id+"CanarySweeperRole", "canary-sweeper-role", "Lets the sweeper delete the logs of canaries.", trustService("lambda.amazonaws.com"))
	// It supports no narrower resource (Service Authorization Reference).
	c.sweeps.allow("FindLogs", []string{"logs:DescribeLogGroups"}, anywhere)
	c.sweeper = s.program(id+"CanarySweeperFunction", "Deletes the logs of canaries that are gone.", c.sweeps, logs, aws.LambdaFunction{
		FunctionName: s.name("canary-sweeper"), Description: plan.String("Deletes the logs of canaries when their stack is deleted."),
		Timeout: plan.Int(sweeperFunctionTime), MemorySize: plan.Int(128),
		Code: aws.LambdaCode{ZipFile: script.LogSweeper()},
	})
	d.canaries[stack] = c
	return c
}

// waiter is the project of a pipeline that runs its canaries and waits for them.
type waiter struct {
	role    *role
	project *plan.Resource
}

// waiterMinutes is more than the longest that the program waits: an hour and two runs of 14 minutes.
const waiterMinutes = 120

func (d *delivery) newWaiter() *waiter {
	name := d.scope.name("canaries")
	logs := d.logGroup("CanaryProjectLogs", "canaries-logs", "What canaries said to the pipeline.", numberOf(d.spec.LogRetentionDays))
	w := &waiter{role: d.scope.role("CanaryProjectRole", "canaries-role", "Lets the pipeline run its canaries in their accounts.",
		trustService("codebuild.amazonaws.com", isSource(d.arn("codebuild", "project/", name))))}
	w.role.allow("Log", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, attr(logs, "Arn"))
	d.readableBy(w.role, false)
	// CodeBuild user guide, "Create a service role".
	w.role.allow("LookAtBucket", []string{"s3:GetBucketAcl", "s3:GetBucketLocation"}, d.store.bucketARN(d.scope))
	w.project = d.add("CanaryProject", "Runs the canaries after a release, and waits for what they say.", aws.CodeBuildProject{
		Name: name, Description: "Runs the canaries of " + d.spec.Label.Value + ".",
		ServiceRole: w.role.arn(), EncryptionKey: attr(d.store.key, "Arn"),
		TimeoutInMinutes: plan.Int(waiterMinutes),
		Source:           aws.CodeBuildSource{Type: "CODEPIPELINE", BuildSpec: script.CanaryBuildspec()},
		Artifacts:        aws.CodeBuildArtifacts{Type: "CODEPIPELINE"},
		Environment:      aws.CodeBuildEnvironment{Type: "LINUX_CONTAINER", ComputeType: plan.String("BUILD_GENERAL1_SMALL"), Image: buildImage},
		LogsConfig:       aws.CodeBuildLogs{CloudWatchLogs: aws.CodeBuildCloudWatchLogs{Status: "ENABLED", GroupName: ref(logs)}},
	})
	d.role.allow("RunCanaries", []string{"codebuild:StartBuild", "codebuild:BatchGetBuilds"}, attr(w.project, "Arn"))
	d.first = append(d.first, w.role.policy)
	return w
}

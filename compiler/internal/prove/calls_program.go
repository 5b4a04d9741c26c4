package prove

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// handler is the function behind a custom resource, and its role.
func (c *calling) handler(r *plan.Resource) (function, role *plan.Resource) {
	function = c.s.function(r)
	if function == nil {
		return nil, nil
	}
	return function, c.role(function, function.Properties.Get("Role"))
}

// ofEmptier is what empty_bucket.py calls: of the kinds that aws-cdk-lib's handler calls, and unfinished uploads.
func (c *calling) ofEmptier(r *plan.Resource) {
	function, role := c.handler(r)
	bucket := c.s.resolve(r, r.Properties.Get("BucketName"), bucketType)
	if function == nil || bucket == nil {
		return
	}
	const source = "script empty_bucket.py; S3 user guide, " + `"Required permissions for Amazon S3 API operations"`
	c.as(role, "to list what is in the bucket", source, c.at(bucket), "s3:ListBucketMultipartUploads", "s3:ListBucketVersions")
	c.as(role, "to empty the bucket before it is deleted", source, c.below(bucket, "/*"), "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectVersion")
	c.goesOn(role, function)
}

// ofSweeper is what sweep_logs.py calls.
func (c *calling) ofSweeper(r *plan.Resource) {
	_, role := c.handler(r)
	const source = "script sweep_logs.py; Service Authorization Reference"
	c.as(role, "to find the logs of canaries", source, everything, "logs:DescribeLogGroups")
	c.as(role, "to delete the logs of a canary that is gone", source, c.canaryLogs(r, "CanaryName"), "logs:DeleteLogGroup")
}

// canaryLogs are the log groups of a canary, whose names end in an id of Synthetics.
func (c *calling) canaryLogs(r *plan.Resource, property string) target {
	return c.inAccountOf(r, "logs", "log-group:/aws/lambda/cwsyn-"+c.texted(r, property)+"-*")
}

// ofCanary is what a run of a canary calls.
func (c *calling) ofCanary(r *plan.Resource) {
	role := c.role(r, r.Properties.Get("ExecutionRoleArn"))
	if role == nil {
		return
	}
	c.others[role], c.coded[role] = true, true // A script may be the user's.
	c.inVPC[role] = r.Properties.Get("VPCConfig") != nil
	const source = `CloudWatch user guide, "Required roles and permissions for canaries"`
	c.acts("lambda.amazonaws.com", role, "", "to run the canary", source)
	bucket := c.s.resultsOf(r)
	_, prefix, _ := strings.Cut(strings.TrimPrefix(c.texted(r, "ArtifactS3Location"), "s3://"), "/")
	c.as(role, "to keep what a run has seen", source, c.below(bucket, "/"+prefix+"/*"), "s3:GetObject", "s3:PutObject")
	c.as(role, "to find the bucket", source, c.at(bucket), "s3:GetBucketLocation")
	c.as(role, "to find the bucket", source, everything, "s3:ListAllMyBuckets")
	c.as(role, "to say how a run went", source, everything, "cloudwatch:PutMetricData").saying("cloudwatch:namespace", "CloudWatchSynthetics")
	c.as(role, "to keep what a run prints, in a group that Synthetics names", source, c.canaryLogs(r, "Name"), "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
}

// ofBlueGreen is what blue_green_fleet.py calls.
func (c *calling) ofBlueGreen(r *plan.Resource) {
	function, role := c.handler(r)
	if function == nil {
		return
	}
	c.goesOn(role, function)
	var fleet, group *plan.Resource
	for made, by := range c.s.makers {
		switch {
		case by != r:
		case made.Type == fleetType:
			fleet = made
		case made.Type == groupType:
			group = made
		}
	}
	if fleet == nil || group == nil {
		return
	}
	const source = "script blue_green_fleet.py; Service Authorization Reference"
	c.as(role, "to look at the hosts", source, everything,
		"autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribePolicies", "autoscaling:DescribeScalingActivities", "ec2:DescribeInstances")
	c.as(role, "to make the first fleet", source, target{arn: c.s.arn(fleet)}, "autoscaling:CreateAutoScalingGroup")
	for _, on := range c.fleetAndCopies(group, fleet) {
		c.as(role, "to change and delete the fleet that is there", source, on,
			"autoscaling:AttachLoadBalancerTargetGroups", "autoscaling:CreateOrUpdateTags", "autoscaling:DeleteAutoScalingGroup", "autoscaling:DeletePolicy",
			"autoscaling:DetachLoadBalancerTargetGroups", "autoscaling:PutScalingPolicy", "autoscaling:UpdateAutoScalingGroup")
	}
	c.launches(role, fleet, source)
	const linked = "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
	c.as(role, "to make the first fleet of an account", `Auto Scaling user guide, "Service-linked roles"`,
		target{arn: inAWS("iam::" + r.Stack.Account.ID + ":" + linked)}, "iam:CreateServiceLinkedRole").saying("iam:AWSServiceName", "autoscaling.amazonaws.com")
	c.as(role, "to keep the deployment group, and to wait for releases", source, c.groupAt(group),
		"codedeploy:CreateDeploymentGroup", "codedeploy:DeleteDeploymentGroup", "codedeploy:GetDeployment", "codedeploy:GetDeploymentGroup",
		"codedeploy:ListDeployments", "codedeploy:UpdateDeploymentGroup")
	c.as(role, "to stop a release before the fleet is deleted", source, everything, "codedeploy:StopDeployment")
	c.passes(role, c.role(group, group.Properties.Get("ServiceRoleArn")), "codedeploy.amazonaws.com", "to make a deployment group that acts as its role", source)
	c.as(role, "to learn that CloudFormation has given up waiting", source, c.inAccountOf(r, "cloudformation", "stack/"+unknown(string(plan.StackName))+"/*"), "cloudformation:DescribeStacks")
}

package prove

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// ofRule is what EventBridge calls when an event matches a rule, and what the function does that the rule calls.
func (c *calling) ofRule(r *plan.Resource) {
	const source = `EventBridge user guide, "Using resource-based policies for Amazon EventBridge"`
	for _, t := range items(r.Properties.Get("Targets")) {
		role, arn := c.role(r, at(t, "RoleArn")), at(t, "Arn")
		c.acts("events.amazonaws.com", role, c.s.arn(r), "to start what a rule starts", `EventBridge user guide, "Using identity-based policies (IAM policies) for Amazon EventBridge"`)
		c.starts(role, c.s.resolve(r, arn, pipelineType))
		if function := c.s.resolve(r, arn, functionType); function != nil {
			// It says the rule and not the account (EventBridge user guide, "Troubleshooting": a SourceAccount keeps it out).
			c.byService("events.amazonaws.com", "to call the function", source, c.at(function), "lambda:InvokeFunction").from(c.s.arn(r), r.Stack.Account).without(accountKey)
			c.filters(function)
		}
		if topic := c.s.resolve(r, arn, topicType); topic != nil {
			c.publishes(nil, "events.amazonaws.com", topic, "to publish the news", source)
		}
	}
}

func (c *calling) starts(role, pipeline *plan.Resource) {
	c.as(role, "to start the pipeline", `CodePipeline user guide, "CodeCommit source actions and EventBridge"`, c.at(pipeline), "codepipeline:StartPipelineExecution")
}

// filters is what start_on_paths.py calls.
func (c *calling) filters(function *plan.Resource) {
	pipeline := c.s.startedBy(function)
	if pipeline == nil {
		return
	}
	role := c.role(function, function.Properties.Get("Role"))
	c.starts(role, pipeline)
	for _, action := range actionsOf(pipeline) {
		if provider(action) == "CodeCommit" {
			repository := c.s.said(pipeline.Stack.Account, at(action, "Configuration", "RepositoryName"))
			c.as(role, "to see which files a push touches", "script start_on_paths.py; CodeCommit API reference, GetDifferences", c.inAccountOf(pipeline, "codecommit", repository), "codecommit:GetDifferences")
		}
	}
}

// ofAlarm is what CloudWatch calls when an alarm changes. A topic without a policy lets its account in (SNS developer guide,
// "Example cases for Amazon SNS access control"); a key does not.
func (c *calling) ofAlarm(r *plan.Resource) {
	for _, property := range []string{"AlarmActions", "OKActions", "InsufficientDataActions"} {
		for _, v := range items(r.Properties.Get(property)) {
			topic := c.s.resolve(r, v, topicType)
			const because, source = "to tell of an alarm", `CloudWatch user guide, "Using Amazon CloudWatch alarms"; SNS developer guide, "Key management"`
			if topic == nil {
				continue
			}
			if key := c.s.resolve(topic, topic.Properties.Get("KmsMasterKeyId"), keyType); c.s.guard(topic) == nil {
				c.byService("cloudwatch.amazonaws.com", because, source, c.at(key), "kms:Decrypt", "kms:GenerateDataKey*")
				continue
			}
			c.publishes(nil, "cloudwatch.amazonaws.com", topic, because, source)
		}
	}
}

// ofBalancer is who writes the access logs of a load balancer.
func (c *calling) ofBalancer(r *plan.Resource) {
	attributes := r.Properties.Get("LoadBalancerAttributes")
	bucket := c.s.resolve(r, attributeOf(attributes, "access_logs.s3.bucket"), bucketType)
	kind := written(r.Properties.Get("Type"))
	if bucket != nil && plan.IsTrue(attributeOf(attributes, "access_logs.s3.enabled")) && (kind == "" || kind == "application") && !r.Own {
		prefix := ""
		if v := attributeOf(attributes, "access_logs.s3.prefix"); v != nil && written(v) != "" {
			prefix = "/" + c.s.said(r.Stack.Account, v)
		}
		c.byService("logdelivery.elasticloadbalancing.amazonaws.com", "to write access logs", `Elastic Load Balancing guide, "Enable access logs for your Application Load Balancer"`,
			c.below(bucket, prefix+"/AWSLogs/"+r.Stack.Account.ID+"/*"), "s3:PutObject")
	}
}

func (c *calling) ofFlowLog(r *plan.Resource) {
	const source = `VPC guide, "IAM role for publishing flow logs to CloudWatch Logs"`
	role := c.role(r, r.Properties.Get("DeliverLogsPermissionArn"))
	c.acts("vpc-flow-logs.amazonaws.com", role, c.inAccountOf(r, "ec2", "vpc-flow-log/*").arn, "to deliver flow logs", source)
	c.as(role, "to deliver flow logs", source, c.at(c.s.resolve(r, r.Properties.Get("LogGroupName"), logGroupType)),
		"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")
}

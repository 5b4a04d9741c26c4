package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// SQSQueue is AWS::SQS::Queue.
type SQSQueue struct {
	QueueName              plan.Value
	SqsManagedSseEnabled   bool
	MessageRetentionPeriod int // seconds
}

// SQSQueuePolicy is AWS::SQS::QueuePolicy.
type SQSQueuePolicy struct {
	Queues         []plan.Value // by their URLs
	PolicyDocument Policy
}

// ResourceType implements Resource.
func (SQSQueue) ResourceType() string       { return "AWS::SQS::Queue" }
func (SQSQueuePolicy) ResourceType() string { return "AWS::SQS::QueuePolicy" }

package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// SNSTopic is AWS::SNS::Topic.
type SNSTopic struct {
	TopicName      plan.Value
	DisplayName    string
	KmsMasterKeyId plan.Value
}

// SNSTopicPolicy is AWS::SNS::TopicPolicy.
type SNSTopicPolicy struct {
	Topics         []plan.Value
	PolicyDocument Policy
}

// SNSSubscription is AWS::SNS::Subscription.
type SNSSubscription struct {
	TopicArn plan.Value
	Protocol string
	Endpoint plan.Value
}

// ResourceType implements Resource.
func (SNSTopic) ResourceType() string        { return "AWS::SNS::Topic" }
func (SNSTopicPolicy) ResourceType() string  { return "AWS::SNS::TopicPolicy" }
func (SNSSubscription) ResourceType() string { return "AWS::SNS::Subscription" }

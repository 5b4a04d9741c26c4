package expand

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// topic is where a pipeline tells people how it goes.
type topic struct {
	topic     *plan.Resource
	approvals bool      // people are told when an approval waits
	asked     hcl.Range // where that is said
	granted   bool
}

const approvalNeeded = "approval_needed"

// notifications expands a notifications block to a topic and a rule on the
// pipeline's state. The rule is EventBridge's and not a notification rule of
// AWS CodeStar Notifications, whose first one in an account fails while its
// service-linked role is made (aws/aws-cdk issue 34406).
func (d *delivery) notifications() *topic {
	n := d.spec.Notifications
	if n == nil {
		return nil
	}
	t := &topic{}
	s := d.of(n.Range)
	t.topic = s.add("Topic", "News of the pipeline.", aws.SNSTopic{
		TopicName: d.scope.name("news"), DisplayName: d.spec.Label.Value, KmsMasterKeyId: attr(d.store.key, "Arn"),
	})
	for _, email := range n.Emails.Items {
		// Named by the address: taking one out of the list leaves the others as they are.
		d.of(email.Range).add("Subscription"+strings.ToUpper(hash(8, email.String())), "Sends the news to an address.",
			aws.SNSSubscription{TopicArn: ref(t.topic), Protocol: "email", Endpoint: d.text(email)})
	}
	var states plan.List
	for _, on := range n.On.Items {
		if on.Value == approvalNeeded {
			t.approvals, t.asked = true, on.Range
		} else {
			states = append(states, from(plan.String(pipelineState(on.Value)), on.Range))
		}
	}
	policy := aws.Policy{denyPlainHTTP("sns:Publish", ref(t.topic))}
	if len(states) > 0 {
		policy = append(policy, eventsPublish(t.topic, n.On.Range))
		d.store.publishers = aws.Policy{eventsEncrypt(n.On.Range)} // once, however many topics the key encrypts
	}
	topicPolicy := s.add("TopicPolicy", "Who may publish the news; never without TLS.",
		aws.SNSTopicPolicy{Topics: []plan.Value{ref(t.topic)}, PolicyDocument: policy})
	d.first = append(d.first, topicPolicy)
	if len(states) > 0 {
		d.stateRule(t, states).After(topicPolicy)
	}
	s.output("TopicArn", "Subscribe here to the pipeline's news.", ref(t.topic))
	return t
}

// pipelineState is CodePipeline's word for what the language calls on.
func pipelineState(on string) string {
	return map[string]string{
		"started": "STARTED", "succeeded": "SUCCEEDED", "failed": "FAILED",
		"canceled": "CANCELED", "superseded": "SUPERSEDED",
	}[on]
}

// eventsPublish lets EventBridge publish. "You can't use Condition blocks in
// Amazon SNS topic policies for EventBridge" (EventBridge user guide,
// "Using resource-based policies for Amazon EventBridge").
func eventsPublish(topic *plan.Resource, asked hcl.Range) aws.Statement {
	return aws.Statement{
		Sid: "EventBridge", Principal: &aws.Principal{Service: "events.amazonaws.com"},
		Actions: []string{"sns:Publish"}, Resources: []plan.Value{ref(topic)}, For: []hcl.Range{asked},
	}
}

// eventsEncrypt lets EventBridge publish to an encrypted topic. It sends none of
// the keys that would say for whom (SNS developer guide, "Key management").
func eventsEncrypt(asked hcl.Range) aws.Statement {
	return aws.Statement{
		Sid: "EventBridge", Principal: &aws.Principal{Service: "events.amazonaws.com"},
		Actions: []string{"kms:Decrypt", "kms:GenerateDataKey*"}, Resources: []plan.Value{anywhere}, For: []hcl.Range{asked},
	}
}

func (d *delivery) stateRule(t *topic, states plan.List) *plan.Resource {
	console := "https://" + d.plan.Region + ".console.aws.amazon.com/codesuite/codepipeline/pipelines/<pipeline>/executions/<execution>/timeline?region=" + d.plan.Region
	return d.of(d.spec.Notifications.On.Range).add("StateRule", "Publishes the pipeline's changes of state.", aws.EventsRule{
		Name: d.scope.name("state"), State: "ENABLED",
		Description: plan.String("Publishes changes of state of the pipeline " + d.spec.Label.Value + "."),
		EventPattern: plan.Object{
			{Key: "source", Value: plan.Strings("aws.codepipeline")},
			{Key: "detail-type", Value: plan.Strings("CodePipeline Pipeline Execution State Change")},
			{Key: "detail", Value: plan.Object{
				{Key: "pipeline", Value: plan.List{d.name}},
				{Key: "state", Value: states},
			}},
		},
		Targets: []aws.EventsTarget{{
			Id: "topic", Arn: ref(t.topic),
			InputTransformer: &aws.EventsTransformer{
				InputPathsMap: plan.Object{
					{Key: "pipeline", Value: plan.String("$.detail.pipeline")},
					{Key: "state", Value: plan.String("$.detail.state")},
					{Key: "execution", Value: plan.String("$.detail.execution-id")},
				},
				InputTemplate: from(plan.String(`"Pipeline <pipeline>: <state>. See `+console+`"`), d.plan.RegionAt),
			},
		}},
	})
}

// publishableBy lets the pipeline's role ask for an approval. CodePipeline
// publishes as the role, so the key has to allow the role, not the service (SNS
// developer guide, "Key management").
func (t *topic) publishableBy(r *role) {
	if t.granted {
		return
	}
	t.granted = true
	r.allow("AskForApproval", []string{"sns:Publish"}, ref(t.topic))
	r.since(t.asked)
}

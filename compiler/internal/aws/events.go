package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// EventsRule is AWS::Events::Rule.
type EventsRule struct {
	Name         plan.Value
	Description  plan.Value
	State        string
	EventPattern plan.Object
	Targets      []EventsTarget
}

// EventsTarget is where a rule sends its events.
type EventsTarget struct {
	Id               string
	Arn              plan.Value
	RoleArn          plan.Value
	Input            plan.Value // instead of the event
	InputTransformer *EventsTransformer
}

// EventsTransformer turns an event into the target's input.
type EventsTransformer struct {
	InputPathsMap plan.Object
	InputTemplate plan.Value
}

// ResourceType implements Resource.
func (EventsRule) ResourceType() string { return "AWS::Events::Rule" }

package aws

import (
	"slices"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// BlueGreenFleet is Custom::BlueGreenFleet: an Auto Scaling group and the deployment group that exchanges it with each release.
// Each of the three is a document in JSON, of the properties of the resource type: CloudFormation hands a custom resource every
// number as a text.
type BlueGreenFleet struct {
	ServiceToken   plan.Value
	ServiceTimeout int // seconds
	Fleet          plan.JSONText
	Group          plan.JSONText
	Scaling        plan.Value // the TargetTrackingConfiguration of a scaling policy
}

// ResourceType implements Resource.
func (BlueGreenFleet) ResourceType() string { return "Custom::BlueGreenFleet" }

// Made are the resources that a custom resource makes behind the template, as if they stood in it, under its own id: the
// Auto Scaling group and the deployment group of a BlueGreenFleet that says what they are. Others make none.
func Made(by *plan.Resource) []*plan.Resource {
	if by.Type != (BlueGreenFleet{}).ResourceType() || Document(by, "Fleet") == nil || Document(by, "Group") == nil {
		return nil
	}
	fleet, group := *by, *by
	fleet.Type, fleet.Properties = AutoScalingGroup{}.ResourceType(), Document(by, "Fleet")
	group.Type = CodeDeployGroup{}.ResourceType()
	group.Properties = append(slices.Clone(Document(by, "Group")), plan.Field{Key: "AutoScalingGroups", Value: plan.List{plan.Ref{To: &fleet}}})
	return []*plan.Resource{&fleet, &group}
}

// Document is the object that a property holds as JSON; empty if it holds none.
func Document(of *plan.Resource, property string) plan.Object {
	text, _ := of.Properties.Get(property).(plan.JSONText)
	object, _ := text.Of.(plan.Object)
	return object
}

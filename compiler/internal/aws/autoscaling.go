package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// AutoScalingGroup is AWS::AutoScaling::AutoScalingGroup.
type AutoScalingGroup struct {
	AutoScalingGroupName   plan.Value
	MinSize                plan.Value
	MaxSize                plan.Value
	VPCZoneIdentifier      []plan.Value
	TargetGroupARNs        []plan.Value
	HealthCheckType        string
	HealthCheckGracePeriod int // seconds
	LaunchTemplate         LaunchTemplateVersion
	Tags                   []AutoScalingTag
}

// LaunchTemplateVersion is one version of a launch template.
type LaunchTemplateVersion struct {
	LaunchTemplateId plan.Value
	Version          plan.Value
}

// AutoScalingTag is a tag of a group, and of its instances if PropagateAtLaunch.
type AutoScalingTag struct {
	Key               string
	Value             plan.Value
	PropagateAtLaunch bool `cfn:"keep"`
}

// ScalingPolicy is AWS::AutoScaling::ScalingPolicy that tracks a target.
type ScalingPolicy struct {
	AutoScalingGroupName        plan.Value
	PolicyType                  string
	TargetTrackingConfiguration TargetTracking
}

// TargetTracking is the metric that a group is held at.
type TargetTracking struct {
	PredefinedMetricSpecification PredefinedMetric
	TargetValue                   int
}

// PredefinedMetric is a metric of Auto Scaling's own.
type PredefinedMetric struct{ PredefinedMetricType string }

// ResourceType implements Resource.
func (AutoScalingGroup) ResourceType() string { return "AWS::AutoScaling::AutoScalingGroup" }
func (ScalingPolicy) ResourceType() string    { return "AWS::AutoScaling::ScalingPolicy" }

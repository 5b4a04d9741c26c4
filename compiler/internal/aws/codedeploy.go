package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// CodeDeployApplication is AWS::CodeDeploy::Application.
type CodeDeployApplication struct {
	ApplicationName plan.Value
	ComputePlatform string
}

// CodeDeployGroup is AWS::CodeDeploy::DeploymentGroup, of an Auto Scaling group; with a BlueGreenDeploymentConfiguration it is what
// BlueGreenFleet makes.
type CodeDeployGroup struct {
	ApplicationName           plan.Value
	DeploymentGroupName       plan.Value
	ServiceRoleArn            plan.Value
	DeploymentConfigName      plan.Value
	DeploymentStyle           CodeDeployStyle
	AutoScalingGroups         []plan.Value
	LoadBalancerInfo          CodeDeployLoadBalancer
	AutoRollbackConfiguration CodeDeployRollback
	AlarmConfiguration        CodeDeployAlarms
	OutdatedInstancesStrategy string
	TerminationHookEnabled    bool `cfn:"keep"`

	BlueGreenDeploymentConfiguration CodeDeployBlueGreen
}

// CodeDeployBlueGreen is how requests go over to new instances, and what becomes of the original ones.
type CodeDeployBlueGreen struct {
	DeploymentReadyOption                     CodeDeployReady
	GreenFleetProvisioningOption              CodeDeployAction
	TerminateBlueInstancesOnDeploymentSuccess CodeDeployTermination
}

// CodeDeployReady says whether requests go over by themselves, or how many minutes somebody has to let them.
type CodeDeployReady struct {
	ActionOnTimeout   plan.Value
	WaitTimeInMinutes plan.Value `cfn:"keep"`
}

// CodeDeployAction is where new instances come from.
type CodeDeployAction struct{ Action string }

// CodeDeployTermination says what becomes of the original instances, and after how many minutes.
type CodeDeployTermination struct {
	Action                       plan.Value
	TerminationWaitTimeInMinutes plan.Value
}

// CodeDeployFunctionGroup is AWS::CodeDeploy::DeploymentGroup, for the versions of a function.
type CodeDeployFunctionGroup struct {
	ApplicationName           plan.Value
	DeploymentGroupName       plan.Value
	ServiceRoleArn            plan.Value
	DeploymentConfigName      plan.Value
	DeploymentStyle           CodeDeployStyle
	AutoRollbackConfiguration CodeDeployRollback
	AlarmConfiguration        CodeDeployAlarms
}

// CodeDeployConfig is AWS::CodeDeploy::DeploymentConfig, for functions.
type CodeDeployConfig struct {
	DeploymentConfigName plan.Value
	ComputePlatform      string
	TrafficRoutingConfig CodeDeployTraffic
}

// CodeDeployTraffic is how requests are shifted to a new version.
type CodeDeployTraffic struct {
	Type            plan.Value
	TimeBasedCanary CodeDeployCanary
	TimeBasedLinear CodeDeployLinear
}

// CodeDeployCanary is a shift in two steps.
type CodeDeployCanary struct{ CanaryPercentage, CanaryInterval plan.Value } // of a hundred requests; minutes

// CodeDeployLinear is a shift in equal steps.
type CodeDeployLinear struct{ LinearPercentage, LinearInterval plan.Value } // of a hundred requests; minutes

// CodeDeployStyle is how a deployment goes about it.
type CodeDeployStyle struct{ DeploymentType, DeploymentOption plan.Value }

// CodeDeployLoadBalancer names the target groups whose traffic is controlled.
type CodeDeployLoadBalancer struct{ TargetGroupInfoList []CodeDeployTargetGroup }

// CodeDeployTargetGroup is a target group by its name; CodeDeploy does not take its ARN.
type CodeDeployTargetGroup struct{ Name plan.Value }

// CodeDeployRollback says when the last good revision is deployed again.
type CodeDeployRollback struct {
	Enabled bool
	Events  plan.Value
}

// CodeDeployAlarms is the alarms that stop a deployment.
type CodeDeployAlarms struct {
	Enabled bool
	Alarms  []CodeDeployAlarm
}

// CodeDeployAlarm is an alarm by its name.
type CodeDeployAlarm struct{ Name plan.Value }

// ResourceType implements Resource.
func (CodeDeployApplication) ResourceType() string   { return "AWS::CodeDeploy::Application" }
func (CodeDeployGroup) ResourceType() string         { return "AWS::CodeDeploy::DeploymentGroup" }
func (CodeDeployFunctionGroup) ResourceType() string { return "AWS::CodeDeploy::DeploymentGroup" }
func (CodeDeployConfig) ResourceType() string        { return "AWS::CodeDeploy::DeploymentConfig" }

package aws

import "github.com/cfnpipe/cfnpipe/compiler/internal/plan"

// EC2VPC is AWS::EC2::VPC.
type EC2VPC struct {
	CidrBlock          plan.Value
	EnableDnsSupport   bool
	EnableDnsHostnames bool
	Tags               []Tag
}

// EC2InternetGateway is AWS::EC2::InternetGateway.
type EC2InternetGateway struct{ Tags []Tag }

// EC2GatewayAttachment is AWS::EC2::VPCGatewayAttachment.
type EC2GatewayAttachment struct {
	VpcId             plan.Value
	InternetGatewayId plan.Value
}

// EC2Subnet is AWS::EC2::Subnet.
type EC2Subnet struct {
	VpcId               plan.Value
	CidrBlock           plan.Value
	AvailabilityZone    plan.Value
	MapPublicIpOnLaunch bool `cfn:"keep"`
	Tags                []Tag
}

// EC2RouteTable is AWS::EC2::RouteTable.
type EC2RouteTable struct {
	VpcId plan.Value
	Tags  []Tag
}

// EC2Route is AWS::EC2::Route.
type EC2Route struct {
	RouteTableId         plan.Value
	DestinationCidrBlock string
	GatewayId            plan.Value
	NatGatewayId         plan.Value
}

// EC2SubnetRouteTableAssociation is AWS::EC2::SubnetRouteTableAssociation.
type EC2SubnetRouteTableAssociation struct {
	SubnetId     plan.Value
	RouteTableId plan.Value
}

// EC2EIP is AWS::EC2::EIP.
type EC2EIP struct {
	Domain string
	Tags   []Tag
}

// EC2NatGateway is AWS::EC2::NatGateway.
type EC2NatGateway struct {
	SubnetId     plan.Value
	AllocationId plan.Value
	Tags         []Tag
}

// EC2VPCEndpoint is AWS::EC2::VPCEndpoint.
type EC2VPCEndpoint struct {
	VpcId             plan.Value
	ServiceName       plan.Value
	VpcEndpointType   string
	PrivateDnsEnabled bool
	SubnetIds         []plan.Value
	SecurityGroupIds  []plan.Value
	RouteTableIds     []plan.Value
	Tags              []Tag
}

// EC2SecurityGroup is AWS::EC2::SecurityGroup.
type EC2SecurityGroup struct {
	GroupDescription     string
	VpcId                plan.Value
	SecurityGroupIngress []EC2SecurityRule
	SecurityGroupEgress  []EC2SecurityRule
	Tags                 []Tag
}

// EC2SecurityRule is a rule inside an EC2SecurityGroup.
type EC2SecurityRule struct {
	Description           string
	IpProtocol            string
	FromPort              int
	ToPort                int
	CidrIp                plan.Value
	SourceSecurityGroupId plan.Value
}

// EC2SecurityGroupEgress is AWS::EC2::SecurityGroupEgress: a rule added to a group from outside it.
type EC2SecurityGroupEgress struct {
	Description                string
	GroupId                    plan.Value
	IpProtocol                 string
	FromPort                   int
	ToPort                     int
	DestinationSecurityGroupId plan.Value
}

// EC2FlowLog is AWS::EC2::FlowLog to CloudWatch Logs.
type EC2FlowLog struct {
	Of                       string `cfn:"name=ResourceType"`
	ResourceId               plan.Value
	TrafficType              string
	LogDestinationType       string
	LogGroupName             plan.Value
	DeliverLogsPermissionArn plan.Value
	Tags                     []Tag
}

// EC2LaunchTemplate is AWS::EC2::LaunchTemplate.
type EC2LaunchTemplate struct {
	LaunchTemplateName plan.Value
	LaunchTemplateData EC2LaunchTemplateData
}

// EC2LaunchTemplateData is what instances are launched with.
type EC2LaunchTemplateData struct {
	ImageId             plan.Value
	InstanceType        plan.Value
	IamInstanceProfile  EC2InstanceProfile
	SecurityGroupIds    []plan.Value
	MetadataOptions     EC2MetadataOptions
	Monitoring          EC2Monitoring
	BlockDeviceMappings []EC2BlockDevice
	TagSpecifications   []EC2TagSpecification
	UserData            plan.Value
}

// EC2InstanceProfile is an instance profile by its ARN.
type EC2InstanceProfile struct{ Arn plan.Value }

// EC2MetadataOptions is how an instance may ask for its metadata.
type EC2MetadataOptions struct {
	HttpEndpoint            string
	HttpTokens              string
	HttpPutResponseHopLimit int
}

// EC2Monitoring turns detailed monitoring on.
type EC2Monitoring struct{ Enabled bool }

// EC2BlockDevice is a volume of an instance.
type EC2BlockDevice struct {
	DeviceName string
	Ebs        EC2Volume
}

// EC2Volume is an EBS volume; its size in GiB.
type EC2Volume struct {
	Encrypted           bool
	VolumeType          string
	VolumeSize          int
	DeleteOnTermination bool
}

// EC2TagSpecification is the tags of what a launch makes.
type EC2TagSpecification struct {
	ResourceType string
	Tags         []Tag
}

// ResourceType implements Resource.
func (EC2VPC) ResourceType() string               { return "AWS::EC2::VPC" }
func (EC2InternetGateway) ResourceType() string   { return "AWS::EC2::InternetGateway" }
func (EC2GatewayAttachment) ResourceType() string { return "AWS::EC2::VPCGatewayAttachment" }
func (EC2Subnet) ResourceType() string            { return "AWS::EC2::Subnet" }
func (EC2RouteTable) ResourceType() string        { return "AWS::EC2::RouteTable" }
func (EC2Route) ResourceType() string             { return "AWS::EC2::Route" }
func (EC2SubnetRouteTableAssociation) ResourceType() string {
	return "AWS::EC2::SubnetRouteTableAssociation"
}
func (EC2EIP) ResourceType() string                 { return "AWS::EC2::EIP" }
func (EC2NatGateway) ResourceType() string          { return "AWS::EC2::NatGateway" }
func (EC2VPCEndpoint) ResourceType() string         { return "AWS::EC2::VPCEndpoint" }
func (EC2SecurityGroup) ResourceType() string       { return "AWS::EC2::SecurityGroup" }
func (EC2SecurityGroupEgress) ResourceType() string { return "AWS::EC2::SecurityGroupEgress" }
func (EC2FlowLog) ResourceType() string             { return "AWS::EC2::FlowLog" }
func (EC2LaunchTemplate) ResourceType() string      { return "AWS::EC2::LaunchTemplate" }

package aws

// Identity is how AWS calls a resource of a type beside its name: its ARN, and what Ref gives.
type Identity struct {
	// ARN is the form of the ARN behind the partition: SERVICE:REGION:ACCOUNT:RESOURCE. NAME is the name, and ID what only AWS knows.
	ARN string
	// RefIsARN tells that Ref gives the ARN, and RefIsID what only AWS knows; without either it gives the name.
	RefIsARN, RefIsID bool
	// ARNAttribute is the attribute that gives the ARN, if it is not Arn; and of a log group it is its streams' (:*).
	ARNAttribute string
}

// IdentityOf returns how resources of a type are called; ok is false for a type that is not known here. The forms are those of
// the Service Authorization Reference, and what Ref gives those of the CloudFormation template reference.
func IdentityOf(resourceType string) (id Identity, ok bool) {
	id, ok = identities[resourceType]
	return id, ok
}

var identities = map[string]Identity{
	"AWS::AutoScaling::AutoScalingGroup":        {ARN: "autoscaling:REGION:ACCOUNT:autoScalingGroup:*:autoScalingGroupName/NAME"},
	"AWS::CloudWatch::Alarm":                    {ARN: "cloudwatch:REGION:ACCOUNT:alarm:NAME"},
	"AWS::CodeBuild::Project":                   {ARN: "codebuild:REGION:ACCOUNT:project/NAME"},
	"AWS::CodeBuild::ReportGroup":               {ARN: "codebuild:REGION:ACCOUNT:report-group/NAME", RefIsARN: true},
	"AWS::CodeCommit::Repository":               {ARN: "codecommit:REGION:ACCOUNT:NAME", RefIsID: true},
	"AWS::CodeDeploy::Application":              {ARN: "codedeploy:REGION:ACCOUNT:application:NAME"},
	"AWS::CodeDeploy::DeploymentConfig":         {ARN: "codedeploy:REGION:ACCOUNT:deploymentconfig:NAME"},
	"AWS::CodePipeline::Pipeline":               {ARN: "codepipeline:REGION:ACCOUNT:NAME"},
	"AWS::DynamoDB::Table":                      {ARN: "dynamodb:REGION:ACCOUNT:table/NAME"},
	"AWS::EC2::FlowLog":                         {ARN: "ec2:REGION:ACCOUNT:vpc-flow-log/ID", RefIsID: true},
	"AWS::EC2::LaunchTemplate":                  {ARN: "ec2:REGION:ACCOUNT:launch-template/ID", RefIsID: true},
	"AWS::ECR::Repository":                      {ARN: "ecr:REGION:ACCOUNT:repository/NAME"},
	"AWS::ElasticLoadBalancingV2::LoadBalancer": {ARN: "elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/NAME/ID", RefIsARN: true, ARNAttribute: "LoadBalancerArn"},
	"AWS::ElasticLoadBalancingV2::TargetGroup":  {ARN: "elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID", RefIsARN: true, ARNAttribute: "TargetGroupArn"},
	"AWS::Events::Rule":                         {ARN: "events:REGION:ACCOUNT:rule/NAME"},
	"AWS::IAM::Role":                            {ARN: "iam::ACCOUNT:role/NAME"},
	"AWS::KMS::Alias":                           {ARN: "kms:REGION:ACCOUNT:NAME"},
	"AWS::KMS::Key":                             {ARN: "kms:REGION:ACCOUNT:key/ID", RefIsID: true},
	"AWS::Lambda::Alias":                        {ARN: "lambda:REGION:ACCOUNT:function:FUNCTION:NAME", RefIsARN: true},
	"AWS::Lambda::Function":                     {ARN: "lambda:REGION:ACCOUNT:function:NAME"},
	"AWS::Logs::LogGroup":                       {ARN: "logs:REGION:ACCOUNT:log-group:NAME:*"},
	"AWS::S3::Bucket":                           {ARN: "s3:::NAME"},
	"AWS::SecretsManager::Secret":               {ARN: "secretsmanager:REGION:ACCOUNT:secret:ID", RefIsARN: true},
	"AWS::SNS::Topic":                           {ARN: "sns:REGION:ACCOUNT:NAME", RefIsARN: true, ARNAttribute: "TopicArn"},
	"AWS::SQS::Queue":                           {ARN: "sqs:REGION:ACCOUNT:NAME", RefIsID: true},
	"AWS::SSM::Parameter":                       {ARN: "ssm:REGION:ACCOUNT:parameterNAME"},
	"AWS::Synthetics::Canary":                   {ARN: "synthetics:REGION:ACCOUNT:canary:NAME"},
}

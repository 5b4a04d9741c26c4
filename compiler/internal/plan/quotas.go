package plan

// What CloudFormation takes in one template (CloudFormation user guide, "Understand CloudFormation quotas").
const (
	MostResources = 500
	MostOutputs   = 200
	MostBytes     = 1_000_000 // read from a bucket
	InlineBytes   = 51_200    // sent with the request
)

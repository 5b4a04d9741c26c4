package prove

import (
	"slices"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

const (
	pipelineGuide = `CodePipeline user guide, "Manage the CodePipeline service role"`
	acrossGuide   = `CodePipeline user guide, "Create a pipeline in CodePipeline that uses resources from another AWS account"`
	externalKey   = `KMS developer guide, "Allowing users in other accounts to use a KMS key"`
)

// store is where the stages of a pipeline pass artifacts through.
type store struct {
	bucket, key *plan.Resource
	folder      string // of the pipeline, in the bucket; * where nobody else has one
}

// artifact is the target of calls about an artifact; all of the pipeline's without a name.
func (c *calling) artifact(st store, name string) target {
	if name == "" {
		if st.folder == "*" {
			return c.below(st.bucket, "/*")
		}
		return c.below(st.bucket, "/"+st.folder+"/*")
	}
	rest := "/" + cutTo(name, artifactLength) + "/*"
	out := c.below(st.bucket, "/"+st.folder+rest)
	out.admits = c.below(st.bucket, "/*"+rest).arn // One statement for an account: a bucket's policy has little room.
	return out
}

func cutTo(text string, length int) string { return text[:min(len(text), length)] }

// storeOf is the store of a pipeline. In one of its own a pipeline picks the keys, and nobody else writes there.
func (c *calling) storeOf(pipeline *plan.Resource) store {
	p := pipeline.Properties
	st := store{
		bucket: c.s.resolve(pipeline, at(p, "ArtifactStore", "Location"), bucketType),
		key:    c.s.resolve(pipeline, at(p, "ArtifactStore", "EncryptionKey", "Id"), keyType),
		folder: "*",
	}
	for _, other := range c.s.types[pipelineType] {
		shared := other != pipeline && st.bucket != nil && c.s.resolve(other, at(other.Properties, "ArtifactStore", "Location"), bucketType) == st.bucket
		if shared || st.bucket != nil && st.bucket.Stack != pipeline.Stack {
			st.folder = cutTo(c.s.physicalName(pipeline), folderLength)
		}
	}
	return st
}

func (c *calling) ofPipeline(r *plan.Resource) {
	role, st := c.role(r, r.Properties.Get("RoleArn")), c.storeOf(r)
	c.acts("codepipeline.amazonaws.com", role, "", "to run the pipeline", pipelineGuide)
	c.as(role, "to take artifacts from stage to stage", pipelineGuide, c.artifact(st, ""), "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject")
	c.as(role, "to look at the artifact store", pipelineGuide, c.at(st.bucket), "s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning")
	c.writesEncrypted(role, st.key)
	c.alarms(role, r)
	for _, stage := range items(r.Properties.Get("Stages")) {
		for _, action := range items(at(stage, "Actions")) {
			c.in = c.s.said(r.Stack.Account, at(stage, "Name")) + "/" + c.s.said(r.Stack.Account, at(action, "Name"))
			by := role
			if own := at(action, "RoleArn"); own != nil {
				by = c.role(r, own)
				c.assumes(role, by, "to act in the account of the action", acrossGuide)
			}
			if rows := callsOfProvider[provider(action)]; rows != nil {
				rows(c, step{r, action, by, st})
			}
		}
	}
}

// step is an action of a pipeline, the role that it runs as, and where its artifacts are.
type step struct {
	pipeline *plan.Resource
	action   plan.Value
	by       *plan.Resource
	store    store
}

func (a step) inputs() []string { return artifactNames(at(a.action, "InputArtifacts")) }

func (a step) outputs() []string { return artifactNames(at(a.action, "OutputArtifacts")) }

func artifactNames(list plan.Value) []string {
	var out []string
	for _, artifact := range items(list) {
		out = append(out, written(at(artifact, "Name")))
	}
	return out
}

// setting is what a member of the action's configuration means.
func (a step) setting(s *survey, name, resourceType string) *plan.Resource {
	account := a.pipeline.Stack.Account
	if a.by != nil {
		account = a.by.Stack.Account
	}
	return s.find(account, at(a.action, "Configuration", name), resourceType)
}

// callsOfProvider are the calls of the actions of a pipeline, by their provider.
var callsOfProvider = map[string]func(c *calling, a step){
	"CodeCommit": (*calling).fetchesSource, "CodeBuild": (*calling).builds, "Manual": (*calling).asksForApproval,
	"CodeDeploy": (*calling).deploys, "CloudFormation": (*calling).updatesStack,
}

// writesEncrypted is what a writer of artifacts does with the key of the store.
func (c *calling) writesEncrypted(role, key *plan.Resource) {
	c.usesKey(role, key, "", "to encrypt and read artifacts", pipelineGuide+"; aws-cdk-lib, aws-kms/lib/key.js",
		"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")
}

// fetches is how artifacts are read: from the bucket, which has the key decrypt them with the reader's rights.
func (c *calling) fetches(role *plan.Resource, st store, artifacts []string, because, source string) {
	for _, name := range artifacts {
		c.as(role, because, source, c.artifact(st, name), "s3:GetObject", "s3:GetObjectVersion")
	}
	if len(artifacts) > 0 {
		c.usesKey(role, st.key, "s3", because, source+"; "+externalKey, "kms:Decrypt")
	}
}

// looksAtStore is what an action of another role than the pipeline's asks of the store itself.
func (c *calling) looksAtStore(a step) {
	c.as(a.by, "to find the artifact", "aws-cdk-lib, aws-s3/lib/perms.js; "+acrossGuide, c.at(a.store.bucket), "s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListBucket")
	c.usesKey(a.by, a.store.key, "", "to look at the artifact's key, asked of KMS directly", acrossGuide, "kms:DescribeKey")
}

func (c *calling) fetchesSource(a step) {
	if a.by == nil {
		return
	}
	on := c.inAccountOf(a.by, "codecommit", c.s.said(a.pipeline.Stack.Account, at(a.action, "Configuration", "RepositoryName")))
	on.owner = a.setting(c.s, "RepositoryName", "AWS::CodeCommit::Repository")
	if on.owner != nil {
		on.arn = c.s.arn(on.owner)
	}
	c.as(a.by, "to fetch the source", pipelineGuide+"; aws-cdk-lib, aws-codepipeline-actions/lib/codecommit/source-action.js", on,
		"codecommit:GetBranch", "codecommit:GetCommit", "codecommit:UploadArchive", "codecommit:GetUploadArchiveStatus", "codecommit:CancelUploadArchive")
}

func (c *calling) asksForApproval(a step) {
	topic := a.setting(c.s, "NotificationArn", topicType)
	c.publishes(a.by, "", topic, "to say that an approval waits", `CodePipeline user guide, "Grant Amazon SNS permissions to a CodePipeline service role"`)
}

// publishes has a role, or a service, publish to a topic. The topic's key is asked of by who publishes (SNS developer guide, "Key
// management"; aws/aws-cdk issue 18387).
func (c *calling) publishes(role *plan.Resource, service string, topic *plan.Resource, because, source string) {
	if topic == nil {
		return
	}
	const keySource = `SNS developer guide, "Key management"`
	key := c.s.resolve(topic, topic.Properties.Get("KmsMasterKeyId"), keyType)
	if role != nil {
		c.as(role, because, source, c.at(topic), "sns:Publish")
		c.usesKey(role, key, "sns", because, keySource, "kms:Decrypt", "kms:GenerateDataKey*")
		return
	}
	if service == "" {
		return
	}
	published := c.byService(service, because, source, c.at(topic), "sns:Publish")
	if key != nil {
		c.byService(service, because, keySource, c.at(key), "kms:Decrypt", "kms:GenerateDataKey*").eventless(service)
	}
	published.eventless(service)
}

// eventless says of a call of EventBridge about a topic that it does not say for which rule ("You can't use Condition blocks", and
// "not supported for EventBridge-to-encrypted topics": EventBridge user guide, "Using resource-based policies for Amazon EventBridge"; SNS
// developer guide, "Key management").
func (m *call) eventless(service string) {
	if service == "events.amazonaws.com" {
		m.without(sourceKey, accountKey)
	}
}

// alarms are what the conditions of stages ask for. They ask for alarms at large: a request by name was seen refused with less
// (mattclay/aws-terminator pull request 63).
func (c *calling) alarms(role, pipeline *plan.Resource) {
	rulesOf(pipeline, func(_ string, rule plan.Value) string {
		if written(at(rule, "RuleTypeId", "Provider")) != "CloudWatchAlarm" {
			return ""
		}
		by := role
		if own := at(rule, "RoleArn"); own != nil {
			by = c.role(pipeline, own)
		}
		c.as(by, "to look at the alarm that a stage waits for", `CodePipeline user guide, "CloudWatchAlarm rule"; CodePipeline API reference, RuleDeclaration`,
			c.inAccountOf(pipeline, "cloudwatch", "alarm:*"), "cloudwatch:DescribeAlarms")
		return ""
	})
}

// makers are the projects that make artifacts of a pipeline.
func (c *calling) makers(a step, artifacts []string) []*plan.Resource {
	var out []*plan.Resource
	for _, action := range actionsOf(a.pipeline) {
		for _, name := range artifactNames(at(action, "OutputArtifacts")) {
			if slices.Contains(artifacts, name) {
				out = append(out, some(c.s.resolve(a.pipeline, at(action, "Configuration", "ProjectName"), projectType))...)
			}
		}
	}
	return out
}

package expand

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// store is what the stages of pipelines pass artifacts through: a bucket and
// the key that artifacts are encrypted with. Another account can read an
// artifact only if the key is a customer managed one. A pipeline has a store of
// its own, or shares that of its account, where each has a folder.
type store struct {
	scope
	bucket    *bucket
	key       *plan.Resource
	alias     *plan.Resource
	aliasName plan.Value
	shared    bool
	days      plan.Value        // for which sources are kept
	folders   []string          // of the pipelines, in the bucket
	owners    map[string]string // of a folder: the pipeline's label

	publishers aws.Policy // statements of services that publish to an encrypted topic

	users   []plan.Value             // ARNs of the roles of this account that use the key
	readers map[*plan.Account]*grant // by account
	order   []*plan.Account          // of readers
}

// grant is what one account's roles may read of the store.
type grant struct {
	objects []plan.Value // ARNs of roles that read bundles
	lists   []plan.Value // ARNs of roles that look at the bucket too
}

// artifacts is the pipeline's own store, or its account's.
func (d *delivery) artifacts() *store {
	s := d.stores[d.spec.Account]
	if s == nil {
		s = d.of(d.spec.Artifacts.Range).store(d.spec.Artifacts, "of the pipeline "+d.labels[0], false)
	}
	d.folder = (pipelineName(plan.PhysicalName(d.spec.Label.Value)) + "-")[:folderLength]
	if owner, taken := s.owners[d.folder]; taken {
		d.errorf(d.spec.Label.Range, "Pipelines that begin alike",
			"CodePipeline cuts a pipeline's name to %d characters for the keys of its artifacts, so %q and %q would share them in the store "+
				"of account %q. Give one of them a name that differs earlier.",
			folderLength, owner, d.spec.Label.Value, d.spec.Account.Label.Value)
	}
	s.owners[d.folder] = d.spec.Label.Value
	s.folders = append(s.folders, d.folder)
	return s
}

// sharedStore makes the store of an account, in a stack of its own: it is there before the pipelines.
func (x *expander) sharedStore(account *spec.Account) {
	name := plan.PhysicalName(account.Label.Value, "artifacts")
	stack := x.stack(plan.Environment, account, name,
		"Artifact store of the pipelines in "+account.Label.Value+".", account.Label.Range)
	scope := scope{expander: x, stack: stack, labels: []string{account.Label.Value}, origin: account.Artifacts.Range, account: account.Label.Range}
	x.stores[account] = scope.store(account.Artifacts, "of the pipelines in "+account.Label.Value, true)
}

// store makes bucket and key. Their policies are written when every reader is known.
func (sc scope) store(a *spec.Artifacts, whose string, shared bool) *store {
	s := &store{
		scope:     sc,
		aliasName: plan.Text("alias/", sc.name("artifacts")),
		shared:    shared,
		days:      numberOf(a.ExpireAfterDays),
		owners:    map[string]string{},
		readers:   map[*plan.Account]*grant{},
	}
	s.key = sc.add("ArtifactKey", "Encrypts artifacts and notifications.", aws.KMSKey{})
	s.alias = sc.add("ArtifactKeyAlias", "The name by which other accounts know the key.",
		aws.KMSAlias{AliasName: s.aliasName, TargetKeyId: ref(s.key)})
	var bucketKey plan.Value
	algorithm := aws.S3EncryptionDefault{SSEAlgorithm: textOf(a.Encryption)}
	if a.Encryption.Value == "aws:kms" {
		algorithm.KMSMasterKeyID, bucketKey = from(attr(s.key, "Arn"), a.Encryption.Range), from(plan.Bool(true), a.Encryption.Range)
	}
	// Before the bucket, which writes its policy down when it is finished itself.
	sc.expander.finish = append(sc.expander.finish, s.admitReaders)
	s.bucket = sc.bucket("Artifact", "artifacts", "What the stages of pipelines pass to each other.", aws.S3Bucket{
		BucketEncryption: defaultEncryption(algorithm, bucketKey),
	})
	sc.output("ArtifactBucketName", "Where stages pass artifacts.", ref(s.bucket.bucket))
	sc.output("ArtifactKeyArn", "The key that artifacts are encrypted with.", attr(s.key, "Arn"))
	sc.expander.finish = append(sc.expander.finish, func() {
		s.bucket.properties.LifecycleConfiguration = aws.S3Lifecycle{Rules: s.lifecycle()}
		s.bucket.bucket.Properties = aws.Properties(s.bucket.properties)
		s.writeKey("Artifacts and notifications " + whose + ".")
	})
	return s
}

// lifecycle expires sources, and what was replaced or never finished. Bundles
// stay: a host fetches its bundle again at every scale-out and rollback.
func (s *store) lifecycle() []aws.S3LifecycleRule {
	var out []aws.S3LifecycleRule
	for _, folder := range s.folders {
		id := "expire-sources"
		if s.shared {
			id += "-of-" + strings.TrimSuffix(folder, "-")
		}
		out = append(out, aws.S3LifecycleRule{
			Id: id, Status: "Enabled", Prefix: plan.String(folder + "/" + sourceArtifact + "/"), ExpirationInDays: s.days,
		})
	}
	return append(out, aws.S3LifecycleRule{
		Id: "expire-replaced-and-unfinished", Status: "Enabled",
		NoncurrentVersionExpiration:    aws.S3NoncurrentExpiration{NoncurrentDays: s.days},
		AbortIncompleteMultipartUpload: aws.S3AbortUpload{DaysAfterInitiation: 7},
		ExpiredObjectDeleteMarker:      true,
	})
}

// bundles is the ARN of every bundle of a pipeline, or of all of them, from
// wherever it is written. Keys are PIPELINE/ARTIFACT/RANDOM.
func (s *store) bundles(from scope, folder string) plan.Value {
	return plan.Text(s.bucketARN(from), "/"+folder+"/"+bundleArtifact+"/*")
}

// keysOf is the pattern of the keys of a pipeline's artifact; of all its
// artifacts without a name. In a store of its own nobody else writes, so that
// there it is enough to name the artifact.
func (d *delivery) keysOf(artifact string) string {
	switch {
	case !d.store.shared && artifact == "":
		return "*"
	case artifact == "":
		return d.folder + "/*"
	}
	return d.anyFolder() + "/" + artifact + "/*"
}

// anyFolder is the pipeline's folder, where that is to be told from others.
func (d *delivery) anyFolder() string {
	if d.store.shared {
		return d.folder
	}
	return "*"
}

func (s *store) bucketARN(from scope) plan.Value {
	if from.stack == s.stack {
		return attr(s.bucket.bucket, "Arn")
	}
	return plan.Text("arn:", plan.Partition, ":s3:::",
		from.suffixed(plan.PhysicalName(s.labels[0], "artifacts")+"-", from.accountID(s.stack.Account)))
}

// writableBy lets a role of the store's own account fetch artifacts and pass them on, by the patterns of their keys. Its policy
// comes after the emptier: a build outlives its project, and its rights have to
// go before the bucket is emptied. looks is what the service asks of the bucket itself.
func (s *store) writableBy(r *role, reads, writes string, looks ...string) {
	bucket := attr(s.bucket.bucket, "Arn")
	r.allow("FetchArtifacts", []string{"s3:GetObject", "s3:GetObjectVersion"}, plan.Text(bucket, "/"+reads))
	r.allow("PassArtifacts", []string{"s3:PutObject"}, plan.Text(bucket, "/"+writes))
	r.allow("LookAtBucket", looks, bucket)
	r.allow("EncryptArtifacts", keyUse, attr(s.key, "Arn"))
	r.policy.After(s.bucket.emptier)
	s.users = append(s.users, r.writtenARN(s.scope))
}

// keyUse is what a writer of artifacts does with the key (aws-cdk-lib's
// Key.grantEncryptDecrypt, and DescribeKey by the CodePipeline user guide).
var keyUse = []string{"kms:Decrypt", describeKey, "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"}

// describeKey is what administrators may do as well, so that the key's policy says it of its own account once.
const describeKey = "kms:DescribeKey"

// readableBy lets a role fetch bundles, from whatever account it is in; both
// sides of the border have to agree. looks adds the questions about the bucket
// and the key that a CodeDeploy action asks.
func (d *delivery) readableBy(r *role, looks bool) {
	s := d.store
	r.allow("FetchBundle", []string{"s3:GetObject", "s3:GetObjectVersion"}, s.bundles(r.scope, d.anyFolder()))
	s.decryptableBy(r, looks)
	g := s.readers[r.stack.Account]
	if g == nil {
		g = &grant{}
		s.readers[r.stack.Account] = g
		s.order = append(s.order, r.stack.Account)
	}
	arn := r.writtenARN(s.scope)
	g.objects = append(g.objects, arn)
	if looks {
		r.allow("LookAtBucket", lookAtBucket, s.bucketARN(r.scope))
		g.lists = append(g.lists, arn)
	}
}

var lookAtBucket = []string{"s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListBucket"}

// decryptableBy allows the key whose ARN cannot be known in another account: any
// key there that has the alias, through S3. The key's own policy names the role.
// kms:ResourceAliases has many values, so its operator begins with ForAnyValue
// (KMS developer guide, "AWS KMS condition keys"). A pipeline's own stack refers to the key.
func (s *store) decryptableBy(r *role, looks bool) {
	viaS3 := aws.Condition{Operator: "StringEquals", Key: "kms:ViaService", Values: []plan.Value{plan.Text("s3.", plan.Region, ".amazonaws.com")}}
	if r.stack.Kind == plan.Pipeline {
		r.allowWhen("DecryptBundle", []string{"kms:Decrypt"}, []plan.Value{attr(s.key, "Arn")}, viaS3)
		return
	}
	keys := []plan.Value{r.arnIn(s.stack.Account, "kms", "key/*")}
	alias := aws.Condition{Operator: "ForAnyValue:StringEquals", Key: "kms:ResourceAliases", Values: []plan.Value{s.aliasName}}
	r.allowWhen("DecryptBundle", []string{"kms:Decrypt"}, keys, alias, viaS3)
	if looks {
		// Asked of KMS directly, so no kms:ViaService.
		r.allowWhen("DescribeKey", []string{describeKey}, keys, alias)
	}
}

// keyAdministration is what the account's administrators may do with the key,
// by their own policies: not use it, but never lock it for good either.
var keyAdministration = []string{
	"kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", describeKey, "kms:DisableKey",
	"kms:DisableKeyRotation", "kms:EnableKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus",
	"kms:ListGrants", "kms:ListKeyPolicies", "kms:ListResourceTags", "kms:PutKeyPolicy", "kms:RevokeGrant",
	"kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
}

// writeKey writes the key and its policy. In a key's policy "*" is the key itself.
func (s *store) writeKey(description string) {
	this := []plan.Value{anywhere}
	policy := aws.Policy{
		{Sid: "Administer", Principal: s.rootOf(s.stack.Account), Actions: keyAdministration, Resources: this},
		{
			Sid: "PassArtifacts", Principal: s.rootOf(s.stack.Account), Actions: []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"}, Resources: this,
			When: []aws.Condition{isPrincipal(s.users...)},
		},
	}
	for _, account := range s.order {
		g := s.readers[account]
		policy = append(policy, aws.Statement{
			Sid: "Read" + plan.LogicalID(account.Label), Principal: s.rootOf(account),
			Actions: []string{"kms:Decrypt"}, Resources: this, When: []aws.Condition{isPrincipal(g.objects...)},
		})
		if len(g.lists) > 0 && account != s.stack.Account {
			policy = append(policy, aws.Statement{
				Sid: "Describe" + plan.LogicalID(account.Label), Principal: s.rootOf(account),
				Actions: []string{describeKey}, Resources: this, When: []aws.Condition{isPrincipal(g.lists...)},
			})
		}
	}
	policy = append(append(policy, s.publishers...), denyGrants())
	s.key.Properties = aws.Properties(aws.KMSKey{
		Description:       description,
		EnableKeyRotation: true, PendingWindowInDays: 7, KeyPolicy: policy,
	})
}

// denyGrants keeps everybody from handing use of the key on by a grant, but for AWS's services that do it for a resource. Nobody is
// allowed to; by this, whatever is added to a policy later does not allow it either (AWS Control Tower, control CT.KMS.PR.3).
func denyGrants() aws.Statement {
	no := []plan.Value{plan.String("false")}
	return aws.Statement{
		Sid: "DenyGrants", Deny: true, Principal: &aws.Principal{Everyone: true}, Actions: []string{"kms:CreateGrant"}, Resources: []plan.Value{anywhere},
		When: []aws.Condition{
			{Operator: "BoolIfExists", Key: "kms:GrantIsForAWSResource", Values: no},
			{Operator: "BoolIfExists", Key: "aws:PrincipalIsAWSService", Values: no},
		},
	}
}

// admitReaders lets the other accounts in. The roles of the bucket's own
// account need no more than their own policies.
func (s *store) admitReaders() {
	for _, account := range s.order {
		if account == s.stack.Account {
			continue
		}
		g := s.readers[account]
		s.bucket.statements = append(s.bucket.statements, aws.Statement{
			Sid: "Read" + plan.LogicalID(account.Label), Principal: s.rootOf(account),
			Actions:   []string{"s3:GetObject", "s3:GetObjectVersion"},
			Resources: []plan.Value{s.bundles(s.scope, "*")}, When: []aws.Condition{isPrincipal(g.objects...)},
		})
		if len(g.lists) > 0 {
			s.bucket.statements = append(s.bucket.statements, aws.Statement{
				Sid: "LookAt" + plan.LogicalID(account.Label), Principal: s.rootOf(account),
				Actions:   lookAtBucket,
				Resources: []plan.Value{s.bucketARN(s.scope)}, When: []aws.Condition{isPrincipal(g.lists...)},
			})
		}
	}
}

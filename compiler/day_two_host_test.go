package compiler_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// release is how what a service runs comes to its hosts.
type release struct {
	group, fleet, template, host *resource // deployment group, Auto Scaling group, launch template, role of the hosts
	pipeline, bucket, key        *resource
	project, repository          *resource
	artifact                     string // that is deployed
}

// releases follows the references from every deployment group to its hosts, and from its pipeline to the build.
func (p *printed) releases() ([]release, []string) {
	var out []release
	var faults []string
	for _, group := range p.of("AWS::CodeDeploy::DeploymentGroup") {
		if p.shiftsFunction(group) {
			continue
		}
		r := release{group: group, fleet: p.fleetOf(group)}
		if r.fleet != nil {
			r.template = p.to(r.fleet.get("LaunchTemplate/LaunchTemplateId"))
		}
		if r.template != nil {
			if profile := p.to(r.template.get("LaunchTemplateData/IamInstanceProfile/Arn")); profile != nil {
				r.host = p.to(profile.get("Roles/0"))
			}
		}
		for _, pipeline := range p.of("AWS::CodePipeline::Pipeline") {
			p.follow(pipeline, &r)
		}
		if r.host == nil || r.bucket == nil || r.key == nil || r.repository == nil {
			faults = append(faults, group.id+" has no way from a build to its hosts")
			continue
		}
		out = append(out, r)
	}
	return out, faults
}

// follow fills in what a pipeline brings to a release, if it deploys to its group.
func (p *printed) follow(pipeline *resource, r *release) {
	builds := map[string]*resource{} // by artifact
	for _, a := range p.actions(pipeline) {
		for _, artifact := range a.makes {
			builds[artifact] = p.to(a.configuration["ProjectName"])
		}
		if p.say(pipeline, a.configuration["DeploymentGroupName"]) != p.name(r.group) ||
			p.say(pipeline, a.configuration["ApplicationName"]) != p.say(r.group, r.group.get("ApplicationName")) {
			continue
		}
		r.pipeline, r.artifact, r.project = pipeline, a.takes[0], builds[a.takes[0]]
		r.bucket, r.key = p.to(pipeline.get("ArtifactStore/Location")), p.to(pipeline.get("ArtifactStore/EncryptionKey/Id"))
		if r.project != nil {
			r.repository = p.to(r.project.get("Environment/EnvironmentVariables/0/Value"))
		}
	}
}

// TestHostThatStartsTwoMonthsAfterTheRelease: what is deployed does not expire,
// and whoever is to run it may fetch it at any time.
func TestHostThatStartsTwoMonthsAfterTheRelease(t *testing.T) {
	judge(lateHost).holds(t)
	for _, days := range []string{"1", "60", "3650"} {
		for layout, p := range layouts(t, compile(t, edited(t, "expire_after_days = 30", "expire_after_days = "+days))) {
			for _, fault := range lateHost(p) {
				t.Errorf("expire_after_days = %s, %s: %s", days, layout, fault)
			}
		}
	}
	for _, label := range []string{"a", "blog", "storefronts", "a-long-storefront"} {
		text := strings.Replace(string(source(t, "minimal")), `"hello" {`, `"`+label+`" {`, 1)
		for layout, p := range layouts(t, compile(t, []byte(text))) {
			for _, fault := range lateHost(p) {
				t.Errorf("pipeline %s, %s: %s", label, layout, fault)
			}
		}
	}
}

func TestHostThatComesTooLateIsNoticed(t *testing.T) {
	const rules = "Properties/LifecycleConfiguration/Rules/"
	tagged := `{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":100},"action":{"type":"expire"}}]}`
	judge(lateHost).catches(t, map[string]func(p *printed) bool{
		"sources expire by the folder alone":   set("StorefrontArtifactBucket", rules+"0/Prefix", "storefront-pipeline-/"),
		"bundles expire":                       set("StorefrontArtifactBucket", rules+"0/Prefix", "storefront-pipeline-/Bundle/"),
		"everything expires":                   drop("StorefrontArtifactBucket", rules+"0/Prefix"),
		"everything goes to an archive":        set("StorefrontArtifactBucket", rules+"1/Transitions", []any{map[string]any{"StorageClass": "GLACIER"}}),
		"everything goes on a day":             set("StorefrontArtifactBucket", rules+"1/ExpirationDate", "2027-01-01T00:00:00Z"),
		"sources stay":                         set("StorefrontArtifactBucket", rules+"0/Prefix", "storefront-pipeline/Source/"),
		"the folder carries the suffix":        set("StorefrontPipeline", "Properties/Name", map[string]any{"Fn::Sub": "storefront-${EnvironmentSuffix}"}),
		"tagged images go":                     set("StorefrontImageRepository", "Properties/LifecyclePolicy/LifecyclePolicyText", tagged),
		"tags move":                            set("StorefrontImageRepository", "Properties/ImageTagMutability", "MUTABLE"),
		"the bundle names the image by tag":    replaced("StorefrontBuildProject", `$REPOSITORY_URI@$digest\\\" >cfnpipe-bundle/image.env`, `$REPOSITORY_URI:$tag\\\" >cfnpipe-bundle/image.env`),
		"the bucket knows only the deployers":  replaced("StorefrontArtifactBucketPolicy", "production-instance-role", "production-deploy-role"),
		"the bucket lets nobody in":            without("StorefrontArtifactBucketPolicy", "Properties/PolicyDocument/Statement", "ReadProduction"),
		"the bucket shuts the hosts out":       set("StorefrontArtifactBucketPolicy", "Properties/PolicyDocument/Statement/0/Condition", map[string]any{}),
		"the key lets nobody in":               without("StorefrontArtifactKey", "Properties/KeyPolicy/Statement", "ReadProduction"),
		"the key is another":                   set("StorefrontArtifactKeyAlias", "Properties/AliasName", map[string]any{"Fn::Sub": "alias/storefront-${EnvironmentSuffix}"}),
		"the repository lets nobody in":        without("StorefrontImageRepository", "Properties/RepositoryPolicyText/Statement", "PullProduction"),
		"the host may not decrypt":             without("StorefrontProductionInstanceRolePolicy", "Properties/PolicyDocument/Statement", "DecryptBundle"),
		"the host's rights end on a day":       set("StorefrontProductionInstanceRolePolicy", "Properties/PolicyDocument/Statement/0/Condition", map[string]any{"DateLessThan": map[string]any{"aws:CurrentTime": "2027-01-01T00:00:00Z"}}),
		"the host reads other settings":        replaced("StorefrontProductionInstanceRolePolicy", "production-settings", "staging-settings"),
		"the host has another role":            replaced("StorefrontProductionInstanceRole", "production-instance-role", "production-host-role"),
		"the host has no secret":               without("StorefrontProductionInstanceRolePolicy", "Properties/PolicyDocument/Statement", "ReadSecrets"),
		"the host may not install its agent":   without("StorefrontProductionInstanceRolePolicy", "Properties/PolicyDocument/Statement", "InstallAgent"),
		"the bucket is in another account":     replaced("StorefrontProductionInstanceRolePolicy", "111111111111-", "123456789012-"),
		"the repository is in another account": replaced("StorefrontProductionInstanceRolePolicy", "111111111111:repository", "123456789012:repository"),
	})
}

func lateHost(p *printed) []string {
	releases, faults := p.releases()
	for _, r := range releases {
		for _, suffix := range []string{"a", "dev", strings.Repeat("x", p.room)} {
			p.suffix = suffix
			faults = append(faults, p.expires(r)...)
		}
		p.suffix = "dev"
		faults = append(faults, p.imagesStay(r)...)
		faults = append(faults, p.mayFetch(r)...)
	}
	return faults
}

// key is a key under which a pipeline stores an artifact: PIPELINE/ARTIFACT/RANDOM, the first two cut to 20 and 10 characters.
func (p *printed) key(pipeline *resource, artifact string) string {
	folder := p.name(pipeline)
	return folder[:min(20, len(folder))] + "/" + artifact[:min(10, len(artifact))] + "/a1B2c3D"
}

// expires holds the bucket's lifecycle against the keys of what is deployed and of its source.
func (p *printed) expires(r release) []string {
	var faults []string
	key := func(artifact string) string { return p.key(r.pipeline, artifact) }
	sourceGoes := false
	rules, _ := r.bucket.get("LifecycleConfiguration/Rules").([]any)
	for _, item := range rules {
		rule := item.(map[string]any)
		prefix, _ := rule["Prefix"].(string)
		for _, action := range []string{"ExpirationInDays", "ExpirationDate", "Transitions", "Transition"} {
			if rule[action] == nil || rule["Status"] != "Enabled" {
				continue
			}
			if strings.HasPrefix(key(r.artifact), prefix) {
				faults = append(faults, fmt.Sprintf("%s ends what is deployed by %s", r.bucket.id, show(rule)))
			}
			sourceGoes = sourceGoes || action == "ExpirationInDays" && strings.HasPrefix(key("Source"), prefix)
		}
	}
	if !sourceGoes {
		faults = append(faults, r.bucket.id+" keeps the sources for ever")
	}
	return faults
}

// imagesStay: the bundle names an image that no rule and no later push takes away.
func (p *printed) imagesStay(r release) []string {
	var faults []string
	var policy struct {
		Rules []struct{ Selection struct{ TagStatus string } }
	}
	if err := json.Unmarshal([]byte(fmt.Sprint(r.repository.get("LifecyclePolicy/LifecyclePolicyText"))), &policy); err != nil {
		return []string{r.repository.id + ": " + err.Error()}
	}
	for _, rule := range policy.Rules {
		if rule.Selection.TagStatus != "untagged" {
			faults = append(faults, r.repository.id+" ends images that are "+rule.Selection.TagStatus)
		}
	}
	if r.repository.get("ImageTagMutability") != "IMMUTABLE" {
		faults = append(faults, r.repository.id+" lets a tag move, and the image it left lose its tag")
	}
	if !strings.Contains(p.commands(r.project), `echo "IMAGE_URI=$REPOSITORY_URI@$digest" >cfnpipe-bundle/image.env`) {
		faults = append(faults, r.project.id+" does not write the image's digest into the bundle")
	}
	return faults
}

// mayFetch: the host's role, and everybody whom it asks, agree.
func (p *printed) mayFetch(r release) []string {
	over := map[string][]string{"aws:SecureTransport": {"true"}}
	var aliases []string
	for _, alias := range p.of("AWS::KMS::Alias") {
		if p.to(alias.get("TargetKeyId")) == r.key {
			aliases = append(aliases, p.say(alias, alias.get("AliasName")))
		}
	}
	throughS3 := map[string][]string{"kms:ViaService": {"s3.us-east-1.amazonaws.com"}, "kms:ResourceAliases": aliases}
	var door *resource
	for _, policy := range p.of("AWS::S3::BucketPolicy") {
		if p.to(policy.get("Bucket")) == r.bucket {
			door = policy
		}
	}
	arn := func(of *resource) string { return p.say(of, map[string]any{"Fn::GetAtt": []any{of.id, "Arn"}}) }
	bundle := arn(r.bucket) + "/" + p.key(r.pipeline, r.artifact)
	agent := "arn:aws:s3:::aws-codedeploy-us-east-1/latest/install"
	faults := p.refused(r.host, []string{"s3:GetObject", "s3:GetObjectVersion"}, bundle, over, r.bucket, door, "PolicyDocument/Statement")
	faults = append(faults, p.refused(r.host, []string{"kms:Decrypt"}, arn(r.key), throughS3, r.key, r.key, "KeyPolicy/Statement")...)
	faults = append(faults, p.refused(r.host, []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}, arn(r.repository), nil,
		r.repository, r.repository, "RepositoryPolicyText/Statement")...)
	faults = append(faults, p.refused(r.host, []string{"ecr:GetAuthorizationToken"}, "*", nil, nil, nil, "")...)
	faults = append(faults, p.refused(r.host, []string{"s3:GetObject"}, agent, nil, nil, nil, "")...)
	parameter := "arn:aws:ssm:us-east-1:" + r.host.account + ":parameter"
	settings := p.userData(r.template)["SETTINGS_PARAMETER"]
	faults = append(faults, p.refused(r.host, []string{"ssm:GetParameter"}, parameter+settings, nil, nil, nil, "")...)
	return append(faults, p.maySecrets(r.host, settings, parameter)...)
}

// maySecrets: the host may read each secret that its settings name.
func (p *printed) maySecrets(host *resource, settings, parameter string) []string {
	var faults []string
	for _, s := range p.of("AWS::SSM::Parameter") {
		var value struct{ Secrets map[string]map[string]string }
		if s.account != host.account || p.name(s) != settings {
			continue
		}
		if err := json.Unmarshal([]byte(p.say(s, s.get("Value"))), &value); err != nil {
			return []string{s.id + ": " + err.Error()}
		}
		for _, from := range value.Secrets {
			if name := from["ssm"]; name != "" {
				faults = append(faults, p.refused(host, []string{"ssm:GetParameter"}, parameter+name, nil, nil, nil, "")...)
			} else {
				secret := "arn:aws:secretsmanager:us-east-1:" + host.account + ":secret:" + from["secretsmanager"] + "-a1B2c3"
				faults = append(faults, p.refused(host, []string{"secretsmanager:GetSecretValue"}, secret, nil, nil, nil, "")...)
			}
		}
		return faults
	}
	return []string{"no settings " + settings}
}

// commands is all that a build runs.
func (p *printed) commands(project *resource) string {
	var spec struct {
		Phases map[string]struct{ Commands []string }
	}
	if json.Unmarshal([]byte(p.say(project, project.get("Source/BuildSpec"))), &spec) != nil {
		return ""
	}
	var out strings.Builder
	for _, phase := range spec.Phases {
		out.WriteString(strings.Join(phase.Commands, "\n"))
	}
	return out.String()
}

package compiler_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/access"
	"github.com/cfnpipe/cfnpipe/compiler/internal/script"
)

// TestFailedStackCanBeMadeAgain: when a creation fails, CloudFormation deletes what
// it has made. Nothing may refuse to go, and nothing may keep a name that the next attempt wants.
func TestFailedStackCanBeMadeAgain(t *testing.T) {
	judge(leavesNothing).holds(t)
}

func TestNameThatStaysTakenIsNoticed(t *testing.T) {
	const build, fleet = "StorefrontBuildRolePolicy", "StorefrontStagingFleet"
	add := func(id string, properties map[string]any, kind string) func(p *printed) bool {
		return func(p *printed) bool {
			p.resources[id] = &resource{id: id, account: "111111111111", beside: p.resources["StorefrontPipeline"].beside, body: map[string]any{
				"Type": kind, "DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete", "Properties": properties,
			}}
			return true
		}
	}
	judge(leavesNothing).catches(t, map[string]func(p *printed) bool{
		"a bucket is retained":            set("StorefrontArtifactBucket", "DeletionPolicy", "Retain"),
		"a bucket is retained by default": drop("StorefrontArtifactBucket", "DeletionPolicy"),
		"a bucket is kept if it lasts":    set("StorefrontArtifactBucket", "DeletionPolicy", "RetainExceptOnCreate"),
		"a replaced one stays":            set("StorefrontArtifactBucket", "UpdateReplacePolicy", "Retain"),
		"objects are locked":              set("StorefrontArtifactBucket", "Properties/ObjectLockEnabled", true),
		"nobody empties a bucket":         func(p *printed) bool { return taken(p, "StorefrontArtifactEmptier") },
		"images hold their repository":    drop("StorefrontImageRepository", "Properties/EmptyOnDelete"),
		"reports hold their group":        set("StorefrontTestReports", "Properties/DeleteReports", false),
		"a load balancer is protected":    replaced("StagingLoadBalancer", `"deletion_protection.enabled","Value":"false"`, `"deletion_protection.enabled","Value":"true"`),
		"hosts are protected":             set(fleet, "Properties/NewInstancesProtectedFromScaleIn", true),
		"hosts cannot be terminated":      set("StorefrontStagingLaunchTemplate", "Properties/LaunchTemplateData/DisableApiTermination", true),
		"a key outlives its name":         set("StorefrontArtifactKeyAlias", "Properties/TargetKeyId", "0a1b2c3d-0000-1111-2222-333344445555"),
		"a build makes its log group":     set(build, "Properties/PolicyDocument/Statement/0/Action", []any{"logs:CreateLogGroup", "logs:PutLogEvents"}),
		"a build does what it wants":      set(build, "Properties/PolicyDocument/Statement/0/Action", "logs:*"),
		"a build makes its report group":  set(build, "Properties/PolicyDocument/Statement/1/Action", "codebuild:CreateReportGroup"),
		"builds log where they want":      drop("StorefrontBuildProject", "Properties/LogsConfig"),
		"the emptier logs where it wants": drop("StorefrontArtifactEmptierFunction", "Properties/LoggingConfig"),
		"the flow log makes its group":    set("StagingFlowLog", "Properties/LogGroupName", "flow"),
		"nobody sweeps a canary's logs":   func(p *printed) bool { return taken(p, "StorefrontProductionHomeCanaryLogSweeper") },
		"a canary makes any log group":    set("StorefrontProductionHomeCanaryRolePolicy", "Properties/PolicyDocument/Statement/4/Resource", "arn:aws:logs:us-east-1:987654321098:log-group:/aws/lambda/*"),
		"a canary keeps its function":     drop("StorefrontProductionHomeCanary", "Properties/ProvisionedResourceCleanup"),
		"another sweeper":                 set("StorefrontProductionCanarySweeperFunction", "Properties/Code/ZipFile", "def handler(event, context): pass"),
		"another emptier":                 set("StorefrontArtifactEmptierFunction", "Properties/Code/ZipFile", "def handler(event, context): pass"),
		"a secret keeps its name":         add("Secret", map[string]any{"Name": "storefront"}, "AWS::SecretsManager::Secret"),
		"a volume takes a last picture":   set("StorefrontArtifactBucket", "DeletionPolicy", "Snapshot"),
	})
}

// taken takes a resource away.
func taken(p *printed, id string) bool {
	found := p.resources[id] != nil
	delete(p.resources, id)
	return found
}

func leavesNothing(p *printed) []string {
	var faults []string
	emptied := map[*resource]bool{}
	for _, r := range p.resources {
		if r.kind() == "Custom::BucketEmptier" {
			emptied[p.to(r.get("BucketName"))] = true
		}
	}
	for id, r := range p.resources {
		if r.body["DeletionPolicy"] != "Delete" || r.body["UpdateReplacePolicy"] != "Delete" {
			faults = append(faults, id+" is kept")
		}
		for _, s := range statementsIn(r.body["Properties"]) {
			for _, maker := range []string{"logs:CreateLogGroup", "codebuild:CreateReportGroup"} {
				if s["Effect"] == "Allow" && slices.ContainsFunc(listOf(s["Action"]), func(pattern string) bool { return access.Covers(pattern, maker) }) && !p.swept(show(s["Resource"])) {
					faults = append(faults, id+" allows "+maker+": what it makes belongs to no stack")
				}
			}
		}
		if fault := p.stays(r, emptied); fault != "" {
			faults = append(faults, id+" "+fault)
		}
	}
	return faults
}

// swept tells whether a resource of a policy is the log groups of a canary that something deletes.
func (p *printed) swept(groups string) bool {
	for _, sweeper := range p.of("Custom::CanaryLogSweeper") {
		name := strings.TrimSuffix(strings.TrimPrefix(show(sweeper.get("CanaryName")), `{"Fn::Sub":"`), `"}`)
		if strings.Contains(groups, ":log-group:/aws/lambda/cwsyn-"+name+"-*") {
			return true
		}
	}
	return false
}

// stays tells what of a resource would outlive a delete, or hold it up.
func (p *printed) stays(r *resource, emptied map[*resource]bool) string {
	group := func(path string) bool {
		target := p.to(r.get(path))
		return target != nil && target.kind() == "AWS::Logs::LogGroup" && target.beside.Resources[r.id] != nil
	}
	switch r.kind() {
	case "AWS::SecretsManager::Secret":
		return "keeps its name for the days of its recovery window"
	case "AWS::S3::Bucket":
		if !emptied[r] || r.get("ObjectLockEnabled") != nil {
			return "is not emptied"
		}
	case "Custom::BucketEmptier":
		if p.to(r.get("ServiceToken")).get("Code/ZipFile") != script.BucketEmptier() {
			// Those tests have failed creations and missing buckets in them.
			return "is not served by the program that the tests of package script run"
		}
	case "Custom::CanaryLogSweeper":
		if p.to(r.get("ServiceToken")).get("Code/ZipFile") != script.LogSweeper() {
			return "is not served by the program that the tests of package script run"
		}
	case "AWS::Synthetics::Canary":
		if r.get("ProvisionedResourceCleanup") != "AUTOMATIC" {
			return "leaves its function behind"
		}
	case "AWS::ECR::Repository":
		if r.get("EmptyOnDelete") != true {
			return "is held by its images"
		}
	case "AWS::CodeBuild::ReportGroup":
		if r.get("DeleteReports") != true {
			return "is held by its reports"
		}
	case "AWS::ElasticLoadBalancingV2::LoadBalancer":
		if !strings.Contains(show(r.get("LoadBalancerAttributes")), `{"Key":"deletion_protection.enabled","Value":"false"}`) {
			return "is protected"
		}
	case "AWS::AutoScaling::AutoScalingGroup":
		if r.get("NewInstancesProtectedFromScaleIn") != nil {
			return "protects its hosts"
		}
	case "AWS::EC2::LaunchTemplate":
		if r.get("LaunchTemplateData/DisableApiTermination") != nil || r.get("LaunchTemplateData/DisableApiStop") != nil {
			return "protects its hosts"
		}
	case "AWS::KMS::Alias":
		// A key takes days to go, but its name goes with the stack.
		if target := p.to(r.get("TargetKeyId")); target == nil || target.beside.Resources[r.id] == nil {
			return "names a key of no stack"
		}
	case "AWS::CodeBuild::Project":
		if !group("LogsConfig/CloudWatchLogs/GroupName") {
			return "logs to a group of no stack"
		}
	case "AWS::Lambda::Function":
		declared := slices.ContainsFunc(p.of("AWS::Logs::LogGroup"), func(group *resource) bool {
			return group.account == r.account && p.name(group) == p.say(r, r.get("LoggingConfig/LogGroup"))
		})
		if !group("LoggingConfig/LogGroup") && !(byPipeline(r.beside) && declared) {
			return "logs to a group of no stack"
		}
	case "AWS::EC2::FlowLog":
		if !group("LogGroupName") {
			return "logs to a group of no stack"
		}
	}
	return ""
}

// TestHandbookOnStacksThatFailed: `aws cloudformation deploy` neither updates nor makes again a stack whose creation failed.
// It has to be deleted first, and Parameter Store gives a name out again only after half a minute.
func TestHandbookOnStacksThatFailed(t *testing.T) {
	creationFailed := regexp.MustCompile("(?:^|[^A-Z_])ROLLBACK_COMPLETE")
	for _, name := range examples(t) {
		handbook := layouts(t, example(t, name))["one template"].handbook
		about := ""
		for _, part := range regexp.MustCompile(`(?m)^##+ `).Split(handbook, -1) {
			if creationFailed.MatchString(part) {
				about += part
			}
		}
		if about == "" {
			t.Errorf("%s: DEPLOY.md does not say what to do with a stack in ROLLBACK_COMPLETE", name)
			continue
		}
		for _, want := range []string{"cloudformation delete-stack", "wait stack-delete-complete", "CREATE_FAILED", "30 seconds"} {
			if !strings.Contains(about, want) {
				t.Errorf("%s: where DEPLOY.md is about ROLLBACK_COMPLETE, it does not say %q", name, want)
			}
		}
	}
}

var waitsForCreation = regexp.MustCompile(`cloudformation wait "?stack-(?:create-complete|\$)`)

// TestHandbookOnNewStacks: the waiter for updates never ends for a stack that was just made, since CREATE_COMPLETE is none of
// its states. So the section about updates either waits for a creation too, or sends new stacks elsewhere.
func TestHandbookOnNewStacks(t *testing.T) {
	for _, name := range examples(t) {
		update := section(layouts(t, example(t, name))["one template"].handbook, "## Update")
		if update == "" {
			t.Fatalf("%s: DEPLOY.md has no section on updates", name)
		}
		waits := waitsForCreation.MatchString(update)
		sends := slices.ContainsFunc(strings.Split(update, "\n"), func(line string) bool {
			return strings.Contains(line, "stack that is new") && strings.Contains(line, "Deploy")
		})
		if !waits && !sends {
			t.Errorf("%s: cfn_execute waits an hour for a stack that a new service or account brings", name)
		}
	}
}

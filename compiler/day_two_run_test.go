package compiler_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestFirstRunDoesNoHarm: a pipeline starts a run of its own as soon as it is
// made. The run finds what it needs, and passes nothing that a later one would not pass.
func TestFirstRunDoesNoHarm(t *testing.T) {
	judge(firstRun).holds(t)
	for _, name := range examples(t) {
		for layout, p := range layouts(t, example(t, name)) {
			for _, pipeline := range p.of("AWS::CodePipeline::Pipeline") {
				if got, want := p.steps(pipeline), writtenSteps(string(source(t, name)), pipeline.id); !slices.Equal(got, want) {
					t.Errorf("%s, %s: the run goes through %q, written is %q", name, layout, got, want)
				}
			}
		}
	}
}

var stepWord = regexp.MustCompile(`(?m)^([ \t]*)(?:(stage) "([^"]+)"|(parallel|build|approval|deploy|canary)\b)`)

// writtenSteps are the steps of the pipeline with a logical id in the order in which they are written.
func writtenSteps(text, id string) []string {
	for block := range strings.SplitSeq(text, "\npipeline \"") {
		if label, _, _ := strings.Cut(block, `"`); strings.EqualFold(strings.ReplaceAll(label, "-", "")+"Pipeline", id) {
			text = block
		}
	}
	out := []string{"source: Source"}
	stage, together, begun := "", "", false // together: how far a parallel block is indented
	for _, match := range stepWord.FindAllStringSubmatch(text, -1) {
		category := map[string]string{"build": "Build", "approval": "Approval", "deploy": "Deploy", "canary": "Test"}[match[4]]
		inside := together != "" && len(match[1]) > len(together)
		switch {
		case match[2] != "":
			stage, together = match[3], ""
		case match[4] == "parallel":
			together, begun = match[1], false
		case inside && begun:
			out[len(out)-1] += " and " + category
		default:
			out, begun = append(out, stage+": "+category), inside
		}
	}
	return out
}

// steps are the steps of a run in order; what may run side by side stands in one step.
func (p *printed) steps(pipeline *resource) []string {
	var out []string
	stage := ""
	byOrder := map[int][]string{}
	flush := func() {
		for _, order := range slices.Sorted(maps.Keys(byOrder)) {
			out = append(out, stage+": "+strings.Join(byOrder[order], " and "))
		}
		clear(byOrder)
	}
	for _, a := range p.actions(pipeline) {
		if a.stage != stage {
			flush()
			stage = a.stage
		}
		byOrder[a.order] = append(byOrder[a.order], a.category)
	}
	flush()
	return out
}

func TestFirstRunThatDoesHarmIsNoticed(t *testing.T) {
	const stages = "Properties/Stages/"
	damages := map[string]func(p *printed) bool{
		"production before the approval": change("StorefrontPipeline", "Properties/Stages", func(old any) any {
			list := slices.Clone(old.([]any))
			list[3], list[4] = list[4], list[3]
			return list
		}),
		"production beside the approval": change("StorefrontPipeline", "Properties/Stages", func(old any) any {
			list := old.([]any)
			more, _ := at(list[4], []string{"Actions"})
			release := list[3].(map[string]any)
			release["Actions"] = append(release["Actions"].([]any), more.([]any)...)
			return list[:4]
		}),
		"no approval":                    without("StorefrontPipeline", "Properties/Stages", `"Approval"`),
		"the source is polled":           drop("StorefrontPipeline", stages+"0/Actions/0/Configuration/PollForSourceChanges"),
		"the source is polled, in words": set("StorefrontPipeline", stages+"0/Actions/0/Configuration/PollForSourceChanges", "true"),
		"a failed source does more":      set("StorefrontPipeline", stages+"0/OnFailure", map[string]any{"Result": "RETRY"}),
		"every branch starts it":         drop("StorefrontTriggerRule", "Properties/EventPattern/detail/referenceName"),
		"tags start it":                  set("StorefrontTriggerRule", "Properties/EventPattern/detail/referenceType", []any{"branch", "tag"}),
		"every repository starts it":     drop("StorefrontTriggerRule", "Properties/EventPattern/resources"),
		"the clock starts it":            set("StorefrontTriggerRule", "Properties/ScheduleExpression", "rate(1 day)"),
		"the handbook says nothing of it": func(p *printed) bool {
			old := p.handbook
			p.handbook = strings.ReplaceAll(old, "up to the first approval", "")
			return p.handbook != old
		},
		"the handbook makes the pipeline first": func(p *printed) bool {
			old := p.handbook
			p.handbook = strings.ReplaceAll(old, "### 1. staging-environment", "### 9. storefront-pipeline in tools")
			return p.handbook != old
		},
	}
	// Each edge of the pipeline is there for its first run. A build project may have the same one.
	p := layouts(t, example(t, "storefront"))["one template"]
	for _, edge := range p.resources["StorefrontPipeline"].body["DependsOn"].([]any) {
		damages["before "+edge.(string)] = func(p *printed) bool {
			found := false
			for id := range p.resources {
				before := slices.Contains(listOf(p.resources[id].body["DependsOn"]), edge.(string))
				found = before && without(id, "DependsOn", edge.(string))(p) || found
			}
			return found
		}
	}
	judged := func(p *printed) []string {
		faults := firstRun(p)
		for _, pipeline := range p.of("AWS::CodePipeline::Pipeline") {
			if !slices.Equal(p.steps(pipeline), writtenSteps(string(source(t, "storefront")), pipeline.id)) {
				faults = append(faults, "other steps")
			}
		}
		return faults
	}
	judge(judged).catches(t, damages)
}

func firstRun(p *printed) []string {
	var faults []string
	for _, pipeline := range p.of("AWS::CodePipeline::Pipeline") {
		faults = append(faults, p.sourceFails(pipeline)...)
		reached := reach(pipeline)
		for _, r := range p.needs(pipeline) {
			if !reached[r.id] {
				faults = append(faults, pipeline.id+" may start before "+r.id)
			}
		}
		faults = append(faults, p.startedBy(pipeline)...)
	}
	harmless := []string{"Custom::BlueGreenFleet", "Custom::BucketEmptier", "Custom::CanaryLogSweeper", "Custom::FunctionStack", "Custom::FunctionTarget"} // by the tests of package script
	for _, r := range p.resources {
		if strings.HasPrefix(r.kind(), "Custom::") && !slices.Contains(harmless, r.kind()) {
			faults = append(faults, r.id+" may do anything when it is made")
		}
	}
	return append(faults, p.firstRunInHandbook()...)
}

// sourceFails: without its branch the source action fails, and that is all.
func (p *printed) sourceFails(pipeline *resource) []string {
	var faults []string
	stages, _ := pipeline.get("Stages").([]any)
	for i, item := range stages {
		stage := item.(map[string]any)
		for _, condition := range []string{"BeforeEntry", "OnFailure", "OnSuccess"} {
			if i == 0 && stage[condition] != nil {
				faults = append(faults, fmt.Sprintf("%s: stage %s does something %s", pipeline.id, stage["Name"], condition))
			}
		}
		if i > 0 == strings.Contains(show(stage), `"Category":"Source"`) {
			faults = append(faults, fmt.Sprintf("%s: stage %s is not where a source belongs", pipeline.id, stage["Name"]))
		}
	}
	first := p.actions(pipeline)[0]
	if first.configuration["PollForSourceChanges"] != "false" {
		faults = append(faults, pipeline.id+" polls its source, and so runs twice")
	}
	return faults
}

// needs lists what has to be there before a pipeline: all that its run meets in the same stack that no reference has to show.
func (p *printed) needs(pipeline *resource) []*resource {
	actors := []*resource{p.to(pipeline.get("RoleArn"))}
	var out, topics []*resource
	for _, a := range p.actions(pipeline) {
		if project := p.to(a.configuration["ProjectName"]); project != nil {
			actors = append(actors, p.to(project.get("ServiceRole")))
			out = append(out, project)
		}
		topics = append(topics, p.to(a.configuration["NotificationArn"]))
		for _, role := range p.of("AWS::IAM::Role") {
			if a.role != nil && strings.HasSuffix(p.say(pipeline, a.role), role.account+":role/"+p.name(role)) {
				actors = append(actors, role)
			}
		}
		for _, group := range p.of("AWS::CodeDeploy::DeploymentGroup") {
			if a.category == "Deploy" && p.name(group) == p.say(pipeline, a.configuration["DeploymentGroupName"]) {
				out = append(out, group)
			}
		}
	}
	guards := func(kind, path string, of []*resource) {
		for _, r := range p.of(kind) {
			if target := p.to(r.get(path)); target != nil && slices.Contains(of, target) {
				out = append(out, r)
			}
		}
	}
	guards("AWS::IAM::Policy", "Roles/0", actors)
	guards("AWS::SNS::TopicPolicy", "Topics/0", topics)
	guards("AWS::S3::BucketPolicy", "Bucket", []*resource{p.to(pipeline.get("ArtifactStore/Location"))})
	guards("AWS::KMS::Alias", "TargetKeyId", []*resource{p.to(pipeline.get("ArtifactStore/EncryptionKey/Id"))})
	return slices.DeleteFunc(out, func(r *resource) bool {
		return r.account != pipeline.account || r.beside.Resources[pipeline.id] == nil
	})
}

// reach is all that stands before a resource in its stack.
func reach(from *resource) map[string]bool {
	out := map[string]bool{}
	var visit func(id string)
	visit = func(id string) {
		for _, to := range edges(from.beside.Resources[id], from.beside) {
			if !out[to] {
				out[to] = true
				visit(to)
			}
		}
	}
	visit(from.id)
	return out
}

// startedBy: besides the creation only a commit on the one branch starts a run.
func (p *printed) startedBy(pipeline *resource) []string {
	var faults []string
	found := 0
	from := p.actions(pipeline)[0]
	for _, rule := range p.of("AWS::Events::Rule") {
		function := p.to(rule.get("Targets/0/Arn"))
		byFunction := function != nil && p.to(function.get("Environment/Variables/PIPELINE")) == pipeline
		if !byFunction && p.say(rule, rule.get("Targets/0/Arn")) != "arn:aws:codepipeline:us-east-1:"+pipeline.account+":"+p.name(pipeline) {
			continue
		}
		found++
		repository := "arn:aws:codecommit:us-east-1:" + pipeline.account + ":" + p.say(pipeline, from.configuration["RepositoryName"])
		if rule.get("ScheduleExpression") != nil || !slices.Equal(p.texts(rule, rule.get("EventPattern/resources")), []string{repository}) ||
			!slices.Equal(p.texts(rule, rule.get("EventPattern/detail/referenceType")), []string{"branch"}) ||
			!slices.Equal(p.texts(rule, rule.get("EventPattern/detail/referenceName")), p.texts(rule, from.configuration["BranchName"])) {
			faults = append(faults, rule.id+" starts it for more than a commit on its branch")
		}
	}
	if found != 1 {
		faults = append(faults, fmt.Sprintf("%d rules start %s", found, pipeline.id))
	}
	return faults
}

var deployPart = regexp.MustCompile(`(?m)^### \d+\. (\S+)-(environment|service|pipeline) in `)

// firstRunInHandbook: DEPLOY.md makes the targets before the pipelines, and says what a new pipeline does.
func (p *printed) firstRunInHandbook() []string {
	var faults []string
	pipelines := false
	for _, part := range deployPart.FindAllStringSubmatch(p.handbook, -1) {
		if pipelines && part[2] != "pipeline" {
			faults = append(faults, "DEPLOY.md makes "+part[1]+"-"+part[2]+" after a pipeline")
		}
		pipelines = pipelines || part[2] == "pipeline"
	}
	about := strings.Join(strings.Fields(section(p.handbook, "### The run that starts by itself")), " ")
	for _, phrase := range []string{"starts once when it is created", "does not exist yet", "the first push starts the next run", "If the branch exists", "up to the first approval"} {
		if !strings.Contains(about, phrase) {
			faults = append(faults, fmt.Sprintf("DEPLOY.md does not say %q of the first run", phrase))
		}
	}
	return faults
}

// section is the part of a handbook below a heading, up to the next of its level or above.
func section(handbook, heading string) string {
	_, rest, found := strings.Cut(handbook, "\n"+heading)
	if !found {
		return ""
	}
	level, _, _ := strings.Cut(heading, " ")
	if end := regexp.MustCompile(`(?m)^#{1,` + fmt.Sprint(len(level)) + `} `).FindStringIndex(rest); end != nil {
		return rest[:end[0]]
	}
	return rest
}

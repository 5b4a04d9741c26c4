package compiler_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// The files day_two_*_test.go are about what happens to a system after its
// first deployment. Their judges look at nothing but what was printed, and each
// is shown printed systems that were damaged, one damage at a time.

// printed is a system as AWS gets it: the resources with the accounts that they
// go to, and the handbook.
type printed struct {
	suffix    string // that names are worked out with
	room      int    // the longest suffix that is allowed
	labels    map[string]string
	resources map[string]*resource
	exports   map[string]exported // by account and name
	handbook  string
}

// resource is a printed resource with the id of its account.
type resource struct {
	id, account string
	body        map[string]any
	beside      document // the template that it stands in
}

type exported struct {
	value any
	from  *resource // any resource of the stack
}

func (r *resource) kind() string { return fmt.Sprint(r.body["Type"]) }

// get follows a path of members and indexes below Properties; nil where it ends, and of no resource.
func (r *resource) get(path string) any {
	if r == nil {
		return nil
	}
	value, _ := at(r.body["Properties"], strings.Split(path, "/"))
	return value
}

// layouts prints a system both ways.
func layouts(t testing.TB, system *compiler.System) map[string]*printed {
	t.Helper()
	apart, together := newPrinted(), newPrinted()
	for _, file := range folder(t, system) {
		switch {
		case file.Path == "DEPLOY.md":
			apart.handbook, together.handbook = string(file.Bytes), string(file.Bytes)
		case filepath.Dir(file.Path) != ".":
			apart.read(t, parse(t, file.Bytes), filepath.Dir(file.Path))
		}
	}
	together.read(t, parse(t, whole(t, system)), "")
	return map[string]*printed{"one template per stack": apart, "one template": together}
}

func newPrinted() *printed {
	return &printed{suffix: "dev", labels: map[string]string{}, resources: map[string]*resource{}, exports: map[string]exported{}}
}

var accountInRule = regexp.MustCompile(`(\d{12}) \(([^)]+)\)`)

// read takes in one template. The rules say which ids the labels stand for.
func (p *printed) read(t testing.TB, template document, label string) {
	t.Helper()
	p.room = int(template.Parameters["EnvironmentSuffix"]["MaxLength"].(float64))
	ids := accountInRule.FindAllStringSubmatch(show(template.Rules["AccountIsKnown"]), -1)
	for _, match := range ids {
		p.labels[match[1]] = match[2]
	}
	var last *resource
	for id, body := range template.Resources {
		last = &resource{id: id, account: ids[0][1], body: body, beside: template}
		if condition, ok := body["Condition"].(string); ok {
			last.account = accountOf(template, condition)
		}
		if label != "" && p.labels[last.account] != label {
			t.Fatalf("%s is of account %s and stands in the folder of %s", id, last.account, label)
		}
		p.resources[id] = last
	}
	for _, output := range template.Outputs {
		if export, ok := output["Export"].(map[string]any); ok {
			p.exports[last.account+" "+p.say(last, export["Name"])] = exported{output["Value"], last}
		}
	}
}

// accountOf is the id of the account in which a condition holds.
func accountOf(template document, condition string) string {
	value, _ := at(template.Conditions[condition], []string{"Fn::Equals", "1"})
	return fmt.Sprint(value)
}

// of lists the resources of a type by their ids, and those that custom resources make.
func (p *printed) of(kind string) []*resource {
	var out []*resource
	for _, id := range slices.Sorted(maps.Keys(p.resources)) {
		if p.resources[id].kind() == kind {
			out = append(out, p.resources[id])
		}
	}
	return append(out, p.made(kind)...)
}

// to is the resource of the same system that a Ref, an Fn::GetAtt or an import of one of them stands for.
func (p *printed) to(value any) *resource {
	object, _ := value.(map[string]any)
	if id, ok := object["Ref"].(string); ok {
		return p.resources[id]
	}
	if pair, ok := object["Fn::GetAtt"].([]any); ok {
		return p.resources[fmt.Sprint(pair[0])]
	}
	if name, ok := object["Fn::ImportValue"]; ok {
		for where, found := range p.exports {
			if where == found.from.account+" "+p.say(found.from, name) {
				return p.to(found.value)
			}
		}
	}
	return nil
}

// say is the text that a value has in AWS; where only AWS knows it, something that tells it from all others.
func (p *printed) say(r *resource, value any) string {
	if literal, ok := value.(string); ok {
		return literal
	}
	object, _ := value.(map[string]any)
	for function, argument := range object {
		switch function {
		case "Ref":
			return p.variable(r, fmt.Sprint(argument), nil)
		case "Fn::GetAtt":
			pair := argument.([]any)
			return p.variable(r, fmt.Sprintf("%s.%s", pair...), nil)
		case "Fn::Base64":
			return p.say(r, argument)
		case "Fn::ImportValue":
			if found, ok := p.exports[r.account+" "+p.say(r, argument)]; ok {
				return p.say(found.from, found.value)
			}
		case "Fn::Sub":
			var more map[string]any
			if pair, ok := argument.([]any); ok {
				more = pair[1].(map[string]any)
			}
			return subVariable.ReplaceAllStringFunc(text(value), func(name string) string {
				return p.variable(r, name[2:len(name)-1], more)
			})
		}
	}
	return show(value)
}

var subVariable = regexp.MustCompile(`\$\{[A-Za-z0-9:.]+\}`)

// variable is what ${NAME} stands for in a template.
func (p *printed) variable(r *resource, name string, more map[string]any) string {
	if value, ok := more[name]; ok {
		return p.say(r, value)
	}
	known := map[string]string{
		"AWS::AccountId": r.account, "AWS::Region": "us-east-1", "AWS::Partition": "aws", "AWS::StackName": "the-stack",
		"EnvironmentSuffix": p.suffix,
	}
	if value, ok := known[name]; ok {
		return value
	}
	id, attribute, _ := strings.Cut(name, ".")
	target := p.resources[id]
	if target == nil {
		return name
	}
	switch own := p.name(target); {
	case attribute == "Arn" && arns[target.kind()] != "":
		return strings.NewReplacer("ACCOUNT", target.account, "NAME", own, "ID", id).Replace(arns[target.kind()])
	case attribute == "" && !strings.HasPrefix(target.kind(), "AWS::ElasticLoadBalancingV2::"), attribute == "Name", attribute == "TargetGroupName":
		return own
	}
	return name
}

// arns are the forms of the ARNs that names make.
var arns = map[string]string{
	"AWS::S3::Bucket":       "arn:aws:s3:::NAME",
	"AWS::IAM::Role":        "arn:aws:iam::ACCOUNT:role/NAME",
	"AWS::KMS::Key":         "arn:aws:kms:us-east-1:ACCOUNT:key/ID",
	"AWS::ECR::Repository":  "arn:aws:ecr:us-east-1:ACCOUNT:repository/NAME",
	"AWS::Logs::LogGroup":   "arn:aws:logs:us-east-1:ACCOUNT:log-group:NAME:*",
	"AWS::Lambda::Function": "arn:aws:lambda:us-east-1:ACCOUNT:function:NAME",
}

// name is the name of a resource, or its id if AWS makes the name.
func (p *printed) name(r *resource) string {
	for _, property := range nameProperties {
		own, _ := r.body["Properties"].(map[string]any)
		// A deployment group names its application first, and many types have a Name for another thing.
		if property == "ApplicationName" && own["DeploymentGroupName"] != nil {
			continue
		}
		if value, ok := own[property]; ok && !reference(value) {
			return p.say(r, value)
		}
	}
	return r.id
}

// action is one action of a printed pipeline.
type action struct {
	stage, name, category string
	order                 int // of its stage
	takes, makes          []string
	configuration         map[string]any
	role                  any
}

// actions lists the actions of a pipeline as they stand.
func (p *printed) actions(pipeline *resource) []action {
	names := func(artifacts any) []string {
		var out []string
		list, _ := artifacts.([]any)
		for _, item := range list {
			out = append(out, fmt.Sprint(item.(map[string]any)["Name"]))
		}
		return out
	}
	var out []action
	stages, _ := pipeline.get("Stages").([]any)
	for _, item := range stages {
		stage := item.(map[string]any)
		actions, _ := stage["Actions"].([]any)
		for _, item := range actions {
			a := item.(map[string]any)
			configuration, _ := a["Configuration"].(map[string]any)
			category, _ := at(a, []string{"ActionTypeId", "Category"})
			order, _ := a["RunOrder"].(float64)
			out = append(out, action{
				stage: fmt.Sprint(stage["Name"]), name: fmt.Sprint(a["Name"]), category: fmt.Sprint(category), order: int(order),
				takes: names(a["InputArtifacts"]), makes: names(a["OutputArtifacts"]), configuration: configuration, role: a["RoleArn"],
			})
		}
	}
	return out
}

package compiler_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestResources holds every resource of the examples against testdata/resources.txt,
// which says what a resource of each type must have. A type that the file does not
// name fails the test, and so does a line that no resource is held against.
func TestResources(t *testing.T) {
	expectations := readExpectations(t)
	types := map[string]bool{}
	for _, name := range examples(t) {
		resources := parse(t, whole(t, example(t, name))).Resources
		for id, resource := range resources {
			if about, _ := resource["Metadata"].(map[string]any); about["Purpose"] == "Written in the configuration." {
				continue // It is what its block says.
			}
			types[resource["Type"].(string)] = true
			for _, e := range expectations {
				if e.applies(name, id, resource) {
					e.used = true
					if fault := e.fault(resource); fault != "" {
						t.Errorf("%s: %s (%s), resources.txt:%d: %s", name, id, resource["Type"], e.line, fault)
					}
				}
			}
		}
	}
	named := map[string]bool{}
	for _, e := range expectations {
		named[e.resourceType] = true
		if !e.used {
			t.Errorf("resources.txt:%d is about no resource of any example", e.line)
		}
	}
	for resourceType := range types {
		if !named[resourceType] {
			t.Errorf("resources.txt says nothing about %s", resourceType)
		}
	}
}

// expectation is a line of resources.txt: TYPE [example/ID] PATH OPERATOR [JSON].
type expectation struct {
	line         int
	resourceType string
	only         string // pattern of "example/ID", or, after an exclamation mark, of those that it is not about
	path         []string
	operator     string
	want         any
	used         bool
}

var expectationLine = regexp.MustCompile(`^(\S+)(?: \[(\S+)\])? (\S+) (=|has|matches|absent|present)(?: (.+))?$`)

func readExpectations(t *testing.T) []*expectation {
	t.Helper()
	file, err := os.Open("testdata/resources.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var out []*expectation
	scanner := bufio.NewScanner(file)
	for line := 1; scanner.Scan(); line++ {
		text := strings.TrimSpace(scanner.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		parts := expectationLine.FindStringSubmatch(text)
		if parts == nil {
			t.Fatalf("resources.txt:%d: not TYPE [EXAMPLE/ID] PATH OPERATOR [JSON]", line)
		}
		e := &expectation{line: line, resourceType: parts[1], only: parts[2], path: strings.Split(parts[3], "/"), operator: parts[4]}
		if parts[5] != "" {
			if err := json.Unmarshal([]byte(parts[5]), &e.want); err != nil {
				t.Fatalf("resources.txt:%d: %v", line, err)
			}
		}
		out = append(out, e)
	}
	return out
}

func (e *expectation) applies(example, id string, resource map[string]any) bool {
	if resource["Type"] != e.resourceType {
		return false
	}
	if e.only == "" {
		return true
	}
	only, others := strings.CutPrefix(e.only, "!")
	ok, err := regexp.MatchString("^(?:"+only+")$", example+"/"+id)
	return err == nil && ok != others
}

func (e *expectation) fault(resource map[string]any) string {
	got, found := at(resource, e.path)
	where := strings.Join(e.path, "/")
	switch e.operator {
	case "absent":
		if found {
			return where + " is there: " + show(got)
		}
	case "present":
		if !found {
			return where + " is missing"
		}
	case "=":
		if !found || !reflect.DeepEqual(got, e.want) {
			return fmt.Sprintf("%s is %s, want %s", where, show(got), show(e.want))
		}
	case "has":
		list, _ := got.([]any)
		if !slices.ContainsFunc(list, func(item any) bool { return reflect.DeepEqual(item, e.want) }) {
			return fmt.Sprintf("%s is %s, want %s in it", where, show(got), show(e.want))
		}
	case "matches":
		pattern, _ := e.want.(string)
		if ok, err := regexp.MatchString(pattern, show(got)); err != nil || !ok {
			return fmt.Sprintf("%s is %s, want a match of %s", where, show(got), pattern)
		}
	}
	return ""
}

// at follows a path of member names and list indexes.
func at(value any, path []string) (any, bool) {
	for _, step := range path {
		switch v := value.(type) {
		case map[string]any:
			next, ok := v[step]
			if !ok {
				return nil, false
			}
			value = next
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(v) {
				return nil, false
			}
			value = v[i]
		default:
			return nil, false
		}
	}
	return value, true
}

func show(value any) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(out.String())
}

// TestEveryResourceCanBeDeleted holds R23: nothing is retained, whatever happens to it.
func TestEveryResourceCanBeDeleted(t *testing.T) {
	for _, name := range examples(t) {
		for id, resource := range parse(t, whole(t, example(t, name))).Resources {
			for _, policy := range []string{"DeletionPolicy", "UpdateReplacePolicy"} {
				if resource[policy] != "Delete" {
					t.Errorf("%s: %s has the %s %v", name, id, policy, resource[policy])
				}
			}
		}
	}
}

// nameProperties are the properties by which resource types are named.
var nameProperties = []string{
	"Name", "BucketName", "RoleName", "PolicyName", "FunctionName", "LogGroupName", "TopicName", "AliasName",
	"RepositoryName", "AlarmName", "AutoScalingGroupName", "LaunchTemplateName", "InstanceProfileName",
	"ApplicationName", "DeploymentGroupName",
}

// TestEveryNameEndsInTheSuffix holds R22, over both layouts.
func TestEveryNameEndsInTheSuffix(t *testing.T) {
	form := regexp.MustCompile(`^[a-z0-9/-]+(\$\{AWS::AccountId\})?-\$\{EnvironmentSuffix\}$|^/cfnpipe/[a-z0-9-]+/variable/[A-Za-z0-9_]+-\$\{EnvironmentSuffix\}$`)
	for _, name := range examples(t) {
		system := example(t, name)
		all := templates(t, system)
		all["template.json"] = parse(t, whole(t, system))
		names := 0
		for path, template := range all {
			for id, resource := range template.Resources {
				properties, _ := resource["Properties"].(map[string]any)
				for _, property := range nameProperties {
					value, set := properties[property]
					if !set || reference(value) || resource["Type"] == "AWS::Lambda::Alias" {
						continue // the name of another resource, or a name inside one
					}
					names++
					if !form.MatchString(text(value)) {
						t.Errorf("%s: %s: %s of %s is %s", name, path, property, id, show(value))
					}
				}
			}
		}
		if names < 40 {
			t.Errorf("%s: only %d names found", name, names)
		}
	}
}

// TestNoCircle: CloudFormation refuses references and DependsOn that go round.
func TestNoCircle(t *testing.T) {
	for _, name := range examples(t) {
		system := example(t, name)
		all := templates(t, system)
		all["template.json"] = parse(t, whole(t, system))
		for path, template := range all {
			state := map[string]int{}
			var visit func(id string)
			visit = func(id string) {
				state[id] = 1
				for _, to := range edges(template.Resources[id], template) {
					switch state[to] {
					case 0:
						visit(to)
					case 1:
						t.Errorf("%s: %s: %s and %s wait for each other", name, path, id, to)
					}
				}
				state[id] = 2
			}
			for id := range template.Resources {
				if state[id] == 0 {
					visit(id)
				}
			}
		}
	}
}

var subReference = regexp.MustCompile(`\$\{([A-Za-z0-9]+)(?:\.[A-Za-z0-9.]+)?\}`)

// edges lists the resources that a printed resource waits for.
func edges(value any, template document) []string {
	var out []string
	add := func(id string) {
		if _, ok := template.Resources[id]; ok {
			out = append(out, id)
		}
	}
	var walk func(value any)
	walk = func(value any) {
		switch v := value.(type) {
		case map[string]any:
			for key, item := range v {
				switch key {
				case "Ref":
					add(fmt.Sprint(item))
				case "Fn::GetAtt":
					add(fmt.Sprint(item.([]any)[0]))
				case "Fn::Sub":
					for _, match := range subReference.FindAllStringSubmatch(text(map[string]any{key: item}), -1) {
						add(match[1])
					}
					walk(item)
				case "DependsOn":
					for _, id := range item.([]any) {
						add(id.(string))
					}
				default:
					walk(item)
				}
			}
		case []any:
			for _, item := range v {
				walk(item)
			}
		}
	}
	walk(value)
	return out
}

func reference(value any) bool {
	object, _ := value.(map[string]any)
	_, ok := object["Ref"]
	return ok
}

package compiler_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/access"
	"github.com/cfnpipe/cfnpipe/compiler/internal/authorization"
)

// onlyStar tells whether an action supports no resource but "*". The metrics of a namespace, which a condition names, are in no
// resource either.
func onlyStar(t *testing.T, action string) bool {
	prefix, name, _ := strings.Cut(action, ":")
	service, ok := authorization.Of(prefix)
	if !ok {
		t.Fatalf("no service %s", prefix)
	}
	found := service.Matching(name, access.Covers)
	return action == "cloudwatch:PutMetricData" || len(found) == 1 && len(found[0].ARNs) == 0
}

// TestNoStatementIsWide holds every statement of every policy of the examples
// against what makes one dangerous.
func TestNoStatementIsWide(t *testing.T) {
	statements := 0
	for _, name := range examples(t) {
		for id, resource := range parse(t, whole(t, example(t, name))).Resources {
			for _, s := range statementsIn(resource["Properties"]) {
				statements++
				if fault := wide(t, resource["Type"].(string), s); fault != "" {
					t.Errorf("%s: %s: %s in %s", name, id, fault, show(s))
				}
			}
		}
	}
	if statements < 150 {
		t.Errorf("only %d statements found", statements)
	}
}

// TestWideIsFound: the judge above sees what it is there for.
func TestWideIsFound(t *testing.T) {
	object := func(pairs ...any) map[string]any {
		out := map[string]any{"Effect": "Allow"}
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i].(string)] = pairs[i+1]
		}
		return out
	}
	root := map[string]any{"AWS": "arn:aws:iam::123456789012:root"}
	for _, s := range []map[string]any{
		object("Action", "*", "Resource", "x"),
		object("Action", "s3:*", "Resource", "x"),
		object("Action", "s3:GetObject", "Resource", "*"),
		object("Action", []any{"ecr:GetAuthorizationToken", "ecr:PutImage"}, "Resource", "*"),
		object("Action", "ecr:GetAuthorizationToken", "Resource", "arn:x"),
		object("Action", "iam:PassRole", "Resource", "arn:x"),
		object("Action", "sts:AssumeRole", "Principal", "*"),
		object("Action", "sts:AssumeRole", "Principal", root),
		object("Action", "sns:Publish", "Principal", map[string]any{"AWS": "*"}, "Condition", object()),
	} {
		if wide(t, "AWS::IAM::Policy", s) == "" {
			t.Errorf("%s passes", show(s))
		}
	}
}

func statementsIn(value any) []map[string]any {
	var out []map[string]any
	switch v := value.(type) {
	case map[string]any:
		if _, policy := v["Version"]; policy {
			list, _ := v["Statement"].([]any)
			for _, item := range list {
				out = append(out, item.(map[string]any))
			}
		}
		for _, item := range v {
			out = append(out, statementsIn(item)...)
		}
	case []any:
		for _, item := range v {
			out = append(out, statementsIn(item)...)
		}
	}
	return out
}

// wide says what is too wide about an Allow statement; empty if nothing is.
func wide(t *testing.T, resourceType string, s map[string]any) string {
	if s["Effect"] == "Deny" {
		return ""
	}
	condition, _ := s["Condition"].(map[string]any)
	if principal, ok := s["Principal"]; ok {
		text := show(principal)
		switch {
		case strings.Contains(text, `"*"`):
			return "everybody"
		case strings.Contains(text, ":root") && !strings.Contains(show(condition), "aws:PrincipalArn") && s["Sid"] != "Administer":
			return "a whole account"
		}
	}
	actions, resources := listOf(s["Action"]), listOf(s["Resource"])
	for _, action := range actions {
		_, verb, _ := strings.Cut(action, ":")
		star := action != "*" && onlyStar(t, action)
		switch {
		case action == "*" || verb == "*" || strings.HasPrefix(verb, "*"):
			return "every action"
		case action == "iam:PassRole" && !strings.Contains(show(condition), "iam:PassedToService"):
			return "a role to any service"
		case resourceType == "AWS::KMS::Key":
			// "*" is the key itself there.
		case slices.Contains(resources, "*") && !star:
			return action + " on everything"
		case star && !slices.Equal(resources, []string{"*"}):
			return action + " on something, which it does not support"
		}
	}
	return ""
}

func listOf(value any) []string {
	var out []string
	switch v := value.(type) {
	case nil:
	case []any:
		for _, item := range v {
			out = append(out, listOf(item)...)
		}
	case string:
		out = append(out, v)
	default:
		out = append(out, fmt.Sprint(show(v)))
	}
	return out
}

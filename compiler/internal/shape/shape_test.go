package shape_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/shape"
)

// TestEverySchemaIsRead reads every schema that is embedded, and holds that each can take and refuse something.
func TestEverySchemaIsRead(t *testing.T) {
	files, err := os.ReadDir("schemas")
	if err != nil || len(files) < 50 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		resourceType := strings.ReplaceAll(strings.TrimSuffix(file.Name(), ".json"), "-", "::")
		schema, ok := shape.Of(resourceType)
		if !ok {
			t.Errorf("%s cannot be read", file.Name())
			continue
		}
		faults := schema.Check(plan.Object{{Key: "NoSuchProperty", Value: plan.String("x")}})
		if !slices.ContainsFunc(faults, func(f shape.Fault) bool { return f.Path == "/NoSuchProperty" && len(f.Near) > 0 }) {
			t.Errorf("%s takes any property: %v", resourceType, faults)
		}
		if schema.HasAttribute("NoSuchAttribute") {
			t.Errorf("%s gives any attribute", resourceType)
		}
	}
}

// TestReferencesLead holds that no reference leads nowhere, where every value would do.
func TestReferencesLead(t *testing.T) {
	files, _ := os.ReadDir("schemas")
	reference := regexp.MustCompile(`"\$ref":"([^"]*)"`)
	found := 0
	for _, file := range files {
		text, err := os.ReadFile("schemas/" + file.Name())
		if err != nil {
			t.Fatal(err)
		}
		var schema struct {
			Definitions map[string]any `json:"definitions"`
		}
		if err := json.Unmarshal(text, &schema); err != nil {
			t.Fatal(err)
		}
		for _, match := range reference.FindAllStringSubmatch(string(text), -1) {
			found++
			if name, inside := strings.CutPrefix(match[1], "#/definitions/"); !inside || schema.Definitions[name] == nil {
				t.Errorf("%s: %s leads nowhere", file.Name(), match[1])
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d references", found)
	}
}

// TestPatternsCompile holds that no pattern is passed over because Go cannot say it.
func TestPatternsCompile(t *testing.T) {
	files, _ := os.ReadDir("schemas")
	pattern := regexp.MustCompile(`"pattern":"((?:[^"\\]|\\.)*)"`)
	found := 0
	for _, file := range files {
		text, err := os.ReadFile("schemas/" + file.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range pattern.FindAllStringSubmatch(string(text), -1) {
			found++
			said := strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(match[1])
			if _, err := regexp.Compile(said); err != nil {
				t.Errorf("%s: %v", file.Name(), err)
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d patterns", found)
	}
}

func TestTypeWithoutSchema(t *testing.T) {
	for _, name := range []string{"AWS::Nothing::Here", "Custom::Thing", "", "../schema"} {
		if _, ok := shape.Of(name); ok {
			t.Errorf("%q has a schema", name)
		}
	}
}

func object(pairs ...any) plan.Object {
	var out plan.Object
	for i := 0; i < len(pairs); i += 2 {
		value, _ := pairs[i+1].(plan.Value)
		if text, ok := pairs[i+1].(string); ok {
			value = plan.String(text)
		}
		out = append(out, plan.Field{Key: pairs[i].(string), Value: value})
	}
	return out
}

// TestCheck: each case is properties of a type, and the faults that they have, as "PATH says", in order.
func TestCheck(t *testing.T) {
	queue := &plan.Resource{ID: "Queue", Type: "AWS::SQS::Queue"}
	param := plan.Param{Of: &plan.Parameter{Name: "P", Type: "String"}}
	rule := func(pairs ...any) plan.Object {
		return append(object("Action", "lambda:InvokeFunction", "FunctionName", "f", "Principal", "events.amazonaws.com"), object(pairs...)...)
	}
	for name, test := range map[string]struct {
		of         string
		properties plan.Object
		want       []string
	}{
		"right":   {"AWS::SNS::Topic", object("TopicName", "t", "FifoTopic", plan.Bool(true)), nil},
		"unknown": {"AWS::SNS::Topic", object("TopicNames", "t"), []string{`/TopicNames is unknown: there is no "TopicNames" here`}},
		"unknown inside": {
			"AWS::SNS::Topic", object("Tags", plan.List{object("Key", "a", "Value", "b", "Values", "c")}),
			[]string{`/Tags/0/Values is unknown: there is no "Values" here`},
		},
		"missing":              {"AWS::SNS::TopicPolicy", object("Topics", plan.List{plan.String("t")}), []string{` lacks "PolicyDocument"`}},
		"missing inside":       {"AWS::SNS::Topic", object("Tags", plan.List{object("Key", "a")}), []string{`/Tags/0 lacks "Value"`}},
		"a list for a text":    {"AWS::SNS::Topic", object("TopicName", plan.List{}), []string{"/TopicName is a list, not a text"}},
		"an object for a text": {"AWS::SNS::Topic", object("TopicName", object()), []string{"/TopicName is an object, not a text"}},
		"a text for a list":    {"AWS::SNS::Topic", object("Tags", "a"), []string{`/Tags is "a", not a list`}},
		"a text that is worked out for an object": {
			"AWS::Lambda::Function", object("Role", "arn:aws:iam::123456789012:role/r", "Code", object("ZipFile", "x"), "Environment", plan.Concat{plan.String("a"), param}),
			[]string{"/Environment is a text, not an object"},
		},
		"a parameter may be a list":   {"AWS::SNS::TopicPolicy", object("PolicyDocument", object(), "Topics", param), nil},
		"a reference may be anything": {"AWS::SNS::TopicPolicy", object("PolicyDocument", object(), "Topics", plan.List{plan.Ref{To: queue}}), nil},
		"a number as text":            {"AWS::SQS::Queue", object("DelaySeconds", "60"), nil},
		"no number":                   {"AWS::SQS::Queue", object("DelaySeconds", "soon"), []string{`/DelaySeconds is "soon", not a whole number`}},
		"a fraction":                  {"AWS::SQS::Queue", object("DelaySeconds", plan.Decimal("1.5")), []string{"/DelaySeconds is 1.5, not a whole number"}},
		"a truth value as text":       {"AWS::SQS::Queue", object("FifoQueue", "true"), nil},
		"no truth value":              {"AWS::SQS::Queue", object("FifoQueue", "yes"), []string{`/FifoQueue is "yes", not true or false`}},
		"an enumeration": {
			"AWS::SNS::Topic", object("DeliveryStatusLogging", plan.List{object("Protocol", "ftp")}),
			[]string{`/DeliveryStatusLogging/0/Protocol is "ftp", and takes http/s, sqs, lambda, firehose, application`},
		},
		"too small":   {"AWS::Lambda::Function", object("Role", "arn:aws:iam::123456789012:role/r", "Code", object("ZipFile", "x"), "MemorySize", plan.Int(1)), []string{"/MemorySize is 1, and at least 128 is needed"}},
		"too long":    {"AWS::SNS::Topic", object("Tags", plan.List{object("Key", strings.Repeat("k", 129), "Value", "v")}), []string{"/Tags/0/Key has 129 characters, and at most 128 are taken"}},
		"too short":   {"AWS::SNS::Topic", object("Tags", plan.List{object("Key", "", "Value", "v")}), []string{"/Tags/0/Key has 0 characters, and at least 1 are needed"}},
		"a pattern":   {"AWS::Lambda::Permission", rule("SourceAccount", "12345678901x"), []string{`/SourceAccount is "12345678901x", which does not fit the pattern ^\d{12}$`}},
		"its pattern": {"AWS::Lambda::Permission", rule("SourceAccount", "123456789012"), nil},
		"read-only":   {"AWS::SNS::Topic", object("TopicArn", "arn:x"), []string{"/TopicArn is set by AWS alone"}},
		"a pointer":   {"AWS::SNS::Topic", object("a/b~c", "x"), []string{`/a~1b~0c is unknown: there is no "a/b~c" here`}},
	} {
		t.Run(name, func(t *testing.T) {
			schema, ok := shape.Of(test.of)
			if !ok {
				t.Fatal("no schema")
			}
			var have []string
			for _, fault := range schema.Check(test.properties) {
				have = append(have, fault.Path+" "+fault.Says)
			}
			if !slices.Equal(have, test.want) {
				t.Errorf("have %q, want %q", have, test.want)
			}
		})
	}
}

func TestAttributes(t *testing.T) {
	for of, names := range map[string][2][]string{
		"AWS::SQS::Queue":       {{"Arn", "QueueName", "QueueUrl"}, {"ARN", "Url", ""}},
		"AWS::RDS::DBInstance":  {{"Endpoint.Address", "MasterUserSecret.SecretArn"}, {"Endpoints.Address"}},
		"AWS::Lambda::Function": {{"Arn"}, {"arn", "Qualifier"}},
	} {
		schema, ok := shape.Of(of)
		if !ok {
			t.Fatal(of)
		}
		for _, name := range names[0] {
			if !schema.HasAttribute(name) {
				t.Errorf("%s gives no %s", of, name)
			}
		}
		for _, name := range names[1] {
			if schema.HasAttribute(name) {
				t.Errorf("%s gives %s", of, name)
			}
		}
	}
}

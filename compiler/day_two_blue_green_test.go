package compiler_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// made lists what custom resources make behind the templates, as if it stood in them: under the custom resource's id, and with the
// references that stand in the text of its properties.
func (p *printed) made(kind string) []*resource {
	property := map[string]string{
		"AWS::AutoScaling::AutoScalingGroup": "Fleet", "AWS::CodeDeploy::DeploymentGroup": "Group",
	}[kind]
	if property == "" {
		return nil
	}
	var out []*resource
	for _, maker := range p.of("Custom::BlueGreenFleet") {
		written := maker.get(property)
		var more map[string]any
		if pair, ok := written.(map[string]any)["Fn::Sub"].([]any); ok {
			more, _ = pair[1].(map[string]any)
		}
		var document map[string]any
		if json.Unmarshal([]byte(text(written)), &document) != nil {
			continue
		}
		properties := referring(document, more).(map[string]any)
		if kind == "AWS::CodeDeploy::DeploymentGroup" {
			properties["AutoScalingGroups"] = []any{map[string]any{"Ref": maker.id}}
		}
		out = append(out, &resource{
			id: maker.id, account: maker.account, beside: maker.beside,
			body: map[string]any{"Type": kind, "Properties": properties, "DependsOn": maker.body["DependsOn"]},
		})
	}
	return out
}

var oneVariable = regexp.MustCompile(`^\$\{([A-Za-z0-9:]+)(?:\.([A-Za-z0-9.]+))?\}$`)

// referring turns the variables in the texts of a document into what they stand for in a template.
func referring(value any, more map[string]any) any {
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, item := range v {
			out[key] = referring(item, more)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = referring(item, more)
		}
		return out
	case string:
		match := oneVariable.FindStringSubmatch(v)
		switch {
		case match != nil && more[match[1]] != nil:
			return more[match[1]]
		case match != nil && match[2] != "":
			return map[string]any{"Fn::GetAtt": []any{match[1], match[2]}}
		case match != nil:
			return map[string]any{"Ref": match[1]}
		case strings.Contains(v, "${"):
			return map[string]any{"Fn::Sub": v}
		}
	}
	return value
}

// fleetOf is the Auto Scaling group of a deployment group.
func (p *printed) fleetOf(group *resource) *resource {
	named := p.to(group.get("AutoScalingGroups/0"))
	for _, made := range p.made("AWS::AutoScaling::AutoScalingGroup") {
		if named != nil && made.id == named.id {
			return made
		}
	}
	return named
}

// exchanged tells whether releases exchange a service's hosts for others.
func (r release) exchanged() bool {
	return fmt.Sprint(r.group.get("DeploymentStyle/DeploymentType")) == "BLUE_GREEN"
}

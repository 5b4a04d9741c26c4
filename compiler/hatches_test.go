package compiler_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// TestHatchesDeploy takes every case whose configuration adds or changes something, one per stack, in the order of the manifest:
// what a template imports has been exported once by one before it, in the same account, and each refers to what it has.
func TestHatchesDeploy(t *testing.T) {
	var paths []string
	for _, pattern := range []string{"testdata/wrong/*.txtar", "testdata/blocks/*/*.txtar"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	deployed := 0
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		system, _ := compileText(archive.Files[0].Data)
		text := string(archive.Files[0].Data)
		if system == nil || !strings.Contains(text, "\nresource ") && !strings.Contains(text, "\noverride ") {
			continue
		}
		deployed++
		for _, fault := range undeployable(t, system) {
			t.Errorf("%s: %s", path, fault)
		}
	}
	if deployed < 10 {
		t.Errorf("only %d cases", deployed)
	}
}

// undeployable says what keeps the stacks of a system from being made in the order of its manifest.
func undeployable(t *testing.T, system *compiler.System) []string {
	t.Helper()
	files, err := system.Folder()
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Stacks []struct {
			Account, Template, StackName string
			DependsOn                    []string
		}
	}
	at := func(path string) compiler.File {
		return files[slices.IndexFunc(files, func(f compiler.File) bool { return f.Path == path })]
	}
	if err := json.Unmarshal(at("manifest.json").Bytes, &manifest); err != nil {
		t.Fatal(err)
	}
	var faults []string
	exported, made := map[string]string{}, map[string]bool{}
	for _, stack := range manifest.Stacks {
		var template struct {
			Resources, Parameters map[string]any
			Outputs               map[string]struct {
				Value  any
				Export *struct{ Name any }
			}
		}
		text := at(stack.Template).Bytes
		if err := json.Unmarshal(text, &template); err != nil {
			t.Fatal(err)
		}
		for _, needed := range stack.DependsOn {
			if !made[stack.Account+needed] {
				faults = append(faults, fmt.Sprintf("%s is made before %s", stack.StackName, needed))
			}
		}
		made[stack.Account+stack.StackName] = true
		walk(map[string]any{"r": template.Resources, "o": asAny(t, template.Outputs)}, func(object map[string]any) {
			if name, ok := object["Fn::ImportValue"]; ok && exported[stack.Account+fmt.Sprint(name)] == "" {
				faults = append(faults, fmt.Sprintf("%s imports %v, which no stack before it exports", stack.StackName, name))
			}
			if name, ok := object["Ref"].(string); ok && !strings.HasPrefix(name, "AWS::") && template.Resources[name] == nil && template.Parameters[name] == nil {
				faults = append(faults, fmt.Sprintf("%s refers to %s, which it does not have", stack.StackName, name))
			}
			if pair, ok := object["Fn::GetAtt"].([]any); ok && template.Resources[fmt.Sprint(pair[0])] == nil {
				faults = append(faults, fmt.Sprintf("%s refers to %v, which it does not have", stack.StackName, pair[0]))
			}
		})
		for name, output := range template.Outputs {
			if output.Export == nil {
				continue
			}
			key := stack.Account + fmt.Sprint(output.Export.Name)
			if exported[key] != "" {
				faults = append(faults, fmt.Sprintf("%s and %s export %v", exported[key], name, output.Export.Name))
			}
			exported[key] = name
		}
	}
	return faults
}

func asAny(t *testing.T, value any) any {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// walk visits every object in a value.
func walk(value any, visit func(map[string]any)) {
	switch value := value.(type) {
	case map[string]any:
		visit(value)
		for _, member := range value {
			walk(member, visit)
		}
	case []any:
		for _, item := range value {
			walk(item, visit)
		}
	}
}

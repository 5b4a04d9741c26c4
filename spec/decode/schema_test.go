package decode_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec"
)

// TestSchemaAndSpecAgree holds that every attribute and block of the schema has its field in spec, of the type that it is
// read as, and that spec has no field besides.
func TestSchemaAndSpecAgree(t *testing.T) {
	rows := map[string][]schema.Block{} // by type: the kinds of a block share a struct
	var walk func(schema.Block)
	walk = func(b schema.Block) {
		name := b.Type
		if name == "alarm" && b.Kind != "" {
			name = "deploy_alarm" // A stage waits for alarms of another sort.
		}
		rows[name] = append(rows[name], b)
		for _, nested := range b.Blocks {
			if !evaluated()[nested.Type] {
				walk(nested)
			}
		}
	}
	walk(schema.Root())
	structs := map[string]reflect.Type{}
	for _, of := range []any{spec.Config{}, spec.Build{}, spec.Approval{}, spec.Deploy{}, spec.Canary{}} { // the rest can be reached from these
		collect(reflect.TypeOf(of), structs)
	}
	for typeName, blocks := range rows {
		of, ok := structs[structName(typeName)]
		if !ok {
			t.Errorf("block %s has no struct in spec", typeName)
			continue
		}
		agree(t, of, wanted(blocks))
	}
}

// renamed are fields that are not called as in the schema.
func renamed() map[string]string {
	return map[string]string{
		"Network.accesslogexpireafterdays": "accesslogexpireafter", // The field's comment has the unit.
		"Config.account":                   "accounts",
		"Config.pipeline":                  "pipelines",
		"Pipeline.stage":                   "stages",
		"Stage.build":                      "actions", // One list, since their order counts.
		"Stage.approval":                   "actions",
		"Stage.deploy":                     "actions",
		"Stage.canary":                     "actions",
		"Stage.parallel":                   "parallels",
		"BeforeEntry.deploymentwindow":     "window",
		"BeforeEntry.alarm":                "alarms",
		"Config.parameter":                 "parameters",
		"Config.resource":                  "resources",
		"Config.override":                  "overrides",
		"Config.output":                    "outputs",
		"Deploy.alarm":                     "alarms",
		"Parallel.build":                   "actions",
		"Parallel.approval":                "actions",
		"Parallel.deploy":                  "actions",
		"Parallel.canary":                  "actions",
	}
}

// evaluated are blocks and attributes that are gone once expressions have their values.
func evaluated() map[string]bool {
	return map[string]bool{"variable": true, "locals": true, "foreach": true}
}

// unwritten are fields that no attribute or block stands behind.
func unwritten() map[string]bool {
	return map[string]bool{
		"range": true, "label": true, "kind": true,
		"type":         true, // of a resource: a label
		"hasdefault":   true,
		"accountrange": true,                                                 // where a deploy names its account
		"runtimerange": true, "environmentrange": true, "secretsrange": true, // where maps are written that may be empty
		"dynamic": true, // where the blocks of a parallel come from
	}
}

func structName(blockType string) string {
	if blockType == "" {
		return "Config"
	}
	name := ""
	for _, word := range strings.Split(blockType, "_") {
		name += strings.ToUpper(word[:1]) + word[1:]
	}
	return name
}

// collect finds the structs of spec that a type leads to.
func collect(of reflect.Type, into map[string]reflect.Type) {
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice:
		collect(of.Elem(), into)
	case reflect.Struct:
		if into[of.Name()] != nil || of == reflect.TypeFor[hcl.Range]() {
			return
		}
		into[of.Name()] = of
		for i := range of.NumField() {
			collect(of.Field(i).Type, into)
		}
	}
}

// wanted is what a struct has to have: a row for an attribute, nil for a block.
func wanted(blocks []schema.Block) map[string]*schema.Attribute {
	out := map[string]*schema.Attribute{}
	for _, b := range blocks {
		for _, row := range b.Attributes {
			out[plain(row.Name)] = &row
		}
		for _, nested := range b.Blocks {
			out[plain(nested.Type)] = nil
		}
	}
	return out
}

func plain(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// agree compares a struct with the rows behind it.
func agree(t *testing.T, of reflect.Type, rows map[string]*schema.Attribute) {
	t.Helper()
	fields := map[string]reflect.StructField{}
	for i := range of.NumField() {
		field := of.Field(i)
		fields[plain(field.Name)] = field
	}
	met := map[string]bool{}
	for name, row := range rows {
		if evaluated()[name] {
			continue
		}
		if other, ok := renamed()[of.Name()+"."+name]; ok {
			name = other
		}
		field, ok := fields[name]
		if !ok {
			t.Errorf("spec.%s has no field for %s of the schema", of.Name(), name)
			continue
		}
		met[name] = true
		if row != nil {
			readAs(t, of.Name()+"."+field.Name, field.Type, *row)
		}
	}
	for name, field := range fields {
		if !met[name] && !unwritten()[name] {
			t.Errorf("the schema has nothing for the field %s.%s of spec", of.Name(), field.Name)
		}
	}
}

// readAs holds a field's type against what its attribute takes.
func readAs(t *testing.T, name string, of reflect.Type, row schema.Attribute) {
	t.Helper()
	want := map[schema.Type]reflect.Type{
		schema.String: reflect.TypeFor[spec.Text](), schema.Integer: reflect.TypeFor[spec.Number](), schema.Bool: reflect.TypeFor[spec.Flag](),
		schema.StringList: reflect.TypeFor[spec.Texts](), schema.StringMap: reflect.TypeFor[[]spec.Pair](), schema.AccountRef: reflect.TypeFor[*spec.Account](),
		schema.Any: reflect.TypeFor[spec.Object](),
	}[row.Type]
	if later, ok := map[schema.Type]reflect.Type{
		schema.String: reflect.TypeFor[spec.Deferred](), schema.StringList: reflect.TypeFor[spec.DeferredList](),
	}[row.Type]; ok && row.Deferred != "" {
		want = later
	}
	switch {
	case row.Type != schema.Object && of != want:
		t.Errorf("spec.%s is a %s, and the schema's type of %s asks for %s", name, of, row.Name, want)
	case row.Type == schema.Object && of.Kind() == reflect.Struct:
		members := map[string]*schema.Attribute{}
		for _, member := range row.Members {
			members[plain(member.Name)] = &member
		}
		agree(t, of, members)
	case row.Type == schema.Object && of != reflect.TypeFor[[]spec.Pair]():
		t.Errorf("spec.%s is a %s, and an object is a struct or pairs", name, of)
	}
}

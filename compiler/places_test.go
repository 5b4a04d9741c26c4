package compiler_test

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/cfnpipe/cfnpipe/schema"
)

// place is where a configuration can hold a value: an attribute, a member, a name in a map or a label. There is one for
// each row of the schema, so that a new row is tested without another word.
type place struct {
	name    string
	row     schema.Attribute
	isLabel bool
	isKey   bool
	base    []byte // a configuration with `standIn` where the value stands
}

// standIn is replaced by the value; it is no word of HCL's.
const standIn = "STAND_IN"

// with is a valid configuration but for the value, which is an HCL expression.
func (p place) with(value string) []byte {
	return bytes.Replace(p.base, []byte(standIn), []byte(value), 1)
}

// block is the innermost block around the value.
func (p place) block(t testing.TB) hcl.Range {
	t.Helper()
	file, diags := hclsyntax.ParseConfig(p.base, "pipeline.hcl", hcl.InitialPos)
	at := bytes.Index(p.base, []byte(standIn))
	if diags.HasErrors() || at < 0 {
		t.Fatalf("%s: %v\n%s", p.name, diags, p.base)
	}
	around := hcl.Range{Start: hcl.Pos{Byte: at}, End: hcl.Pos{Byte: at + len(standIn)}}
	for body := file.Body.(*hclsyntax.Body); body != nil; {
		inside := body
		body = nil
		for _, block := range inside.Blocks {
			if extent := extent(block); extent.Start.Byte <= at && at < extent.End.Byte {
				around, body = extent, block.Body
			}
		}
	}
	return around
}

// frame is a configuration that uses most blocks; what a place needs besides is added to it.
const frame = `account "main" {
  id = "123456789012"
  network {
  }
}

pipeline "hello" {
  source "codecommit" {
    repository = "hello"
  }
  stage "release" {
    build "image" {
    }
    deploy "ec2" {
    }
  }
}

variable "services" {
  type    = map(string)
  default = {}
}
`

// companions are the attributes that an attribute needs beside it: their examples, unless another value stands here.
func companions() map[string]map[string]string {
	return map[string]map[string]string{
		"network.vpc_id":                  {"public_subnet_ids": "", "private_subnet_ids": ""},
		"network.public_subnet_ids":       {"vpc_id": "", "private_subnet_ids": ""},
		"network.private_subnet_ids":      {"vpc_id": "", "public_subnet_ids": ""},
		"stage.retry_mode":                {"on_failure": `"retry"`},
		"blue_green.reroute_wait_minutes": {"reroute": `"manual"`},
		"variable.default":                {"type": "string"},
		"override label":                  {"set": ""},
	}
}

// places lists every place of the schema.
func places(t testing.TB) []place {
	t.Helper()
	var out []place
	var walk func(path []schema.Block)
	walk = func(path []schema.Block) {
		block := path[len(path)-1]
		for i := range block.Labels {
			out = append(out, labelPlace(t, path, i))
		}
		for _, row := range block.Attributes {
			out = append(out, attributePlaces(t, path, row)...)
		}
		for _, nested := range block.Blocks {
			walk(append(path[:len(path):len(path)], nested))
		}
	}
	walk([]schema.Block{schema.Root()})
	return out
}

// labelPlace is the name of a block.
func labelPlace(t testing.TB, path []schema.Block, which int) place {
	block := path[len(path)-1]
	file, body := frameFor(t, path)
	label := block.Labels[which]
	name := block.Header() + " label"
	if which > 0 {
		name += " " + label.Name
	}
	for attribute, value := range companions()[block.Header()+" label"] {
		needed, _ := block.Attribute(attribute)
		setRaw(body, attribute, cmp.Or(value, needed.Example))
	}
	for _, found := range blocksOf(file.Body(), block.Type) {
		labels := exampleLabels(block)
		labels[which] = standIn
		found.SetLabels(labels)
	}
	row := schema.Attribute{Name: label.Name, Pattern: label.Pattern, MaxLength: label.MaxLength, Example: `"` + cmp.Or(label.Example, "example") + `"`}
	text := bytes.Replace(file.Bytes(), []byte(`"`+standIn+`"`), []byte(standIn), 1)
	return place{name: name, row: row, isLabel: true, base: text}
}

// exampleLabels are labels that fit a block.
func exampleLabels(block schema.Block) []string {
	var out []string
	for _, label := range block.Labels {
		out = append(out, cmp.Or(label.Example, "example"))
	}
	return out
}

// attributePlaces are the values and names that an attribute holds.
func attributePlaces(t testing.TB, path []schema.Block, row schema.Attribute) []place {
	block := path[len(path)-1]
	name := strings.TrimPrefix(block.Header()+"."+row.Name, ".")
	at := func(name string, row schema.Attribute, expression string) place {
		file, body := frameFor(t, path)
		for _, other := range slices.Sorted(maps.Keys(companions()[name])) {
			needed, _ := block.Attribute(other)
			setRaw(body, other, cmp.Or(companions()[name][other], needed.Example))
		}
		setRaw(body, row.Name, expression)
		return place{name: name, row: row, base: file.Bytes()}
	}
	whole := at(name, row, standIn)
	switch row.Type {
	case schema.StringList:
		items := []string{standIn}
		for len(items) < row.Min {
			items = append(items, nthItem(t, row, len(items)))
		}
		return []place{whole, at(name, row, "["+strings.Join(items, ", ")+"]").called(name + " item")}
	case schema.StringMap:
		key := at(name, row, "{ (\""+standIn+"\") = \"x\" }").called(name + " name")
		key.base = bytes.Replace(key.base, []byte(`("`+standIn+`")`), []byte("("+standIn+")"), 1)
		key.row, key.isKey = schema.Attribute{Name: row.Name, Pattern: row.Keys}, true
		return []place{whole, at(name, row, "{ KEY = "+standIn+" }").called(name + " value"), key}
	case schema.Any:
		if key, ok := anyKeys()[name]; ok {
			value := at(name, row, "{ \""+key+"\" = ["+standIn+"] }").called(name + " value")
			name := at(name, row, "{ ("+standIn+") = \"x\" }").called(name + " name")
			name.row, name.isKey = schema.Attribute{Name: row.Name}, true
			return []place{whole, value, name}
		}
	case schema.Object:
		out := []place{whole}
		for _, member := range row.Members {
			p := at(name, row, "{ "+member.Name+" = "+standIn+others(row, member)+" }").called(name + "." + member.Name)
			p.row = member
			out = append(out, p)
		}
		return out
	}
	return []place{whole}
}

// anyKeys are names under which values of any type can stand.
func anyKeys() map[string]string {
	return map[string]string{"resource.properties": "Text", "override.set": "/Properties/Cache/Modes", "override.add": "/Properties/Text"}
}

func (p place) called(name string) place {
	p.name = name
	return p
}

// holdsText tells whether a string may stand there.
func (p place) holdsText() bool {
	return strings.HasSuffix(p.name, " item") || strings.HasSuffix(p.name, " value") || p.row.Type == schema.String
}

// others are the members that a member needs beside it.
func others(row, but schema.Attribute) string {
	out := ""
	for _, member := range row.Members {
		if member.Required && member.Name != but.Name {
			out += ", " + member.Name + " = " + member.Example
		}
	}
	return out
}

// nthItem is an item of a list's example.
func nthItem(t testing.TB, row schema.Attribute, n int) string {
	t.Helper()
	expr, diags := hclsyntax.ParseExpression([]byte(row.Example), "", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	items := expr.(*hclsyntax.TupleConsExpr).Exprs
	return string(items[n].Range().SliceBytes([]byte(row.Example)))
}

// frameFor is the frame with the last block of a path in it, and that block's body.
func frameFor(t testing.TB, path []schema.Block) (*hclwrite.File, *hclwrite.Body) {
	t.Helper()
	file, diags := hclwrite.ParseConfig([]byte(frame), "frame.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	body := file.Body()
	for i, block := range path[1:] {
		if i > 0 && path[i].Type == "parallel" {
			giveWay(file.Body(), block.Type)
		}
		within := body
		body = descend(body, block)
		if block.Type == "blue_green" {
			setRaw(within, "strategy", `"blue_green"`)
		}
	}
	return file, body
}

// giveWay takes away the frame's action of a type, of which there is one in a parallel block then, and what needs it.
func giveWay(body *hclwrite.Body, typeName string) {
	for _, stage := range blocksOf(body, "stage") {
		for _, action := range stage.Body().Blocks() {
			if action.Type() == typeName || typeName == "build" && action.Type() == "deploy" {
				stage.Body().RemoveBlock(action)
			}
		}
	}
}

// descend finds or makes a block. One of another kind gives way where only one of the type may stand, or the two would need names.
func descend(body *hclwrite.Body, row schema.Block) *hclwrite.Body {
	for _, found := range body.Blocks() {
		if found.Type() != row.Type {
			continue
		}
		if row.Kind == "" || found.Labels()[0] == row.Kind {
			return found.Body()
		}
		if row.Max == 1 || row.Type == "deploy" {
			body.RemoveBlock(found)
		}
	}
	var labels []string
	if row.Kind != "" {
		labels = append(labels, row.Kind)
	}
	labels = append(labels, exampleLabels(row)...)
	made := body.AppendNewBlock(row.Type, labels).Body()
	for _, attribute := range row.Attributes {
		if attribute.Required {
			setRaw(made, attribute.Name, attribute.Example)
		}
	}
	return made
}

func blocksOf(body *hclwrite.Body, typeName string) []*hclwrite.Block {
	var out []*hclwrite.Block
	for _, block := range body.Blocks() {
		if block.Type() == typeName {
			out = append(out, block)
		}
		out = append(out, blocksOf(block.Body(), typeName)...)
	}
	return out
}

// setRaw sets an attribute to an expression as it is written.
func setRaw(body *hclwrite.Body, name, expression string) {
	body.SetAttributeRaw(name, hclwrite.Tokens{{Type: hclsyntax.TokenIdent, Bytes: []byte(expression)}})
}

// TestEveryPlaceTakesItsExample holds that the configurations of the other tests reach what they are about.
func TestEveryPlaceTakesItsExample(t *testing.T) {
	for _, p := range places(t) {
		if p.isKey || strings.HasSuffix(p.name, " item") || strings.HasSuffix(p.name, " value") {
			continue
		}
		value := p.row.Example
		if p.row.Type == schema.AccountRef {
			value = "account.main"
		}
		if _, diags := compileText(p.with(value)); diags.HasErrors() {
			t.Errorf("%s = %s: %v; has companions a row for what it needs?\n%s", p.name, value, diags, p.with(value))
		}
	}
}

package decode

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/cfnpipe/cfnpipe/schema"
)

// TestRowsFit holds that defaults and examples of the schema are what the schema itself allows.
func TestRowsFit(t *testing.T) {
	var walk func(schema.Block)
	walk = func(b schema.Block) {
		for _, row := range b.Attributes {
			for _, source := range []string{row.Default, row.Example} {
				if source != "" && row.Type < schema.AccountRef { // the others refer to something
					fits(t, b, row, source)
				}
			}
		}
		for _, nested := range b.Blocks {
			walk(nested)
		}
	}
	walk(schema.Root())
}

func fits(t *testing.T, b schema.Block, row schema.Attribute, source string) {
	t.Helper()
	d := newDecoder([]Source{{Name: "row", Bytes: []byte(source)}})
	expr, diags := hclsyntax.ParseExpression([]byte(source), "row", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s: %s: %v", b.Header(), row.Name, diags)
	}
	read := d.emptyBlock(b, hcl.Range{Filename: "row"})
	read.attributes[row.Name] = &hcl.Attribute{Name: row.Name, Expr: expr, Range: expr.Range(), NameRange: expr.Range()}
	switch row.Type {
	case schema.Integer:
		read.number(row.Name)
	case schema.Bool:
		read.flag(row.Name)
	case schema.StringList:
		read.texts(row.Name)
	case schema.StringMap:
		read.pairs(row.Name)
	case schema.Object:
		if row.Members[0].Type == schema.Integer {
			read.numbers(row.Name)
		} else {
			read.pairs(row.Name)
		}
	default:
		read.deferred(row.Name)
	}
	if len(d.diags) > 0 {
		t.Errorf("%s: %s = %s: %v", b.Header(), row.Name, source, d.diags)
	}
}

// TestExamplesFit holds that the examples of blocks decode where they belong.
func TestExamplesFit(t *testing.T) {
	const account = "account \"tools\" {\n  id = \"111111111111\"\n}\n"
	const others = "account \"staging\" {\n  id = \"222222222222\"\n}\naccount \"production\" {\n  id = \"333333333333\"\n}\n"
	const source, stage = "source \"codecommit\" {\n  repository = \"r\"\n}\n", "stage \"s\" {\n  approval {}\n}\n"
	pipeline := func(body string) string { return "pipeline \"p\" {\naccount = account.tools\n" + body + "}\n" }
	onDeploy := func(e string) string {
		return account + pipeline(source+"stage \"s\" {\ndeploy \"ec2\" {\n"+e+"}\n}\n")
	}
	onFunction := func(e string) string {
		return account + pipeline(source+"stage \"s\" {\ndeploy \"lambda\" {\n"+e+"}\n}\n")
	}
	frames := map[string]func(string) string{
		"": func(e string) string { return e },
		"account": func(e string) string {
			return e + pipeline(source + stage)[:0] + "pipeline \"p\" {\n" + source + stage + "}\n"
		},
		"variable": func(e string) string {
			return strings.Replace(e, "type ", "default = \"1\"\ntype ", 1) + account + pipeline(source+stage)
		},
		"validation": func(e string) string {
			return "variable \"services\" {\ndefault = []\n" + e + "}\n" + account + pipeline(source+stage)
		},
		"locals":    func(e string) string { return e + account + pipeline(source+stage) },
		"parameter": func(e string) string { return e + account + pipeline(source+stage) },
		"resource":  func(e string) string { return e + account + others + pipeline(source+stage) },
		"override":  func(e string) string { return e + account + pipeline(source+stage) },
		"output":    func(e string) string { return e + account + pipeline(source+stage) },
		"network": func(e string) string {
			return "account \"tools\" {\nid = \"111111111111\"\n" + e + "}\n" + pipeline(source+stage)
		},
		"pipeline":            func(e string) string { return account + others + e },
		`source "codecommit"`: func(e string) string { return account + pipeline(e+stage) },
		"paths": func(e string) string {
			return account + pipeline("source \"codecommit\" {\nrepository = \"r\"\n"+e+"}\n"+stage)
		},
		"artifacts":     func(e string) string { return account + pipeline(e+source+stage) },
		"notifications": func(e string) string { return account + pipeline(e+source+stage) },
		"stage":         func(e string) string { return account + others + pipeline(source+e) },
		"action":        func(e string) string { return account + others + pipeline(source+"stage \"s\" {\n"+e+"}\n") },
		"before_entry": func(e string) string {
			return account + pipeline(source+"stage \"s\" {\napproval {}\n"+e+"}\n")
		},
		"deployment_window": func(e string) string {
			return account + pipeline(source+"stage \"s\" {\napproval {}\nbefore_entry {\n"+e+"}\n}\n")
		},
		"alarm": func(e string) string {
			return account + pipeline(source+"stage \"s\" {\napproval {}\nbefore_entry {\n"+e+"}\n}\n")
		},
		`alarm "errors"`:    onDeploy,
		`alarm "latency"`:   onDeploy,
		`alarm "metric"`:    onDeploy,
		`alarm "throttles"`: onFunction,
		"route":             onDeploy,
		"blue_green": func(e string) string {
			return onDeploy("strategy = \"blue_green\"\n" + e)
		},
	}
	var walk func(schema.Block)
	walk = func(b schema.Block) {
		frame, ok := frames[b.Header()]
		if !ok {
			frame = frames["action"]
		}
		if _, diags := Files([]Source{{Name: "a.hcl", Bytes: []byte(frame(b.Example))}}); len(diags) > 0 {
			t.Errorf("%s: %v", b.Header(), diags)
		}
		for _, nested := range b.Blocks {
			walk(nested)
		}
	}
	walk(schema.Root())
}

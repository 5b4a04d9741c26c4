package decode

import (
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec"
)

// FuzzValue holds that any expression, read as any type of attribute, is a value that its row allows or an error inside it.
func FuzzValue(f *testing.F) {
	for _, row := range rowsOf(schema.Root()) {
		f.Add(row.Default)
		f.Add(row.Example)
	}
	for _, seed := range []string{
		"null", "1e308 * 1e308", "1 / 0", "-1 % 0", "1e308 % 1e-308", `"${1}${"x"}"`, `"%{ if true }x%{ endif }"`, "<<-EOT\n  x\nEOT\n", "[1, null, []]...",
		"account.a.id", "account[\"a\"].id", "account.*.id", "account[0]", `{ "${account.a.id}" = 1 }`, "{ (null) = 1 }", "true ? [] : {}",
		"[for x in [1] : x]", `f("x"...)`, "(((null)))", "!true", "-\"x\"", "[][0]", "{}.x", "\"\\u0000\"", "\"\\U0010ffff\"", "007", "1.50",
		"param.P", `"a-${param.P}-${aws.region}"`, "resource.X.Arn", `join(",", [param.P, "b"])`, `format("%s-%d", param.P, 1)`, `jsonencode({ a = [param.P, 1] })`,
		`[for k, v in { a = param.P } : "${k}${v}"]`, `"%{for x in [param.P, 1]}${x}%{endfor}"`, `true ? param.P : "x"`, `param.P == "x"`, `{ (param.P) = 1 }`, "param.P[0]",
		"param[*]", `try(upper(param.P), "x")`, "tolist([param.P, 1])[0]", "resource[\"a b\"]", `"{{${param.P}"`, `"$${param.P}${aws.region}"`,
	} {
		f.Add(seed)
	}
	rows := rowsOf(schema.Root())
	f.Fuzz(func(t *testing.T, expression string) {
		source := Source{Name: "a.hcl", Bytes: []byte("x = " + expression + "\n")}
		file, diags := read(source)
		if diags.HasErrors() {
			return
		}
		attributes, _ := file.Body.JustAttributes()
		if len(attributes) != 1 || attributes["x"] == nil {
			return
		}
		for _, row := range rows {
			evaluates(t, source, row, attributes["x"])
		}
	})
}

func rowsOf(b schema.Block) []schema.Attribute {
	rows := b.Attributes
	for _, nested := range b.Blocks {
		rows = append(rows[:len(rows):len(rows)], rowsOf(nested)...)
	}
	return rows
}

// evaluates reads an expression as an attribute of a row.
func evaluates(t *testing.T, source Source, row schema.Attribute, attribute *hcl.Attribute) {
	t.Helper()
	d := newDecoder([]Source{source})
	account := &spec.Account{Label: spec.Text{Value: "a"}, ID: spec.Text{Value: "111111111111"}}
	d.scope.parameters["P"] = &spec.Parameter{Type: spec.Text{Value: "String"}, AllowedPattern: spec.Text{Value: "[a-z]+"}}
	d.declared, d.byName, d.names = []*spec.Account{account}, map[string]*spec.Account{"a": account}, []string{"a"}
	row.Required = false
	b := d.emptyBlock(schema.Block{Type: "test", Attributes: []schema.Attribute{row}}, attribute.NameRange)
	b.attributes[row.Name] = attribute
	var texts []spec.Text
	switch row.Type {
	case schema.Any:
		b.object(row.Name)
	case schema.String:
		text, _ := b.deferred(row.Name).Text()
		texts = append(texts, spec.Text{Value: text})
	case schema.Integer:
		b.number(row.Name)
	case schema.Bool:
		b.flag(row.Name)
	case schema.StringList:
		texts = b.texts(row.Name).Items
	case schema.AccountRef:
		if found, _ := b.reference("It runs in"); found == nil && len(d.diags) == 0 {
			t.Errorf("%s: no account and no error", row.Name)
		}
	default:
		if row.Type == schema.Object && row.Members[0].Type == schema.Integer {
			b.numbers(row.Name)
			break
		}
		for _, pair := range b.pairs(row.Name) {
			text, _ := pair.Value.Text()
			texts = append(texts, spec.Text{Value: text})
		}
	}
	for _, text := range texts {
		if fault := hostile(text.Value, row.Holds); fault != "" || !utf8.ValidString(text.Value) {
			t.Errorf("%s holds %q: %s", row.Name, text.Value, fault)
		}
	}
	for _, diag := range d.diags {
		if diag.Subject == nil || diag.Subject.Filename != source.Name || diag.Subject.End.Byte > len(source.Bytes)+1 || diag.Summary == "" || diag.Detail == "" {
			t.Errorf("%s: a diagnostic without a place or words: %v", row.Name, diag)
		}
	}
}

// FuzzScan holds that HCL survives what the scan for its limits lets through, in both syntaxes, and that the scan reports
// one thing at a place inside the file.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		"", "a = ((1))", "a = [[[", "a {\n b {\n", "a = \"${\"${1}\"}\"", "a = <<EOT\n${1}\nEOT\n", "a = -1 + !true", "a = 1e309", "\xff", "# x\n/* y */", "{\"a\": [[{}]]}",
		"{\"a\": \"${(1)}\"}", "{\"a\": \"\\u0024{1}\"}", "[1e309]", "\"", "a = b ? c : d", "a = %{", "\ufeffa = 1", "a = \"%{if x}%{endif}\"",
	} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, isJSON bool) {
		source := Source{Name: "a.hcl", Bytes: data}
		if isJSON {
			source.Name = "a.hcl.json"
		}
		found := limits(source)
		if len(found) > 1 {
			t.Errorf("%d diagnostics", len(found))
		}
		for _, diag := range found {
			if at := diag.Subject; at == nil || at.Start.Byte > at.End.Byte || at.End.Byte > len(data) || at.Start.Line < 1 || at.Start.Column < 1 {
				t.Errorf("a place outside the file: %v", diag)
			}
		}
		_, _ = read(source)
	})
}

package main

import (
	_ "embed"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// The configurations that init begins with. Each compiles as it is.

//go:embed starter/one_account.hcl
var oneAccount []byte

//go:embed starter/two_accounts.hcl
var twoAccounts []byte

// starterName is the file that init writes.
const starterName = "pipeline.hcl"

// exampleID stands in the starters for an account that nobody has named.
const exampleID = "123456789012"

// starter is what init is told, or assumes.
type starter struct {
	name, repository, region string
	account                  string // id
	production               string // id of a second account; empty if there is none
}

// setName names the repository, too, as long as nobody names that.
func (s *starter) setName(name string)             { s.name, s.repository = name, name }
func (s *starter) setRepository(repository string) { s.repository = repository }
func (s *starter) setAccount(id string)            { s.account = id }
func (s *starter) setProduction(id string)         { s.production = id }
func (s *starter) setRegion(region string)         { s.region = region }

// source is the configuration, with all values in their places.
func (s starter) source() (compiler.Source, error) {
	text := oneAccount
	if s.production != "" {
		text = twoAccounts
	}
	file, diags := hclwrite.ParseConfig(text, starterName, hcl.InitialPos)
	if diags.HasErrors() {
		return compiler.Source{}, diags
	}
	ids := []string{s.account, s.production}
	body := file.Body()
	body.SetAttributeValue("region", cty.StringVal(s.region))
	for _, block := range body.Blocks() {
		switch block.Type() {
		case "account":
			block.Body().SetAttributeValue("id", cty.StringVal(ids[0]))
			ids = ids[1:]
		case "pipeline":
			block.SetLabels([]string{s.name})
			block.Body().FirstMatchingBlock("source", []string{"codecommit"}).Body().SetAttributeValue("repository", cty.StringVal(s.repository))
		}
	}
	return compiler.Source{Name: starterName, Bytes: file.Bytes()}, nil
}

// accept puts a value in place, unless the compiler has something against it.
func (s *starter) accept(set func(*starter, string), value string) (fault string) {
	trial := *s
	set(&trial, value)
	if fault = trial.fault(); fault == "" {
		*s = trial
	}
	return fault
}

// fault is what the compiler says first against the values; empty if there is nothing.
func (s starter) fault() string {
	source, err := s.source()
	if err != nil {
		return err.Error()
	}
	_, diags := compiler.Compile([]compiler.Source{source})
	for _, diag := range diags {
		if diag.Severity == hcl.DiagError {
			return strings.TrimSuffix(diag.Summary, ".") + ". " + diag.Detail
		}
	}
	return ""
}

// nameFrom makes a pipeline's name of a folder's, "app" if that is not possible.
func nameFrom(folder string) string {
	words := strings.FieldsFunc(strings.ToLower(folder), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	name := strings.Join(words, "-")
	if name == "" || defaults(name).fault() != "" {
		return "app"
	}
	return name
}

// defaults is a starter of which nothing but the name is known.
func defaults(name string) starter {
	return starter{name: name, repository: name, region: "us-east-1", account: exampleID}
}

// Package decode turns HCL source into spec values, as package schema allows.
package decode

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec"
)

// Source is one file of a configuration. A name that ends in .json says that it is in HCL's JSON syntax.
type Source struct {
	Name  string
	Bytes []byte
}

// IsJSON tells whether a file is in HCL's JSON syntax.
func (s Source) IsJSON() bool { return strings.HasSuffix(strings.ToLower(s.Name), ".json") }

// AssignmentsEnding ends the names of files with values for variables, which are no part of a configuration.
const AssignmentsEnding = ".vars.hcl"

// IsAssignments tells by its name whether a file of a folder gives values to variables. Hidden files do not count: editors keep locks and
// copies in them.
func IsAssignments(name string) bool {
	return !strings.HasPrefix(name, ".") && strings.HasSuffix(name, AssignmentsEnding)
}

// IsConfiguration tells by its name whether a file of a folder is part of the configuration there. Hidden files are not, nor are those
// with values for variables.
func IsConfiguration(name string) bool {
	return !strings.HasPrefix(name, ".") && !IsAssignments(name) && (strings.HasSuffix(name, ".hcl") || strings.HasSuffix(name, ".hcl.json"))
}

// Files decodes the files of one configuration, with values for its variables; of several values for one the last counts. It
// returns what it could read beside its diagnostics, which are in the order of the source; the configuration is complete only
// if none of them is an error.
func Files(files []Source, inputs ...Input) (*spec.Config, hcl.Diagnostics) {
	return newDecoder(files).config(files, inputs)
}

func (d *decoder) config(files []Source, inputs []Input) (*spec.Config, hcl.Diagnostics) {
	root := d.root(d.parse(files))
	d.locals(root)
	d.variables(root, inputs)
	for _, n := range root.of("resource") {
		d.scope.resourceTypes[n.label.Value] = n.labels[0].Value
	}
	parameters := d.parameters(root)
	accounts := d.accounts(root)
	region := root.text("region")
	d.networks(accounts, region)
	config := &spec.Config{
		Region: region, Parameters: parameters, Accounts: d.declared, Pipelines: d.pipelines(root),
		Resources: d.resources(root), Overrides: d.overrides(root), Outputs: d.outputs(root),
	}
	return config, spec.Tidy(ended(d.diags))
}

// parse returns the bodies of the files, as far as they could be parsed.
func (d *decoder) parse(files []Source) []hcl.Body {
	var bodies []hcl.Body
	for _, file := range files {
		parsed, diags := read(file)
		if diags.HasErrors() {
			d.fail(file.Name, diags)
		}
		if parsed != nil && parsed.Body != nil {
			bodies = append(bodies, parsed.Body)
		}
	}
	return bodies
}

// Syntax reports what keeps a file from being parsed, whatever its blocks may mean.
func Syntax(file Source) hcl.Diagnostics {
	_, diags := read(file)
	return spec.Tidy(diags)
}

// read parses a file, unless HCL's parser could not bear it.
func read(file Source) (*hcl.File, hcl.Diagnostics) {
	if diags := limits(file); diags.HasErrors() {
		return nil, diags
	}
	if file.IsJSON() {
		return json.Parse(file.Bytes, file.Name)
	}
	return hclsyntax.ParseConfig(file.Bytes, file.Name, hcl.InitialPos)
}

// Expression parses an expression, unless HCL's parser could not bear it.
func Expression(source Source) (hclsyntax.Expression, hcl.Diagnostics) {
	if diags := limits(source); diags.HasErrors() {
		return nil, diags
	}
	return hclsyntax.ParseExpression(source.Bytes, source.Name, hcl.InitialPos)
}

// fail notes that a file could be read in part only: what is missing from it may stand in the other part.
func (d *decoder) fail(name string, diags hcl.Diagnostics) {
	d.diags = append(d.diags, diags...)
	d.broken[name] = true
}

// root joins the bodies of all files as if they were one.
func (d *decoder) root(bodies []hcl.Body) *block {
	row := schema.Root()
	root := d.emptyBlock(row, d.start)
	for _, body := range bodies {
		part := d.content(row, body, d.start)
		for _, attribute := range row.Attributes {
			found, ok := part.attributes[attribute.Name]
			if !ok {
				continue
			}
			if first, ok := root.attributes[attribute.Name]; ok {
				d.duplicateAttribute(found, first)
				continue
			}
			root.attributes[attribute.Name] = found
		}
		root.nested = append(root.nested, part.nested...)
		for name := range part.seen {
			root.seen[name] = true
		}
	}
	if len(d.broken) == 0 {
		root.checkOccurrences()
	}
	return root
}

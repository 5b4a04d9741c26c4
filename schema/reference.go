package schema

import (
	"fmt"
	"slices"
	"strings"
)

// Markdown is the reference page of the language, schema/REFERENCE.md.
func Markdown() string {
	var w strings.Builder
	root := Root()
	w.WriteString("<!-- Generated from package schema by `go generate ./schema`. Change the rows there. -->\n\n")
	w.WriteString("# Reference\n\n")
	fmt.Fprintf(&w, "%s\nAn attribute that is `null` is left out. This is the shortest useful one:\n\n", root.Doc)
	code(&w, root.Example)
	w.WriteString(values)
	w.WriteString("## Blocks\n\n```\n")
	outline(&w, root, "")
	w.WriteString("```\n\n## The top of a file\n\n")
	attributes(&w, root)
	for _, nested := range once(root) {
		section(&w, nested, parents(root, nested.Header()))
	}
	return strings.TrimRight(w.String(), "\n") + "\n"
}

// values says what an expression may be, whichever attribute it stands behind.
const values = "## Values\n\n" +
	"A value is HCL: literals, `var.NAME`, `local.NAME`, `account.NAME.id`, `each.key` and `each.value`, operators, conditions, `for`, and these " +
	"functions, by the names that Terraform has for them: abs, alltrue, anytrue, can, ceil, chomp, chunklist, cidrsubnet, coalesce, " +
	"coalescelist, compact, concat, contains, csvdecode, distinct, element, endswith, file, flatten, floor, format, formatdate, formatlist, " +
	"index, join, jsondecode, jsonencode, keys, length, log, lookup, lower, max, merge, min, parseint, pow, range, regex, regexall, " +
	"replace, reverse, setintersection, setproduct, setsubtract, setunion, signum, slice, sort, split, startswith, strrev, substr, " +
	"templatefile, timeadd, title, tobool, tolist, tomap, tonumber, toset, tostring, trim, trimprefix, trimspace, trimsuffix, try, upper, values, zipmap. " +
	"`file` and `templatefile` read below the folder of the configuration only.\n\n" +
	"Some values only CloudFormation knows, when a stack is made: `param.NAME`, `param.EnvironmentSuffix`, `aws.account_id`, `aws.region`, " +
	"`aws.partition`, `aws.stack_name`, `resource.ID` (what Ref gives) and `resource.ID.ATTRIBUTE` (what Fn::GetAtt gives), of generated resources " +
	"too. They may stand in a string, in a local, in a list or behind a name: `\"https://${resource.MainLoadBalancer.DNSName}/\"`; of the functions " +
	"can, coalesce, concat, element, flatten, format with `%s`, join, jsonencode, keys, length, lookup, merge, reverse, slice, templatefile, " +
	"tolist, tomap, tostring, try, values and zipmap take them. What may hold them says so below; where a value has to be known before, " +
	"using one is an error. A text that holds `${` itself is written `$${`.\n\n" +
	"A block inside of another may be written for each item of a list, a map or a set:\n\n" +
	"```hcl\n" +
	"dynamic \"stage\" {\n  for_each = var.stages       # there is a stage for each\n  labels   = [stage.key]      # its labels\n\n" +
	"  content {                   # what is in it; the item is called as the block, or as iterator = NAME says\n" +
	"    deploy \"ec2\" {\n      account = account[stage.value.account]\n    }\n  }\n}\n```\n\n"

// outline shows which block stands in which.
func outline(w *strings.Builder, parent Block, indent string) {
	for _, nested := range parent.Blocks {
		fmt.Fprintf(w, "%s%s\n", indent, nested.Signature())
		outline(w, nested, indent+"  ")
	}
}

// once lists the blocks below another, in the order in which the outline shows them first: a block may stand in several.
func once(root Block) []Block {
	var out []Block
	var walk func(Block)
	walk = func(parent Block) {
		for _, nested := range parent.Blocks {
			if slices.ContainsFunc(out, func(b Block) bool { return b.Header() == nested.Header() }) {
				continue
			}
			out = append(out, nested)
			walk(nested)
		}
	}
	walk(root)
	return out
}

// parents says where a block may stand.
func parents(root Block, header string) string {
	holds := func(b Block) bool {
		return slices.ContainsFunc(b.Blocks, func(nested Block) bool { return nested.Header() == header })
	}
	if holds(root) {
		return "at the top of a file"
	}
	var in []string
	for _, b := range once(root) {
		if holds(b) {
			in = append(in, "in `"+b.Header()+"`")
		}
	}
	return strings.Join(in, " or ")
}

func section(w *strings.Builder, b Block, parents string) {
	fmt.Fprintf(w, "## %s\n\n%s\n\n", b.Header(), b.Doc)
	fmt.Fprintf(w, "Stands %s; %s.\n\n", parents, b.Occurrences())
	for _, label := range b.Labels {
		fmt.Fprintf(w, "`%s`: %s It is made of %s, at most %d characters.\n\n", b.Header()+" \""+strings.ToUpper(label.Name)+"\"", label.Doc,
			label.Words, label.MaxLength)
	}
	attributes(w, b)
	code(w, b.Example)
}

// Occurrences says how many of the block the surrounding one takes, in words.
func (b Block) Occurrences() string {
	switch {
	case b.Min == 1 && b.Max == 1:
		return "exactly one"
	case b.Min == 0 && b.Max == 1:
		return "at most one"
	case b.Min == 0 && b.Max > 0:
		return fmt.Sprintf("at most %d", b.Max)
	case b.Min > 0 && b.Max > 0:
		return fmt.Sprintf("%d to %d", b.Min, b.Max)
	case b.Min > 0:
		return "at least one"
	}
	return "any number"
}

func attributes(w *strings.Builder, b Block) {
	for _, row := range b.Attributes {
		attribute(w, row, "")
	}
	if len(b.Attributes) > 0 {
		w.WriteString("\n")
	}
}

func attribute(w *strings.Builder, row Attribute, indent string) {
	fmt.Fprintf(w, "%s- **`%s`** (%s): %s", indent, row.Name, strings.Join(row.Traits(), ", "), row.Doc)
	if takes := row.Takes(); takes != "" {
		fmt.Fprintf(w, " %s", takes)
	}
	fmt.Fprintf(w, " Example: `%s`\n", row.Example)
	for _, member := range row.Members {
		attribute(w, member, indent+"  ")
	}
}

// Traits says of which type an attribute is, whether it has to be there, and what else there is to its value.
func (a Attribute) Traits() []string {
	traits := []string{typeName(a.Type)}
	switch {
	case a.Required:
		traits = append(traits, "required")
	case a.Default != "":
		traits = append(traits, "default `"+a.Default+"`")
	}
	if a.Condition != "" {
		traits = append(traits, a.Condition)
	}
	if a.Deferred != "" {
		traits = append(traits, "may hold `param.NAME` and the like")
	}
	return traits
}

// Takes says which values an attribute takes, as sentences; empty if its type says all.
func (a Attribute) Takes() string {
	var parts []string
	subject := "Takes"
	if a.Type == StringList || a.Type == StringMap {
		subject = "Each is"
	}
	switch {
	case len(a.Values) > 0:
		parts = append(parts, subject+" one of `"+strings.Join(a.Values, "`, `")+"`")
	case a.Type == Integer:
		parts = append(parts, fmt.Sprintf("Takes %d to %d", a.Min, a.Max))
	case a.Words != "":
		parts = append(parts, subject+" "+a.Words)
	}
	if a.Type == StringList && a.Min > 0 {
		parts = append(parts, fmt.Sprintf("At least %d", a.Min))
	}
	if a.MaxLength > 0 {
		parts = append(parts, fmt.Sprintf("At most %d characters", a.MaxLength))
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, ". ") + "."
}

func typeName(t Type) string {
	switch t {
	case Integer:
		return "whole number"
	case Bool:
		return "`true` or `false`"
	case StringList:
		return "list of strings"
	case StringMap:
		return "map of strings"
	case Object:
		return "object"
	case AccountRef:
		return "reference to an account"
	case Any:
		return "any value"
	case Constraint:
		return "type"
	}
	return "string"
}

func code(w *strings.Builder, example string) {
	fmt.Fprintf(w, "```hcl\n%s```\n\n", example)
}

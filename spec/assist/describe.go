package assist

import (
	"fmt"
	"strings"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec/decode"
)

// attributeDoc describes an attribute in Markdown.
func attributeDoc(row schema.Attribute) string {
	var out strings.Builder
	fmt.Fprintf(&out, "**%s** (%s)\n\n%s", row.Name, strings.Join(row.Traits(), ", "), row.Doc)
	if takes := row.Takes(); takes != "" {
		out.WriteString("\n\n" + takes)
	}
	for _, member := range row.Members {
		fmt.Fprintf(&out, "\n- **%s** (%s): %s", member.Name, strings.Join(member.Traits(), ", "), member.Doc)
		if takes := member.Takes(); takes != "" {
			out.WriteString(" " + takes)
		}
	}
	if row.Example != "" {
		out.WriteString("\n\n" + fenced("cfnpipe", row.Name+" = "+row.Example))
	}
	return out.String()
}

// blockDoc describes a block in Markdown.
func blockDoc(row schema.Block) string {
	out := fmt.Sprintf("**%s** (%s)\n\n%s", row.Signature(), row.Occurrences(), row.Doc)
	if row.Example != "" {
		out += "\n\n" + fenced("cfnpipe", row.Example)
	}
	return out
}

// propertyDoc describes a property of a resource of AWS.
func propertyDoc(resourceType string, p Property) string {
	out := fmt.Sprintf("**%s** (%s) of %s", p.Name, p.detail(), code(resourceType))
	if len(p.Values) > 0 {
		out += "\n\nTakes one of `" + strings.Join(p.Values, "`, `") + "`."
	}
	return out
}

// detail is the type of a property, and whether it has to be there.
func (p Property) detail() string {
	if p.Required {
		return "required, " + p.Type
	}
	return p.Type
}

// labelDoc describes a name.
func labelDoc(label schema.Label) string {
	out := label.Doc
	if label.Words != "" {
		out += fmt.Sprintf("\n\nIt is made of %s, at most %d characters.", label.Words, label.MaxLength)
	}
	return out
}

// typeWord is the type of an attribute in a word or two, without Markdown.
func typeWord(row schema.Attribute) string { return strings.ReplaceAll(row.Traits()[0], "`", "") }

// functionDoc describes a function in Markdown.
func functionDoc(f decode.Function) string {
	signature, _ := f.Signature()
	out := fenced("", signature)
	if f.Doc != "" {
		out += "\n\n" + f.Doc
	}
	return out
}

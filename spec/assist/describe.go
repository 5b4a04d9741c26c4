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
		fmt.Fprintf(&out, "\n\n```cfnpipe\n%s = %s\n```", row.Name, row.Example)
	}
	return out.String()
}

// blockDoc describes a block in Markdown.
func blockDoc(row schema.Block) string {
	out := fmt.Sprintf("**%s** (%s)\n\n%s", row.Signature(), row.Occurrences(), row.Doc)
	if row.Example != "" {
		out += "\n\n```cfnpipe\n" + row.Example + "```"
	}
	return out
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
	out := "```\n" + signature + "\n```"
	if f.Doc != "" {
		out += "\n\n" + f.Doc
	}
	return out
}

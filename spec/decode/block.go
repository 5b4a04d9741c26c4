package decode

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec"
)

// block is the content of one block, held against its row of the schema.
type block struct {
	d          *decoder
	row        schema.Block
	label      spec.Text // the name behind the type, if the block has one
	header     hcl.Range
	attributes map[string]*hcl.Attribute
	nested     []nested        // in the order of the source
	none       bool            // whether there is a dynamic block in it that stands for no block at all
	seen       map[string]bool // types of which there is a block, be it a wrong one, and what a misspelt name was meant to be
}

// nested is a block whose content has not been looked at.
type nested struct {
	row    schema.Block
	label  spec.Text
	labels []spec.Text // all names, where there are several
	header hcl.Range
	body   hcl.Body
	d      *decoder // with the iterator of the dynamic block that it comes from; nil if it is written as it is
}

func (d *decoder) emptyBlock(row schema.Block, header hcl.Range) *block {
	return &block{d: d, row: row, header: header, attributes: map[string]*hcl.Attribute{}, seen: map[string]bool{}}
}

// open looks at the content of a nested block.
func (d *decoder) open(n nested) *block {
	if n.d != nil {
		d = n.d
	}
	b := d.content(n.row, n.body, n.header)
	b.label = n.label
	if !d.broken[n.header.Filename] {
		b.checkOccurrences()
	}
	return b
}

// content holds a body against a row of the schema. Whether required attributes are there is found out when they are read.
func (d *decoder) content(row schema.Block, body hcl.Body, header hcl.Range) *block {
	b := d.emptyBlock(row, header)
	if row.Open {
		return b.open(body)
	}
	content, diags := body.Content(bodySchema(row))
	for _, diag := range diags {
		b.seen[d.contentDiagnostic(row, diag)] = true
	}
	if native, ok := body.(*hclsyntax.Body); ok {
		b.checkLabelCounts(native)
	}
	if content == nil {
		return b
	}
	b.attributes = content.Attributes
	// HCL groups JSON blocks by type; the stages' actions run in the order in which they are written.
	slices.SortStableFunc(content.Blocks, func(a, b *hcl.Block) int { return cmp.Compare(a.DefRange.Start.Byte, b.DefRange.Start.Byte) })
	for _, found := range content.Blocks {
		if found.Type == schema.DynamicType {
			b.nested = append(b.nested, b.dynamic(found)...)
			continue
		}
		b.seen[found.Type] = true
		if n, ok := d.nest(row, found); ok {
			b.nested = append(b.nested, n)
		}
	}
	return b
}

// open takes every attribute of a body; a block in it has no meaning.
func (b *block) open(body hcl.Body) *block {
	attributes, diags := body.JustAttributes()
	b.d.diags = append(b.d.diags, diags...)
	b.attributes = attributes
	return b
}

func bodySchema(row schema.Block) *hcl.BodySchema {
	out := &hcl.BodySchema{}
	for _, attribute := range row.Attributes {
		out.Attributes = append(out.Attributes, hcl.AttributeSchema{Name: attribute.Name})
	}
	done := map[string]bool{}
	for _, nested := range row.Blocks {
		if done[nested.Type] {
			continue
		}
		done[nested.Type] = true
		out.Blocks = append(out.Blocks, hcl.BlockHeaderSchema{Type: nested.Type, LabelNames: labelNames(nested)})
	}
	if row.Type != "" && len(row.Blocks) > 0 {
		out.Blocks = append(out.Blocks, hcl.BlockHeaderSchema{Type: schema.DynamicType, LabelNames: []string{"type"}})
	}
	return out
}

func labelNames(row schema.Block) []string {
	var out []string
	if row.Kind != "" {
		out = append(out, "kind")
	}
	for _, label := range row.Labels {
		out = append(out, label.Name)
	}
	return out
}

// contentDiagnostic says in our words what HCL found wrong with a body; what has no words of ours stays as it is. It returns
// the name that a misspelt one was meant to be, which is not missing then.
func (d *decoder) contentDiagnostic(row schema.Block, diag *hcl.Diagnostic) (meant string) {
	switch {
	case diag.Subject == nil:
		d.diags = append(d.diags, diag)
	case diag.Summary == "Unsupported argument":
		return d.unknownName(row, "attribute", *diag.Subject)
	case diag.Summary == "Unsupported block type":
		return d.unknownName(row, "block", *diag.Subject)
	case diag.Summary == "Extraneous JSON object property":
		return d.unknownName(row, "attribute or block", *diag.Subject)
	case strings.HasPrefix(diag.Summary, "Extraneous label for "), missingLabel.MatchString(diag.Summary):
		// checkLabelCounts says it.
	default:
		d.diags = append(d.diags, diag)
	}
	return ""
}

// missingLabel is how HCL begins when a block has too few labels.
var missingLabel = regexp.MustCompile(`^Missing [A-Za-z]+ for `)

// language is what the schema says of a file. To put it together takes longer than all else that is said about a name.
func (d *decoder) language() schema.Block {
	if d.rows.Blocks == nil {
		d.rows = schema.Root()
	}
	return d.rows
}

func (d *decoder) unknownName(row schema.Block, what string, at hcl.Range) (meant string) {
	name := d.nameAt(at)
	spoken := shorten(name)
	detail := fmt.Sprintf("%s takes: %s.", subjectOf(row), list(names(row)))
	if attribute, ok := row.Attribute(name); ok {
		detail = fmt.Sprintf("%q is an attribute; write %s = %s.", name, name, attribute.Example)
	} else if slices.Contains(blockTypes(row), name) {
		detail = fmt.Sprintf("%q is a block; write it without an equals sign.", name)
	} else if inside := homes(row, name); len(inside) > 0 {
		detail += fmt.Sprintf(" %q belongs in %s.", name, either(inside))
	} else if meant = nearest(name, names(row)); meant != "" {
		detail += fmt.Sprintf(" Did you mean %q?", meant)
	} else if headers := homes(d.language(), name); len(headers) > 0 {
		detail += fmt.Sprintf(" %q belongs in %s.", name, either(headers))
	}
	d.report(at, fmt.Sprintf("Unknown %s %q", what, spoken), detail)
	return meant
}

// nameAt is the name written at a range; in JSON it is a string.
func (d *decoder) nameAt(at hcl.Range) string {
	text := d.sourceText(at)
	var name string
	if strings.HasPrefix(text, `"`) && json.Unmarshal([]byte(text), &name) == nil {
		return name
	}
	return text
}

func subjectOf(row schema.Block) string {
	if row.Type == "" {
		return "The top of a file"
	}
	return "A block " + row.Header()
}

func blockTypes(row schema.Block) []string {
	var out []string
	for _, nested := range row.Blocks {
		out = append(out, nested.Type)
	}
	return out
}

// checkLabelCounts reports blocks with too few or too many labels.
func (b *block) checkLabelCounts(body *hclsyntax.Body) {
	for _, found := range body.Blocks {
		at := slices.IndexFunc(b.row.Blocks, func(row schema.Block) bool { return row.Type == found.Type })
		if at < 0 {
			continue
		}
		row := b.row.Blocks[at]
		wanted := labelNames(row)
		b.seen[found.Type] = true
		header := hcl.RangeBetween(found.TypeRange, found.OpenBraceRange)
		var diag *hcl.Diagnostic
		switch {
		case len(found.Labels) < len(wanted) && row.Kind != "":
			diag = b.d.report(found.TypeRange, fmt.Sprintf("Missing kind of block %q", found.Type),
				fmt.Sprintf("Write %s {. Kinds of %s: %s.", row.Header(), found.Type, list(b.row.Kinds(found.Type))))
		case len(found.Labels) < len(wanted):
			diag = b.d.report(found.TypeRange, fmt.Sprintf("Missing name of block %q", found.Type),
				fmt.Sprintf("Write %s {. %s", row.Signature(), row.Labels[min(len(found.Labels), len(row.Labels)-1)].Doc))
		case len(found.Labels) > len(wanted):
			diag = b.d.report(found.LabelRanges[len(wanted)], fmt.Sprintf("Unexpected label %q", shorten(found.Labels[len(wanted)])),
				fmt.Sprintf("A block %s takes %s; leave this one out.", row.Header(), labelCount(len(wanted))))
		default:
			continue
		}
		diag.Context = &header
	}
}

func labelCount(n int) string {
	switch n {
	case 0:
		return "no label"
	case 1:
		return "one label"
	}
	return fmt.Sprintf("%d labels", n)
}

// nest finds the row of a block and checks its labels.
func (d *decoder) nest(parent schema.Block, found *hcl.Block) (nested, bool) {
	kinds := parent.Kinds(found.Type)
	kind := ""
	if len(kinds) > 0 {
		kind = found.Labels[0]
	}
	row, ok := parent.Block(found.Type, kind)
	if !ok {
		d.report(found.LabelRanges[0], fmt.Sprintf("Unknown kind %q of block %q", shorten(kind), found.Type),
			fmt.Sprintf("Kinds of %s: %s.%s", found.Type, list(kinds), didYouMean(kind, kinds)))
		return nested{}, false
	}
	n := nested{row: row, header: headerRange(found), body: found.Body}
	if len(row.Labels) > 0 {
		first := len(found.Labels) - len(row.Labels)
		for i, label := range row.Labels {
			text := spec.Text{Value: found.Labels[first+i], Range: found.LabelRanges[first+i]}
			d.checkLabel(label, found.Type, text)
			if len(text.Value) > maxNamed {
				text.Value = shorten(text.Value) // It is wrong, and goes into further messages.
			}
			n.labels = append(n.labels, text)
		}
		n.label = n.labels[len(n.labels)-1]
	}
	return n, true
}

// headerRange is the part of a block before its brace. HCL gives the brace alone for a block in JSON.
func headerRange(found *hcl.Block) hcl.Range {
	if _, native := found.Body.(*hclsyntax.Body); native {
		return found.DefRange
	}
	if len(found.LabelRanges) > 0 {
		return found.LabelRanges[len(found.LabelRanges)-1]
	}
	return found.TypeRange
}

func (d *decoder) checkLabel(row schema.Label, typeName string, label spec.Text) {
	if d.fitsLabel(row, label.Value) {
		return
	}
	detail := fmt.Sprintf("A name is made of %s, at most %d characters.", row.Words, row.MaxLength)
	if better := correctedLabel(label.Value, row.MaxLength); better != "" && d.fitsLabel(row, better) {
		detail += fmt.Sprintf(" Write %q.", better)
	}
	d.report(label.Range, fmt.Sprintf("Name %q cannot be used for block %q", shorten(label.Value), typeName), detail)
}

func (d *decoder) fitsLabel(row schema.Label, label string) bool {
	return len(label) <= row.MaxLength && d.matches(row.Pattern, label)
}

// correctedLabel is a legal name as near to the given one as possible; empty if nothing of it is left.
func correctedLabel(label string, maxLength int) string {
	var out strings.Builder
	gap := byte(0)
	for _, r := range strings.ToLower(label) {
		letter, digit := r >= 'a' && r <= 'z', r >= '0' && r <= '9'
		switch {
		case (letter || digit && out.Len() > 0) && out.Len() < maxLength-1:
			if gap != 0 && out.Len() > 0 {
				out.WriteByte(gap)
			}
			gap = 0
			out.WriteRune(r)
		case r == '_':
			gap = '_'
		default:
			gap = '-'
		}
	}
	return out.String()
}

// checkOccurrences reports nested blocks that are missing or too many.
func (b *block) checkOccurrences() {
	first := map[string][]nested{}
	for _, n := range b.nested {
		first[n.row.Type] = append(first[n.row.Type], n)
		if n.row.Max > 0 && len(first[n.row.Type]) == n.row.Max+1 {
			b.tooMany(n, first[n.row.Type][0])
		}
	}
	for _, row := range b.row.Blocks {
		if row.Min > 0 && !b.seen[row.Type] {
			b.d.report(b.header, fmt.Sprintf("Missing block %q", row.Type),
				fmt.Sprintf("%s needs a block %s.", subjectOf(b.row), row.Header()))
		}
	}
}

func (b *block) tooMany(n, first nested) {
	if n.row.Max > 1 {
		b.d.report(n.header, fmt.Sprintf("More than %d blocks %q", n.row.Max, n.row.Type),
			fmt.Sprintf("%s takes at most %d of them.", subjectOf(b.row), n.row.Max))
		return
	}
	b.d.duplicate(n.header, first.header, fmt.Sprintf("A second block %q", n.row.Type),
		fmt.Sprintf("%s takes one; keep one of the two.", subjectOf(b.row)))
}

// of returns the nested blocks of a type.
func (b *block) of(typeName string) []nested {
	var out []nested
	for _, n := range b.nested {
		if n.row.Type == typeName {
			out = append(out, n)
		}
	}
	return out
}

// one opens the nested block of a type. Without one it is empty, so that its attributes have their defaults.
func (b *block) one(typeName, kind string) (opened *block, found bool) {
	if all := b.of(typeName); len(all) > 0 {
		return b.d.open(all[0]), true
	}
	row, _ := b.row.Block(typeName, kind)
	return b.d.emptyBlock(row, b.header), false
}

// kind is the block's first label as a value.
func (b *block) kind() spec.Text { return spec.Text{Value: b.row.Kind, Range: b.header} }

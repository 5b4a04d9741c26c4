package assist

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

// ItemKind is what an Item is.
type ItemKind int

// The kinds of items.
const (
	AttributeItem ItemKind = iota
	BlockItem
	LabelItem
	ValueItem
	ReferenceItem
	FunctionItem
	KeywordItem
	TypeItem
)

// Item is something that may stand at a position.
type Item struct {
	Kind    ItemKind
	Label   string // what a list shows
	Filter  string // what is typed to choose it, if that is not the label
	Detail  string // a few words behind the label
	Doc     string // in Markdown
	Insert  string // in the syntax of snippets: $1, ${1:text}, $0
	Again   bool   // whether more is to be chosen behind it
	Chosen  bool   // whether it is the one to begin with
	Replace outline.Span
}

// Complete lists what may stand at a position, the most likely first.
func (c *Config) Complete(file *File, at int) []Item {
	p := c.place(file, at)
	switch {
	case p.role == nameRole:
		return c.names(p)
	case p.role == labelRole:
		return c.labels(p)
	case p.role == valueRole:
		return c.values(p)
	}
	return nil
}

// names are the attributes and blocks that a body may take.
func (c *Config) names(p place) []Item {
	if !p.known || p.row.Open && len(p.row.Attributes) == 0 {
		return nil
	}
	own := c.inThis(p.row, p.path)
	required, optional := c.attributeNames(p, own)
	needed, blocks := c.blockNames(p, own)
	if p.row.Type == "" && !p.file.assignments { // The top of a file is for blocks.
		return slices.Concat(needed, blocks, required, optional)
	}
	return slices.Concat(required, needed, optional, blocks)
}

func (c *Config) attributeNames(p place, own schema.Block) (required, optional []Item) {
	if p.headed() {
		return nil, nil
	}
	for _, row := range own.Attributes {
		if have := p.body.Attribute(row.Name); have != nil && have != p.attribute {
			continue
		}
		needed, excluded := withRow(own, p.body, row.Name)
		if excluded {
			continue
		}
		if p.row.Type == schema.DynamicType && row.Name == "labels" {
			for name := range iterators(p.path[len(p.path)-1:], p.file.Text, true) {
				row.Example = "[" + name + ".key]"
			}
		}
		item := attributeItem(row, p.word())
		if all := c.ownProperties(p); row.Name == "properties" && len(all) > 0 {
			item.Insert = "properties = " + propertiesSnippet(all)
		}
		if documented, ok := p.row.Attribute(row.Name); ok {
			item.Doc = attributeDoc(documented)
		}
		if p.attribute != nil {
			item.Insert, item.Again = escape(row.Name), false // It has a value already.
		}
		if row.Required || needed {
			item.Detail = "required, " + item.Detail
			required = append(required, item)
		} else {
			optional = append(optional, item)
		}
	}
	return required, optional
}

func (c *Config) blockNames(p place, own schema.Block) (needed, others []Item) {
	if p.attribute != nil {
		return nil, nil
	}
	written := p.headed()
	told := map[string]bool{}
	for _, row := range own.Blocks {
		n := count(p.body, row, p.block)
		if row.Max > 0 && n >= row.Max || written && told[row.Type] {
			continue
		}
		told[row.Type] = true
		item := blockItem(row, p.word())
		if written {
			item.Label, item.Filter, item.Insert = row.Type, "", escape(row.Type) // It has labels or a body already.
		}
		if row.Min > n {
			item.Detail = "required block"
			needed = append(needed, item)
		} else {
			others = append(others, item)
		}
	}
	if p.row.Type != "" && len(p.row.Blocks) > 0 && p.row.Type != schema.DynamicType && p.row.Type != "content" {
		item := dynamicItem(p.row, p.word())
		if written {
			item.Insert = schema.DynamicType
		}
		others = append(others, item)
	}
	return needed, others
}

// count is how many blocks of a row a body has, but for one.
func count(body *outline.Body, row schema.Block, but *outline.Block) int {
	n := 0
	for _, block := range body.Blocks {
		if block != but && block.Type.Text == row.Type && (row.Kind == "" || len(block.Labels) > 0 && block.Labels[0].Text == row.Kind) {
			n++
		}
	}
	return n
}

func attributeItem(row schema.Attribute, word outline.Span) Item {
	return Item{
		Kind: AttributeItem, Label: row.Name, Detail: typeWord(row), Doc: attributeDoc(row), Replace: word,
		Insert: escape(row.Name) + " = " + valueSnippet(row, 1), Again: row.Type == schema.AccountRef || isReference(row.Example),
	}
}

func blockItem(row schema.Block, word outline.Span) Item {
	n := 0
	return Item{
		Kind: BlockItem, Label: row.Signature(), Filter: strings.TrimSpace(row.Type + " " + row.Kind), Detail: "block", Doc: blockDoc(row), Replace: word,
		Insert: blockSnippet(row, &n, "") + "$0",
	}
}

func dynamicItem(row schema.Block, word outline.Span) Item {
	var types []string
	for _, nested := range row.Blocks {
		if !slices.Contains(types, nested.Type) {
			types = append(types, nested.Type)
		}
	}
	return Item{
		Kind: BlockItem, Label: schema.DynamicType, Detail: "blocks for the items of a value", Doc: schema.Dynamic().Doc, Replace: word,
		Insert: fmt.Sprintf("dynamic \"%s\" {\n\tfor_each = ${2:[]}\n\n\tcontent {\n\t\t$0\n\t}\n}", choice(1, types)),
	}
}

// labels are what a label may be.
func (c *Config) labels(p place) []Item {
	quoted := p.label < len(p.block.Labels) && p.block.Labels[p.label].Quoted
	word := outline.Span{Start: p.at, End: p.at}
	if p.label < len(p.block.Labels) {
		if p.at > p.block.Labels[p.label].End {
			return nil // It stands behind the closing quote.
		}
		word = p.block.Labels[p.label].Span
		switch {
		case quoted && p.at == word.Start-1: // in front of the quotes
			quoted, word.Start = false, p.at
			if closes(p.file.Text, word.End) {
				word.End++
			}
		case p.at < word.Start:
			return nil
		case word.End > p.at && !closes(p.file.Text, word.End): // What stands behind an open quote is not its text.
			word.End = wordEnd(p.file.Text, p.at)
		}
	}
	add := func(out []Item, label, detail, doc string) []Item {
		insert := escape(label)
		if !quoted {
			insert = `"` + insert
		}
		if !quoted || !closes(p.file.Text, word.End) {
			insert += `"`
		}
		return append(out, Item{Kind: LabelItem, Label: label, Detail: detail, Doc: doc, Insert: insert, Replace: word})
	}
	var out []Item
	typeName := p.block.Type.Text
	if typeName == schema.DynamicType && p.label == 0 {
		for _, nested := range p.row.Blocks {
			if !slices.ContainsFunc(out, func(i Item) bool { return i.Label == nested.Type }) {
				out = add(out, nested.Type, "block", nested.Doc)
			}
		}
		return out
	}
	if p.label == 0 {
		for _, kind := range p.row.Kinds(typeName) {
			nested, _ := p.row.Block(typeName, kind)
			out = add(out, kind, nested.Header(), blockDoc(nested))
		}
	}
	switch {
	case typeName == "resource" && p.label == 0 && c.Known.ResourceTypes != nil:
		for _, t := range c.Known.ResourceTypes() {
			out = add(out, t, "", "")
		}
	case typeName == "override" && p.label == 0:
		for _, r := range c.resources() {
			if _, own := c.find(ResourceKind, r.ID); !own {
				out = add(out, r.ID, r.Type, literally(r.Why))
			}
		}
	}
	return out
}

// closes tells whether a quote stands at a position.
func closes(text []byte, at int) bool { return at < len(text) && text[at] == '"' }

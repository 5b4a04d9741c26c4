// Package schema lists every block and attribute that a file may contain, as data.
package schema

import "strings"

//go:generate go test -run TestReference -update

// Type is what an attribute takes.
type Type int

// The types of attributes.
const (
	String     Type = iota
	Integer         // a whole number
	Bool            // true or false
	StringList      // a list of strings
	StringMap       // names to strings; numbers and booleans stand for their text
	Object          // the attributes in Members, and no others
	AccountRef      // account.LABEL, not quoted
	Any             // a value of whatever type
	Constraint      // a type, such as list(string)
)

// Characters says which characters a string may hold. Whatever the answer, `{{resolve:` is refused, since CloudFormation
// would replace it with a secret.
type Characters int

// The answers.
const (
	Line  Characters = iota // one line: no control characters, no `#{`
	Lines                   // Line, and line ends and tabs
	Shell                   // Lines, and `#{`: a buildspec is not CodePipeline's to read
	Data                    // anything but NUL
)

// AnyCharacter is Deferred of what may be completed by any text.
const AnyCharacter = "."

// Block is a block that a file may contain.
type Block struct {
	Type       string // the word that opens it
	Kind       string // its first label, where a block has kinds
	Labels     []Label
	Doc        string
	Min, Max   int // how many the surrounding block takes; Max 0 means any number
	Attributes []Attribute
	Open       bool    // it takes attributes of any name, each of type Any, and no blocks
	Blocks     []Block // a type with several kinds has one row for each
	Example    string
}

// Label is the name that stands behind a block's type.
type Label struct {
	Name      string
	Doc       string
	Pattern   string
	Words     string // the pattern for a reader
	MaxLength int
	Example   string // one that fits, where "example" does not
}

// Attribute is an attribute of a block, or a member of an Object.
type Attribute struct {
	Name      string
	Type      Type
	Required  bool
	Condition string // when it has to be there or may not, if that depends on others
	Default   string // an HCL expression; empty when there is none
	Values    []string
	Min, Max  int    // of an Integer: its bounds; of a list: the number of items, 0 for no bound
	MaxLength int    // of each string, in characters
	Pattern   string // of each string
	Words     string // the pattern for a reader, to follow "write"
	Unique    bool   // whether a list may hold a string only once
	Once      string // what to do about a string that stands there twice; empty: once is enough
	Keys      string // the pattern of a StringMap's names
	Members   []Attribute
	Holds     Characters
	Deferred  string // which characters a value that only CloudFormation knows may add, as a class; empty: it has to be known
	Scalars   bool   // a number or boolean is taken as the text that was written
	Doc       string
	Example   string // an HCL expression
}

// Header is how the block is written and spoken of: `deploy "ec2"`.
func (b Block) Header() string {
	if b.Kind == "" {
		return b.Type
	}
	return b.Type + ` "` + b.Kind + `"`
}

// Signature is Header with words for the names: `resource "TYPE" "ID"`.
func (b Block) Signature() string {
	out := b.Header()
	for _, label := range b.Labels {
		out += ` "` + strings.ToUpper(label.Name) + `"`
	}
	return out
}

// Attribute finds an attribute by its name.
func (b Block) Attribute(name string) (Attribute, bool) { return find(b.Attributes, name) }

// Member finds a member of an Object by its name.
func (a Attribute) Member(name string) (Attribute, bool) { return find(a.Members, name) }

// Block finds a nested block by its type and kind.
func (b Block) Block(typeName, kind string) (Block, bool) {
	for _, nested := range b.Blocks {
		if nested.Type == typeName && nested.Kind == kind {
			return nested, true
		}
	}
	return Block{}, false
}

// Kinds returns the kinds of a nested block type, in the order of the schema; none if the type has no kinds.
func (b Block) Kinds(typeName string) []string {
	var kinds []string
	for _, nested := range b.Blocks {
		if nested.Type == typeName && nested.Kind != "" {
			kinds = append(kinds, nested.Kind)
		}
	}
	return kinds
}

func find(rows []Attribute, name string) (Attribute, bool) {
	for _, row := range rows {
		if row.Name == name {
			return row, true
		}
	}
	return Attribute{}, false
}

// Root returns what may stand at the top of a file, as the body of a block without a type.
func Root() Block {
	return Block{
		Doc: "A configuration is one file, or all `.hcl` and `.hcl.json` files of a folder together.",
		Attributes: []Attribute{{
			Name: "region", Type: String, Default: `"us-east-1"`,
			Pattern: `^[a-z]{2}(-[a-z]+)+-[0-9]$`, Words: "the name of an AWS region", Example: `"eu-central-1"`,
			Doc: "The AWS region of all stacks.",
		}},
		Blocks:  []Block{variable(), locals(), parameter(), account(), pipeline(), resource(), override(), output()},
		Example: minimal,
	}
}

// name is the label of blocks that have a name. Names of resources are made of it, which is why it is short and plain.
func name(doc string) []Label {
	return []Label{{Name: "name", Doc: doc, Pattern: namePattern, Words: nameWords, MaxLength: 40}}
}

const (
	namePattern = `^[a-z][a-z0-9]*([-_][a-z0-9]+)*$`
	nameWords   = "lower case letters and digits, beginning with a letter, with single hyphens or underscores between them"
)

const minimal = `account "tools" {
  id = "111111111111"

  network {}
}

pipeline "storefront" {
  source "codecommit" {
    repository = "storefront"
  }

  stage "release" {
    build "image" {}
    deploy "ec2" {}
  }
}
`

// Package shape holds the properties of a resource against AWS's own schema of its type.
package shape

import (
	"bytes"
	"embed"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// The schemas of the types that cfnpipe makes, and of those that configurations add most. tools/schemas.py writes them.
//
//go:embed schemas/*.json
var files embed.FS

//go:embed types.txt
var names string

// Types are the names of all resource types that AWS has, with or without a schema here.
func Types() []string { return strings.Fields(names) }

// Schema is what AWS takes as the properties of a resource type.
type Schema struct {
	node
	Definitions map[string]*part `json:"definitions"`

	// ReadOnly are the properties that AWS alone sets, as paths such as /properties/Arn.
	ReadOnly []string `json:"readOnly"`
	// Attributes are what Fn::GetAtt gives.
	Attributes []string `json:"attributes"`
}

// node is a part of a schema, in the words of JSON Schema and, for what goes together, of cfn-lint.
type node struct {
	Ref               string              `json:"$ref"`
	Type              kinds               `json:"type"`
	Properties        map[string]*part    `json:"properties"`
	PatternProperties map[string]*node    `json:"patternProperties"`
	Additional        *bool               `json:"additionalProperties"`
	Required          []string            `json:"required"`
	RequiredOr        []string            `json:"requiredOr"`  // at least one
	RequiredXor       []string            `json:"requiredXor"` // exactly one
	DependentRequired map[string][]string `json:"dependentRequired"`
	DependentExcluded map[string][]string `json:"dependentExcluded"`
	Items             *node               `json:"items"`
	MinItems          *int                `json:"minItems"`
	MaxItems          *int                `json:"maxItems"`
	UniqueItems       bool                `json:"uniqueItems"`
	Enum              []any               `json:"enum"`
	Const             any                 `json:"const"`
	Pattern           string              `json:"pattern"`
	MinLength         *int                `json:"minLength"`
	MaxLength         *int                `json:"maxLength"`
	Minimum           *float64            `json:"minimum"`
	Maximum           *float64            `json:"maximum"`
	AllOf             []*node             `json:"allOf"`
	AnyOf             []*node             `json:"anyOf"`
	OneOf             []*node             `json:"oneOf"`

	compiled *regexp.Regexp // of the pattern, once it was asked for
}

// part is a part of a schema that has a name. It is read when it is asked for: of a schema most are not.
type part struct {
	text []byte
	node *node
}

func (p *part) UnmarshalJSON(text []byte) error {
	p.text = bytes.Clone(text)
	return nil
}

// read is the part itself; nil for none.
func (p *part) read() *node {
	if p == nil {
		return nil
	}
	if p.node == nil {
		p.node = &node{}
		if json.Unmarshal(p.text, p.node) != nil {
			return nil // a test reads every one
		}
	}
	return p.node
}

// kinds are the types that a value may have; none: any.
type kinds []string

func (k *kinds) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*k = kinds{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(k))
}

func (k kinds) take(kind string) bool { return len(k) == 0 || slices.Contains(k, kind) }

// Of returns the schema of a resource type; ok is false for a type that has none here.
func Of(resourceType string) (schema *Schema, ok bool) {
	text, err := files.ReadFile("schemas/" + strings.ReplaceAll(resourceType, "::", "-") + ".json")
	if err != nil {
		return nil, false
	}
	schema = &Schema{}
	return schema, json.Unmarshal(text, schema) == nil // a test reads every one
}

// HasAttribute tells whether Fn::GetAtt gives an attribute. One may lead into an object, as Endpoint.Address does.
func (s *Schema) HasAttribute(name string) bool {
	return slices.ContainsFunc(s.Attributes, func(attribute string) bool {
		rest, begins := strings.CutPrefix(name, attribute)
		return begins && (rest == "" || rest[0] == '.') || matchesAttribute(attribute, name)
	})
}

// matchesAttribute holds a name against an attribute with a star for any part, such as Outputs.*.
func matchesAttribute(attribute, name string) bool {
	if !strings.Contains(attribute, "*") {
		return false
	}
	pattern := "^" + strings.ReplaceAll(regexp.QuoteMeta(attribute), `\*`, "[^.]+") + "$"
	return regexp.MustCompile(pattern).MatchString(name)
}

// resolved follows a reference to a definition, the only ones that there are.
func (s *Schema) resolved(n *node) *node {
	for n != nil && n.Ref != "" {
		n = s.Definitions[strings.TrimPrefix(n.Ref, "#/definitions/")].read() // a test follows every one
	}
	return n
}

package shape

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Fault is one thing that AWS would not take.
type Fault struct {
	Path string   // a JSON pointer from the properties on, such as /Tags/0/Key
	Says string   // what is wrong, to follow the path
	Near []string // of a name that is unknown: the names that are known
	Name string   // of a name that is unknown or missing: the name
}

// Check returns what is wrong with properties. What CloudFormation works out when the stack is made may be anything that a text, a
// number or a list can be.
func (s *Schema) Check(properties plan.Object) []Fault {
	faults := s.check(&s.node, properties, nil)
	for _, path := range s.ReadOnly {
		name := strings.TrimPrefix(path, "/properties/")
		if properties.Get(name) != nil {
			faults = append(faults, Fault{Path: "/" + name, Says: "is set by AWS alone"})
		}
	}
	return faults
}

func (s *Schema) check(n *node, v plan.Value, at *step) []Fault {
	n = s.resolved(n)
	if n == nil || v == nil {
		return nil
	}
	var faults []Fault
	fault := func(says string, args ...any) {
		faults = append(faults, Fault{Path: at.pointer(), Says: fmt.Sprintf(says, args...)})
	}
	switch v := v.(type) {
	case plan.Object:
		if !n.Type.take("object") {
			fault("is an object, not %s", n.Type.words())
			return faults
		}
		faults = append(faults, s.checkObject(n, v, at)...)
	case plan.List:
		if !n.Type.take("array") {
			fault("is a list, not %s", n.Type.words())
			return faults
		}
		faults = append(faults, s.checkList(n, v, at)...)
	case plan.String, plan.Int, plan.Decimal, plan.Bool:
		if says := n.scalar(v); says != "" {
			fault("%s", says)
			return faults
		}
	case plan.Concat, plan.JSONText, plan.Base64, plan.Archive, plan.Pseudo:
		if !n.Type.takeText() {
			fault("is a text, not %s", n.Type.words())
			return faults
		}
	}
	for _, each := range n.AllOf {
		faults = append(faults, s.check(each, v, at)...)
	}
	for _, choice := range [][]*node{n.AnyOf, n.OneOf} {
		faults = append(faults, s.checkChoice(choice, v, at)...)
	}
	return faults
}

// checkChoice wants at least one alternative to hold. Of several that fail, the one speaks that comes closest.
func (s *Schema) checkChoice(choice []*node, v plan.Value, at *step) []Fault {
	var closest []Fault
	for i, each := range choice {
		faults := s.check(each, v, at)
		if len(faults) == 0 {
			return nil
		}
		if i == 0 || len(faults) < len(closest) {
			closest = faults
		}
	}
	return closest
}

func (s *Schema) checkObject(n *node, v plan.Object, at *step) []Fault {
	var faults []Fault
	for _, field := range v {
		if field.KeyText != nil {
			continue
		}
		named, found := n.Properties[field.Key]
		below := named.read()
		if !found {
			below, found = n.byPattern(field.Key)
		}
		inside := &step{up: at, name: field.Key}
		switch {
		case found:
			faults = append(faults, s.check(below, field.Value, inside)...)
		case n.Additional != nil && !*n.Additional:
			faults = append(faults, Fault{
				Path: inside.pointer(), Says: fmt.Sprintf("is unknown: there is no %q here", field.Key),
				Near: slices.Sorted(maps.Keys(n.Properties)), Name: field.Key,
			})
		}
	}
	has := func(name string) bool { return v.Get(name) != nil }
	missing := func(says, name string) { faults = append(faults, Fault{Path: at.pointer(), Says: says, Name: name}) }
	for _, name := range n.Required {
		if !has(name) {
			missing(fmt.Sprintf("lacks %q", name), name)
		}
	}
	if len(n.RequiredOr) > 0 && !slices.ContainsFunc(n.RequiredOr, has) {
		missing("lacks one of "+quoted(n.RequiredOr), n.RequiredOr[0])
	}
	if len(n.RequiredXor) > 0 {
		switch there := slices.DeleteFunc(slices.Clone(n.RequiredXor), func(name string) bool { return !has(name) }); {
		case len(there) == 0:
			missing("lacks one of "+quoted(n.RequiredXor), n.RequiredXor[0])
		case len(there) > 1:
			faults = append(faults, Fault{Path: at.below(there[1]), Says: "stands beside " + strconv.Quote(there[0]) + ", of which only one may be there"})
		}
	}
	for _, field := range v {
		for _, name := range n.DependentRequired[field.Key] {
			if !has(name) {
				missing(fmt.Sprintf("has %q, and lacks %q, which that needs", field.Key, name), name)
			}
		}
		for _, name := range n.DependentExcluded[field.Key] {
			if has(name) {
				faults = append(faults, Fault{Path: at.below(field.Key), Says: fmt.Sprintf("cannot stand beside %q", name)})
			}
		}
	}
	return faults
}

func (n *node) byPattern(name string) (*node, bool) {
	for pattern, below := range n.PatternProperties {
		if regexp.MustCompile(pattern).MatchString(name) {
			return below, true
		}
	}
	return nil, false
}

func (s *Schema) checkList(n *node, v plan.List, at *step) []Fault {
	var faults []Fault
	fault := func(says string, args ...any) {
		faults = append(faults, Fault{Path: at.pointer(), Says: fmt.Sprintf(says, args...)})
	}
	if n.MinItems != nil && len(v) < *n.MinItems {
		fault("has %d items, and at least %d are needed", len(v), *n.MinItems)
	}
	if n.MaxItems != nil && len(v) > *n.MaxItems {
		fault("has %d items, and at most %d are taken", len(v), *n.MaxItems)
	}
	for i, item := range v {
		if n.Items != nil {
			faults = append(faults, s.check(n.Items, item, &step{up: at, index: i, inList: true})...)
		}
		if n.UniqueItems && slices.ContainsFunc(v[:i], func(other plan.Value) bool { return plan.Equal(item, other) }) {
			faults = append(faults, Fault{Path: (&step{up: at, index: i, inList: true}).pointer(), Says: "stands in the list twice"})
		}
	}
	return faults
}

// scalar says what is wrong with one value. CloudFormation takes numbers and truth values as texts, and texts as those.
func (n *node) scalar(v plan.Value) string {
	text := literal(v)
	_, isText := v.(plan.String)
	number, err := strconv.ParseFloat(text, 64)
	isNumber := err == nil
	switch {
	case n.Type.take("string"), n.Type.take("boolean") && (text == "true" || text == "false"):
	case n.Type.take("number") && isNumber, n.Type.take("integer") && isNumber && number == float64(int64(number)):
	case isText && n.Type.take("object"):
		return "is a text, not " + n.Type.words()
	default:
		return fmt.Sprintf("is %s, not %s", shown(v), n.Type.words())
	}
	if len(n.Enum) > 0 && !slices.ContainsFunc(n.Enum, func(each any) bool { return fmt.Sprint(each) == text }) {
		return fmt.Sprintf("is %s, and takes %s", shown(v), listed(n.Enum))
	}
	if n.Const != nil && fmt.Sprint(n.Const) != text {
		return fmt.Sprintf("is %s, and takes %v", shown(v), n.Const)
	}
	if isNumber && !n.Type.take("string") {
		if n.Minimum != nil && number < *n.Minimum {
			return fmt.Sprintf("is %s, and at least %v is needed", text, *n.Minimum)
		}
		if n.Maximum != nil && number > *n.Maximum {
			return fmt.Sprintf("is %s, and at most %v is taken", text, *n.Maximum)
		}
	}
	if isText && n.Type.take("string") {
		length := utf8.RuneCountInString(text)
		switch {
		case n.MinLength != nil && length < *n.MinLength:
			return fmt.Sprintf("has %d characters, and at least %d are needed", length, *n.MinLength)
		case n.MaxLength != nil && length > *n.MaxLength:
			return fmt.Sprintf("has %d characters, and at most %d are taken", length, *n.MaxLength)
		case n.Pattern != "" && !n.fits(text):
			return fmt.Sprintf("is %s, which does not fit the pattern %s", shown(v), n.Pattern)
		}
	}
	return ""
}

// fits holds text against the pattern.
func (n *node) fits(text string) bool {
	if n.compiled == nil {
		n.compiled = regexp.MustCompile(n.Pattern) // a test compiles every one
	}
	return n.compiled.MatchString(text)
}

func literal(v plan.Value) string {
	switch v := v.(type) {
	case plan.String:
		return string(v)
	case plan.Decimal:
		return string(v)
	case plan.Int:
		return strconv.Itoa(int(v))
	case plan.Bool:
		return strconv.FormatBool(bool(v))
	}
	return ""
}

func shown(v plan.Value) string {
	if text, ok := v.(plan.String); ok {
		if cut := []rune(text); len(cut) > 40 {
			return strconv.Quote(string(cut[:40]) + "...")
		}
		return strconv.Quote(string(text))
	}
	return literal(v)
}

func (k kinds) takeText() bool {
	return k.take("string") || k.take("number") || k.take("integer") || k.take("boolean") || k.take("array")
}

// words are the types for a reader.
func (k kinds) words() string {
	var out []string
	for _, kind := range k {
		out = append(out, map[string]string{
			"string": "a text", "object": "an object", "array": "a list", "integer": "a whole number", "number": "a number", "boolean": "true or false",
		}[kind])
	}
	return strings.Join(out, " or ")
}

func quoted(names []string) string {
	var out []string
	for _, name := range names {
		out = append(out, strconv.Quote(name))
	}
	return strings.Join(out, ", ")
}

func listed(values []any) string {
	const most = 12
	var out []string
	for i, value := range values {
		if i == most {
			return strings.Join(out, ", ") + fmt.Sprintf(" or one of %d more", len(values)-most)
		}
		out = append(out, fmt.Sprint(value))
	}
	return strings.Join(out, ", ")
}

// step is a place below the properties of a resource: a member, or an item. It becomes text only where there is a fault.
type step struct {
	up     *step // nil: the properties themselves
	name   string
	index  int
	inList bool
}

// pointer is the place as a JSON pointer (RFC 6901).
func (s *step) pointer() string {
	if s == nil {
		return ""
	}
	if s.inList {
		return s.up.pointer() + "/" + strconv.Itoa(s.index)
	}
	return s.up.below(s.name)
}

func (s *step) below(name string) string {
	return s.pointer() + plan.Step(name)
}

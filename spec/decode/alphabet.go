package decode

import (
	"fmt"
	"regexp/syntax"
	"strings"

	"github.com/cfnpipe/cfnpipe/spec"
)

// jsonSafe are characters that stand in a string of JSON as they are.
const jsonSafe = `[ !#-\[\]-~]`

// The characters of what AWS gives. Sources: IAM user guide, "Amazon resource names" (partition, region); CloudFormation API
// reference, CreateStack, StackName; EC2 user guide, "Resource IDs".
const (
	pseudoCharacters = `[A-Za-z0-9-]`
	idCharacters     = `[a-z0-9-]`
	numberCharacters = `[0-9.eE+-]`
)

// outside is a character, quoted, that the value of a part may have and the class does not; empty if there is none, or if the
// parameter is wrong itself.
func (d *decoder) outside(part spec.Part, class string) string {
	key := boundary{part, class}
	known, ok := d.scope.outside[key]
	if !ok {
		known = d.findOutside(part, class)
		d.scope.outside[key] = known
	}
	return known
}

// boundary is a part of a text in a place that takes a class of characters.
type boundary struct {
	part  spec.Part
	class string
}

const anyCharacter = "any character"

func (d *decoder) findOutside(part spec.Part, class string) string {
	switch p := part.(type) {
	case spec.PseudoValue:
		return d.beyond(pseudoCharacters, class)
	case spec.ResourceValue:
		if !d.givenByAWS(p) {
			return anyCharacter
		}
	case spec.ParameterValue:
		if p.Name == suffixName {
			return d.beyond(idCharacters, class)
		}
		if parameter := d.scope.parameters[p.Name]; parameter != nil && !d.scope.wrong[parameter] {
			return d.outsideParameter(parameter, class)
		}
	}
	return ""
}

// givenByAWS tells whether a value of a resource is an id, a name, an ARN, an address or a number: AWS makes those, or takes none
// with characters that mean something to others. What else an attribute gives may be whatever somebody typed.
func (d *decoder) givenByAWS(v spec.ResourceValue) bool {
	switch of := d.scope.resourceTypes[v.ID]; {
	case strings.HasPrefix(of, "Custom::"), of == "AWS::CloudFormation::CustomResource", of == "AWS::CloudFormation::Stack":
		return false
	case v.Attribute == "":
		return true
	}
	for _, ending := range []string{"Arn", "ARN", "Id", "ID", "Name", "Url", "URL", "Uri", "Address", "Port", "Endpoint"} {
		if strings.HasSuffix(v.Attribute, ending) {
			return true
		}
	}
	return false
}

func (d *decoder) outsideParameter(p *spec.Parameter, class string) string {
	switch of := p.Type.Value; {
	case of == "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>":
		return d.beyond(idCharacters, class)
	case isStored(p):
		return anyCharacter
	case len(p.AllowedValues.Items) > 0:
		for _, allowed := range p.AllowedValues.Values() {
			for _, r := range allowed {
				if !d.inClass(r, class) {
					return fmt.Sprintf("%q", string(r))
				}
			}
		}
		return ""
	case of == "Number":
		return d.beyond(numberCharacters, class)
	case strings.HasSuffix(of, "::Id") && strings.HasPrefix(of, "AWS::EC2::"):
		return d.beyond(idCharacters, class)
	case of == "String" && p.AllowedPattern.Value != "":
		return d.beyond(p.AllowedPattern.Value, class)
	}
	return anyCharacter
}

// isStored tells whether a parameter is the name of one in Parameter Store: CloudFormation holds values and patterns against the
// name, and lets any value through (CloudFormation user guide, "Parameters").
func isStored(p *spec.Parameter) bool {
	return strings.HasPrefix(p.Type.Value, "AWS::SSM::Parameter::Value<")
}

// inClass tells whether a character is in a class.
func (d *decoder) inClass(r rune, class string) bool { return d.matches("^"+class+"$", string(r)) }

// beyond is a character, quoted, that text of a pattern may have and a class does not.
func (d *decoder) beyond(pattern, class string) string {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "" // The parameter's own check says it.
	}
	var found string
	var walk func(*syntax.Regexp)
	look := func(from, to rune) {
		// The classes of the schema treat all that is beyond this in the same way.
		const end = 0x300
		for r := from; r <= min(to, end) && found == ""; r++ {
			if !d.inClass(r, class) {
				found = fmt.Sprintf("%q", string(r))
			}
		}
		if from > end && found == "" && !d.inClass(from, class) {
			found = fmt.Sprintf("%q", string(from))
		}
	}
	walk = func(re *syntax.Regexp) {
		switch re.Op {
		case syntax.OpLiteral:
			for _, r := range re.Rune {
				look(r, r)
				if re.Flags&syntax.FoldCase != 0 {
					for _, other := range strings.ToLower(string(r)) + strings.ToUpper(string(r)) {
						look(other, other)
					}
				}
			}
		case syntax.OpCharClass:
			for i := 0; i < len(re.Rune); i += 2 {
				look(re.Rune[i], re.Rune[i+1])
			}
		case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
			look(0, 0x300)
		}
		for _, sub := range re.Sub {
			walk(sub)
		}
	}
	walk(parsed)
	return found
}

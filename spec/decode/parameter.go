package decode

import (
	"fmt"
	"maps"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// suffixName is the parameter that every template has without a word.
const suffixName = "EnvironmentSuffix"

// takenNames are parameters that some templates have: of hosts, of functions, of canaries.
var takenNames = []string{"MachineImage", "ImageUri", "Release", "CanaryRuntime"}

// parameters reads the parameter blocks. Their names are known before anything that refers to them is worked out.
func (d *decoder) parameters(root *block) []*spec.Parameter {
	var out []*spec.Parameter
	blocks := d.labelled(root, "parameter")
	for _, n := range blocks {
		p := &spec.Parameter{Label: n.label, Range: n.header}
		summary := fmt.Sprintf("Parameter %q is there already", n.label.Value)
		if n.label.Value == suffixName {
			d.report(n.label.Range, summary, fmt.Sprintf("Every template has it; param.%s is its value. Give this one another name.", suffixName))
		} else if slices.Contains(takenNames, n.label.Value) {
			d.report(n.label.Range, summary, "Templates have one of that name for something else. Give this one another name.")
		}
		d.scope.parameters[n.label.Value] = p
		out = append(out, p)
	}
	// What they may be is known before a default is worked out, which may refer to something that asks.
	opened := make([]*block, len(blocks))
	for i, n := range blocks {
		opened[i] = d.open(n)
		before := len(d.diags)
		opened[i].parameter(out[i])
		d.scope.wrong[out[i]] = len(d.diags) > before
	}
	for i, b := range opened {
		out[i].Default, out[i].HasDefault = b.text("default"), b.has("default")
		if !d.scope.wrong[out[i]] {
			b.checkNumbers(out[i])
			b.checkDefault(out[i])
		}
	}
	return out
}

// parameter reads what limits the values of a parameter.
func (b *block) parameter(p *spec.Parameter) {
	p.Type, p.Description = b.text("type"), b.text("description")
	p.AllowedValues, p.AllowedPattern = b.texts("allowed_values"), b.text("allowed_pattern")
	p.ConstraintDescription = b.text("constraint_description")
	p.MinLength, p.MaxLength = b.number("min_length"), b.number("max_length")
	if p.Type.Value != "String" && p.Type.Value != "" {
		for _, name := range []string{"allowed_pattern", "min_length", "max_length"} {
			if b.has(name) {
				p.AllowedPattern.Value, p.MinLength.Value, p.MaxLength.Value = "", 0, 0
				b.d.report(b.attributes[name].NameRange, fmt.Sprintf("Attribute %q with type %s", name, p.Type.Value),
					"It is for parameters of type String; of the others CloudFormation would hold another text against it, or refuse it. Leave it out.")
			}
		}
	}
	if p.MinLength.Value > 0 && p.MaxLength.Value > 0 && p.MinLength.Value > p.MaxLength.Value {
		b.d.report(p.MaxLength.Range, fmt.Sprintf("Largest length %d is below the least, %d", p.MaxLength.Value, p.MinLength.Value),
			fmt.Sprintf("Write max_length = %d or more.", p.MinLength.Value))
	}
	if fault := patternFault(p.AllowedPattern.Value); fault != "" {
		v, _ := b.value("allowed_pattern")
		b.d.reportValue(v, "Pattern that cannot be used", fault)
		p.AllowedPattern.Value = ""
	}
}

// checkNumbers holds the values that a parameter of type Number is given here against its type.
func (b *block) checkNumbers(p *spec.Parameter) {
	if p.Type.Value != "Number" {
		return
	}
	given := slices.Clone(p.AllowedValues.Items)
	if p.HasDefault {
		given = append(given, p.Default)
	}
	for _, text := range given {
		if text.Value != "" && !b.d.plainNumber(text.Value) {
			b.d.report(text.Range, fmt.Sprintf("Value %q of a parameter of type Number", shorten(text.Value)), "Write a number, or type = \"String\".")
		}
	}
}

// checkDefault holds the default against the parameter's own constraints: CloudFormation refuses the template otherwise.
func (b *block) checkDefault(p *spec.Parameter) {
	if !p.HasDefault {
		return
	}
	text := p.Default.Value
	length, fault := utf8.RuneCountInString(text), ""
	switch {
	case len(p.AllowedValues.Items) > 0 && !slices.Contains(p.AllowedValues.Values(), text):
		fault = fmt.Sprintf("It is none of allowed_values: %s.", quoted(p.AllowedValues.Values()))
	case p.AllowedPattern.Value != "" && !b.d.matches(`^(?:`+p.AllowedPattern.Value+`)$`, text):
		fault = "The whole of it has to match allowed_pattern."
	case p.MinLength.Value > length:
		fault = fmt.Sprintf("It has %d characters, and min_length is %d.", length, p.MinLength.Value)
	case p.MaxLength.Value > 0 && p.MaxLength.Value < length:
		fault = fmt.Sprintf("It has %d characters, and max_length is %d.", length, p.MaxLength.Value)
	}
	if v, ok := b.value("default"); ok && fault != "" {
		b.d.reportValue(v, fmt.Sprintf("Default %q is not allowed", v.show(text)), fault)
	}
}

// patternFault says why a pattern cannot be used. CloudFormation reads it with java.util.regex.Pattern (CloudFormation user
// guide, "Regular expressions"), and what it lets through has to be known here: what Go does not know, or reads in another
// way, is refused.
func patternFault(pattern string) string {
	if _, err := syntax.Parse(pattern, syntax.Perl); err != nil {
		return fmt.Sprintf("It is not a plain regular expression: %s.", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	if found := readOtherwise(pattern); found != "" {
		return fmt.Sprintf("CloudFormation's regular expressions are Java's, which read %q in another way; write the characters themselves, such as [A-Za-z].", found)
	}
	return ""
}

// readOtherwise is a part of a pattern that Java and Go both take and do not mean the same by: classes in classes and their
// intersections, a bracket that is meant as a character, escapes for vertical space, Unicode classes and quotations, and flags.
func readOtherwise(pattern string) string {
	for i := 0; i < len(pattern); i++ {
		switch rest := pattern[i:]; {
		case rest[0] == '\\' && len(rest) > 1:
			if strings.IndexByte("vpPCQE", rest[1]) >= 0 {
				return rest[:2]
			}
			i++
		case strings.HasPrefix(rest, "(?") && !strings.HasPrefix(rest, "(?:") && !strings.HasPrefix(rest, "(?i)") && !strings.HasPrefix(rest, "(?s)"):
			return rest[:min(len(rest), 3)]
		case rest[0] == '[':
			length, found := classEnd(rest)
			if found != "" {
				return found
			}
			i += length
		}
	}
	return ""
}

// classEnd is where the class ends that a pattern begins with, or what in it Java reads otherwise.
func classEnd(pattern string) (end int, found string) {
	start := 1
	if strings.HasPrefix(pattern, "[^") {
		start = 2
	}
	for i := start; i < len(pattern); i++ {
		switch rest := pattern[i:]; {
		case rest[0] == '\\' && len(rest) > 1:
			if strings.IndexByte("vpPCQE", rest[1]) >= 0 {
				return i, rest[:2]
			}
			i++
		case strings.HasPrefix(rest, "&&"):
			return i, "&&"
		case rest[0] == ']' && i == start:
			return i, pattern[:i+1]
		case rest[0] == '[':
			return i, rest[:min(len(rest), 2)]
		case rest[0] == ']':
			return i, ""
		}
	}
	return len(pattern) - 1, ""
}

// checkLate holds a reference to what CloudFormation knows against what there is. A resource is looked for later: most are
// generated.
func (v value) checkLate(traversal hcl.Traversal) bool {
	d, root := v.d, traversal.RootName()
	if root == "resource" {
		if _, ok := latePart(traversal); !ok {
			d.report(traversal.SourceRange(), `"resource" is not a value here`, "Write resource.ID for what Ref gives, or resource.ID.ATTRIBUTE.")
			return false
		}
		return true
	}
	name, at, ok := v.named(traversal)
	if !ok {
		return false
	}
	if root == "aws" {
		if known := pseudos(); !slices.Contains(known, name) {
			if d.broken[at.Filename] {
				return false // The word may have been cut off.
			}
			d.report(at, fmt.Sprintf("Unknown value aws.%s", shorten(name)), fmt.Sprintf("There are aws.%s.%s", strings.Join(known, ", aws."), didYouMean(name, known)))
			return false
		}
	} else if declared := d.scope.parameters[name]; declared == nil && name != suffixName {
		d.unknownValue(at, "parameter", name, append(slices.Sorted(maps.Keys(d.scope.parameters)), suffixName))
		return false
	}
	if len(traversal) > 2 {
		d.report(traversal[2].SourceRange(), fmt.Sprintf("%s.%s has no attributes", root, name), "It is one text; leave this out.")
		return false
	}
	return true
}

func pseudos() []string {
	return []string{string(spec.AccountID), string(spec.Region), string(spec.Partition), string(spec.StackName)}
}

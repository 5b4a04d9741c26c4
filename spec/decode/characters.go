package decode

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/cfnpipe/cfnpipe/schema"
)

// maxText is the longest string value, in bytes.
const maxText = 64 << 10

// hostile says what a string may not hold; it is empty if there is nothing.
func hostile(text string, holds schema.Characters) string {
	if len(text) > maxText {
		return fmt.Sprintf("A string may have at most 64 KiB, and this one has %d KiB.", (len(text)+1023)>>10)
	}
	// Source: CloudFormation user guide, "Get values stored in other services using dynamic references".
	if strings.Contains(text, "{{resolve:") {
		return "CloudFormation would replace {{resolve:...}} with a secret, and the secret would stand in the template's resources. " +
			`Use "secrets" of a deploy.`
	}
	for _, r := range text {
		if r == 0 {
			return "A string may not hold the character NUL."
		}
		if holds != schema.Data && forbidden(r, holds) {
			return characterFault(r)
		}
	}
	// Source: CodePipeline user guide, "Variables": #{namespace.key} is replaced when an action runs.
	if (holds == schema.Line || holds == schema.Lines) && strings.Contains(text, "#{") {
		return "CodePipeline would take #{ for the beginning of a variable of its own. Leave it out."
	}
	return ""
}

func forbidden(r rune, holds schema.Characters) bool {
	if holds != schema.Line && (r == '\n' || r == '\t') {
		return false
	}
	return unicode.IsControl(r) || isBidi(r)
}

// isBidi tells whether a character turns the direction of text, which makes a reader see other text than the machine.
// Source: Boucher and Anderson, "Trojan Source", CVE-2021-42574.
func isBidi(r rune) bool {
	return r == 0x061C || r == 0x200E || r == 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

func characterFault(r rune) string {
	switch {
	case r == '\r':
		return "A string may not hold a carriage return. If it comes from the end of a line, save the file with Unix line ends."
	case r == '\n' || r == '\t':
		return "A line end or tab is not possible here; write one line."
	case isBidi(r):
		return fmt.Sprintf("A string may not hold the character U+%04X, which changes the direction of text.", r)
	}
	return fmt.Sprintf("A string may not hold the control character U+%04X.", r)
}

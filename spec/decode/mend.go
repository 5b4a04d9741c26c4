package decode

import (
	"fmt"
	"strings"

	"github.com/cfnpipe/cfnpipe/spec"
)

// mended proposes what a string that does not fit was meant to be, where a letter or a sign makes the difference.
func (v value) mended(text string) string {
	row := v.row
	if text == "" || row.Pattern == "" || v.d.hidden[v.expr.Range()] || len(text) > spec.MaxNamed || v.d.matches(row.Pattern, text) {
		return ""
	}
	tries := []string{
		strings.TrimSpace(text), strings.TrimRight(text, "/"), strings.TrimLeft(text, "/"), strings.ToLower(text), strings.ToUpper(text), "/" + text,
	}
	if digits := strings.NewReplacer("-", "", " ", "").Replace(text); v.d.matches(`^[0-9]+$`, digits) {
		tries = append(tries, digits)
	}
	if !strings.Contains(text, "://") {
		tries = append(tries, "https://"+text)
	}
	if strings.HasPrefix(row.Words, "lower case letters") {
		tries = append(tries, correctedLabel(text, row.MaxLength))
	}
	for _, better := range tries {
		if better != "" && better != text && v.d.matches(row.Pattern, better) && (row.MaxLength == 0 || len(better) <= row.MaxLength) {
			return fmt.Sprintf(" Did you mean %q?", better)
		}
	}
	return ""
}

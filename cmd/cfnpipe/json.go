package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// printJSON writes a value for a program to read, and for a terminal to bear:
// what a terminal would act on is escaped, which JSON allows and undoes.
func (c *console) printJSON(value any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return cannot("cannot write JSON: %s. This is a fault of cfnpipe: report it.", err)
	}
	_, _ = c.stdout.Write(escaped(text.Bytes())) // c.stdout remembers the error
	return nil
}

func escaped(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if acts(r, size) {
			out = fmt.Appendf(out, `\u%04x`, r)
		} else {
			out = append(out, text[i:i+size]...)
		}
		i += size
	}
	return out
}

package main

import "unicode/utf8"

// visible replaces what could move the cursor, change colours or turn the
// direction of text in a terminal. Every byte offset stays: a character gives way to one as long.
func visible(text string) string {
	if !hostile(text) {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		lineEnd := r == '\r' && i+1 < len(text) && text[i+1] == '\n'
		switch {
		case !acts(r, size) || lineEnd:
			out = append(out, text[i:i+size]...)
		case size == 1:
			out = append(out, '?')
		case size == 2:
			out = append(out, "¿"...)
		default:
			out = append(out, "\uFFFD"...)
		}
		i += size
	}
	return string(out)
}

func hostile(text string) bool {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if acts(r, size) {
			return true
		}
		i += size
	}
	return false
}

// acts tells whether a terminal would act on a character: control characters
// but for line end and tab, bytes that are not UTF-8, and those that turn the
// direction of text (CVE-2021-42574).
func acts(r rune, size int) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r == utf8.RuneError && size == 1:
		return true
	}
	return r < 0x20 || r >= 0x7F && r <= 0x9F || turns(r)
}

func turns(r rune) bool {
	return r == 0x061C || r == 0x200E || r == 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

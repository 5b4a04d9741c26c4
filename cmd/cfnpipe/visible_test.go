package main

import (
	"testing"
	"unicode/utf8"
)

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain ä ß 漢 🙂\n\tx\r\ny": "plain ä ß 漢 🙂\n\tx\r\ny",
		"a\x1b[31mb\x00\x7f":      "a?[31mb??",
		"a\rb\r":                  "a?b?",
		"\u009b31m":               "¿31m",
		"\x9b31m\xff":             "?31m?",
		"\u202eabc\u2066\u200f":   "\uFFFDabc\uFFFD\uFFFD",
		"\u061cx":                 "¿x",
		"\uFFFD":                  "\uFFFD",
		"":                        "",
	} {
		got := visible(in)
		if got != want {
			t.Errorf("visible(%q) = %q, want %q", in, got, want)
		}
		if len(got) != len(in) {
			t.Errorf("visible(%q) has %d bytes, want %d", in, len(got), len(in))
		}
	}
}

func FuzzVisible(f *testing.F) {
	f.Add("a\x1b\u202e\r\n\xff")
	f.Fuzz(func(t *testing.T, in string) {
		got := visible(in)
		if len(got) != len(in) || !utf8.ValidString(got) {
			t.Fatalf("%q becomes %q", in, got)
		}
		if again := visible(got); again != got {
			t.Fatalf("%q becomes %q, and that %q", in, got, again)
		}
	})
}

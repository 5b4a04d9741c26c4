package langserver

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// TestPositions compares with counting from the beginning of the line, for lines that are longer than a stride.
func TestPositions(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	letters := []string{"a", "b", "ä", "€", "😀", "\xff", "\x00", "\n", "\r\n", "\r"}
	for range 300 {
		var out strings.Builder
		ends := random.IntN(3)
		for range random.IntN(4 * stride) {
			n := random.IntN(len(letters))
			if n > 6 && random.IntN(1000) > ends {
				n = 0
			}
			out.WriteString(letters[n])
		}
		text := newText([]byte(out.String()))
		for range 300 {
			at := random.IntN(len(text.bytes) + 1)
			for at > 0 && at < len(text.bytes) && !utf8.RuneStart(text.bytes[at]) {
				at--
			}
			p := text.position(at)
			units := len(utf16.Encode([]rune(string(text.bytes[text.lines[p.Line]:at]))))
			if p.Character != units {
				t.Fatalf("byte %d is at %v, want the column %d", at, p, units)
			}
			if p.Line+1 < len(text.lines) && at > text.lineEnd(p.Line) {
				continue // between CR and LF
			}
			if back := text.offset(p); back != at {
				t.Fatalf("%v is the byte %d, want %d", p, back, at)
			}
			if at < len(text.bytes) && strings.HasPrefix(string(text.bytes[at:]), "😀") {
				if back := text.offset(Position{p.Line, p.Character + 1}); back != at {
					t.Fatalf("in the middle of a pair, %v is the byte %d, want %d", p, back, at)
				}
			}
		}
		for line := range text.lines {
			if end := text.offset(Position{line, 1 << 40}); end != text.lineEnd(line) {
				t.Fatalf("the line %d ends at %d, want %d", line, end, text.lineEnd(line))
			}
		}
	}
}

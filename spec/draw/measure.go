package draw

import (
	"strings"
	"unicode/utf8"
)

// face is a size of letters, in pixels.
type face struct {
	size int
	bold bool
}

// How wide the characters from space to ~ are, in hundredths of their size: in DejaVu Sans or in Liberation Sans, whichever is
// wider. Whoever looks has some other font, and hardly one is wider than these.
var (
	regularWidths = []int{
		32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 50, 84, 32, 37, 32, 34,
		64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 56,
		102, 69, 69, 73, 78, 67, 62, 78, 76, 30, 50, 67, 56, 87, 75, 79,
		67, 79, 73, 67, 62, 74, 69, 99, 69, 67, 69, 40, 34, 40, 84, 56,
		50, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58, 28, 98, 64, 62,
		64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84,
	}
	boldWidths = []int{
		35, 46, 53, 84, 70, 101, 88, 31, 46, 46, 53, 84, 38, 42, 38, 37,
		70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 40, 40, 84, 84, 84, 62,
		100, 78, 77, 74, 84, 69, 69, 83, 84, 38, 56, 78, 64, 100, 84, 86,
		74, 86, 78, 73, 69, 82, 78, 111, 78, 73, 73, 46, 37, 46, 84, 56,
		50, 68, 72, 60, 72, 68, 44, 72, 72, 35, 35, 67, 35, 105, 72, 69,
		72, 72, 50, 60, 48, 72, 66, 93, 65, 66, 59, 72, 37, 72, 84,
	}
)

// wide is the width of any other character in hundredths of its size, which is an emoji's; wider are signs that stand for words.
const wide = 165

// width is the width of a text, or a little more than that.
func (f face) width(text string) int {
	of, sum := regularWidths, 0
	if f.bold {
		of = boldWidths
	}
	for _, r := range text {
		if at := r - ' '; at >= 0 && int(at) < len(of) {
			sum += of[at]
		} else {
			sum += wide
		}
	}
	return (sum*f.size + 99) / 100
}

// fit is a text that is as wide as there is room, with an ellipsis where it was cut.
func (f face) fit(text string, room int) string {
	end := 0
	for i, r := range text {
		if f.width(text[:i]+string(r)) > room {
			return strings.TrimRight(text[:end], " ") + "…"
		}
		if f.width(text[:i]+string(r)+"…") <= room {
			end = i + utf8.RuneLen(r)
		}
	}
	return text
}

// wrap breaks a text into lines, and the last of so many is cut. It breaks behind a space where it can, else behind a sign between words.
func (f face) wrap(text string, room, most int) []string {
	var out []string
	for text != "" {
		if len(out) == most-1 {
			return append(out, f.fit(text, room))
		}
		end := f.line(text, room)
		out = append(out, strings.TrimRight(text[:end], " "))
		text = strings.TrimLeft(text[end:], " ")
	}
	return out
}

// line is how many bytes of a text stand on a line, at least one character.
func (f face) line(text string, room int) int {
	last, space, sign := 0, 0, 0
	for i, r := range text {
		end := i + utf8.RuneLen(r)
		if f.width(strings.TrimRight(text[:end], " ")) > room && last > 0 {
			for _, good := range []int{space, sign} {
				if good > last/3 {
					return good
				}
			}
			return last
		}
		last = end
		switch {
		case r == ' ':
			space = end
		case strings.ContainsRune("-/,._:", r):
			sign = end
		}
	}
	return len(text)
}

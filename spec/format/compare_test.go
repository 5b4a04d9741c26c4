package format

import "testing"

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		before, after string
		line          int // 0 if they are the same
	}{
		{"a=1", "a = 1\n", 0},
		{"a=1\n# b", "a = 1\n# b\n", 0},
		{"\ufeffa=1\n\n\n", "a = 1", 0},
		{"a=1\nb=2\n", "a=1\nb=3\n", 2},
		{"a=1\nb=2\n", "a=1\n", 1}, // the line end is missed
		{"a=1\n", "a=1\nb=2\n", 1},
		{"a=1\n# b\nc=1\n", "a=1\n# c\nc=1\n", 2},
		{"a=1\n# b", "a=1\n# b ", 2},
		{"a=<<E\n x\nE\n", "a=<<E\nx\nE\n", 2},
		{"a=1\n\nb=2\n", "a=1\nb=2\n", 2},
		{"a=\" x\"\n", "a=\"x\"\n", 1},
		{"a=1\r\nb=2\r\n", "a=1\nb=2\n", 1},
	} {
		line, same := compare([]byte(c.before), []byte(c.after))
		if same != (c.line == 0) || !same && line != c.line {
			t.Errorf("%q and %q: %v, line %d", c.before, c.after, same, line)
		}
	}
}

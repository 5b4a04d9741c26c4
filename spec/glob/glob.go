// Package glob holds the paths of a repository against patterns.
//
// A pattern is about the whole path, which begins at the top of the repository
// without a slash. Both are compared part by part, where a slash parts them:
//
//   - `?` is one character of a part,
//   - `*` is any characters of a part, also none,
//   - `**`, as a part of its own, is any number of parts, also none. At the end
//     of a pattern it is at least one: a/** is all that is below a, not a itself.
//
// Everything else is itself; letters count as they are written. The function that
// looks at pushes, compiler/internal/script/start_on_paths.py, is the other one
// that goes by these rules; testdata/cases.txt is for both.
package glob

import (
	"fmt"
	"strings"
)

// Fault says what is wrong with a pattern, as advice to its author; empty if nothing is.
func Fault(pattern string) string {
	for _, r := range pattern {
		// What other tools read as sets, alternatives, negation or an escape is nothing here: ? stands for it.
		if strings.ContainsRune(`[]{}!\`, r) {
			return "Of the special characters only *, ** and ? are known; write ? for a character of a name that is one of [ ] { } ! \\."
		}
	}
	switch {
	case strings.HasPrefix(pattern, "/"):
		return fmt.Sprintf("Leave out the slash at the beginning, and write %q: a path begins at the top of the repository anyway.", strings.TrimLeft(pattern, "/"))
	case strings.HasSuffix(pattern, "/"):
		return fmt.Sprintf("For all that is in the folder, write %q.", strings.TrimRight(pattern, "/")+"/**")
	}
	for part := range strings.SplitSeq(pattern, "/") {
		switch {
		case part == "" || part == "." || part == "..":
			return "No part between slashes may be empty, a period or two periods."
		case part != "**" && strings.Contains(part, "**"):
			return "** has to stand alone between slashes; inside of a name write *."
		}
	}
	return ""
}

// Fits tells whether a path fits a pattern without fault.
func Fits(pattern, path string) bool {
	parts := strings.Split(path, "/")
	used := make([]bool, len(parts)+1) // how many parts the pattern may have used up so far
	used[0] = true
	beneath := false
	for want := range strings.SplitSeq(pattern, "/") {
		beneath = want == "**"
		next, any := make([]bool, len(used)), false
		for n, possible := range used[:len(parts)] {
			switch {
			case beneath: // whatever follows, be it nothing, needs at least one more part
				next[n] = possible || n > 0 && next[n-1]
				any = any || next[n]
			case possible && fitsPart(want, parts[n]):
				next[n+1], any = true, true
			}
		}
		if !any {
			return false
		}
		used = next
	}
	return beneath || used[len(parts)]
}

// fitsPart holds one part of a path against one of a pattern.
func fitsPart(pattern, part string) bool {
	want, have := []rune(pattern), []rune(part)
	w, h, star, tried := 0, 0, -1, 0
	for h < len(have) {
		switch {
		case w < len(want) && want[w] == '*':
			star, tried = w, h
			w++
		case w < len(want) && (want[w] == '?' || want[w] == have[h]):
			w++
			h++
		case star >= 0: // the last star takes one more
			tried++
			w, h = star+1, tried
		default:
			return false
		}
	}
	return strings.Trim(string(want[w:]), "*") == ""
}

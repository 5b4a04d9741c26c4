package spec

import (
	"fmt"
	"strings"

	"github.com/agext/levenshtein"
)

// DidYouMean is a sentence that proposes the name most like the given one, with a space before it; empty if none is like it.
func DidYouMean(given string, names []string) string {
	if best := Nearest(given, names); best != "" {
		return fmt.Sprintf(" Did you mean %q?", best)
	}
	return ""
}

// Nearest is the name most like the given one; empty if none is like it.
func Nearest(given string, names []string) string {
	best, bestDistance := "", 3
	if len(given) > MaxNamed {
		return ""
	}
	for _, name := range names[:min(len(names), 2*maxListed)] {
		distance := levenshtein.Distance(strings.ToLower(given), strings.ToLower(name), nil)
		// prod stands for production. Otherwise a short word is a neighbour of every other short word.
		limit := max(2, (len(given)+1)/2)
		if len(given) >= 3 && distance > 1 && strings.HasPrefix(name, given) {
			distance, limit = 2, 3
		}
		if distance < bestDistance && distance < limit {
			best, bestDistance = name, distance
		}
	}
	return best
}

// Closest is the name that takes the fewest changes to become the given one, at most so many; empty if there is none.
func Closest(given string, names []string, most int) string {
	best := ""
	for _, name := range names {
		if difference := len(name) - len(given); difference > most || -difference > most || len(given) > MaxNamed {
			continue
		}
		if distance := levenshtein.Distance(strings.ToLower(given), strings.ToLower(name), nil); distance <= most && distance > 0 {
			best, most = name, distance-1
		}
	}
	return best
}

// MaxNamed is the length of a word that may be a slip of the pen.
const MaxNamed = 200

// maxListed is how many names a message lists: a file may have a mistake for each of thousands of accounts.
const maxListed = 50

// Listed writes names as a reader expects them: a, b, c.
func Listed(names []string) string {
	if more := len(names) - maxListed; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxListed], ", "), more)
	}
	return strings.Join(names, ", ")
}

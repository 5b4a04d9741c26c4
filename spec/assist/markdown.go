package assist

import "strings"

// literally is a text that somebody wrote, to stand in Markdown as itself: on one line, and nothing in it a link, HTML or anything
// else. What means nothing where it stands is left as it is, for editors that show Markdown as it is written. Sources: CommonMark
// 0.31, "Backslash escapes"; GitHub Flavored Markdown, "Autolinks (extension)".
func literally(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	var out strings.Builder
	for i, r := range text {
		if strings.ContainsRune("\\`*_[]<>&~|#!@$", r) || i == 0 && strings.ContainsRune("-+=", r) || r == ':' && strings.HasPrefix(text[i:], "://") ||
			r == '.' && strings.HasSuffix(strings.ToLower(text[:i]), "www") || (r == '.' || r == ')') && isNumber(text[:i]) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// isNumber tells whether a text is the number of an item of a list.
func isNumber(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// code is a text as code in a line of Markdown.
func code(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	ticks := strings.Repeat("`", longestRun(text)+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return ticks + text + ticks
}

// fenced is a text of several lines as code in Markdown.
func fenced(language, text string) string {
	fence := strings.Repeat("`", max(3, longestRun(text)+1))
	return fence + language + "\n" + strings.TrimRight(text, "\n") + "\n" + fence
}

// longestRun is how many backticks stand in a row.
func longestRun(text string) int {
	longest, run := 0, 0
	for i := range len(text) {
		run++
		if text[i] != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

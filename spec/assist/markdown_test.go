package assist

import (
	"strings"
	"testing"
)

// TestLiterally holds that what an author writes stays text: what could mean something is escaped, and no line begins.
func TestLiterally(t *testing.T) {
	for text, want := range map[string]string{
		"The account that customers use.":         `The account that customers use.`,
		"[click](https://evil.example)":           `\[click\](https\://evil.example)`,
		"![](https://evil.example/pixel)":         `\!\[\](https\://evil.example/pixel)`,
		"<img src=x onerror=alert(1)>":            `\<img src=x onerror=alert(1)\>`,
		"a\n\n# A heading\n\n    code\n---\n- b":  `a \# A heading code --- - b`,
		"```\nrm -rf /\n```":                      "\\`\\`\\` rm -rf / \\`\\`\\`",
		"[cmd](command:workbench.action.quit)":    `\[cmd\](command:workbench.action.quit)`,
		`already \[escaped\]`:                     `already \\\[escaped\\\]`,
		"www.evil.example me@evil.example &lt;b>": `www\.evil.example me\@evil.example \&lt;b\>`,
		"1. one":   `1\. one`,
		"- item":   `\- item`,
		"größer 😀": "größer 😀",
		"":         "",
	} {
		if got := literally(text); got != want {
			t.Errorf("literally(%q) = %q, not %q", text, got, want)
		}
	}
}

// TestCode holds that no backtick in a text ends the code that it stands in.
func TestCode(t *testing.T) {
	for text, want := range map[string]string{
		`"shop"`:      "`\"shop\"`",
		"a`b":         "``a`b``",
		"``":          "``` `` ```",
		"a\n\n  b":    "`a b`",
		"` [x](y) `":  "`` ` [x](y) ` ``",
		"x``` [a](b)": "````x``` [a](b)````",
	} {
		if got := code(text); got != want {
			t.Errorf("code(%q) = %q, not %q", text, got, want)
		}
	}
	for _, text := range []string{"a", "```\n[x](y)\n```", "````\n<b>\n`````\n"} {
		fence, _, _ := strings.Cut(fenced("", text), "\n")
		if inner := strings.TrimSuffix(strings.TrimPrefix(fenced("", text), fence), fence); strings.Contains(inner, fence) {
			t.Errorf("%q leaves its fence", text)
		}
	}
}

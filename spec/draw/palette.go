package draw

import "fmt"

// ink is a colour by what it is for, in a light and in a dark surrounding.
type ink struct{ name, light, dark string }

// palette is all inks. Text on what it stands on has a contrast of 4.5 and more, as WCAG 2.2 asks for.
func palette() []ink {
	return []ink{
		{"page", "#ffffff", "#0d1117"},
		{"area", "#eef1f7", "#171e29"},
		{"edge", "#d8dee8", "#2c3644"},
		{"card", "#ffffff", "#1f2733"},
		{"rim", "#cdd5e0", "#3b4757"},
		{"text", "#1b2430", "#e6ebf2"},
		{"muted", "#566274", "#a3afbf"},
		{"line", "#8492a5", "#76859a"},
		{"tint", "#eef1f6", "#293240"},
		{"far", "#4850d0", "#9aa3ff"},
		{"fartint", "#eceefd", "#272c52"},
		{"ask", "#9a5200", "#f2b65c"},
		{"asktint", "#fff1da", "#40301a"},
	}
}

// light is what an ink is without a style sheet.
func light(name string) string {
	for _, i := range palette() {
		if i.name == name {
			return i.light
		}
	}
	return "none"
}

// darkStyle is the style sheet of dark surroundings. Where it is not understood, the picture stays light.
func darkStyle() string {
	out := "@media (prefers-color-scheme: dark) {\n"
	for _, i := range palette() {
		out += fmt.Sprintf("  .f-%[1]s { fill: %[2]s } .s-%[1]s { stroke: %[2]s }\n", i.name, i.dark)
	}
	return out + "}\n"
}

package draw

import (
	"fmt"
	"strings"
)

// canvas takes the elements of an SVG, each on a line.
type canvas struct{ out strings.Builder }

// box is a rectangle.
type box struct{ x, y, w, h int }

func (b box) right() int  { return b.x + b.w }
func (b box) bottom() int { return b.y + b.h }

// look is how a shape is filled and outlined, by names of inks; empty is not at all.
type look struct {
	fill, stroke string
	width        string // of the outline; empty is 1
	more         string // further attributes
}

func (l look) attributes() string {
	var classes []string
	out := ` fill="none"`
	if l.fill != "" {
		classes = append(classes, "f-"+l.fill)
		out = fmt.Sprintf(` fill="%s"`, light(l.fill))
	}
	if l.stroke != "" {
		classes = append(classes, "s-"+l.stroke)
		out += fmt.Sprintf(` stroke="%s"`, light(l.stroke))
	}
	if l.width != "" {
		out += fmt.Sprintf(` stroke-width="%s"`, l.width)
	}
	if l.more != "" {
		out += " " + l.more
	}
	return fmt.Sprintf(` class="%s"%s`, strings.Join(classes, " "), out)
}

func (c *canvas) rect(b box, radius int, l look) {
	fmt.Fprintf(&c.out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\"%s/>\n", b.x, b.y, b.w, b.h, radius, l.attributes())
}

// rounded is the outline of a box with round corners.
func rounded(b box) string {
	const r = 14
	return fmt.Sprintf("M%d %dh%da%[5]d %[5]d 0 0 1 %[5]d %[5]dv%[4]da%[5]d %[5]d 0 0 1 -%[5]d %[5]dh-%[3]da%[5]d %[5]d 0 0 1 -%[5]d -%[5]dv-%[4]da%[5]d %[5]d 0 0 1 %[5]d -%[5]dz",
		b.x+r, b.y, b.w-2*r, b.h-2*r, r)
}

func (c *canvas) circle(x, y, radius int, l look) {
	fmt.Fprintf(&c.out, "<circle cx=\"%d\" cy=\"%d\" r=\"%d\"%s/>\n", x, y, radius, l.attributes())
}

func (c *canvas) path(d string, l look) {
	fmt.Fprintf(&c.out, "<path d=\"%s\"%s/>\n", d, l.attributes())
}

// text writes a line whose letters stand on y.
func (c *canvas) text(x, y int, f face, color, text string) {
	weight := ""
	if f.bold {
		weight = ` font-weight="600"`
	}
	fmt.Fprintf(&c.out, "<text x=\"%d\" y=\"%d\" font-size=\"%d\"%s%s>%s</text>\n", x, y, f.size, weight, look{fill: color}.attributes(), escaped(text))
}

// textTo writes a line that ends at x.
func (c *canvas) textTo(x, y int, f face, color, text string) {
	fmt.Fprintf(&c.out, "<text x=\"%d\" y=\"%d\" font-size=\"%d\" text-anchor=\"end\"%s>%s</text>\n", x, y, f.size, look{fill: color}.attributes(), escaped(text))
}

// lines writes lines below each other, the first in a line of its height that begins at the top, and returns where they end.
func (c *canvas) lines(x, top int, f face, color string, lines []string) int {
	for _, line := range lines {
		c.text(x, top+f.baseline(), f, color, line)
		top += f.height()
	}
	return top
}

// group opens a group with a title, which is what one reads when the mouse rests on it.
func (c *canvas) group(title string) {
	fmt.Fprintf(&c.out, "<g><title>%s</title>\n", escaped(title))
}

func (c *canvas) end() { c.out.WriteString("</g>\n") }

// height is that of a line.
func (f face) height() int { return (f.size*3 + 1) / 2 }

// baseline is how far below the top of its line a letter stands.
func (f face) baseline() int { return f.height()/2 + (f.size*35+50)/100 }

func escaped(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;").Replace(text)
}

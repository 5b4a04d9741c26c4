package draw

import (
	"fmt"
	"math"
	"strings"
)

// SVG draws the graph as one picture that needs nothing besides: no program, no font, no other file. It is light or dark as its surroundings are.
func (g *Graph) SVG() []byte {
	var sections []*section
	for _, p := range g.shown() {
		sections = append(sections, newSection(p))
	}
	width, height := arrange(sections)
	c := &canvas{}
	for _, s := range sections {
		c.section(s)
	}
	if len(sections) == 0 {
		c.text(margin, margin+headFace.baseline(), headFace, "muted", g.title())
		width, height = 2*margin+headFace.width(g.title()), margin+headFace.height()
	}
	legend := c.legend(sections, height)
	width, height = max(width, legend+margin), height+legendHeight
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="%[2]d" viewBox="0 0 %[1]d %[2]d" role="img" aria-labelledby="cfnpipe-title cfnpipe-desc" `+
		`font-family="ui-sans-serif, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif">`+"\n", width, height)
	fmt.Fprintf(&out, "<title id=\"cfnpipe-title\">%s</title>\n<desc id=\"cfnpipe-desc\">%s</desc>\n", escaped(g.title()), escaped(g.describe()))
	fmt.Fprintf(&out, "<style>\n%s</style>\n", darkStyle())
	fmt.Fprintf(&out, "<rect width=\"%d\" height=\"%d\"%s/>\n", width, height, look{fill: "page"}.attributes())
	return []byte(out.String() + c.out.String() + "</svg>\n")
}

// arrange places sections in as many columns as make the page about as wide as it is high, and returns its size.
func arrange(sections []*section) (width, height int) {
	most, area := 0, 0
	for _, s := range sections {
		s.place(0, 0)
		most, area = max(most, s.width), area+s.width*s.bottom
	}
	perRow := 1
	if len(sections) > 3 && most > 0 {
		perRow = max(1, int(math.Sqrt(float64(area))/float64(most)+0.5))
	}
	y := margin
	for i := 0; i < len(sections); i += perRow {
		x, bottom := margin, y
		for _, s := range sections[i:min(i+perRow, len(sections))] {
			s.reset()
			s.place(x, y)
			bottom = max(bottom, s.bottom)
			width = max(width, x+s.width+margin)
			x += most + 2*margin
		}
		y = bottom + 2*margin
	}
	return width, y - margin
}

// reset forgets what placing has added.
func (s *section) reset() {
	for _, stage := range s.stages {
		stage.sides = nil
	}
}

const legendHeight = 40

// legend explains the arrows and signs that occur, and returns where it ends.
func (c *canvas) legend(sections []*section, y int) int {
	var near, far, ask bool
	for _, s := range sections {
		for _, r := range s.rows {
			ask = ask || r.node.kind == approval
			if t := r.node.target; t != nil {
				far, near = far || t.far, near || !t.far
			}
		}
	}
	x, middle := margin, y+8
	say := func(text string) {
		c.text(x+44, middle+4, textFace, "muted", text)
		x += 44 + textFace.width(text) + 24
	}
	if near {
		c.arrow(x, x+36, middle, false)
		say("within the account")
	}
	if far {
		c.arrow(x, x+36, middle, true)
		say("into another account")
	}
	if ask {
		c.diamond(x+18, middle, 10)
		say("somebody decides")
	}
	return x
}

// title is what the picture is called.
func (g *Graph) title() string {
	if len(g.pipelines) == 1 {
		return "Pipeline " + g.pipelines[0].names[0]
	}
	return counted(len(g.pipelines), "pipeline")
}

// describe is the graph in words, for whoever does not see it.
func (g *Graph) describe() string {
	var out []string
	for _, p := range g.shown() {
		stages := []string{"source " + p.source.title}
		for _, s := range p.stages {
			stages = append(stages, s.name)
		}
		out = append(out, fmt.Sprintf("%s in account %s: %s.", strings.Join(p.names, ", "), p.in.name, strings.Join(stages, ", then ")))
	}
	return strings.Join(out, " ")
}

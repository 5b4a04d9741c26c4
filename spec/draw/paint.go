package draw

import (
	"fmt"
	"strings"
)

// section draws a pipeline that has its place: what lies below first. A line to an area further right passes below the areas before it.
func (c *canvas) section(s *section) {
	top := c.lines(s.home.x, s.home.y-between-len(s.names)*textFace.height()-len(s.heading)*headFace.height(), headFace, "text", s.heading)
	if len(s.names) > 0 {
		c.group(s.of.all())
		c.lines(s.home.x, top, textFace, "muted", s.names)
		c.end()
	}
	if len(s.of.names) > 1 { // a pile
		for _, off := range []int{12, 6} {
			c.path(rounded(box{s.home.x + off, s.home.y + off, s.home.w, s.home.h}), look{fill: "area", stroke: "edge"})
		}
		c.path(rounded(s.home), look{fill: "page"})
	}
	c.area(s.home, s.of.in)
	for _, r := range s.rows {
		if r.card != nil {
			c.line(s.lane+laneWidth, r.card.x-pad, r.middle(), r.node.target.far)
		}
	}
	for _, p := range s.panels {
		c.area(p.box, p.in)
	}
	for _, r := range s.rows {
		if r.card != nil {
			c.arrow(max(s.lane+laneWidth, r.card.x-pad), r.card.x, r.middle(), r.node.target.far)
			c.card(r)
		}
	}
	for i, stage := range s.stages {
		if i > 0 {
			above := s.stages[i-1]
			c.down(s.spine(), above.bottom(), stage.y)
		}
		c.stage(s, stage)
	}
	y := s.stages[len(s.stages)-1].bottom()
	for i, note := range s.notes {
		y += 12
		c.group(s.of.notes[i].text)
		c.icon(s.of.notes[i].kind, s.lane+8, y+9, 16, "muted")
		y = c.lines(s.lane+24, y, textFace, "muted", note)
		c.end()
	}
}

// spine is where the signs of actions stand below each other.
func (s *section) spine() int { return s.lane + pad + disc/2 }

func (c *canvas) area(b box, a *area) {
	h := headOf(a, b.w-2*pad)
	c.group("Account " + a.name + ", " + a.id)
	c.rect(b, 14, look{fill: "area", stroke: "edge", more: `fill-opacity="0.8"`})
	y := c.lines(b.x+pad, b.y+14, nameFace, "text", h.name)
	if h.beside {
		c.textTo(b.right()-pad, b.y+14+nameFace.baseline(), textFace, "muted", h.id)
	} else {
		c.lines(b.x+pad, y, textFace, "muted", []string{h.id})
	}
	c.end()
}

func (c *canvas) stage(s *section, stage *placed) {
	c.rect(stage.box, 10, look{fill: "card", stroke: "rim"})
	y := c.lines(stage.x+pad, stage.y+12, stageFace, "text", stage.name)
	c.pills(stage.x+pad, y+8, stage.badges)
	for _, b := range stage.sides {
		c.rect(b, 8, look{fill: "tint"})
		c.text(b.x+8+disc+12, b.y+18, pillFace, "muted", "side by side")
	}
	c.thread(s, stage)
	for _, r := range stage.rows {
		c.action(s, r)
	}
}

// thread connects the signs of the actions of a stage that follow each other.
func (c *canvas) thread(s *section, stage *placed) {
	var d []string
	end := 0
	sides := stage.sides
	for i := 0; i < len(stage.rows); i++ {
		r := stage.rows[i]
		from, to := r.middle(), r.middle()
		if len(sides) > 0 && sides[0].y <= r.y && r.y <= sides[0].bottom() {
			from, to = sides[0].y, sides[0].bottom()
			for i+1 < len(stage.rows) && stage.rows[i+1].y < to {
				i++
			}
			sides = sides[1:]
		}
		if end > 0 {
			d = append(d, fmt.Sprintf("M%d %dV%d", s.spine(), end, from))
		}
		end = to
	}
	if len(d) > 0 {
		c.path(strings.Join(d, ""), look{stroke: "line", width: "1.5"})
	}
}

func (c *canvas) action(s *section, r *row) {
	c.group(strings.TrimSuffix(r.node.title+": "+r.node.detail, ": "))
	middle := r.middle()
	color := "text"
	if r.node.kind == approval {
		color = "ask"
		c.diamond(s.spine(), middle, 18)
	} else {
		fill := "tint"
		if r.aside {
			fill = "card"
		}
		c.circle(s.spine(), middle, disc/2, look{fill: fill, stroke: "rim"})
	}
	c.icon(r.node.kind, s.spine(), middle, 16, color)
	x := s.lane + pad + disc + 12
	y := middle - r.text()/2
	y = c.lines(x, y, nameFace, color, r.title)
	c.lines(x, y, textFace, "muted", r.detail)
	c.end()
}

func (c *canvas) card(r *row) {
	t, b := r.node.target, r.card
	var more []string
	for _, badge := range t.badges {
		more = append(more, badge.text)
	}
	c.group(strings.Join(append([]string{t.title, t.detail}, more...), "; "))
	c.rect(b.box, 10, look{fill: "card", stroke: "rim"})
	sign := box{b.x + pad, b.y + 12, disc, disc}
	fill, color := "tint", "text"
	if t.far {
		fill, color = "fartint", "far"
	}
	c.rect(sign, 8, look{fill: fill})
	c.icon(r.node.kind, sign.x+disc/2, sign.y+disc/2, 16, color)
	text := len(b.title)*nameFace.height() + len(b.detail)*textFace.height()
	y := c.lines(b.x+pad+disc+12, b.y+12+max(0, disc-text)/2, nameFace, "text", b.title)
	c.lines(b.x+pad+disc+12, y, textFace, "muted", b.detail)
	c.pills(b.x+pad, b.y+12+max(disc, text)+8, b.badges)
	c.end()
}

func (c *canvas) pills(x, y int, lines [][]pill) {
	for _, line := range lines {
		for _, p := range line {
			c.group(p.text)
			c.rect(box{x + p.x, y, p.w, pillHeight}, pillHeight/2, look{fill: "tint"})
			c.icon(p.kind, x+p.x+8+6, y+pillHeight/2, 12, "muted")
			c.text(x+p.x+8+12+5, y+15, pillFace, "muted", p.shown)
			c.end()
		}
		y += pillHeight + pillGap
	}
}

// arrow goes to the right, and differently into another account.
func (c *canvas) arrow(from, to, y int, far bool) {
	c.line(from, to-6, y, far)
	color := "line"
	if far {
		color = "far"
	}
	c.path(fmt.Sprintf("M%d %dl-9 -5v10z", to-1, y), look{fill: color})
}

func (c *canvas) line(from, to, y int, far bool) {
	l := look{stroke: "line", width: "1.5"}
	if far {
		l = look{stroke: "far", width: "2", more: `stroke-dasharray="6 4"`}
	}
	c.path(fmt.Sprintf("M%d %dH%d", from, y, to), l)
}

// down is the arrow from a stage to the next.
func (c *canvas) down(x, from, to int) {
	c.path(fmt.Sprintf("M%d %dV%d", x, from, to-7), look{stroke: "line", width: "1.5"})
	c.path(fmt.Sprintf("M%d %dl-5 -9h10z", x, to-1), look{fill: "line"})
}

func (c *canvas) diamond(x, y, r int) {
	c.path(fmt.Sprintf("M%d %dl%d %dl%d %dl%d %dz", x, y-r, r, r, -r, r, -r, -r), look{fill: "asktint", stroke: "ask", more: `stroke-linejoin="round"`})
}

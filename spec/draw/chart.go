package draw

import (
	"fmt"
	"slices"
)

// chart is a graph as programs that find a layout by themselves want it: vertices with ids, in accounts, and edges.
type chart struct {
	places []*place
	edges  []edge
}

// place is an account with the pipelines that run in it and what they make in it.
type place struct {
	in      *area
	charted []*charted
	targets []vertex
}

// charted is a pipeline whose vertices have ids.
type charted struct {
	*pipeline
	source vertex
	stages [][]vertex // as in the pipeline
}

// vertex is a node, or its target in an account. One without a node joins what is side by side.
type vertex struct {
	id   string
	node *node
}

type edge struct {
	from, to string
	way      way
}

// way is what an edge says.
type way int

const (
	then    way = iota // one action comes after another
	acts               // an action makes something in the account of its pipeline
	crosses            // in another account
)

func (g *Graph) chart() *chart {
	c := &chart{}
	for i, p := range g.shown() {
		id := fmt.Sprintf("p%d", i+1)
		out := &charted{pipeline: p, source: vertex{id + "source", p.source}}
		at := c.at(p.in)
		at.charted = append(at.charted, out)
		last := []vertex{out.source}
		for j, s := range p.stages {
			out.stages = append(out.stages, nil)
			for k, step := range s.steps {
				var next []vertex
				for l, n := range step {
					next = append(next, vertex{fmt.Sprintf("%ss%da%d_%d", id, j+1, k+1, l+1), n})
				}
				if len(last) > 1 && len(next) > 1 {
					join := vertex{id: fmt.Sprintf("%ss%dj%d", id, j+1, k+1)}
					c.connect(last, []vertex{join})
					last = []vertex{join}
					out.stages[j] = append(out.stages[j], join)
				}
				c.connect(last, next)
				out.stages[j] = append(out.stages[j], next...)
				last = next
			}
		}
		c.reach(out)
	}
	return c
}

// at is the place of an account, the accounts in the order in which they first occur.
func (c *chart) at(in *area) *place {
	if i := slices.IndexFunc(c.places, func(p *place) bool { return p.in == in }); i >= 0 {
		return c.places[i]
	}
	c.places = append(c.places, &place{in: in})
	return c.places[len(c.places)-1]
}

func (c *chart) connect(from, to []vertex) {
	for _, f := range from {
		for _, t := range to {
			c.edges = append(c.edges, edge{f.id, t.id, then})
		}
	}
}

// reach adds what the actions of a pipeline make.
func (c *chart) reach(p *charted) {
	for _, stage := range p.stages {
		for _, v := range stage {
			if v.node == nil || v.node.target == nil {
				continue
			}
			t := vertex{v.id + "target", v.node}
			at := c.at(v.node.target.in)
			at.targets = append(at.targets, t)
			e := edge{v.id, t.id, acts}
			if v.node.target.far {
				e.way = crosses
			}
			c.edges = append(c.edges, e)
		}
	}
}

// words is what stands on an action, and on its target.
func (n *node) words() []string { return lines(n.title, n.detail, nil) }

func (t *target) words() []string { return lines(t.title, t.detail, t.badges) }

// lines is a title and what stands below it, each as long as a reader of a chart can bear.
func lines(title, detail string, badges []badge) []string {
	out := []string{short(title)}
	if detail != "" {
		out = append(out, short(detail))
	}
	for _, b := range badges {
		out = append(out, short(b.text))
	}
	return out
}

// short cuts what would make a box of a chart wider than all others together.
func short(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// heading is what a pipeline is headed with.
func (p *pipeline) heading() string {
	if len(p.names) > 1 {
		return p.caption() + ": " + p.all()
	}
	return "pipeline " + p.names[0]
}

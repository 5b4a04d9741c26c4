package draw

import (
	"fmt"
	"strings"
)

// DOT writes the graph in the language of Graphviz.
func (g *Graph) DOT() []byte {
	c := g.chart()
	d := &indented{}
	d.line("digraph pipelines {")
	d.depth++
	d.line(`graph [fontname="Helvetica" fontsize=12 style="rounded,filled" color="%s" fillcolor="%s" bgcolor="%s" compound=true nodesep=0.3 ranksep=0.4]`, light("edge"), light("area"), light("page"))
	d.line(`node [fontname="Helvetica" fontsize=11 shape=box style="rounded,filled" color="%s" fillcolor="%s" fontcolor="%s"]`, light("rim"), light("card"), light("text"))
	d.line(`edge [color="%s" arrowsize=0.8]`, light("line"))
	for i, at := range c.places {
		d.cluster(fmt.Sprintf("account%d", i+1), at.in.name, at.in.id)
		for j, p := range at.charted {
			d.dot(fmt.Sprintf("account%dpipeline%d", i+1, j+1), p)
		}
		for _, t := range at.targets {
			d.line("%s [label=%s]", t.id, dotText(t.node.target.words()...))
		}
		d.close()
	}
	for _, e := range c.edges {
		style := [...]string{then: "", acts: " [style=bold]", crosses: fmt.Sprintf(` [style=dashed penwidth=1.5 color="%s"]`, light("far"))}[e.way]
		d.line("%s -> %s%s", e.from, e.to, style)
	}
	d.close()
	return []byte(d.out.String())
}

// dot writes a pipeline as a cluster, and each stage as one in it.
func (d *indented) dot(id string, p *charted) {
	d.cluster(id, lines(p.heading(), "", p.notes)...)
	d.line(`%s [label=%s style="rounded,filled,bold"]`, p.source.id, dotText(p.source.node.words()...))
	for i, stage := range p.stages {
		d.cluster(fmt.Sprintf("%sstage%d", id, i+1), lines(p.pipeline.stages[i].name, "", p.pipeline.stages[i].badges)...)
		for _, v := range stage {
			switch {
			case v.node == nil:
				d.line("%s [shape=point]", v.id)
			case v.node.kind == approval:
				d.line(`%s [label=%s shape=hexagon style=filled color="%s" fillcolor="%s"]`, v.id, dotText(v.node.words()...), light("ask"), light("asktint"))
			default:
				d.line("%s [label=%s]", v.id, dotText(v.node.words()...))
			}
		}
		d.close()
	}
	d.close()
}

func (d *indented) cluster(id string, words ...string) {
	d.line("subgraph cluster_%s {", id)
	d.depth++
	d.line("label=%s", dotText(words...))
}

func (d *indented) close() {
	d.depth--
	d.line("}")
}

// dotText is a text in quotes, below each other. Graphviz reads backslashes and HTML's entities in it.
func dotText(words ...string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;")
	out := make([]string, len(words))
	for i, text := range words {
		out[i] = escape.Replace(text)
	}
	return `"` + strings.Join(out, `\n`) + `"`
}

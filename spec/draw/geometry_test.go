package draw

import (
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestExamplesFit looks at the pictures that are written down.
func TestExamplesFit(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.svg")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no pictures: %v", err)
	}
	for _, path := range append(paths, "../../examples/storefront/pipeline.svg") {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range faults(t, string(data)) {
			t.Errorf("%s: %s", path, fault)
		}
	}
}

// TestEverythingFits draws graphs that nobody would write.
func TestEverythingFits(t *testing.T) {
	for seed := range uint64(40) {
		g := randomGraph(rand.New(rand.NewPCG(seed, 1)))
		for _, fault := range faults(t, string(g.SVG())) {
			t.Errorf("graph %d: %s", seed, fault)
		}
		if len(g.Mermaid()) == 0 || len(g.DOT()) == 0 {
			t.Errorf("graph %d: nothing is written", seed)
		}
	}
}

// TestFaultsAreFound holds the judge of the pictures against pictures with one fault each.
func TestFaultsAreFound(t *testing.T) {
	const sheet = `<svg width="200" height="200"><rect width="200" height="200" class="f-page"/>%s</svg>`
	for name, c := range map[string]struct{ body, want string }{
		"nothing wrong":       {`<rect x="10" y="10" width="90" height="50" class="f-card"/><text x="12" y="30" font-size="12">abc</text>`, ""},
		"text too long":       {`<rect x="10" y="10" width="30" height="50" class="f-card"/><text x="12" y="30" font-size="12">abcdef</text>`, "leaves its box"},
		"text to the left":    {`<rect x="10" y="10" width="30" height="50" class="f-card"/><text x="38" y="30" font-size="12" text-anchor="end">abcdef</text>`, "leaves its box"},
		"text too low":        {`<rect x="10" y="10" width="90" height="50" class="f-card"/><text x="12" y="59" font-size="12">abc</text>`, "leaves its box"},
		"texts overlap":       {`<text x="12" y="30" font-size="12">abc</text><text x="30" y="33" font-size="12">abc</text>`, "overlaps"},
		"boxes overlap":       {`<rect x="10" y="10" width="30" height="30" class="f-card"/><rect x="30" y="30" width="30" height="30" class="f-card"/>`, "overlaps"},
		"box outside":         {`<rect x="190" y="10" width="30" height="30" class="f-card"/>`, "overlaps"},
		"line through text":   {`<text x="12" y="30" font-size="12">abc</text><path d="M10 25H100"/>`, "through"},
		"line through a card": {`<rect x="50" y="10" width="30" height="30" class="f-card"/><path d="M10 20H100"/>`, "through"},
	} {
		got := strings.Join(faults(t, fmt.Sprintf(sheet, c.body)), "\n")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

type shape struct {
	box
	what string // a class, or the text
}

var straight = regexp.MustCompile(`^M(\d+) (\d+)H(\d+)$`)

// faults lists what a picture shows wrongly: text that leaves its box, things that overlap, lines through cards.
func faults(t *testing.T, svg string) []string {
	t.Helper()
	var out []string
	rects, texts, lines := shapes(t, svg)
	for i, a := range rects {
		for _, b := range rects[:i] {
			if apart, inside := a.apart(b.box), a.inside(b.box) || b.inside(a.box); !apart && !inside {
				out = append(out, fmt.Sprintf("box %v overlaps box %v", a, b))
			}
		}
		for _, l := range lines {
			if strings.Contains(a.what, "f-card") && a.y < l.y && l.y < a.bottom() && l.x < a.right() && a.x < l.right() {
				out = append(out, fmt.Sprintf("line %v goes through %v", l, a))
			}
		}
	}
	for i, text := range texts {
		in := rects[0]
		for _, r := range rects {
			if r.x <= text.x+text.w/2 && text.x+text.w/2 <= r.right() && r.y <= text.y && text.y <= r.bottom() && r.w*r.h <= in.w*in.h {
				in = r
			}
			if r.x <= text.x && text.x < r.right() && r.y <= text.y && text.y <= r.bottom() && r.w*r.h <= in.w*in.h {
				in = r
			}
		}
		if !text.inside(in.box) {
			out = append(out, fmt.Sprintf("text %v leaves its box %v", text, in))
		}
		for _, l := range lines {
			if text.y < l.y && l.y < text.bottom() && l.x < text.right() && text.x < l.right() {
				out = append(out, fmt.Sprintf("line %v goes through text %v", l, text))
			}
		}
		for _, other := range texts[:i] {
			if !text.apart(other.box) {
				out = append(out, fmt.Sprintf("text %v overlaps %v", text, other))
			}
		}
	}
	return out
}

func (b box) apart(c box) bool {
	return b.right() <= c.x || c.right() <= b.x || b.bottom() <= c.y || c.bottom() <= b.y
}

func (b box) inside(c box) bool {
	return c.x <= b.x && b.right() <= c.right() && c.y <= b.y && b.bottom() <= c.bottom()
}

// shapes reads a picture; it has to be XML. The first box is the page.
func shapes(t *testing.T, svg string) (rects, texts, lines []shape) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(svg))
	var open []xml.StartElement
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return rects, texts, lines
		}
		if err != nil {
			t.Fatalf("%v in %.2000s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			open = append(open, token.Copy())
			number := func(name string) int { n, _ := strconv.Atoi(attribute(token, name)); return n }
			switch token.Name.Local {
			case "rect":
				rects = append(rects, shape{box{number("x"), number("y"), number("width"), number("height")}, attribute(token, "class")})
			case "path":
				if m := straight.FindStringSubmatch(attribute(token, "d")); m != nil {
					from, _ := strconv.Atoi(m[1])
					y, _ := strconv.Atoi(m[2])
					to, _ := strconv.Atoi(m[3])
					lines = append(lines, shape{box{from, y, to - from, 0}, ""})
				}
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 && open[len(open)-1].Name.Local == "text" {
				texts = append(texts, textShape(open[len(open)-1], string(token)))
			}
		}
	}
}

func textShape(e xml.StartElement, text string) shape {
	x, _ := strconv.Atoi(attribute(e, "x"))
	y, _ := strconv.Atoi(attribute(e, "y"))
	f := face{bold: attribute(e, "font-weight") != ""}
	f.size, _ = strconv.Atoi(attribute(e, "font-size"))
	w := f.width(text)
	if attribute(e, "text-anchor") == "end" {
		x -= w
	}
	return shape{box{x, y - f.size*8/10, w, f.size}, text}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// randomGraph has texts of every length, many stages, accounts in any order, and actions side by side.
func randomGraph(r *rand.Rand) *Graph {
	areas := make([]*area, 1+r.IntN(6))
	for i := range areas {
		areas[i] = &area{randomText(r), "123456789012"}
	}
	g := &Graph{}
	for range 1 + r.IntN(5) {
		p := &pipeline{names: []string{randomText(r)}, in: areas[r.IntN(len(areas))], source: &node{kind: source, title: randomText(r), detail: randomText(r)}}
		p.notes = randomBadges(r, mail)
		for range 1 + r.IntN(12) {
			s := &stage{name: randomText(r), badges: randomBadges(r, window)}
			for range r.IntN(5) {
				var step []*node
				for range 1 + r.IntN(4) {
					n := &node{kind: hosts, title: randomText(r), detail: randomText(r)}
					if r.IntN(3) > 0 {
						in := areas[r.IntN(len(areas))]
						n.target = &target{in, in != p.in, randomText(r), randomText(r), randomBadges(r, alarm)}
					}
					step = append(step, n)
				}
				s.steps = append(s.steps, step)
			}
			p.stages = append(p.stages, s)
		}
		g.pipelines = append(g.pipelines, p)
	}
	return g
}

func randomBadges(r *rand.Rand, k kind) []badge {
	var out []badge
	for range r.IntN(4) {
		out = append(out, badge{k, randomText(r)})
	}
	return out
}

func randomText(r *rand.Rand) string {
	words := []string{"a", "WWWW", "m", "-", "/", ".", " ", "漢字", "🙂", "i", `<&>"'`, "production", "]]>", "éß", "\u202e", "\x00", "#", ";", "`", "{", "%", "$"}
	var out strings.Builder
	for range 1 + r.IntN(40) {
		out.WriteString(words[r.IntN(len(words))])
	}
	return plain("x" + out.String())
}

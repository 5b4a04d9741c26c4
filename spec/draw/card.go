package draw

// The letters of the picture.
var (
	headFace  = face{22, true}
	stageFace = face{15, true}
	nameFace  = face{13, true}
	textFace  = face{12, false}
	pillFace  = face{11, false}
)

// card is what an action makes in an account.
type card struct {
	title, detail []string
	badges        [][]pill
	box
}

func newCard(n *node) *card {
	const room = cardWidth - 2*pad - disc - 12
	t := n.target
	c := &card{title: nameFace.wrap(t.title, room, 3), detail: textFace.wrap(t.detail, room, 3), badges: pills(t.badges, cardWidth-2*pad)}
	c.w = cardWidth
	c.h = 12 + max(disc, len(c.title)*nameFace.height()+len(c.detail)*textFace.height()) + heightOf(c.badges) + 12
	return c
}

// pill is a badge with its place in its line.
type pill struct {
	badge
	shown string
	x, w  int
}

const (
	pillHeight = 22
	pillGap    = 6
)

// pills sets badges side by side, in as many lines as they take.
func pills(badges []badge, room int) [][]pill {
	const around = 8 + 12 + 5 + 5 // the icon and white space
	var out [][]pill
	x := 0
	for _, b := range badges {
		text := pillFace.fit(b.text, room-around)
		p := pill{b, text, x, pillFace.width(text) + around}
		if len(out) == 0 || x+p.w > room {
			out = append(out, nil)
			p.x = 0
		}
		out[len(out)-1] = append(out[len(out)-1], p)
		x = p.x + p.w + pillGap
	}
	return out
}

// middle is how far below its top the sign of a card is.
func (c *card) middle() int { return 12 + disc/2 }

func heightOf(lines [][]pill) int {
	if len(lines) == 0 {
		return 0
	}
	return 8 + len(lines)*(pillHeight+pillGap) - pillGap
}

// head is what an area is headed with: its name and its id, side by side or below each other.
type head struct {
	name   []string
	id     string
	beside bool
	h      int
}

func headOf(a *area, room int) head {
	out := head{name: nameFace.wrap(a.name, room, 3), id: textFace.fit(a.id, room)}
	out.beside = len(out.name) == 1 && nameFace.width(out.name[0])+12+textFace.width(out.id) <= room
	out.h = 14 + len(out.name)*nameFace.height() + 10
	if !out.beside {
		out.h += textFace.height()
	}
	return out
}

package draw

// Distances, in pixels. All are multiples of four.
const (
	margin    = 32
	pad       = 16
	between   = 16  // two rows, two areas
	laneWidth = 320 // a stage
	cardWidth = 288 // what an action makes in an account
	gutter    = 64  // for arrows from the one to the other
	stageGap  = 32
	inset     = 8  // of a box in a stage, for what is side by side
	boxTop    = 28 // from the top of such a box to its first row
	disc      = 32 // the sign of an action
)

// section is the picture of one pipeline: its stages from top to bottom in the area of its account, and beside each action, on the
// same height, what it makes. So an arrow is a straight line that meets nothing else in its row.
type section struct {
	of      *pipeline
	home    box // the area of the pipeline's account
	lane    int // where stages begin
	width   int
	bottom  int
	heading []string
	names   []string
	notes   [][]string
	stages  []*placed
	rows    []*row
	panels  []*panel
}

// placed is a stage with its place. The first is the source, which has no name.
type placed struct {
	box
	name   []string
	badges [][]pill
	rows   []*row
	steps  []int // how many rows start together
	sides  []box // around those
}

// row is a node with its place, and with that of its target.
type row struct {
	node          *node
	title, detail []string
	box                // as high as the higher of both
	above         int  // how far below its top the signs and the arrow between them are
	number, stage int  // its own, and its stage's
	aside         bool // others start with it
	card          *card
	panel         *panel // the area of the card; nil at home
}

func newRow(n *node) *row {
	const room = laneWidth - 2*pad - disc - 12 - 8
	r := &row{node: n, title: nameFace.wrap(n.title, room, 3), detail: textFace.wrap(n.detail, room, 3)}
	half := max(disc/2, (r.text()+1)/2)
	r.above, r.h = half, 2*half
	if n.target != nil {
		r.card = newCard(n)
		r.above = max(half, r.card.middle())
		r.h = r.above + max(half, r.card.h-r.card.middle())
	}
	return r
}

// text is how high the texts of the action are.
func (r *row) text() int { return len(r.title)*nameFace.height() + len(r.detail)*textFace.height() }

func (r *row) middle() int { return r.y + r.above }

func newSection(p *pipeline) *section {
	s := &section{of: p}
	s.add(&placed{}, [][]*node{{p.source}})
	for _, stage := range p.stages {
		s.add(&placed{name: stageFace.wrap(stage.name, laneWidth-2*pad, 3), badges: pills(stage.badges, laneWidth-2*pad)}, stage.steps)
	}
	for _, n := range p.notes {
		s.notes = append(s.notes, textFace.wrap(n.text, laneWidth-24, 4))
	}
	s.panels = panels(s.rows, p.in)
	return s
}

func (s *section) add(stage *placed, steps [][]*node) {
	for _, step := range steps {
		stage.steps = append(stage.steps, len(step))
		for _, n := range step {
			r := newRow(n)
			r.number, r.stage, r.aside = len(s.rows)+len(stage.rows), len(s.stages), len(step) > 1
			stage.rows = append(stage.rows, r)
		}
	}
	s.stages = append(s.stages, stage)
	s.rows = append(s.rows, stage.rows...)
}

// place gives everything its place, from the upper left corner.
func (s *section) place(x, y int) {
	s.home.x, s.home.w = x, laneWidth+2*pad
	if s.targetsAtHome() {
		s.home.w += gutter + cardWidth
	}
	s.lane = x + pad
	s.width = s.home.w + columns(s.panels)*(gutter+cardWidth+2*pad)
	s.heading = headFace.wrap(s.of.caption(), s.width, 3)
	s.names = textFace.wrap(s.of.all(), s.width, 8)
	y += len(s.heading)*headFace.height() + len(s.names)*textFace.height() + between
	s.home.y = y
	y += headOf(s.of.in, s.home.w-2*pad).h
	bottoms := map[int]int{}
	for i, stage := range s.stages {
		if i > 0 {
			y += stageGap
		}
		y = s.placeStage(stage, y, bottoms)
	}
	for _, n := range s.notes {
		y += 12 + len(n)*textFace.height()
	}
	s.home.h = y + pad - s.home.y
	s.bottom = s.home.bottom()
}

// placeStage places a stage and returns where it ends. The bottoms are those of the lowest area of each column.
func (s *section) placeStage(stage *placed, y int, bottoms map[int]int) int {
	stage.box = box{s.lane, y, laneWidth, 0}
	y += stage.head()
	rows, bottom := stage.rows, y
	for at, step := range stage.steps {
		if step > 1 {
			y += boxTop
		}
		y = max(y, s.earliest(rows[0], bottoms))
		if at == 0 {
			stage.y = y - stage.head() - stage.boxTop()
		}
		top := y - boxTop
		for _, r := range rows[:step] {
			r.box = box{s.lane, max(y, s.earliest(r, bottoms)), laneWidth, r.h}
			s.placeCard(r, bottoms)
			bottom = r.bottom()
			y = bottom + between
		}
		if step > 1 {
			y += between - inset
			stage.sides = append(stage.sides, box{s.lane + inset, top, laneWidth - 2*inset, y - between - top})
		}
		rows = rows[step:]
	}
	stage.h = bottom + pad - stage.y
	return stage.bottom()
}

// earliest is where a row may begin, so that the area that begins with it has room below another, and no arrow passes its name.
func (s *section) earliest(r *row, bottoms map[int]int) int {
	p := r.panel
	if p == nil || p.rows[0] != r {
		return 0
	}
	out, head := 0, headOf(p.in, cardWidth).h
	if bottom, below := bottoms[p.column]; below {
		out = bottom + between + head
	}
	for _, other := range s.rows[:r.number] {
		if q := other.panel; q != nil && q.column > p.column {
			out = max(out, other.middle()+inset+head)
		}
	}
	return out
}

// placeCard places what an action makes, and begins or extends its area.
func (s *section) placeCard(r *row, bottoms map[int]int) {
	if r.card == nil {
		return
	}
	r.card.x, r.card.y = s.lane+laneWidth+gutter, r.middle()-r.card.middle()
	p := r.panel
	if p == nil {
		return
	}
	if p.rows[0] == r {
		p.box = box{s.home.right() + gutter + p.column*(cardWidth+2*pad+gutter), r.y - headOf(p.in, cardWidth).h, cardWidth + 2*pad, 0}
	}
	r.card.x = p.x + pad
	p.h = r.bottom() + pad - p.y
	bottoms[p.column] = p.bottom()
}

func (s *section) targetsAtHome() bool {
	for _, r := range s.rows {
		if r.card != nil && r.node.target.in == s.of.in {
			return true
		}
	}
	return false
}

// boxTop is how much lower the first row is because it stands in a box.
func (p *placed) boxTop() int {
	if p.steps[0] > 1 {
		return boxTop
	}
	return 0
}

// head is how high a stage is above its first row.
func (p *placed) head() int {
	if len(p.name) == 0 {
		return 12
	}
	return 12 + len(p.name)*stageFace.height() + heightOf(p.badges) + 8
}

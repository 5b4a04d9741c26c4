package draw

// panel is an area with what a pipeline makes in it, in rows that follow each other. An account that a later stage comes back to has a
// further one there.
type panel struct {
	in     *area
	rows   []*row
	column int
	box
}

// mostColumns is how many areas may stand side by side before an account gets several instead.
const mostColumns = 3

// panels parts the rows into areas, but for those of the pipeline's own account.
func panels(rows []*row, home *area) []*panel {
	var away []*row
	for _, r := range rows {
		if r.card != nil && r.node.target.in != home {
			away = append(away, r)
		}
	}
	joined := interleaved(away)
	if columns(joined) > mostColumns {
		joined = runs(away)
	}
	for _, p := range joined {
		for _, r := range p.rows {
			r.panel = p
		}
	}
	return joined
}

// runs are the areas of rows that follow each other.
func runs(rows []*row) []*panel {
	var out []*panel
	for _, r := range rows {
		if n := len(out); n > 0 && out[n-1].in == r.node.target.in {
			out[n-1].rows = append(out[n-1].rows, r)
			continue
		}
		out = append(out, &panel{in: r.node.target.in, rows: []*row{r}})
	}
	return out
}

// interleaved are areas that go on over the rows of others in one stage.
func interleaved(rows []*row) []*panel {
	var out []*panel
	last := map[*area]*panel{}
	for i, r := range rows {
		in := r.node.target.in
		p := last[in]
		if p == nil || rows[i-1].node.target.in != in && p.rows[len(p.rows)-1].stage != r.stage {
			p = &panel{in: in}
			last[in] = p
			out = append(out, p)
		}
		p.rows = append(p.rows, r)
	}
	return spread(out, rows)
}

// spread gives areas whose rows overlap columns of their own.
func spread(panels []*panel, rows []*row) []*panel {
	at := map[*row]int{}
	for i, r := range rows {
		at[r] = i
	}
	var ends []int
	for _, p := range panels {
		first, last := at[p.rows[0]], at[p.rows[len(p.rows)-1]]
		p.column = len(ends)
		for column, end := range ends {
			if end < first {
				p.column = column
				break
			}
		}
		if p.column == len(ends) {
			ends = append(ends, 0)
		}
		ends[p.column] = last
	}
	return panels
}

// columns is how many areas stand side by side at most.
func columns(panels []*panel) int {
	out := 0
	for _, p := range panels {
		out = max(out, p.column+1)
	}
	return out
}

package langserver

import (
	"github.com/cfnpipe/cfnpipe/spec/assist"
	"github.com/cfnpipe/cfnpipe/spec/outline"
)

func (s *server) folding(here at, params documentParams) (any, error) {
	out := []foldingRange{}
	for _, fold := range here.file.Folds() {
		r := here.text.rng(fold.Span)
		f := foldingRange{StartLine: r.Start.Line, EndLine: r.End.Line}
		if fold.Comment {
			f.Kind = "comment"
		} else {
			f.EndLine-- // The line with the closing bracket stays.
		}
		if f.EndLine > f.StartLine {
			out = append(out, f)
		}
	}
	return out, nil
}

func (s *server) selections(here at, params selectionParams) (any, error) {
	out := []*selectionRange{}
	for _, p := range params.Positions {
		var parent *selectionRange
		spans := here.file.Selections(here.text.offset(p))
		for i := len(spans) - 1; i >= 0; i-- {
			parent = &selectionRange{here.text.rng(spans[i]), parent}
		}
		if parent == nil {
			parent = &selectionRange{Range: Range{p, p}}
		}
		out = append(out, parent)
	}
	return out, nil
}

type semanticTokens struct {
	Data []int `json:"data"`
}

func (s *server) semanticTokens(here at, params documentParams) (any, error) {
	return encode(here, outline.Span{Start: 0, End: len(here.file.Text)}), nil
}

func (s *server) semanticTokensIn(here at, params rangeParams) (any, error) {
	return encode(here, outline.Span{Start: here.text.offset(params.Range.Start), End: here.text.offset(params.Range.End)}), nil
}

// encode writes tokens as the protocol packs them: each relative to the one before.
func encode(here at, part outline.Span) semanticTokens {
	out := semanticTokens{[]int{}}
	last := Position{}
	for _, token := range here.file.Tokens() {
		if token.End < part.Start || token.Start > part.End {
			continue
		}
		r := here.text.rng(token.Span)
		column := r.Start.Character
		if r.Start.Line == last.Line {
			column -= last.Character
		}
		out.Data = append(out.Data, r.Start.Line-last.Line, column, r.End.Character-r.Start.Character, int(token.Type), 0)
		last = r.Start
	}
	return out
}

func (s *server) inlayHints(here at, params rangeParams) (any, error) {
	out := []inlayHint{}
	part := outline.Span{Start: here.text.offset(params.Range.Start), End: here.text.offset(params.Range.End)}
	for _, hint := range here.config.Inlays(here.file, part) {
		out = append(out, inlayOf(here, hint))
	}
	return out, nil
}

func inlayOf(here at, hint assist.Inlay) inlayHint {
	return inlayHint{Position: here.text.position(hint.At), Label: hint.Text, Tooltip: markdown(hint.Doc), PaddingLeft: true}
}

package langserver

import (
	"unicode/utf16"
)

func (s *server) hover(here at, params positionParams) (any, error) {
	hint, ok := here.config.Hover(here.file, here.text.offset(params.Position))
	if !ok {
		return nil, nil
	}
	return hover{markdown(s.host.Visible(hint.Markdown)), here.text.rng(hint.Span)}, nil
}

func (s *server) signature(here at, params positionParams) (any, error) {
	call, ok := here.config.Signature(here.file, here.text.offset(params.Position))
	if !ok {
		return nil, nil
	}
	label, parts := call.Function.Signature()
	signature := signatureInformation{Label: label, Documentation: markdown(call.Function.Doc), Parameters: []parameterInformation{}}
	for i, part := range parts {
		information := parameterInformation{Label: [2]int{units(label[:part.Start]), units(label[:part.End])}}
		if doc := call.Function.Parameters[i].Doc; doc != "" {
			information.Documentation = markdown(doc)
		}
		signature.Parameters = append(signature.Parameters, information)
	}
	return signatureHelp{Signatures: []signatureInformation{signature}, ActiveParameter: call.Argument}, nil
}

// units is the length of a text in UTF-16 units.
func units(text string) int { return len(utf16.Encode([]rune(text))) }

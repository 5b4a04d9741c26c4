package langserver

import (
	"cmp"
	"maps"
	"slices"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/cfnpipe/cfnpipe/spec/assist"
)

// Kinds of symbols by the numbers that the protocol has for them (3.17, "SymbolKind").
const (
	symbolOfBlock     = 5 // Class
	symbolOfAttribute = 7 // Property
)

func (s *server) documentSymbols(here at, params documentParams) (any, error) {
	if !s.params.Capabilities.TextDocument.DocumentSymbol.HierarchicalDocumentSymbolSupport {
		return flat(here, params.TextDocument.URI, "", here.file.Outline()), nil
	}
	return nested(here, here.file.Outline()), nil
}

func nested(here at, nodes []assist.Node) []documentSymbol {
	out := []documentSymbol{}
	for _, n := range nodes {
		out = append(out, documentSymbol{
			Name: cmp.Or(n.Name, "?"), Detail: n.Detail, Kind: symbolKind(n), Range: here.text.rng(n.Span), SelectionRange: here.text.rng(n.Select),
			Children: nested(here, n.Children),
		})
	}
	return out
}

func flat(here at, uri, container string, nodes []assist.Node) []symbolInformation {
	out := []symbolInformation{}
	for _, n := range nodes {
		out = append(out, symbolInformation{cmp.Or(n.Name, "?"), symbolKind(n), location{uri, here.text.rng(n.Span)}, container})
		out = append(out, flat(here, uri, n.Name, n.Children)...)
	}
	return out
}

func symbolKind(n assist.Node) int {
	if n.Block {
		return symbolOfBlock
	}
	return symbolOfAttribute
}

// workspaceSymbols searches every configuration that has a document open.
func (s *server) workspaceSymbols(request *jsonrpc2.Request) (any, error) {
	params, err := read[struct {
		Query string `json:"query"`
	}](request)
	if err != nil {
		return nil, err
	}
	out := []symbolInformation{}
	for _, key := range slices.Sorted(maps.Keys(s.units)) {
		snap := s.units[key].snapshot()
		for _, d := range snap.config.Search(params.Query) {
			out = append(out, symbolInformation{d.Name, symbolOfBlock, snap.location(d.Location), d.File.Name})
		}
	}
	return out, nil
}

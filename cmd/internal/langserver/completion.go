package langserver

import (
	"fmt"
	"strings"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/cfnpipe/cfnpipe/spec/assist"
)

func (s *server) completion(request *jsonrpc2.Request) (any, error) {
	params, err := read[completionParams](request)
	if err != nil {
		return nil, err
	}
	list := completionList{Items: []completionItem{}}
	here, ok := s.in(params.TextDocument.URI)
	if !ok {
		return list, nil
	}
	at := here.text.offset(params.Position)
	if params.Context.TriggerCharacter == "{" && (at < 2 || here.file.Text[at-2] != '$' && here.file.Text[at-2] != '%') {
		return list, nil // It opens a block, and not ${.
	}
	snippets := s.params.Capabilities.TextDocument.Completion.CompletionItem.SnippetSupport
	for i, item := range here.config.Complete(here.file, at) {
		out := completionItem{
			Label: item.Label, Kind: completionKind(item.Kind), Detail: item.Detail, Preselect: item.Chosen,
			SortText: fmt.Sprintf("%05d", i), FilterText: item.Filter, InsertTextFormat: 1,
			TextEdit: &textEdit{Range: here.text.rng(item.Replace), NewText: item.Insert},
		}
		if item.Doc != "" {
			out.Documentation = markdown(s.host.Visible(item.Doc))
		}
		if plain := assist.Plain(item.Insert); !snippets || plain == item.Insert && !strings.Contains(item.Insert, "$") {
			out.TextEdit.NewText = plain
		} else {
			out.InsertTextFormat = 2
		}
		if again := s.params.Options.SuggestCommand; item.Again && again != "" {
			out.Command = &command{Title: "Suggest", Command: again}
		}
		list.Items = append(list.Items, out)
	}
	return list, nil
}

// completionKind is a kind by the number that the protocol has for it (3.17, "CompletionItemKind").
func completionKind(kind assist.ItemKind) int {
	return map[assist.ItemKind]int{
		assist.AttributeItem: 10, // Property
		assist.BlockItem:     7,  // Class
		assist.LabelItem:     20, // EnumMember
		assist.ValueItem:     12, // Value
		assist.ReferenceItem: 6,  // Variable
		assist.FunctionItem:  3,  // Function
		assist.KeywordItem:   14, // Keyword
		assist.TypeItem:      25, // TypeParameter
	}[kind]
}

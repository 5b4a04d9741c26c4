package langserver

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/cfnpipe/cfnpipe/spec/assist"
)

func (s *server) completion(here at, params completionParams) (any, error) {
	list := completionList{Items: []completionItem{}}
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
		switch plain := assist.Plain(item.Insert); {
		case !snippets:
			out.TextEdit.NewText, out.InsertTextMode = indented(here.file.Text[:item.Replace.Start], plain), insertAsIs
		case plain == item.Insert && !strings.Contains(item.Insert, "$"):
		case strings.Contains(item.Insert, "\n"):
			out.InsertTextFormat, out.InsertTextMode = 2, insertIndented
		default:
			out.InsertTextFormat = 2
		}
		if again := s.params.Options.SuggestCommand; item.Again && again != "" {
			out.Command = &command{Title: "Suggest", Command: again}
		}
		list.Items = append(list.Items, out)
	}
	return list, nil
}

// How the lines of an item are indented, by the numbers that the protocol has for it (3.17, "InsertTextMode").
const (
	insertAsIs     = 1
	insertIndented = 2
)

// indented is a text of several lines as it stands in the line that something before it ends with.
func indented(before []byte, text string) string {
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	indent := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
	return strings.ReplaceAll(strings.ReplaceAll(text, "\t", "  "), "\n", "\n"+string(indent))
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

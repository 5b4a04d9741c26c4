package langserver

import (
	"github.com/sourcegraph/jsonrpc2"

	"github.com/cfnpipe/cfnpipe/spec/assist"
)

func (s *server) initialize(request *jsonrpc2.Request) (any, error) {
	params, err := read[initializeParams](request)
	if err != nil {
		return nil, err
	}
	s.params, s.phase = params, running
	return map[string]any{
		"serverInfo": map[string]any{"name": "cfnpipe", "version": s.host.Version},
		"capabilities": map[string]any{
			"positionEncoding": "utf-16",
			"textDocumentSync": map[string]any{"openClose": true, "change": 2, "save": true},
			"completionProvider": map[string]any{
				"triggerCharacters": []string{".", `"`, "{"},
			},
			"hoverProvider":             true,
			"signatureHelpProvider":     map[string]any{"triggerCharacters": []string{"(", ","}},
			"definitionProvider":        true,
			"referencesProvider":        true,
			"documentHighlightProvider": true,
			"renameProvider":            map[string]any{"prepareProvider": true},
			"documentSymbolProvider":    true,
			"workspaceSymbolProvider":   true,
			"foldingRangeProvider":      true,
			"selectionRangeProvider":    true,
			"semanticTokensProvider": map[string]any{
				"legend": map[string]any{"tokenTypes": assist.TokenNames(), "tokenModifiers": []string{}},
				"full":   true, "range": true,
			},
			"documentFormattingProvider": true,
			"inlayHintProvider":          true,
			"codeActionProvider":         map[string]any{"codeActionKinds": []string{"quickfix"}},
			"executeCommandProvider":     map[string]any{"commands": commandNames()},
			"workspace":                  map[string]any{"workspaceFolders": map[string]any{"supported": true}},
		},
	}, nil
}

// initialized asks to be told when files change that no editor has open.
func (s *server) initialized(*jsonrpc2.Request) error {
	if s.params.Capabilities.Workspace.DidChangeWatchedFiles.DynamicRegistration {
		s.ask("client/registerCapability", map[string]any{"registrations": []any{map[string]any{
			"id": "files", "method": "workspace/didChangeWatchedFiles",
			"registerOptions": map[string]any{"watchers": []any{
				map[string]any{"globPattern": "**/*.hcl"}, map[string]any{"globPattern": "**/*.hcl.json"},
			}},
		}}})
	}
	return nil
}

func (s *server) shutdown(*jsonrpc2.Request) (any, error) {
	s.phase = shutDown
	return nil, nil
}

// refreshInlays asks the editor for its hints again: what blocks become is known now.
func (s *server) refreshInlays() {
	if s.params.Capabilities.Workspace.InlayHint.RefreshSupport {
		s.ask("workspace/inlayHint/refresh", nil)
	}
}

package langserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/sourcegraph/jsonrpc2"

	"github.com/cfnpipe/cfnpipe/compiler"
)

// The commands that editors may have executed.
const (
	compileCommand = "cfnpipe.compile"
	explainCommand = "cfnpipe.explain"
	graphCommand   = "cfnpipe.graph"
)

func commandNames() []string { return []string{compileCommand, explainCommand, graphCommand} }

// execute compiles, explains or draws what a document is part of, as it is in the editor.
func (s *server) execute(request *jsonrpc2.Request) (any, error) {
	params, err := read[struct {
		Command   string            `json:"command"`
		Arguments []json.RawMessage `json:"arguments"`
	}](request)
	if err != nil {
		return nil, err
	}
	var uri string
	if len(params.Arguments) == 0 || json.Unmarshal(params.Arguments[0], &uri) != nil {
		return nil, &badParams{errors.New("the first argument is the URI of a document")}
	}
	here, ok := s.in(uri)
	if !ok {
		return nil, errors.New("this document is not part of a configuration; open a pipeline.hcl")
	}
	switch params.Command {
	case compileCommand:
		return compile(here)
	case explainCommand:
		var p Position
		if len(params.Arguments) < 2 || json.Unmarshal(params.Arguments[1], &p) != nil {
			return nil, &badParams{errors.New("the second argument is a position")}
		}
		return explain(here, p)
	case graphCommand:
		drawing, diags := compiler.Graph(here.sources, here.inputs...)
		if drawing == nil {
			return nil, faults(diags)
		}
		return map[string]any{"svg": string(drawing.SVG())}, nil
	}
	return nil, fmt.Errorf("there is no command %q", params.Command)
}

type compiledFile struct {
	Path string `json:"path"`
	Text string `json:"text"`
}

// compile is the one template, or one for each stack if that is too large.
func compile(here at) (any, error) {
	system, diags := compiler.Compile(here.sources, here.inputs...)
	if system == nil {
		return nil, faults(diags)
	}
	files := []compiledFile{}
	text, err := system.Template()
	var large *compiler.TooLargeError
	switch {
	case err == nil:
		name := strings.TrimSuffix(strings.TrimSuffix(here.file.Name, ".hcl"), ".pipeline")
		return map[string]any{"files": append(files, compiledFile{name + ".template.json", string(text)})}, nil
	case !errors.As(err, &large):
		return nil, err
	}
	folder, err := system.Folder()
	if err != nil {
		return nil, err
	}
	for _, file := range folder {
		files = append(files, compiledFile{file.Path, string(file.Bytes)})
	}
	return map[string]any{"files": files}, nil
}

// faults says why there is nothing to show: the first error, and how many there are.
func faults(diags hcl.Diagnostics) error {
	var first *hcl.Diagnostic
	n := 0
	for _, diag := range diags {
		if diag.Severity == hcl.DiagError {
			if n++; first == nil {
				first = diag
			}
		}
	}
	if first == nil {
		return errors.New("the configuration cannot be compiled")
	}
	text := first.Summary
	if first.Subject != nil {
		text = fmt.Sprintf("%s:%d: %s", first.Subject.Filename, first.Subject.Start.Line, text)
	}
	if n > 1 {
		text += fmt.Sprintf(" (and %d more)", n-1)
	}
	return errors.New(text)
}

// explain is what the line of a position becomes, in Markdown.
func explain(here at, p Position) (any, error) {
	system, diags := compiler.Inspect(here.sources, here.inputs...)
	if system == nil {
		return nil, faults(diags)
	}
	explanation, err := system.Explain(fmt.Sprintf("%s:%d", here.file.Name, p.Line+1))
	if err != nil {
		return nil, err
	}
	title := fmt.Sprintf("%s, line %d", here.file.Name, p.Line+1)
	var out strings.Builder
	fmt.Fprintf(&out, "# %s\n\n```cfnpipe\n%s\n```\n", title, strings.TrimSpace(lineAt(here, p.Line)))
	for _, r := range explanation.Resources {
		fmt.Fprintf(&out, "\n## %s\n\n`%s` in the stack `%s` of account `%s`", r.ID, r.Type, r.Stack, r.Account)
		if r.Name != "" {
			fmt.Fprintf(&out, ", called `%s`", r.Name)
		}
		fmt.Fprintf(&out, "\n\n%s\n", r.Why)
		for _, part := range r.Parts {
			if part.Pointer != "" {
				fmt.Fprintf(&out, "\n- `%s`", part.Pointer)
			}
		}
		out.WriteString("\n")
	}
	for _, pointer := range explanation.Decides {
		fmt.Fprintf(&out, "\n- `%s`", pointer)
	}
	return map[string]any{"title": title, "markdown": out.String()}, nil
}

func lineAt(here at, line int) string {
	if line < 0 || line >= len(here.text.lines) {
		return ""
	}
	return string(here.text.bytes[here.text.lines[line]:here.text.lineEnd(line)])
}

package compiler_test

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// These tests read the source themselves: one that asked `go list` could pass from the test cache.

const module = "github.com/cfnpipe/cfnpipe"

// arrows says which packages of this module each package may import. A test may import any.
func arrows() map[string][]string {
	const internal = "compiler/internal/"
	return map[string][]string{
		"schema":            {},
		"spec":              {},
		"spec/glob":         {},
		"spec/lambda":       {},
		"spec/decode":       {"schema", "spec", "spec/glob", "spec/lambda"},
		"spec/synthetics":   {},
		"spec/check":        {"spec", "spec/synthetics"},
		"spec/draw":         {"spec"},
		"spec/format":       {"spec/decode"},
		"spec/outline":      {},
		"spec/assist":       {"schema", "spec/decode", "spec/format", "spec/outline"},
		"spec/spectest":     {}, // for tests, so nothing may import it
		internal + "plan":   {},
		internal + "aws":    {internal + "plan"},
		internal + "script": {internal + "plan"},
		internal + "expand": {"spec", "spec/synthetics", internal + "aws", internal + "plan", internal + "script"},
		internal + "shape":  {internal + "plan"},
		internal + "access": {internal + "plan"},

		internal + "authorization": {},
		internal + "prove":         {"spec", "spec/lambda", "spec/synthetics", internal + "plan", internal + "aws", internal + "shape", internal + "access", internal + "authorization", internal + "template"},
		internal + "template":      {internal + "plan"},
		internal + "handbook":      {"spec", internal + "aws", internal + "plan", internal + "template"},
		"compiler": {
			"spec", "spec/glob", "spec/decode", "spec/check", "spec/draw", internal + "plan", internal + "expand",
			internal + "aws", internal + "prove", internal + "shape", internal + "template", internal + "handbook",
		},
		"cmd/internal/langserver": {"compiler", "spec/assist", "spec/format", "spec/outline"},
		"cmd/cfnpipe":             {"compiler", "spec/format", "cmd/internal/langserver"},
	}
}

// outside says which packages alone may import a package of somebody else.
func outside() map[string][]string {
	reading := []string{"spec/decode", "spec/format", "spec/assist", "cmd/cfnpipe"} // the command looks for the block around a mistake
	return map[string][]string{
		"github.com/spf13/cobra":                   {"cmd/cfnpipe"},
		"github.com/sourcegraph/jsonrpc2":          {"cmd/internal/langserver"},
		"github.com/hashicorp/hcl/v2/hclparse":     reading,
		"github.com/hashicorp/hcl/v2/hclsyntax":    reading,
		"github.com/hashicorp/hcl/v2/hclwrite":     {"spec/format", "cmd/cfnpipe"}, // the command fills in what a new configuration begins with
		"github.com/hashicorp/hcl/v2/json":         reading,
		"github.com/hashicorp/hcl/v2/gohcl":        {},
		"github.com/hashicorp/hcl/v2/hcldec":       {},
		"github.com/hashicorp/hcl/v2/ext/dynblock": {},
	}
}

func TestPackagesImportAlongTheArrows(t *testing.T) {
	allowed, restricted := arrows(), outside()
	packages := readPackages(t)
	for _, p := range packages {
		targets, known := allowed[p.path]
		if !known {
			t.Errorf("%s has no row in arrows", p.path)
			continue
		}
		for _, imported := range p.imports() {
			target, ours := strings.CutPrefix(imported, module+"/")
			if ours && !slices.Contains(targets, target) {
				t.Errorf("%s imports %s; it may import %q", p.path, target, targets)
			}
			if importers, ok := restricted[imported]; ok && !slices.Contains(importers, p.path) {
				t.Errorf("%s imports %s, which is left to %q", p.path, imported, importers)
			}
		}
	}
	for _, listed := range slices.Sorted(maps.Keys(allowed)) {
		if !slices.ContainsFunc(packages, func(p *goPackage) bool { return p.path == listed }) {
			t.Errorf("arrows has a row for %s, which does not exist", listed)
		}
	}
}

func TestDesignListsEveryPackage(t *testing.T) {
	design, err := os.ReadFile("DESIGN.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := packageTable(string(design))
	if len(listed) == 0 {
		t.Fatal("DESIGN.md has no table whose first column is headed package")
	}
	packages := readPackages(t)
	for _, p := range packages {
		if !slices.Contains(listed, p.path) {
			t.Errorf("DESIGN.md does not list %s", p.path)
		}
	}
	for _, listed := range listed {
		if !slices.ContainsFunc(packages, func(p *goPackage) bool { return p.path == listed }) {
			t.Errorf("DESIGN.md lists %s, which does not exist", listed)
		}
	}
}

// packageTable is the first column of the Markdown table that is headed "package".
func packageTable(markdown string) []string {
	var listed []string
	inside := false
	for line := range strings.Lines(markdown) {
		cells := strings.Split(line, "|")
		if len(cells) < 3 {
			inside = false
			continue
		}
		first := strings.TrimSpace(cells[1])
		inside = inside || strings.EqualFold(first, "package")
		if inside && strings.HasPrefix(first, "`") {
			listed = append(listed, strings.Trim(first, "`"))
		}
	}
	return listed
}

// What a package is takes one sentence; what else a reader should know may follow in further paragraphs.
func TestPackageCommentBeginsWithOneSentence(t *testing.T) {
	secondSentence := regexp.MustCompile(`[.!?] [A-Z]`)
	for _, p := range readPackages(t) {
		var comments []string
		for _, file := range p.files {
			if file.Doc != nil {
				paragraph, _, _ := strings.Cut(file.Doc.Text(), "\n\n")
				comments = append(comments, strings.Join(strings.Fields(paragraph), " "))
			}
		}
		if len(comments) != 1 {
			t.Errorf("%s has %d package comments, not one", p.path, len(comments))
			continue
		}
		opening := "Package " + p.name + " "
		if p.name == "main" {
			opening = "Command " + path.Base(p.path) + " "
		}
		comment := comments[0]
		if !strings.HasPrefix(comment, opening) || !strings.HasSuffix(comment, ".") || secondSentence.MatchString(comment) {
			t.Errorf("%s: the first paragraph is not one sentence that begins %q: %s", p.path, opening, comment)
		}
	}
}

func TestOnlyTheCommandTouchesTheWorld(t *testing.T) {
	imports := []string{"log", "log/slog", "math/rand", "math/rand/v2", "net", "net/http", "os", "os/exec", "os/signal", "syscall", "unsafe"}
	calls := regexp.MustCompile(`^(fmt\.(Print|Scan)(ln|f)?|panic|print|println|time\.(Now|Since|Until|Sleep))$`)
	for _, p := range readPackages(t) {
		if strings.HasPrefix(p.path, "cmd/") || slices.Contains(p.imports(), "testing") {
			continue
		}
		for _, imported := range p.imports() {
			if slices.Contains(imports, imported) {
				t.Errorf("%s imports %s, which is left to cmd", p.path, imported)
			}
		}
		uses := p.check().Uses
		p.inspect(func(n ast.Node) {
			name := ""
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok {
					if pkg, ok := uses[x].(*types.PkgName); ok {
						name = pkg.Imported().Path() + "." + n.Sel.Name
					}
				}
			case *ast.Ident:
				if builtin, ok := uses[n].(*types.Builtin); ok {
					name = builtin.Name()
				}
			}
			if calls.MatchString(name) {
				t.Errorf("%s: %s is left to cmd", p.fset.Position(n.Pos()), name)
			}
		})
	}
}

// A package-level variable is a table, an error or a compiled pattern: it has its value from the start, and nobody writes to it.
func TestNoPackageHoldsState(t *testing.T) {
	for _, p := range readPackages(t) {
		info := p.check()
		written := map[types.Object]token.Pos{}
		p.inspect(func(n ast.Node) {
			for _, target := range writes(n) {
				if object := info.Uses[root(target)]; object != nil {
					written[object] = target.Pos()
				}
			}
		})
		for _, v := range p.variables() {
			if len(v.Values) == 0 && !v.embedded {
				t.Errorf("%s: %s has no value from the start", p.fset.Position(v.Pos()), v.Names[0].Name)
			}
			for _, name := range v.Names {
				if name.IsExported() && !strings.HasPrefix(name.Name, "Err") {
					t.Errorf("%s: %s can be written by another package", p.fset.Position(name.Pos()), name.Name)
				}
				if pos, ok := written[info.Defs[name]]; ok {
					t.Errorf("%s: %s is written at %s", p.fset.Position(name.Pos()), name.Name, p.fset.Position(pos))
				}
			}
		}
	}
}

func TestFilesAreNamedAfterWhatTheyHold(t *testing.T) {
	vague := regexp.MustCompile(`^(utils?|common|helpers?|misc|types|interfaces|constants|base|shared)(_test)?(\.go)?$`)
	for _, p := range readPackages(t) {
		for _, name := range append(p.fileNames, path.Base(p.path)) {
			if vague.MatchString(name) {
				t.Errorf("%s/%s: the name does not say what is inside", p.path, name)
			}
		}
	}
}

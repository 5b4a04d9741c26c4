package compiler_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// goPackage is a folder's Go files; files leaves its tests out.
type goPackage struct {
	path, name string
	fset       *token.FileSet
	files      []*ast.File
	fileNames  []string
}

func (p *goPackage) imports() []string {
	var imported []string
	for _, file := range p.files {
		for _, spec := range file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			imported = append(imported, name)
		}
	}
	return imported
}

func (p *goPackage) inspect(visit func(ast.Node)) {
	for _, file := range p.files {
		ast.Inspect(file, func(n ast.Node) bool {
			visit(n)
			return true
		})
	}
}

type variable struct {
	*ast.ValueSpec
	embedded bool // its value comes from a go:embed directive
}

func (p *goPackage) variables() []variable {
	var found []variable
	for _, file := range p.files {
		for _, decl := range file.Decls {
			group, ok := decl.(*ast.GenDecl)
			if !ok || group.Tok != token.VAR {
				continue
			}
			for _, spec := range group.Specs {
				v := variable{ValueSpec: spec.(*ast.ValueSpec)}
				for _, doc := range []*ast.CommentGroup{group.Doc, v.Doc} {
					v.embedded = v.embedded || doc != nil && strings.HasPrefix(doc.List[len(doc.List)-1].Text, "//go:embed ")
				}
				found = append(found, v)
			}
		}
	}
	return found
}

// check tells what each identifier stands for. Imports are not followed, so types are incomplete; names are not.
func (p *goPackage) check() types.Info {
	info := types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: noImports{}, Error: func(error) {}}
	_, _ = config.Check(p.path, p.fset, p.files, &info) // what is missing from imports is an error each time
	return info
}

type noImports struct{}

func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not followed") }

// readPackages parses every package of the module, in the order of their paths.
func readPackages(t *testing.T) []*goPackage {
	t.Helper()
	var packages []*goPackage
	err := filepath.WalkDir("..", func(folder string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if name := entry.Name(); folder != ".." && (strings.HasPrefix(name, ".") || name == "testdata") {
			return filepath.SkipDir
		}
		p, err := readPackage(folder)
		if p != nil {
			packages = append(packages, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

func readPackage(folder string) (*goPackage, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(paths) == 0 {
		return nil, err
	}
	relative, err := filepath.Rel("..", folder)
	if err != nil {
		return nil, err
	}
	p := &goPackage{path: filepath.ToSlash(relative), fset: token.NewFileSet()}
	for _, name := range paths {
		p.fileNames = append(p.fileNames, filepath.Base(name))
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(p.fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		p.files = append(p.files, file)
		p.name = file.Name.Name
	}
	if p.files == nil {
		return nil, nil
	}
	return p, nil
}

// writes lists what a statement or expression changes or makes changeable.
func writes(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return n.Lhs
		}
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			return []ast.Expr{n.Key, n.Value}
		}
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			return []ast.Expr{n.X}
		}
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 && slices.Contains([]string{"clear", "copy", "delete"}, f.Name) {
			return n.Args[:1]
		}
	}
	return nil
}

// root is x of x, x.f, x[i], *x and so on.
func root(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

package capsule_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// Every exported name says what it is, in a comment that begins with it.
func TestDocumented(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(fset, file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range parsed.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				documented(t, fset, decl.Name, decl.Doc)
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						documented(t, fset, spec.Name, spec.Doc, decl.Doc)
					case *ast.ValueSpec:
						for _, name := range spec.Names {
							documented(t, fset, name, spec.Doc, decl.Doc)
						}
					}
				}
			}
		}
	}
}

func documented(t *testing.T, fset *token.FileSet, name *ast.Ident, docs ...*ast.CommentGroup) {
	t.Helper()
	if !name.IsExported() {
		return
	}
	for _, doc := range docs {
		words := strings.Fields(doc.Text())
		if len(words) > 1 && (words[0] == name.Name || words[1] == name.Name) {
			return
		}
	}
	t.Errorf("%s: %s has no comment that begins with its name", fset.Position(name.Pos()), name.Name)
}

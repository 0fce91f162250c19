package flux_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestEveryExportedNameIsDocumented(t *testing.T) {
	for _, file := range sources(t) {
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Name.IsExported() && decl.Doc.Text() == "" {
					t.Errorf("%s.%s has no doc comment", receiverName(decl), decl.Name)
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					name, doc := documented(spec)
					if ast.IsExported(name) && doc.Text() == "" && decl.Doc.Text() == "" {
						t.Errorf("%s has no doc comment", name)
					}
				}
			}
		}
	}
}

func documented(spec ast.Spec) (name string, doc *ast.CommentGroup) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		return spec.Name.Name, spec.Doc
	case *ast.ValueSpec:
		return spec.Names[0].Name, spec.Doc
	}
	return "", nil
}

// sources are the files of the package, but for its tests.
func sources(t *testing.T) []*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var parsed []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, file)
	}
	if len(parsed) == 0 {
		t.Fatal("no sources found")
	}
	return parsed
}

// receiverName is the type that a method belongs to, or empty.
func receiverName(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	typ := f.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	return typ.(*ast.Ident).Name
}

// Who imports flux pays for the API packages of Flux's controllers, and for
// nothing heavier: no client, no controllers, not Capsule's API, which pulls in
// some 970 packages.
func TestDependencies(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range strings.Fields(string(out)) {
		for _, heavy := range []string{"github.com/projectcapsule/", "k8s.io/client-go/", "sigs.k8s.io/kustomize/"} {
			if strings.HasPrefix(pkg, heavy) {
				t.Errorf("flux depends on %s", pkg)
			}
		}
	}
}

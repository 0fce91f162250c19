package flux_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// most is the largest number of exported names.
const most = 60

// TestExportedNames checks that every exported name is documented and in the table of
// the package's doc, and limits their number.
func TestExportedNames(t *testing.T) {
	pkg := documentation(t)
	names := map[string]string{}
	for _, f := range pkg.Funcs {
		names[f.Name] = f.Doc
	}
	for _, typ := range pkg.Types {
		names[typ.Name] = typ.Doc
		for _, f := range append(typ.Funcs, typ.Methods...) {
			names[f.Name] = f.Doc
		}
		pkg.Consts, pkg.Vars = append(pkg.Consts, typ.Consts...), append(pkg.Vars, typ.Vars...)
	}
	for _, value := range append(pkg.Consts, pkg.Vars...) {
		for _, spec := range value.Decl.Specs {
			for _, name := range spec.(*ast.ValueSpec).Names {
				names[name.Name] = value.Doc + spec.(*ast.ValueSpec).Doc.Text()
			}
		}
	}
	for name, text := range names {
		if text == "" {
			t.Errorf("%s has no doc comment", name)
		}
		if !strings.Contains(pkg.Doc, name) {
			t.Errorf("the doc of the package does not lead to %s", name)
		}
	}
	if len(names) > most || len(names) < 30 {
		t.Errorf("%d exported names, want at most %d", len(names), most)
	}
}

func documentation(t *testing.T) *doc.Package {
	t.Helper()
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	pkg, err := doc.NewFromFiles(fset, files, "github.com/fluxcapsule/fluxcapsule/flux")
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

// An importer of flux gets the API packages of Flux's controllers and nothing
// heavier: no client, no controllers, no CEL, not Capsule's API, which pulls in some
// 970 packages.
func TestDependencies(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if len(deps) > 320 {
		t.Errorf("flux is %d packages deep, want at most 320", len(deps))
	}
	for _, pkg := range deps {
		for _, heavy := range []string{"github.com/projectcapsule/", "k8s.io/client-go/", "sigs.k8s.io/kustomize/", "github.com/google/cel-go/"} {
			if strings.HasPrefix(pkg, heavy) {
				t.Errorf("flux depends on %s", pkg)
			}
		}
	}
}

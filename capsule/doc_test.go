package capsule_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// reach is the largest number of exported names.
const reach = 60

// Every exported name has a comment that begins with it, and its place in the
// table of doc.go; every constructor has an example.
func TestDocumented(t *testing.T) {
	pkg := parsed(t)
	names := map[string]string{}
	add := func(values []*doc.Value, funcs []*doc.Func) {
		for _, value := range values {
			for _, spec := range value.Decl.Specs {
				spec := spec.(*ast.ValueSpec)
				for _, name := range spec.Names {
					names[name.Name] = value.Doc + spec.Doc.Text()
				}
			}
		}
		for _, f := range funcs {
			names[f.Name] = f.Doc
		}
	}
	add(pkg.Consts, pkg.Funcs)
	add(pkg.Vars, nil)
	for _, typ := range pkg.Types {
		names[typ.Name] = typ.Doc
		add(typ.Consts, typ.Funcs)
		add(typ.Vars, nil)
	}
	if len(names) > reach {
		t.Errorf("%d exported names, more than %d", len(names), reach)
	}
	_, table, _ := strings.Cut(pkg.Doc, "# What to use")
	table, _, _ = strings.Cut(table, "# What is refused")
	for name, comment := range names {
		if words := strings.Fields(comment); len(words) < 2 || words[0] != name && words[1] != name {
			t.Errorf("%s has no comment that begins with its name", name)
		}
		if !regexp.MustCompile(`\b` + name + `\b`).MatchString(table) {
			t.Errorf("%s is not in the table of doc.go", name)
		}
	}
	for _, f := range pkg.Funcs {
		if constructor := strings.Contains(f.Doc, "See https://projectcapsule.dev"); constructor && len(f.Examples) == 0 && f.Name != "Allow" {
			t.Errorf("%s has no example", f.Name)
		}
	}
	t.Logf("%d exported names", len(names))
}

func parsed(t *testing.T) *doc.Package {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	pkg, err := doc.NewFromFiles(fset, files, "github.com/fluxcapsule/fluxcapsule/capsule")
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

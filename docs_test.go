package fluxcapsule_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEveryExportedNameIsDocumented checks every package of the library, and that its
// doc.go documents the package.
func TestEveryExportedNameIsDocumented(t *testing.T) {
	for _, dir := range packages(t) {
		t.Run(dir, func(t *testing.T) {
			files, pkg := parsePackage(t, dir)
			for file, f := range files {
				if f.Doc != nil && filepath.Base(file) != "doc.go" && f.Name.Name != "main" && !small(dir) {
					t.Errorf("%s: the package is documented here, not in doc.go", file)
				}
			}
			if pkg.Doc == "" {
				t.Error("the package has no documentation")
			}
			undocumented(t, pkg)
		})
	}
}

// parsePackage parses the Go files of a folder, without tests, by their path.
func parsePackage(t *testing.T, dir string) (map[string]*ast.File, *doc.Package) {
	t.Helper()
	fset := token.NewFileSet()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	var parsed []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files[path], parsed = f, append(parsed, f)
	}
	pkg, err := doc.NewFromFiles(fset, parsed, module+dir)
	if err != nil {
		t.Fatal(err)
	}
	return files, pkg
}

// small reports whether the package is one for this module alone, or an example:
// it may be documented in its only file.
func small(dir string) bool {
	return slices.Contains(strings.Split(filepath.ToSlash(dir), "/"), "internal") || strings.HasPrefix(dir, "examples")
}

func undocumented(t *testing.T, pkg *doc.Package) {
	values := slices.Concat(pkg.Consts, pkg.Vars)
	functions := pkg.Funcs
	for _, typ := range pkg.Types {
		if typ.Doc == "" {
			t.Errorf("type %s is not documented", typ.Name)
		}
		values = slices.Concat(values, typ.Consts, typ.Vars)
		functions = append(append(functions, typ.Funcs...), typ.Methods...)
	}
	for _, value := range values {
		if value.Doc == "" && !documentedOneByOne(value.Decl) {
			t.Errorf("%s is not documented", strings.Join(value.Names, ", "))
		}
	}
	for _, function := range functions {
		if function.Doc == "" {
			t.Errorf("%s is not documented", strings.TrimSpace(function.Recv+" "+function.Name))
		}
	}
}

// documentedOneByOne: a group of constants may be documented in the group.
func documentedOneByOne(decl *ast.GenDecl) bool {
	for _, spec := range decl.Specs {
		if value, ok := spec.(*ast.ValueSpec); ok && value.Doc == nil && value.Comment == nil {
			return false
		}
	}
	return true
}

// packages lists every folder of this module with Go code in it.
func packages(t *testing.T) []string {
	var dirs []string
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if nested, _ := filepath.Glob(filepath.Join(path, "go.mod")); path != "." && len(nested) > 0 {
			return fs.SkipDir
		}
		switch entry.Name() {
		case "testdata", ".git":
			return fs.SkipDir
		}
		files, _ := filepath.Glob(filepath.Join(path, "*.go"))
		if slices.ContainsFunc(files, func(file string) bool { return !strings.HasSuffix(file, "_test.go") }) {
			dirs = append(dirs, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}

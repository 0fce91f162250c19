package fluxcapsule_test

import (
	"go/ast"
	"go/doc"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// entry matches a name in a table of tasks: Build, Fleet.Write.
var entry = regexp.MustCompile(`^[A-Z]\w*(\.[A-Z]\w*)*`)

// TestTasks: the table "What to use" of a package names only what the package exports.
func TestTasks(t *testing.T) {
	tables := 0
	for _, dir := range packages(t) {
		file := filepath.Join(dir, "doc.go")
		_, pkg := parsePackage(t, dir)
		_, section, found := strings.Cut(pkg.Doc, "\n# What to use\n")
		if !found {
			continue
		}
		tables++
		section, _, _ = strings.Cut(section, "\n# ")
		exported := exports(pkg)
		for line := range strings.Lines(section) {
			_, right, ok := strings.Cut(strings.TrimPrefix(line, "\t"), "  ")
			if !strings.HasPrefix(line, "\t") || !ok {
				continue
			}
			for _, part := range strings.FieldsFunc(right, func(r rune) bool { return r == ',' || r == ';' }) {
				if name := entry.FindString(strings.TrimSpace(part)); name != "" && !slices.Contains(exported, name) {
					t.Errorf("%s: the table of tasks names %s, which the package does not export", file, name)
				}
			}
		}
	}
	if tables < 12 {
		t.Errorf("%d tables of tasks, there were 12", tables)
	}
}

// exports lists the exported names of a package, those of methods and fields with
// their type.
func exports(pkg *doc.Package) []string {
	var names []string
	values := slices.Concat(pkg.Consts, pkg.Vars)
	functions := pkg.Funcs
	for _, typ := range pkg.Types {
		names = append(names, typ.Name)
		for _, method := range typ.Methods {
			names = append(names, typ.Name+"."+method.Name)
		}
		names = append(names, fields(typ)...)
		values = append(append(values, typ.Consts...), typ.Vars...)
		functions = append(functions, typ.Funcs...)
	}
	for _, function := range functions {
		names = append(names, function.Name)
	}
	for _, value := range values {
		names = append(names, value.Names...)
	}
	return names
}

func fields(typ *doc.Type) []string {
	var names []string
	for _, spec := range typ.Decl.Specs {
		structure, ok := spec.(*ast.TypeSpec).Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, field := range structure.Fields.List {
			for _, name := range field.Names {
				names = append(names, typ.Name+"."+name.Name)
			}
		}
	}
	return names
}

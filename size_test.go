package fluxcapsule_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The longest file and function to read at one sitting.
const (
	maxFile     = 300 // lines
	maxFunction = 60
)

// TestSize: no file and no function is too long to read. The modules of their own,
// which are no part of the product, and generated code are left out.
func TestSize(t *testing.T) {
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (strings.HasPrefix(entry.Name(), ".") && name != "." || entry.Name() == "testdata" || name == "e2e" || name == "bench"):
			return filepath.SkipDir
		case filepath.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go") && !strings.HasPrefix(entry.Name(), "zz_generated."):
			return checkSize(t, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkSize(t *testing.T, name string) error {
	source, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	line := func(pos token.Pos) int { return files.Position(pos).Line }
	if n := line(file.FileEnd) - 1; n > maxFile {
		t.Errorf("%s has %d lines, want at most %d", name, n, maxFile)
	}
	for _, decl := range file.Decls {
		function, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if n := line(function.End()) - line(function.Pos()) + 1; n > maxFunction {
			t.Errorf("%s has %d lines, want at most %d: %s", function.Name.Name, n, maxFunction, files.Position(function.Pos()))
		}
	}
	return nil
}

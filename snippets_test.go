package fluxcapsule_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// goBlock is a block of Go on a page. A block that names a file has more words after "go".
var goBlock = regexp.MustCompile("(?ms)^```go\n(.*?)^```$")

// imported are the packages that fragments of code on the pages use, by their name there.
var imported = map[string]string{
	"audit":       "github.com/fluxcapsule/fluxcapsule/audit",
	"diff":        "github.com/fluxcapsule/fluxcapsule/audit/diff",
	"kustomizev1": "github.com/fluxcd/kustomize-controller/api/v1",
	"os":          "os",
	"tenant":      "github.com/fluxcapsule/fluxcapsule/tenant",
}

// TestSnippets compiles every block of Go on the repository's pages: a program as it is, a
// fragment in a function with the variables that it takes for granted. The files of guides
// are left out, since the commands of their guides compile them.
func TestSnippets(t *testing.T) {
	count := 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".md" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, block := range goBlock.FindAllStringSubmatch(string(text), -1) {
			count++
			t.Run(fmt.Sprint(filepath.Base(path), count), func(t *testing.T) {
				t.Parallel()
				code := block[1]
				if !strings.HasPrefix(code, "package ") {
					code = program(t, code)
				}
				file := filepath.Join(t.TempDir(), "snippet.go")
				if err := os.WriteFile(file, []byte(code), 0o644); err != nil {
					t.Fatal(err)
				}
				if out, err := exec.Command("go", "vet", file).CombinedOutput(); err != nil {
					t.Errorf("%s: %v\n%s\n%s", path, err, out, code)
				}
			})
		}
		return nil
	})
	if err != nil || count < 3 {
		t.Fatalf("%d blocks of Go, want the README's three at least: %v", count, err)
	}
}

// program returns a file whose only function is the fragment. It imports the packages that
// the fragment names and uses the variables that it defines.
func program(t *testing.T, fragment string) string {
	t.Helper()
	function := "func _(team *tenant.Bundle, before, after []audit.Input) (err error) {\n" + fragment
	file, err := parser.ParseFile(token.NewFileSet(), "fragment.go", "package snippet\n"+function+"return err\n}", 0)
	if err != nil {
		t.Fatalf("%v in\n%s", err, fragment)
	}
	var imports, uses string
	for _, name := range file.Unresolved {
		spec := fmt.Sprintf("import %s %q\n", name.Name, imported[name.Name])
		if imported[name.Name] != "" && !strings.Contains(imports, spec) {
			imports += spec
		}
	}
	for _, statement := range file.Decls[0].(*ast.FuncDecl).Body.List {
		if assign, ok := statement.(*ast.AssignStmt); ok && assign.Tok == token.DEFINE {
			for _, left := range assign.Lhs {
				uses += "_ = " + left.(*ast.Ident).Name + "\n"
			}
		}
	}
	return "package snippet\n" + imports + function + uses + "return err\n}\n"
}

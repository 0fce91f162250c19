package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime/debug"
	"slices"

	"golang.org/x/tools/go/packages"
	"sigs.k8s.io/controller-tools/pkg/crd"
	"sigs.k8s.io/controller-tools/pkg/deepcopy"
	"sigs.k8s.io/controller-tools/pkg/genall"
	"sigs.k8s.io/controller-tools/pkg/loader"
	"sigs.k8s.io/controller-tools/pkg/rbac"
)

// copied are the packages with types that other types embed.
var copied = []string{"./kubeconfig", "./kubeconfig/renewal", "./flux/lockdown", "./tenant", "./fleet"}

// The example's operator, laid out as kubebuilder does.
const (
	operatorAPI        = "./examples/operator/api/v1alpha1"
	operatorController = "./examples/operator/internal/controller"
	operatorConfig     = "examples/operator/config"
)

// generate returns the content of every generated file, by its path in the module.
func generate(root string) (map[string][]byte, error) {
	files := memory{root: root, files: map[string]*bytes.Buffer{}}
	steps := []struct {
		generator genall.Generator
		folder    string // of files that are not code
		packages  []string
	}{
		{deepcopy.Generator{}, "", append(slices.Clone(copied), operatorAPI)},
		{schemaGenerator{}, "", []string{"./kubeconfig", "./tenant", "./fleet"}},
		{crd.Generator{}, operatorConfig + "/crd/bases", []string{operatorAPI}},
		{rbac.Generator{RoleName: "team-operator"}, operatorConfig + "/rbac", []string{operatorController}},
	}
	for _, step := range steps {
		generators := genall.Generators{&step.generator}
		runtime, err := generators.ForRootsWithConfig(&packages.Config{Dir: root}, step.packages...)
		if err != nil {
			return nil, err
		}
		files.folder = step.folder
		runtime.OutputRules.Default = files
		if runtime.Run() {
			return nil, fmt.Errorf("%T failed; its errors are above", step.generator)
		}
	}
	content := map[string][]byte{}
	for name, file := range files.files {
		content[name] = bytes.Replace(file.Bytes(), []byte("version: (devel)"), []byte("version: "+version()), 1)
	}
	return content, nil
}

// version returns that of the generators, which take theirs from the program that
// they are part of.
func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == "sigs.k8s.io/controller-tools" {
			return module.Version
		}
	}
	return "unknown"
}

// memory keeps the output of the generators.
type memory struct {
	root, folder string
	files        map[string]*bytes.Buffer
}

// Open returns a file beside the sources of a package, or in the folder of files that
// are not code.
func (m memory) Open(pkg *loader.Package, name string) (io.WriteCloser, error) {
	folder := m.folder
	if pkg != nil {
		if len(pkg.CompiledGoFiles) == 0 {
			return nil, errors.New("package without Go files: " + pkg.PkgPath)
		}
		relative, err := filepath.Rel(m.root, filepath.Dir(pkg.CompiledGoFiles[0]))
		if err != nil {
			return nil, err
		}
		folder = relative
	}
	file := &bytes.Buffer{}
	m.files[filepath.Join(folder, name)] = file
	return closer{file}, nil
}

type closer struct{ io.Writer }

func (closer) Close() error { return nil }

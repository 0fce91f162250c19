package repository

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/kustomize/api/konfig"

	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// Options say what Load may do.
type Options struct {
	// Stdin is what the path "-" stands for.
	Stdin io.Reader

	// AllowRemote lets kustomize fetch remote bases and files. By default nothing
	// is fetched.
	AllowRemote bool
}

// An Object is an object of a repository and where it comes from.
type Object struct {
	Object *unstructured.Unstructured
	File   string // with forward slashes; empty where it is not known
	Line   int    // of the object in File, from 1; 0 where it is not known
}

// A Problem is a part of a repository that could not be read or built.
type Problem struct {
	Path   string
	Reason string
}

// String is "path: reason".
func (p Problem) String() string { return p.Path + ": " + p.Reason }

// A Result is what a repository applies, and what could not be read of it.
type Result struct {
	Objects  []Object
	Problems []Problem
}

// Load reads files, folders and standard input ("-").
func Load(ctx context.Context, paths []string, options Options) (*Result, error) {
	l := &loader{stdin: options.Stdin, allowRemote: options.AllowRemote}
	for _, path := range paths {
		found, err := l.loadPath(ctx, path)
		if err != nil {
			return nil, err
		}
		l.result.Objects = append(l.result.Objects, found...)
	}
	return &l.result, nil
}

// A loader collects the result of Load.
type loader struct {
	stdin       io.Reader
	allowRemote bool
	result      Result
}

func (l *loader) loadPath(ctx context.Context, path string) ([]Object, error) {
	if path == "-" {
		return readStream(ctx, l.stdin, "standard input")
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return l.loadTree(ctx, path)
	}
	return readFile(ctx, path)
}

func (l *loader) problem(path, format string, args ...any) {
	l.result.Problems = append(l.result.Problems, Problem{path, fmt.Sprintf(format, args...)})
}

// loadTree builds every kustomization that no other one of the tree is made
// from, and reads the files that none of them covers.
func (l *loader) loadTree(ctx context.Context, root string) ([]Object, error) {
	tree, err := scan(root)
	if err != nil {
		return nil, err
	}
	var inputs []Object
	for _, dir := range tree.dirs {
		kustomization := tree.kustomizations[dir]
		inputs = append(inputs, Object{Object: kustomization.object, File: kustomization.file, Line: 1})
		if tree.used[dir] || kustomization.component() {
			continue
		}
		built, err := l.build(dir)
		if err != nil {
			l.problem(dir, "not built, its files are read as they are: %v", err)
			built, err = readFiles(ctx, kustomization.files())
			if err != nil {
				return nil, err
			}
		}
		inputs = append(inputs, built...)
	}
	plain, err := readFiles(ctx, tree.plain())
	return append(inputs, plain...), err
}

// A tree is the YAML files of a folder and what its kustomizations say of them.
type tree struct {
	dirs           []string // with a kustomization, in order
	kustomizations map[string]kustomization
	files          []string        // all other YAML files
	used           map[string]bool // files and directories that a kustomization names
}

type kustomization struct {
	dir, file string
	object    *unstructured.Unstructured
}

func scan(root string) (*tree, error) {
	t := &tree{kustomizations: map[string]kustomization{}, used: map[string]bool{}}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && path != root:
			return filepath.SkipDir
		case entry.IsDir():
			return nil
		case slices.Contains(konfig.RecognizedKustomizationFileNames(), entry.Name()):
			return t.add(path)
		case slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(path)):
			t.files = append(t.files, path)
		}
		return nil
	})
	return t, err
}

func (t *tree) add(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	object, err := parseKustomization(text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	k := kustomization{dir: filepath.Dir(path), file: path, object: object}
	t.dirs = append(t.dirs, k.dir)
	t.kustomizations[k.dir] = k
	for _, named := range k.files() {
		t.used[named] = true
	}
	return nil
}

// plain are the files that Flux applies as they are: those of folders without a
// kustomization of their own that no other kustomization names.
func (t *tree) plain() []string {
	return slices.DeleteFunc(slices.Clone(t.files), func(file string) bool {
		_, inside := t.kustomizations[filepath.Dir(file)]
		return inside || t.used[file]
	})
}

// files are the files and folders that the kustomization is made from.
func (k kustomization) files() []string {
	var files []string
	for _, field := range []string{"resources", "bases", "components", "patchesStrategicMerge", "configurations", "crds", "transformers", "generators"} {
		list, _, _ := unstructured.NestedStringSlice(k.object.Object, field)
		for _, path := range list {
			if !IsRemote(path) && !strings.Contains(path, "\n") {
				files = append(files, filepath.Join(k.dir, path))
			}
		}
	}
	return files
}

// component reports whether it is but a part for others to use.
func (k kustomization) component() bool { return k.object.GetKind() == "Component" }

func readFiles(ctx context.Context, files []string) ([]Object, error) {
	var inputs []Object
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.IsDir() {
			continue
		}
		found, err := readFile(ctx, file)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, found...)
	}
	return inputs, nil
}

func readFile(ctx context.Context, file string) ([]Object, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readStream(ctx, f, filepath.ToSlash(file))
}

// readStream reads without a scheme, so that old versions and unknown fields are
// findings and not errors. Documents that are no objects (Helm values, SOPS
// settings) are passed over.
func readStream(ctx context.Context, r io.Reader, file string) ([]Object, error) {
	var inputs []Object
	decoder := manifest.NewDecoder(r, nil, manifest.File(file))
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var content map[string]any
		switch err := decoder.DecodeInto(&content); {
		case err == io.EOF:
			return inputs, nil
		case err != nil:
			return nil, err
		}
		object := &unstructured.Unstructured{Object: content}
		if object.GetAPIVersion() == "" || object.GetKind() == "" {
			continue
		}
		position := decoder.Position()
		add := func(item runtime.Object) error {
			inputs = append(inputs, Object{Object: item.(*unstructured.Unstructured), File: position.File, Line: position.Line})
			return nil
		}
		if !object.IsList() {
			_ = add(object)
		} else if err := object.EachListItem(add); err != nil {
			return nil, fmt.Errorf("%s: %w", position, err)
		}
	}
}

package main

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

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// A loader reads what a repository applies, as Flux would: a folder with a
// kustomization.yaml is built, any other is read file by file.
type loader struct {
	stdin       io.Reader
	warn        io.Writer
	allowRemote bool
}

func (l *loader) load(ctx context.Context, paths []string) ([]audit.Input, error) {
	var inputs []audit.Input
	for _, path := range paths {
		found, err := l.loadPath(ctx, path)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, found...)
	}
	if len(inputs) == 0 {
		return nil, fmt.Errorf("no objects in %s", strings.Join(paths, ", "))
	}
	return inputs, nil
}

func (l *loader) loadPath(ctx context.Context, path string) ([]audit.Input, error) {
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

// warnf says what the audit does without.
func (l *loader) warnf(format string, args ...any) {
	fmt.Fprintf(l.warn, "warning: "+format+"\n", args...)
}

// loadTree builds every kustomization that no other one of the tree is made
// from, and reads the files that none of them covers.
func (l *loader) loadTree(ctx context.Context, root string) ([]audit.Input, error) {
	tree, err := scan(root)
	if err != nil {
		return nil, err
	}
	var inputs []audit.Input
	for _, dir := range tree.dirs {
		kustomization := tree.kustomizations[dir]
		inputs = append(inputs, audit.Input{Object: kustomization.object, File: kustomization.file, Line: 1})
		if tree.used[dir] || kustomization.component() {
			continue
		}
		built, err := l.build(dir)
		if err != nil {
			l.warnf("%s: not built, its files are read as they are: %v", dir, err)
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
			if !audit.IsRemote(path) && !strings.Contains(path, "\n") {
				files = append(files, filepath.Join(k.dir, path))
			}
		}
	}
	return files
}

// component tells whether it is but a part for others to use.
func (k kustomization) component() bool { return k.object.GetKind() == "Component" }

func readFiles(ctx context.Context, files []string) ([]audit.Input, error) {
	var inputs []audit.Input
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

func readFile(ctx context.Context, file string) ([]audit.Input, error) {
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
func readStream(ctx context.Context, r io.Reader, file string) ([]audit.Input, error) {
	var inputs []audit.Input
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
			inputs = append(inputs, audit.Input{Object: item, File: position.File, Line: position.Line})
			return nil
		}
		if !object.IsList() {
			_ = add(object)
		} else if err := object.EachListItem(add); err != nil {
			return nil, fmt.Errorf("%s: %w", position, err)
		}
	}
}

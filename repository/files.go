package repository

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// fileRoot is where kustomize finds the repository.
const fileRoot = "/repository.fluxcapsule"

func rooted(name string) string { return path.Join(fileRoot, name) }

// Limits of what one build reads. kustomize's time grows with the square of the number
// of documents, and it applies each change to each of them.
const (
	maxBuildReads          = 10_000
	maxBuildKustomizations = 1000
	maxBuildRepeats        = 150 // reads of kustomizations that have been read before
	maxBuildBytes          = 16 << 20
	maxBuildDocuments      = 5000
	maxBuildChanges        = 256 << 20 // bytes of changes times documents
)

// buildFiles is the file system of one build. It has the folders and regular files
// of a tree, and vets each before kustomize parses it.
type buildFiles struct {
	filesys.FileSystem // nil: kustomize calls no method but those below
	loader             *loader

	mu       sync.Mutex
	closed   bool
	problems []Problem
	raw      map[string]bool // files that become values, and are not parsed
	parsed   map[string]bool

	kustomizations map[string]bool

	reads, repeats, bytes, documents, changes int
}

var errClosed = errors.New("the build has ended")

// close waits for the running call and rejects all later ones.
func (b *buildFiles) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
}

// inside returns a path within the tree. It reports false for any other path.
func inside(name string) (string, bool) {
	name = path.Clean(filepath.ToSlash(name))
	if name == fileRoot {
		return ".", true
	}
	return strings.CutPrefix(name, fileRoot+"/")
}

// IsDir implements [filesys.FileSystem].
func (b *buildFiles) IsDir(name string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	file, ok := inside(name)
	if !ok {
		return b.cloned(name) && disk.IsDir(name)
	}
	return !b.closed && b.loader.tree.isDir(file)
}

// Exists implements [filesys.FileSystem].
func (b *buildFiles) Exists(name string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	file, ok := inside(name)
	if !ok {
		return b.cloned(name) && disk.Exists(name)
	}
	return !b.closed && (b.loader.tree.isDir(file) || b.loader.tree.isFile(file))
}

// CleanedAbs implements [filesys.FileSystem].
func (b *buildFiles) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	file, ok := inside(name)
	switch {
	case b.closed:
		return "", "", errClosed
	case !ok && b.cloned(name):
		return disk.CleanedAbs(name)
	case !ok:
		return "", "", fmt.Errorf("%s lies outside of the repository", name)
	case b.loader.tree.isDir(file):
		return filesys.ConfirmedDir(rooted(file)), "", nil
	case b.loader.tree.isFile(file):
		return filesys.ConfirmedDir(rooted(path.Dir(file))), path.Base(file), nil
	}
	return "", "", fmt.Errorf("%s %s", file, b.loader.tree.absence(file))
}

// ReadFile implements [filesys.FileSystem].
func (b *buildFiles) ReadFile(name string) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, errClosed
	}
	file, ok := inside(name)
	if !ok && !b.cloned(name) {
		return nil, fmt.Errorf("%s lies outside of the repository", name)
	}
	if b.loader.ctx.Err() != nil {
		return nil, b.loader.ctx.Err()
	}
	var text []byte
	var err error
	if ok {
		text, err = b.loader.tree.read(file)
	} else {
		text, err = disk.ReadFile(name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if ok && slices.Contains(konfig.RecognizedKustomizationFileNames(), path.Base(file)) {
		b.reach(file)
		if text, err = b.rewrite(file, text); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	if err := b.admit(text, b.raw[file] && !b.parsed[file]); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return text, nil
}

// reach counts a kustomization. kustomize builds it once for each way that leads to it.
func (b *buildFiles) reach(file string) {
	if b.kustomizations[file] {
		b.repeats++
	}
	if b.kustomizations == nil {
		b.kustomizations = map[string]bool{}
	}
	b.kustomizations[file] = true
}

// admit vets a text and counts what the build has read.
func (b *buildFiles) admit(text []byte, raw bool) error {
	b.reads++
	b.bytes += len(text)
	if !raw {
		v, err := vet(text)
		if err != nil {
			return err
		}
		b.documents += len(v.documents)
		for _, document := range v.documents {
			if err := vetAnnotations(document); err != nil {
				return err
			}
		}
	}
	switch {
	case b.reads > maxBuildReads:
		return fmt.Errorf("the build reads more than %d files", maxBuildReads)
	case len(b.kustomizations) > maxBuildKustomizations:
		return fmt.Errorf("the build reads more than %d kustomizations", maxBuildKustomizations)
	case b.repeats > maxBuildRepeats:
		return fmt.Errorf("the build reaches kustomizations in more than %d further ways", maxBuildRepeats)
	case b.bytes > maxBuildBytes:
		return fmt.Errorf("the build reads more than %d MiB", maxBuildBytes>>20)
	case b.documents > maxBuildDocuments:
		return fmt.Errorf("the build has more than %d documents", maxBuildDocuments)
	case b.changes*b.documents > maxBuildChanges:
		return errors.New("the build changes too much")
	}
	return nil
}

// disk has what kustomize has fetched, if that is allowed.
var disk = filesys.MakeFsOnDisk()

// cloned reports whether a path is in a repository that kustomize has fetched.
func (b *buildFiles) cloned(name string) bool {
	return b.loader.options.AllowRemote && strings.Contains(filepath.ToSlash(name), "/kustomize-")
}

// RemoveAll implements [filesys.FileSystem] for what kustomize has fetched.
func (b *buildFiles) RemoveAll(name string) error {
	if _, ok := inside(name); ok || !b.cloned(name) {
		return errors.New("the repository is not changed")
	}
	return disk.RemoveAll(name)
}

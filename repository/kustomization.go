package repository

import (
	"errors"
	"path"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"
)

// A kustomization is a kustomization.yaml.
type kustomization struct {
	dir, file string
	object    *unstructured.Unstructured // whose apiVersion and kind are filled in; nil if the file cannot be read
	err       error                      // why not
}

// kustomizationFile returns the path of a folder's kustomization file, or "" if the
// folder has none.
func (t *tree) kustomizationFile(dir string) string {
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		if file := path.Join(dir, name); t.isFile(file) {
			return file
		}
	}
	return ""
}

// kustomization returns the kustomization of a folder, or nil if it has none.
func (l *loader) kustomization(dir string) *kustomization {
	if known, ok := l.kustomizations[dir]; ok {
		return known
	}
	var k *kustomization
	if file := l.tree.kustomizationFile(dir); file != "" {
		k = &kustomization{dir: dir, file: file}
		text, err := l.tree.read(file)
		if err == nil {
			k.object, err = parseKustomization(text)
		}
		k.err = err
	}
	l.kustomizations[dir] = k
	return k
}

// parseKustomization reads the file, whose apiVersion and kind may be left out.
func parseKustomization(text []byte) (*unstructured.Unstructured, error) {
	if _, err := vet(text); err != nil {
		return nil, err
	}
	object := &unstructured.Unstructured{Object: map[string]any{}}
	if err := yaml.Unmarshal(text, &object.Object); err != nil {
		return nil, err
	}
	if object.Object == nil {
		return nil, errors.New("is empty")
	}
	if object.GetKind() == "" {
		object.SetKind(types.KustomizationKind)
	}
	if object.GetAPIVersion() == "" {
		object.SetAPIVersion(types.KustomizationVersion)
	}
	return object, nil
}

// baseFields are the fields that list the bases of a kustomization.
var baseFields = []string{"resources", "bases", "components"}

// bases returns the files and folders that the kustomization builds on, as written.
func (k *kustomization) bases() []string {
	var bases []string
	if k.object != nil {
		for _, field := range baseFields {
			bases = append(bases, stringsOf(k.object.Object, field)...)
		}
	}
	return bases
}

// stringsOf returns the strings of a list.
func stringsOf(fields map[string]any, field string) []string {
	list, _ := fields[field].([]any)
	var found []string
	for _, item := range list {
		if text, ok := item.(string); ok {
			found = append(found, text)
		}
	}
	return found
}

// component reports whether it is a Component, which only other kustomizations use.
func (k *kustomization) component() bool {
	return k.object != nil && k.object.GetKind() == types.ComponentKind
}

// plainFields are the fields of a kustomization that changes nothing.
var plainFields = []string{"apiVersion", "kind", "metadata", "resources", "bases"}

// plain reports whether a folder's kustomization and all of its bases only list files
// and folders. These are read without kustomize, whose time grows with the square of
// the number of objects.
func (l *loader) plain(dir string) bool {
	if known, ok := l.plains[dir]; ok {
		return known
	}
	l.plains[dir] = false // while it is asked: one that names itself is not plain
	k := l.kustomization(dir)
	plain := k != nil && k.object != nil && k.object.GetKind() == types.KustomizationKind
	if plain {
		for field := range k.object.Object {
			plain = plain && slices.Contains(plainFields, field)
		}
		for _, base := range k.bases() {
			sub := path.Join(dir, base)
			isBase := !isRemoteResource(base) && l.tree.isDir(sub) && l.tree.kustomizationFile(sub) != ""
			plain = plain && (!isBase || l.plain(sub)) && (!isRemoteResource(base) || !l.options.AllowRemote)
		}
	}
	l.plains[dir] = plain
	return plain
}

// isRemoteResource reports whether kustomize would fetch an entry of a list.
func isRemoteResource(entry string) bool { return IsRemote(entry) || isURL(entry) }

// names returns the paths, from the root, of the files and folders that a
// kustomization names.
func (k *kustomization) names() []string {
	if k.object == nil {
		return nil
	}
	var found []string
	eachReference(k.object.DeepCopy().Object, func(r reference) (string, bool) {
		if !isURL(r.text) && !strings.Contains(r.text, "\n") {
			found = append(found, path.Join(k.dir, r.text))
		}
		return r.text, true
	})
	return found
}

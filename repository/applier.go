package repository

import (
	"path"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// A Kustomization is one of Flux's kind that applies a folder.
type Kustomization struct {
	Namespace, Name string
	File            string // of the object
	Line            int

	// Source is the kind, the namespace and the name of the source, separated by
	// slashes.
	Source string

	// Dir is the folder that it applies. It is empty if this repository does not have
	// it, as when the source is another repository, and if the path is the root, since
	// nothing says then which repository is meant.
	Dir string

	dirs map[string]bool // what objects of it have in Dirs
}

// Applies reports whether the Kustomization applies an object of the result.
func (k Kustomization) Applies(object Object) bool {
	return slices.ContainsFunc(object.Dirs, func(dir string) bool { return k.dirs[dir] })
}

const fluxKustomize = "kustomize.toolkit.fluxcd.io"

// follow reads the folder that one of Flux's Kustomizations applies, as
// kustomize-controller would: if it has no kustomization.yaml, one is made of all
// that lies below.
func (l *loader) follow(object Object) {
	o := object.Object
	if o.GetKind() != "Kustomization" || o.GroupVersionKind().Group != fluxKustomize {
		return
	}
	k := Kustomization{Namespace: o.GetNamespace(), Name: o.GetName(), File: object.File, Line: object.Line, Source: sourceOf(o), dirs: map[string]bool{}}
	specPath, _, _ := unstructured.NestedString(o.Object, "spec", "path")
	dir := strings.TrimPrefix(path.Clean("/"+specPath), "/")
	if dir != "" && !l.tree.isDir(dir) {
		dir = path.Join(l.start, dir) // of a repository within another one
	}
	if dir != "" && l.tree.isDir(dir) {
		k.Dir = l.name(dir)
		l.apply(dir, k.dirs)
	}
	l.result.Kustomizations = append(l.result.Kustomizations, k)
}

// apply reads what is applied with a folder, and adds the folders that give it.
func (l *loader) apply(root string, dirs map[string]bool) {
	l.tree.walk(root, func(dir string, f *folder) bool {
		if f.err != nil {
			l.problem(dir, 0, f.err.Error())
		}
		dirs[l.name(dir)] = true
		if k := l.kustomization(dir); k != nil {
			l.render(dir)
			return false
		}
		for _, name := range f.files() {
			if isYAML(name) {
				l.readFile(path.Join(dir, name), dir, found)
			}
		}
		return l.ctx.Err() == nil
	})
}

// sourceOf returns the source of a Kustomization.
func sourceOf(o *unstructured.Unstructured) string {
	ref, _, _ := unstructured.NestedStringMap(o.Object, "spec", "sourceRef")
	namespace := ref["namespace"]
	if namespace == "" {
		namespace = o.GetNamespace()
	}
	return ref["kind"] + "/" + namespace + "/" + ref["name"]
}

// finish decides which problems matter. Flux's Kustomizations say what is applied: if
// there are any, a file that Flux cannot read either matters in their folders only,
// and what lies in a folder called testdata matters only there.
func (r *Result) finish() {
	var applied []string
	for _, k := range r.Kustomizations {
		if k.Dir != "" {
			applied = append(applied, k.Dir)
		}
	}
	isApplied := func(file string) bool {
		return slices.ContainsFunc(applied, func(dir string) bool { return dir == "." || file == dir || strings.HasPrefix(file, dir+"/") })
	}
	var problems []Problem
	keep := func(p Problem, matters bool) {
		if matters {
			problems = append(problems, p)
		} else {
			r.Skipped = append(r.Skipped, Skip{p.Path, "is applied by no Kustomization, and cannot be read: " + p.Reason})
		}
	}
	isTestdata := func(file string) bool { return slices.Contains(strings.Split(path.Dir(file), "/"), "testdata") }
	for _, p := range r.Problems {
		keep(p, isApplied(p.Path) || !isTestdata(p.Path))
	}
	for _, p := range r.loose {
		keep(p, isApplied(p.Path) || len(applied) == 0 && !isTestdata(p.Path))
	}
	r.Problems, r.loose = problems, nil
	slices.SortStableFunc(r.Problems, func(a, b Problem) int { return strings.Compare(a.Path, b.Path) })
	slices.SortStableFunc(r.Skipped, func(a, b Skip) int { return strings.Compare(a.Path, b.Path) })
}

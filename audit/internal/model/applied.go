package model

import (
	"path"
	"slices"
	"strings"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
)

// Applied are the Kustomizations of the platform by their source and path.
type Applied struct {
	byName map[string][]*Object // by namespace/name
	byPath map[string][]*Object // by the directory, from the root of the source
}

func newApplied(set *Set, tenancy *Tenancy) Applied {
	a := Applied{map[string][]*Object{}, map[string][]*Object{}}
	for o, ks := range All[*kustomizev1.Kustomization](set) {
		if tenancy.Standing(o.Ref.Namespace) != PlatformStanding {
			continue
		}
		name, dir := o.Ref.Namespace+"/"+o.Ref.Name, path.Clean("/"+ks.Spec.Path)
		a.byName[name] = append(a.byName[name], o)
		a.byPath[dir] = append(a.byPath[dir], o)
	}
	return a
}

// By returns the platform's Kustomizations that apply an object: those that the
// labels of a live one name, or those whose path its file lies under.
func (a Applied) By(o *Object) []*Object {
	labels := o.Meta.GetLabels()
	if name := labels["kustomize.toolkit.fluxcd.io/name"]; name != "" {
		return a.byName[labels["kustomize.toolkit.fluxcd.io/namespace"]+"/"+name]
	}
	var found []*Object
	for _, dir := range DirsOf(o.File) {
		found = append(found, a.byPath[dir]...)
	}
	return found
}

// DirsOf lists the directories of a repository that a file may lie under, be it
// directly or not. Its path may begin above the repository's root, so each of its
// directories may be the first: of a/b/c.yaml they are /a, /a/b and /b.
func DirsOf(file string) []string {
	dir := path.Dir(path.Clean("/" + file))
	if file == "" || dir == "/" {
		return nil
	}
	parts := strings.Split(dir[1:], "/")
	var dirs []string
	for i := range parts {
		for j := i + 1; j <= len(parts); j++ {
			dirs = append(dirs, "/"+strings.Join(parts[i:j], "/"))
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

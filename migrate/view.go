package migrate

import (
	"maps"
	"slices"

	"github.com/fluxcapsule/fluxcapsule/repository"
)

// A view is the objects of one overlay, with those on which all overlays agree.
type view struct {
	dir     string // empty if there is one view
	objects []*existing
}

// views divides objects by the folders that give them, if two folders give different
// objects of the same name.
func views(objects []repository.Object, all []*existing) []view {
	variants := map[identity][]*existing{}
	for _, obj := range all {
		id := identity{obj.place(), obj.name}
		variants[id] = append(variants[id], obj)
	}
	dirs := map[string]bool{}
	shared := map[int]bool{}
	for _, same := range variants {
		if !apart(objects, same) {
			for _, obj := range same {
				shared[obj.index] = true
			}
			continue
		}
		for _, obj := range same {
			for _, dir := range objects[obj.index].Dirs {
				dirs[dir] = true
			}
		}
	}
	if len(dirs) == 0 {
		return []view{{objects: all}}
	}
	var found []view
	for _, dir := range slices.Sorted(maps.Keys(dirs)) {
		one := view{dir: dir}
		for _, obj := range all {
			if shared[obj.index] || slices.Contains(objects[obj.index].Dirs, dir) {
				one.objects = append(one.objects, obj)
			}
		}
		found = append(found, one)
	}
	return found
}

// apart reports whether objects of one name come from different folders.
func apart(objects []repository.Object, same []*existing) bool {
	for _, obj := range same[1:] {
		if !slices.Equal(objects[obj.index].Dirs, objects[same[0].index].Dirs) {
			return true
		}
	}
	return false
}

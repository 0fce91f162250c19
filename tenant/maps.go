package tenant

import (
	"maps"
	"slices"
)

// merge returns a new map of all entries, nil if there are none; later ones win.
func merge(all ...map[string]string) map[string]string {
	var merged map[string]string
	for _, m := range all {
		for key, value := range m {
			if merged == nil {
				merged = map[string]string{}
			}
			merged[key] = value
		}
	}
	return merged
}

func sortedKeys(m map[string]string) []string {
	return slices.Sorted(maps.Keys(m))
}

package build

import "maps"

// Merge returns a new map of all entries, or nil if there are none. Later entries
// win. The given maps are not changed.
func Merge(all ...map[string]string) map[string]string {
	size := 0
	for _, m := range all {
		size += len(m)
	}
	if size == 0 {
		return nil
	}
	merged := make(map[string]string, size)
	for _, m := range all {
		maps.Copy(merged, m)
	}
	return merged
}

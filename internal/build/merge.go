package build

import "maps"

// Merge returns a new map of all entries, later ones winning, or nil if there
// are none. The maps it is given stay their owners'.
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

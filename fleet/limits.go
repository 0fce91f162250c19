package fleet

import "fmt"

// Limits of one cluster; see docs/limits.md.
const (
	// MaxTenantsPerGroup is the largest number of tenants in a group that
	// kustomize-controller builds within some seconds.
	MaxTenantsPerGroup = 200

	// MaxTenantsPerCluster is the largest number of tenants of a cluster: the status of
	// Capsule's configuration has to hold their names.
	MaxTenantsPerCluster = 10_800
)

// warnings lists the limits that the tree exceeds.
func (w *treeWriter) warnings() []string {
	var warnings []string
	most, group := 0, ""
	for name, tenants := range w.census.groups {
		if len(tenants) > most || len(tenants) == most && name < group {
			most, group = len(tenants), name
		}
	}
	if most > MaxTenantsPerGroup {
		warnings = append(warnings, fmt.Sprintf("group %s has %d tenants: beyond %d the time that kustomize takes grows with the square, and all other builds wait", group, most, MaxTenantsPerGroup))
	}
	if w.fleet.Platform == nil {
		return warnings
	}
	for _, cluster := range w.fleet.Platform.Clusters {
		n := len(cluster.Tenants)
		if n == 0 {
			n = w.census.total
		}
		if n > MaxTenantsPerCluster {
			warnings = append(warnings, fmt.Sprintf("cluster %s has %d tenants: beyond %d the status of Capsule's configuration is too large for etcd", cluster.Name, n, MaxTenantsPerCluster))
		}
	}
	return warnings
}

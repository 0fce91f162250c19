package fleet

import "fmt"

// What is known of how much one cluster takes; see docs/limits.md.
const (
	// MaxTenantsPerGroup is the number of tenants in a group up to which
	// kustomize-controller builds it within some seconds.
	MaxTenantsPerGroup = 200

	// MaxTenantsPerCluster is the number of tenants whose names fit into the status
	// of Capsule's configuration, and so the most that a cluster takes.
	MaxTenantsPerCluster = 10_800
)

// warnings says where the tree goes past a limit.
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

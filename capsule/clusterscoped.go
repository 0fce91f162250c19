package capsule

import (
	"slices"
	"strings"

	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// clusterScopedIn is names.ClusterScoped for a kind in any of the groups, which may
// have a version.
func clusterScopedIn(groups []string, kind string) bool {
	return slices.ContainsFunc(groups, func(group string) bool {
		group, _, _ = strings.Cut(group, "/")
		if group == capsuleruntime.CoreAPIVersion {
			group = ""
		}
		return names.ClusterScoped(schema.GroupKind{Group: group, Kind: kind})
	})
}

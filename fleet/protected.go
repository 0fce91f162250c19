package fleet

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// homes are the home namespaces of a fleet. A tenant whose prefix is forced cannot
// make one of them: the fleet rejects prefixes that cover the home of another. A
// tenant without a forced prefix could, while the home does not exist yet or is
// recreated, so Capsule has to protect the names.
type homes struct {
	names []string
	open  bool // some tenant has no forced prefix
}

// add records a tenant with its defaults filled in.
func (h *homes) add(name string, forced bool) {
	h.names = append(h.names, strings.Clone(name))
	h.open = h.open || !forced
}

// isForced reports whether Capsule requires the tenant's name as a prefix.
func isForced(spec tenant.Spec) bool { return spec.ForceTenantPrefix == nil || *spec.ForceTenantPrefix }

// maxProtected is the largest length of the names, in bytes: they are in the
// HelmRelease, in Helm's Secret and in Capsule's configuration, whose limits are 1
// MiB or 1.5 MiB.
const maxProtected = 512 << 10

// protecting returns the platform with the homes among Capsule's protected names, if
// a tenant could make one. Capsule checks only namespaces that a tenant's owner
// makes, or that belong to a tenant: the platform's Flux can still make the homes.
func (p Platform) protecting(h homes) (Platform, error) {
	if !h.open || len(h.names) == 0 {
		return p, nil
	}
	names := slices.Compact(slices.Sorted(slices.Values(h.names)))
	list := strings.Join(names, "|")
	if len(list) > maxProtected {
		fault := field.Invalid(field.NewPath("capsule", "forceTenantPrefix"), false,
			fmt.Sprintf("must be true: the names of %d home namespaces do not fit into Capsule's configuration, which protects them from tenants without a forced prefix", len(names)))
		return p, build.Invalid(schema.GroupKind{Kind: "fleet.Platform"}, "", field.ErrorList{fault})
	}
	p.Capsule.ProtectedNamespaces = "(?:" + p.withDefaults().Capsule.ProtectedNamespaces + ")|^(?:" + list + ")$"
	return p, nil
}

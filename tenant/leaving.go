package tenant

import (
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Leave removes the tenant's source, its Kustomization, its notification, and every
// added Flux object from the bundle. With the remaining objects Flux can delete, as the
// tenant, what these applied. [Build] calls it for Spec.Leaving.
func (b *Bundle) Leave() {
	b.GitRepository, b.OCIRepository, b.Kustomization, b.Provider, b.Alert = nil, nil, nil, nil, nil
	b.added = slices.DeleteFunc(b.added, func(obj client.Object) bool { return isFlux(groupOf(obj)) })
}

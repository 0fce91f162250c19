package tenant

import (
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Leave takes out of the bundle what Flux does for the tenant: its source, its
// Kustomization, and every object of Flux that was added. What is left lets Flux
// delete, in the tenant's name, what these applied. [Build] calls it for
// Spec.Leaving.
func (b *Bundle) Leave() {
	b.GitRepository, b.OCIRepository, b.Kustomization = nil, nil, nil
	b.added = slices.DeleteFunc(b.added, func(obj client.Object) bool { return isFlux(groupOf(obj)) })
}

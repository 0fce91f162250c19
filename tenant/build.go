package tenant

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fluxcapsule/fluxcapsule/internal/names"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// Label is on every object of a bundle, with the name of the tenant. It is
// Flux's convention (`flux create tenant` sets it), and the admission policy of
// this package goes by it.
const Label = names.TenantLabel

// Build makes every object of the tenant, or returns an error that lists every
// fault of the spec, each with its path in the spec. The same spec gives the
// same objects, and they share nothing with it.
func Build(spec Spec) (*Bundle, error) {
	b := builder{spec: spec.withDefaults()}
	b.labels = build.Merge(b.spec.Labels, map[string]string{Label: b.spec.Name})
	b.Faults = b.spec.validate()
	b.home()
	b.owners()
	b.isolation()
	b.impersonation()
	b.access()
	b.sync()
	if err := b.Err(schema.GroupKind{Kind: "tenant.Spec"}, b.spec.Name); err != nil {
		return nil, err
	}
	return &b.bundle, nil
}

// builder collects the objects of a spec.
type builder struct {
	build.Notes
	spec   Spec
	labels map[string]string // of every object, which takes a copy
	bundle Bundle
}

// meta is the metadata of an object of the bundle, with maps of its own.
func (b *builder) meta(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Namespace:   namespace,
		Name:        name,
		Labels:      build.Merge(b.labels),
		Annotations: build.Merge(b.spec.Annotations),
	}
}

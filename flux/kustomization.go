package flux

import (
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// A KustomizationOption sets something on a [Kustomization].
type KustomizationOption interface {
	ApplyToKustomization(*kustomizev1.Kustomization) error
}

// KustomizationFunc is an option of one's own, for whatever has none here. What
// it sets is validated like the rest.
type KustomizationFunc func(*kustomizev1.Kustomization) error

// ApplyToKustomization calls f.
func (f KustomizationFunc) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	if f == nil {
		return nil
	}
	return f(ks)
}

// Kustomization applies a path of a source, given by [From], to the cluster. It
// prunes what disappears from the source, corrects drift every
// [DefaultReconcileInterval], and acts with the privileges of the controller,
// or of its --default-service-account, unless [ServiceAccount] says otherwise.
//
// See https://fluxcd.io/flux/components/kustomize/kustomizations/
func Kustomization(namespace, name string, source FromSource, opts ...KustomizationOption) (*kustomizev1.Kustomization, error) {
	ks := &kustomizev1.Kustomization{
		TypeMeta:   typeMeta(kustomizev1.GroupVersion, kustomizev1.KustomizationKind),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: kustomizev1.KustomizationSpec{
			Interval: metav1.Duration{Duration: DefaultReconcileInterval},
			Prune:    true,
		},
	}
	return build.WithOptions(ks, append([]KustomizationOption{source}, opts...), KustomizationOption.ApplyToKustomization, validateKustomization)
}

// Path is the directory of the source that is built, relative to its root,
// which is the default.
type Path string

// ApplyToKustomization sets spec.path.
func (p Path) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.Path = string(p)
	return nil
}

// Prune tells whether objects that disappear from the source are deleted from
// the cluster. The default here is true.
type Prune bool

// ApplyToKustomization sets spec.prune.
func (p Prune) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.Prune = bool(p)
	return nil
}

// DeletionPolicy tells what becomes of the applied objects when the
// Kustomization is deleted: MirrorPrune (the default), Delete,
// WaitForTermination or Orphan.
type DeletionPolicy string

// ApplyToKustomization sets spec.deletionPolicy.
func (d DeletionPolicy) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.DeletionPolicy = string(d)
	return nil
}

// Force recreates an object when a change to it is refused because a field is
// immutable. The object is gone in between.
type Force bool

// ApplyToKustomization sets spec.force.
func (f Force) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.Force = bool(f)
	return nil
}

// Wait makes the Kustomization ready only when everything it applied is. It
// overrides [HealthChecks].
type Wait bool

// ApplyToKustomization sets spec.wait.
func (w Wait) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.Wait = bool(w)
	return nil
}

// HealthChecks adds objects that must be healthy for the Kustomization to be
// ready, one by one instead of [Wait].
type HealthChecks []meta.NamespacedObjectKindReference

// ApplyToKustomization appends to spec.healthChecks.
func (h HealthChecks) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.HealthChecks = append(ks.Spec.HealthChecks, h...)
	return nil
}

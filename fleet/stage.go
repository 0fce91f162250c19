package fleet

import (
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A stage is a stage of a leaving tenant. The zero stage means that the tenant stays.
type stage string

const (
	// released: the tenant is complete but without guards, so that Flux may delete it.
	released stage = "released"

	// stopped: the tenant's source and Kustomization are removed from the tree, and Flux
	// deletes what the Kustomization applied; the tenant's account stays for that.
	stopped stage = "stopped"
)

// stageOf returns the stage of a tenant, from its record in the tree, which may be
// nil.
func stageOf(spec tenant.Spec, had *record, applied bool) stage {
	switch {
	case !spec.Leaving:
		return ""
	case had == nil || had.Stage == stopped:
		return stopped
	case had.Stage == released && applied:
		return stopped
	}
	return released
}

// pruneAnnotation keeps kustomize-controller from deleting an object that a
// Kustomization no longer has.
const pruneAnnotation = "kustomize.toolkit.fluxcd.io/prune"

// guard keeps a tenant's objects from being deleted by accident. The guards are part
// of the tree, not of the tenant: off-boarding removes them. None is an annotation in
// the home namespace, where the policies and the audit forbid them.
func guard(b *tenant.Bundle) {
	if b.Tenant != nil {
		b.Tenant.Spec.PreventDeletion = true
		keep(b.Tenant)
	}
	if b.Kustomization != nil {
		b.Kustomization.Spec.DeletionPolicy = kustomizev1.DeletionPolicyOrphan
	}
	if b.Namespace != nil {
		keep(b.Namespace)
	}
	if b.Reconciler != nil {
		keep(b.Reconciler)
	}
}

// keep marks an object that no Kustomization may delete.
func keep(obj client.Object) {
	obj.SetAnnotations(build.Merge(obj.GetAnnotations(), map[string]string{pruneAnnotation: kustomizev1.DisabledValue}))
}

// unguard makes Flux delete what the tenant's Kustomization applied when that is
// deleted, overriding the tenant's settings.
func unguard(b *tenant.Bundle) {
	if b.Kustomization != nil {
		b.Kustomization.Spec.DeletionPolicy = kustomizev1.DeletionPolicyDelete
		b.Kustomization.Spec.Suspend = false
	}
}

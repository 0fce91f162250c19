package audit

import (
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	corev1 "k8s.io/api/core/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// These rules report what goes wrong when something is removed.
var offboardingRules = []rule{
	{"offboarding-prune", wholeSet(checkPrune)},
	{"offboarding-leftover", join(eachHeld(checkKeptBinding), each(checkKeptOwner), each(checkKeptHome))},
}

// checkKeptBinding reports a tenant's binding that is kept when the tenant is removed.
// Bindings in the tenant's namespaces are deleted with them; flux-opt-out reports others.
func checkKeptBinding(m *model.Model, r *findings, h held) {
	o := h.binding.Object
	if keptFromPruning(o) && h.holder.Tenant != nil && !h.holder.Shared && !isGuarded(h.holder.Tenant) && m.Tenancy.Standing(o.Ref.Namespace) != model.TenantStanding {
		r.add(o, Finding{Tenant: h.holder.Name(), Field: pruneField, Message: "stays when " + h.holder.String() + " is removed, with the rights of " + h.user})
	}
}

func checkKeptOwner(m *model.Model, r *findings, o *model.Object, owner *capsulev1beta2.TenantOwner) {
	if keptFromPruning(o) && !o.Live() && !isGuarded(m.Tenancy.Tenants[m.Tenancy.TenantOf(o)]) {
		r.addf(o, pruneField, "stays when the tenant is removed, and %s owns the next one of that name", owner.Spec.Name)
	}
}

func checkKeptHome(m *model.Model, r *findings, o *model.Object, _ *corev1.Namespace) {
	if ns := m.Tenancy.Namespaces[o.Ref.Name]; ns.Home && keptFromPruning(o) && !o.Live() && !isGuarded(ns.Tenant) {
		r.add(o, Finding{Severity: Info, Field: pruneField, Message: "is a home that stays when the tenant is removed, with its accounts and Secrets"})
	}
}

// isGuarded reports whether the Tenant is protected from deletion, so that nothing of
// it is removed before the protection is lifted.
func isGuarded(tenant *model.Tenant) bool {
	if tenant == nil || tenant.Object == nil {
		return false
	}
	is, ok := tenant.Object.Typed.(*capsulev1beta2.Tenant)
	return ok && (is.Spec.PreventDeletion || keptFromPruning(tenant.Object))
}

const pruneField = "metadata.annotations[kustomize.toolkit.fluxcd.io/prune]"

func checkPrune(m *model.Model, r *findings) {
	pruned := map[*model.Object][]string{}
	for o, tenant := range model.All[*capsulev1beta2.Tenant](m.Set) {
		if tenant.Spec.PreventDeletion || keptFromPruning(o) {
			continue
		}
		for _, by := range m.Applied.By(o) {
			if by.Typed.(*kustomizev1.Kustomization).Spec.Prune {
				pruned[by] = append(pruned[by], o.Ref.Name)
			}
		}
	}
	for ks, tenants := range pruned {
		if len(tenants) > 1 {
			r.addf(ks, "spec.prune", "prunes Tenants %s", list(tenants))
		}
	}
}

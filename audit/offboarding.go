package audit

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// These rules think of the day on which something is removed.
var offboardingRules = []rule{
	{"offboarding-prune", wholeSet(checkPrune)},
}

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

package audit

import (
	"encoding/json"
	"slices"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/advisories"
)

// These rules look at what Capsule replicates into namespaces.
var replicationRules = []rule{
	{"capsule-replication-account", join(each(checkGlobalReplication), each(checkTenantReplication))},
	{"capsule-replicated-network-policy", each(checkReplicatedPolicy)},
}

func checkGlobalReplication(m *model.Model, r *findings, o *model.Object, global *capsulev1beta2.GlobalTenantResource) {
	for _, c := range model.All[*capsulev1beta2.CapsuleConfiguration](m.Set) {
		if c.Spec.Impersonation.GlobalDefaultServiceAccount != "" {
			return
		}
	}
	if global.Spec.ServiceAccount == nil && replicatesOthers(global.Spec.Resources) {
		r.add(o, Finding{Severity: Warning, Field: "spec.serviceAccount", Message: "is carried out as Capsule's controller"})
	}
}

func checkTenantReplication(m *model.Model, r *findings, o *model.Object, resource *capsulev1beta2.TenantResource) {
	for _, c := range model.All[*capsulev1beta2.CapsuleConfiguration](m.Set) {
		if c.Spec.Impersonation.TenantDefaultServiceAccount != "" {
			return
		}
	}
	if resource.Spec.ServiceAccount != nil {
		return
	}
	f := Finding{Severity: Warning, Field: "spec.serviceAccount", Message: "is carried out as Capsule's controller"}
	if affected(m, advisories.Capsule, "CVE-2026-22872", "CVE-2026-65835") {
		f.Severity, f.Message = Error, f.Message+", which before "+advisories.OldestTight(advisories.Capsule)+" creates cluster-scoped objects too"
	}
	r.add(o, f)
}

// replicatesOthers reports whether what is written depends on more than the
// resource itself.
func replicatesOthers(resources []capsulev1beta2.ResourceSpec) bool {
	return slices.ContainsFunc(resources, func(r capsulev1beta2.ResourceSpec) bool {
		return len(r.Generators) > 0 || r.Context != nil || len(r.NamespacedItems) > 0
	})
}

func checkReplicatedPolicy(_ *model.Model, r *findings, o *model.Object, global *capsulev1beta2.GlobalTenantResource) {
	for i, resource := range global.Spec.Resources {
		for j, item := range resource.RawItems {
			var is metav1.TypeMeta
			if json.Unmarshal(item.Raw, &is) == nil && is.Kind == "NetworkPolicy" {
				r.addf(o, model.Index(model.Index("spec.resources", i)+".rawItems", j), "is a NetworkPolicy, which tenants may write")
			}
		}
	}
}

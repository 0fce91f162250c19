package audit

import (
	"fmt"
	"slices"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/advisories"
)

// These rules check the objects that Capsule replicates into namespaces.
var replicationRules = []rule{
	{"capsule-replication-account", join(each(checkGlobalReplication), each(checkTenantReplication))},
	{"capsule-replicated-object", join(each(checkGlobalItems), each(checkTenantItems))},
	{"capsule-replicated-network-policy", each(checkReplicatedPolicy)},
}

func checkGlobalReplication(m *model.Model, r *findings, o *model.Object, global *capsulev1beta2.GlobalTenantResource) {
	for _, c := range model.All[*capsulev1beta2.CapsuleConfiguration](m.Set) {
		if c.Spec.Impersonation.GlobalDefaultServiceAccount != "" {
			return
		}
	}
	if global.Spec.ServiceAccount != nil {
		return
	}
	f := Finding{Severity: Warning, Field: "spec.serviceAccount", Message: "is carried out as Capsule's controller"}
	if !replicatesOthers(global.Spec.Resources) {
		if !writesRights(o, global.Spec.Resources) {
			return // the object has everything that is written
		}
		f.Message += ", so nothing bounds the rights that its items give"
	}
	r.add(o, f)
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

// writesRights reports whether an item gives rights, or is of a kind that acts with
// rights of its own.
func writesRights(o *model.Object, resources []capsulev1beta2.ResourceSpec) bool {
	return slices.ContainsFunc(model.ItemsOf(o, resources), func(item model.Item) bool {
		kind := item.Object.GroupKind
		return kind.Group == rbacv1.GroupName || model.IsFlux(kind) || clusterScoped[kind.Kind]
	})
}

// replicatesOthers reports whether the written objects depend on more than the
// resource itself.
func replicatesOthers(resources []capsulev1beta2.ResourceSpec) bool {
	return slices.ContainsFunc(resources, func(r capsulev1beta2.ResourceSpec) bool {
		return len(r.Generators) > 0 || r.Context != nil || len(r.NamespacedItems) > 0
	})
}

func checkGlobalItems(m *model.Model, r *findings, o *model.Object, global *capsulev1beta2.GlobalTenantResource) {
	checkItems(m, r, o, global.Spec.Resources)
}

func checkTenantItems(m *model.Model, r *findings, o *model.Object, resource *capsulev1beta2.TenantResource) {
	checkItems(m, r, o, resource.Spec.Resources)
}

// checkItems reports items that give rights to everybody, that are not for a
// namespace, and Secrets.
func checkItems(m *model.Model, r *findings, o *model.Object, resources []capsulev1beta2.ResourceSpec) {
	items := model.ItemsOf(o, resources)
	for _, item := range items {
		kind := item.Object.GroupKind
		switch is := item.Object.Typed.(type) {
		case *rbacv1.RoleBinding:
			checkReplicatedBinding(m, r, o, item.Field, is, replicatedRole(m, items, is.RoleRef))
		case *corev1.Secret:
			if !o.Live() && !encrypted(item.Object) && len(is.Data)+len(is.StringData) > 0 {
				r.add(o, Finding{Severity: Warning, Field: item.Field, Message: "is a Secret that is not encrypted",
					Exploit: "Anyone who may read the repository, or a clone of it, has its content, and every tenant receives it."})
			}
		}
		if clusterScoped[kind.Kind] {
			r.add(o, Finding{Severity: Warning, Field: item.Field, Message: "is a " + kind.Kind + ", which is not for a namespace",
				Exploit: "Capsule refuses it; a version before " + advisories.OldestTight(advisories.Capsule) + " creates it with its own rights.",
				Fix:     "Apply it beside the replication."})
		}
	}
}

// clusterScoped are the kinds that a replication cannot write into a namespace.
var clusterScoped = map[string]bool{
	"ClusterRole": true, "ClusterRoleBinding": true, "Namespace": true, "CustomResourceDefinition": true, "PersistentVolume": true,
	"ValidatingWebhookConfiguration": true, "MutatingWebhookConfiguration": true, "ValidatingAdmissionPolicy": true,
	"ValidatingAdmissionPolicyBinding": true, "MutatingAdmissionPolicy": true, "MutatingAdmissionPolicyBinding": true,
	"Tenant": true, "TenantOwner": true, "GlobalTenantResource": true, "CapsuleConfiguration": true,
}

// checkReplicatedBinding reports a RoleBinding that a replication writes into
// tenants' namespaces, for everybody or for one tenant in those of others.
func checkReplicatedBinding(m *model.Model, r *findings, o *model.Object, field string, is *rbacv1.RoleBinding, role *model.Role) {
	if role == nil {
		return
	}
	for i, s := range is.Subjects {
		for _, h := range m.Tenancy.Holders(s, "") {
			user := model.UserOf(s, "")
			if h.Shared || h.Tenant != nil && m.Tenancy.TenantOf(o) == h.Tenant.Name || len(dangersOf(role, user)) == 0 {
				continue
			}
			r.add(o, Finding{Severity: Error, Tenant: h.Name(), Field: model.Index(field+".subjects", i),
				Message: fmt.Sprintf("lets %s, as %s, use %s in every namespace that it is replicated to", h, user, role.Name)})
		}
	}
}

// replicatedRole returns the role of a binding: a ClusterRole of the set, or a Role
// that is replicated beside it.
func replicatedRole(m *model.Model, items []model.Item, ref rbacv1.RoleRef) *model.Role {
	if ref.Kind == model.ClusterRoleKind.Kind {
		return m.Rights.ClusterRole(ref.Name)
	}
	for _, item := range items {
		if is, ok := item.Object.Typed.(*rbacv1.Role); ok && item.Object.Ref.Name == ref.Name {
			return &model.Role{Name: ref.Name, Rules: is.Rules}
		}
	}
	return nil
}

func checkReplicatedPolicy(_ *model.Model, r *findings, o *model.Object, global *capsulev1beta2.GlobalTenantResource) {
	for _, item := range model.ItemsOf(o, global.Spec.Resources) {
		if item.Object.GroupKind.Kind == "NetworkPolicy" {
			r.addf(o, item.Field, "is a NetworkPolicy, which tenants may write")
		}
	}
}

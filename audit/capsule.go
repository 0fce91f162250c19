package audit

import (
	"strings"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	corev1 "k8s.io/api/core/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// These rules look at Tenants, their owners and their namespaces.
var capsuleRules = []rule{
	{"capsule-owner-group", join(each(checkTenantGroups), each(checkOwnerGroup), each(checkUserGroups))},
	{"capsule-owner-name", join(each(checkOwnerNames), each(checkOwnerName))},
	{"capsule-match-owners", wholeSet(checkMatchOwners)},
	{"capsule-no-owner", each(checkNoOwner)},
	{"capsule-platform-namespace", each(checkPlatformNamespace)},
	{"capsule-owner-reference", each(checkOwnerReference)},
	{"capsule-deprecated-field", join(each(checkDeprecatedTenant), each(checkDeprecatedConfiguration))},
}

func checkTenantGroups(_ *model.Model, r *findings, o *model.Object, tenant *capsulev1beta2.Tenant) {
	for i, owner := range tenant.Spec.Owners {
		checkGroup(r, o, model.Index("spec.owners", i)+".name", owner.UserSpec, true)
	}
}

func checkOwnerGroup(_ *model.Model, r *findings, o *model.Object, owner *capsulev1beta2.TenantOwner) {
	checkGroup(r, o, "spec.name", owner.Spec.UserSpec, true)
}

func checkUserGroups(_ *model.Model, r *findings, o *model.Object, configuration *capsulev1beta2.CapsuleConfiguration) {
	for i, user := range configuration.Spec.Users {
		checkGroup(r, o, model.Index("spec.users", i)+".name", user, false)
	}
	for i, name := range userGroups(configuration) {
		checkGroup(r, o, model.Index("spec.userGroups", i), rbac.UserSpec{Kind: rbac.GroupOwner, Name: name}, false)
	}
}

// checkGroup reports a group of ServiceAccounts, as an owner of a tenant or as a
// user of Capsule.
func checkGroup(r *findings, o *model.Object, field string, user rbac.UserSpec, owns bool) {
	if user.Kind != rbac.GroupOwner {
		return
	}
	f := Finding{Severity: Warning, Field: field}
	_, accounts := model.AccountsOf(user.Name)
	switch {
	case model.Everybody(user.Name):
		f.Message = user.Name + " is everybody"
		f.Exploit = "The controllers of the platform are kept from their work."
		if owns {
			f.Severity = Error
			f.Exploit = "Every tenant, and every pod, owns this tenant."
		}
	case accounts:
		f.Message = user.Name + " is every ServiceAccount of the namespace"
		if !owns {
			f.Exploit = "An account that an attacker got hold of may make namespaces, if it also owns a tenant."
		}
	default:
		return
	}
	r.add(o, f)
}

func checkOwnerNames(_ *model.Model, r *findings, o *model.Object, tenant *capsulev1beta2.Tenant) {
	for i, owner := range tenant.Spec.Owners {
		checkAccountName(r, o, model.Index("spec.owners", i)+".name", owner.UserSpec)
	}
}

func checkOwnerName(_ *model.Model, r *findings, o *model.Object, owner *capsulev1beta2.TenantOwner) {
	checkAccountName(r, o, "spec.name", owner.Spec.UserSpec)
}

func checkAccountName(r *findings, o *model.Object, field string, user rbac.UserSpec) {
	if _, ok := model.ParseAccount(user.Name); user.Kind == rbac.ServiceAccountOwner && !ok {
		r.addf(o, field, "%q is not of the form system:serviceaccount:<namespace>:<name>", user.Name)
	}
}

func checkMatchOwners(m *model.Model, r *findings) {
	owned := map[string]bool{}
	for o := range model.All[*capsulev1beta2.TenantOwner](m.Set) {
		owned[o.Meta.GetLabels()[names.OwnerLabel]] = true
	}
	for o, tenant := range model.All[*capsulev1beta2.Tenant](m.Set) {
		if len(tenant.Spec.Permissions.MatchOwners) == 0 && owned[o.Ref.Name] {
			r.addf(o, "spec.permissions.matchOwners", "selects no owner, though the set has TenantOwners labelled for the tenant")
		}
	}
}

func checkNoOwner(m *model.Model, r *findings, o *model.Object, _ *capsulev1beta2.Tenant) {
	if len(m.Tenancy.Tenants[o.Ref.Name].Owners) == 0 {
		r.addf(o, "spec.owners", "has no owner in the set")
	}
}

func checkPlatformNamespace(m *model.Model, r *findings, o *model.Object, ns *corev1.Namespace) {
	if tenant := model.MemberOf(ns); tenant != "" && m.Tenancy.Standing(o.Ref.Name) == model.PlatformStanding {
		r.add(o, Finding{Tenant: tenant, Field: "metadata", Message: "is a namespace of the platform and claims to be one of tenant " + tenant})
	}
}

func checkOwnerReference(_ *model.Model, r *findings, o *model.Object, ns *corev1.Namespace) {
	for i, ref := range ns.OwnerReferences {
		if ref.Kind == "Tenant" && strings.HasPrefix(ref.APIVersion, model.CapsuleGroup) && !o.Live() {
			r.addf(o, model.Index("metadata.ownerReferences", i), "refers to Tenant %s", ref.Name)
		}
	}
}

func checkDeprecatedTenant(_ *model.Model, r *findings, o *model.Object, tenant *capsulev1beta2.Tenant) {
	for _, d := range deprecatedIn(tenant) {
		r.add(o, Finding{Field: d.field, Message: "is deprecated", Fix: "Use " + d.successor + "."})
	}
}

func checkDeprecatedConfiguration(_ *model.Model, r *findings, o *model.Object, configuration *capsulev1beta2.CapsuleConfiguration) {
	for field, set := range map[string]bool{"spec.userGroups": len(userGroups(configuration)) > 0, "spec.userNames": len(userNames(configuration)) > 0} {
		if set {
			r.add(o, Finding{Field: field, Message: "is deprecated", Fix: "Use TenantOwners, which are Capsule users by themselves (capsule.TenantOwner), or spec.users."})
		}
	}
}

package audit

import (
	"encoding/json"
	"slices"
	"strings"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/capsule"
)

const docCapsuleTenants = "https://projectcapsule.dev/docs/tenants/"

// These rules look at Tenants, their owners and their namespaces.
var capsuleRules = []check{
	{Rule{
		ID:       "capsule-owner-group",
		Severity: Error,
		Title:    "A group of ServiceAccounts owns a tenant",
		Doc: `The group system:serviceaccounts:<namespace> is every ServiceAccount of the namespace, default included, and so every pod
there; system:serviceaccounts and system:authenticated are everybody, who then owns this tenant beside the own one, so that
Capsule refuses Namespaces that name neither by label nor by prefix, and gives those that a new tenant makes before Capsule has
seen its owner to this tenant instead (seen with Capsule 0.14). As an owner of a Tenant the latter are an error, and the former a
warning, as both are among the users of Capsule, whose requests its webhooks look at.`,
		Exploit:    "Any pod in the namespace, one that an attacker got hold of included, owns the tenant.",
		Fix:        "Name the account: kind ServiceAccount, name system:serviceaccount:<namespace>:<name> (capsule.ServiceAccount).",
		References: []string{docOwners},
	}, checkOwnerGroups},
	{Rule{
		ID:         "capsule-owner-name",
		Severity:   Warning,
		Title:      "An owner of kind ServiceAccount is not named like one",
		Doc:        `Capsule splits the name of such an owner at its colons. One without any makes its controller index out of range; one that is not system:serviceaccount:<namespace>:<name> is nobody.`,
		Exploit:    "Capsule's controller crashes or the owner owns nothing.",
		Fix:        "Use capsule.ServiceAccount(namespace, name).",
		References: []string{docOwners},
	}, func(m *model, r *report) {
		check := func(o *object, field string, user rbac.UserSpec) {
			if _, _, ok := parseAccount(user.Name); user.Kind == rbac.ServiceAccountOwner && !ok {
				r.addf(o, field+".name", "%q is not of the form system:serviceaccount:<namespace>:<name>", user.Name)
			}
		}
		for _, o := range m.tenantObjects {
			for i, owner := range o.is.Spec.Owners {
				check(o.object, index("spec.owners", i), owner.UserSpec)
			}
		}
		for _, o := range m.tenantOwners {
			check(o.object, "spec", o.is.Spec.UserSpec)
		}
	}},
	{Rule{
		ID:         "capsule-match-owners",
		Severity:   Warning,
		Title:      "A Tenant finds its owners by the implicit label only",
		Doc:        `A TenantOwner with the label projectcapsule.dev/tenant owns the Tenant of that name even without spec.permissions.matchOwners. But then Capsule does not notice that a TenantOwner is gone until the Tenant is touched.`,
		Exploit:    "An owner that was removed keeps its rights for as long as nobody edits the Tenant.",
		Fix:        "Set spec.permissions.matchOwners to that label (capsule.MatchOwners).",
		References: []string{docOwners},
	}, func(m *model, r *report) {
		owned := map[string]bool{}
		for _, o := range m.tenantOwners {
			owned[o.meta.GetLabels()[capsule.TenantLabel]] = true
		}
		for _, o := range m.tenantObjects {
			if len(o.is.Spec.Permissions.MatchOwners) == 0 && owned[o.ref.Name] {
				r.addf(o.object, "spec.permissions.matchOwners", "selects no owner, though the set has TenantOwners labelled for the tenant")
			}
		}
	}},
	{Rule{
		ID:         "capsule-no-owner",
		Severity:   Info,
		Title:      "A Tenant without an owner",
		Doc:        `Neither does the Tenant list an owner nor is there a TenantOwner in the set that it selects. Nobody can make namespaces in it. The owner may be outside the set.`,
		Fix:        "Add a TenantOwner (capsule.TenantOwner), or include it in what is audited.",
		References: []string{docOwners},
	}, func(m *model, r *report) {
		for _, o := range m.tenantObjects {
			if o.typed != nil && len(m.tenants[o.ref.Name].owners) == 0 {
				r.addf(o.object, "spec.owners", "has no owner in the set")
			}
		}
	}},
	{Rule{
		ID:       "capsule-platform-namespace",
		Severity: Error,
		Title:    "A namespace of the platform belongs to a tenant",
		Doc: `A namespace of Kubernetes, Flux, Capsule, or one that the platform named, has the label capsule.clastix.io/tenant or a
Tenant among its owner references. Capsule binds the tenant's roles there. Capsule 0.14 lets nobody but a tenant's owner or its
own administrators put a Namespace into a tenant: with it, this is a namespace that the tenant made under a name that the
platform then used (see ForceTenantPrefix), or one from before.`,
		Exploit:    "The tenant is admin in the namespace of a controller that is cluster-admin, and requests a token for it.",
		Fix:        "Remove the label and the owner reference, or give the platform's things a namespace that no tenant has made.",
		References: []string{"https://nvd.nist.gov/vuln/detail/CVE-2024-39690"},
	}, func(m *model, r *report) {
		for _, o := range m.namespaceObjs {
			if tenant := memberOf(o.is); tenant != "" && m.standing(o.ref.Name) == platformStanding {
				r.add(o.object, Finding{Tenant: tenant, Field: "metadata", Message: "is a namespace of the platform and claims to be one of tenant " + tenant})
			}
		}
	}},
	{Rule{
		ID:         "capsule-owner-reference",
		Severity:   Warning,
		Title:      "A Namespace brings its own owner reference to a Tenant",
		Doc:        `A manifest has an owner reference to a Tenant. Capsule sets it by itself; what else sets it, tries what CVE-2024-39690 allowed up to Capsule 0.7.0: to take over a namespace. Objects read from a cluster are left alone.`,
		Exploit:    "On an old Capsule: the namespace changes its tenant.",
		Fix:        "Remove metadata.ownerReferences; the label capsule.clastix.io/tenant names the tenant where an owner has several.",
		References: []string{"https://nvd.nist.gov/vuln/detail/CVE-2024-39690"},
	}, func(m *model, r *report) {
		for _, o := range m.namespaceObjs {
			for i, ref := range o.is.OwnerReferences {
				if ref.Kind == "Tenant" && strings.HasPrefix(ref.APIVersion, capsuleGroup) && !o.live() {
					r.addf(o.object, index("metadata.ownerReferences", i), "refers to Tenant %s", ref.Name)
				}
			}
		}
	}},
	{Rule{
		ID:       "capsule-replication-account",
		Severity: Error,
		Title:    "Capsule replicates objects with its own rights",
		Doc: `A GlobalTenantResource or TenantResource without serviceAccount is carried out by Capsule's controller, which may do everything,
unless the CapsuleConfiguration names a default (spec.impersonation). In a TenantResource it is a tenant that writes the objects.
A GlobalTenantResource is warned of where tenants have a say in what it writes: with generators, a context or namespacedItems.
Before Capsule 0.13 these could be cluster-scoped ones (CVE-2026-22872): with such a version in the set it is an error.`,
		Exploit:    "A tenant that may write TenantResources lets Capsule create in the tenant's namespaces what the tenant may not: role bindings, quotas.",
		Fix:        "Set spec.serviceAccount, or the defaults in spec.impersonation of the CapsuleConfiguration.",
		References: []string{"https://projectcapsule.dev/docs/replications/", "https://nvd.nist.gov/vuln/detail/CVE-2026-22872"},
	}, func(m *model, r *report) {
		var global, local bool
		for _, c := range m.configurations {
			global = global || c.is.Spec.Impersonation.GlobalDefaultServiceAccount != ""
			local = local || c.is.Spec.Impersonation.TenantDefaultServiceAccount != ""
		}
		for _, o := range m.globals {
			if o.is.Spec.ServiceAccount == nil && !global && replicatesOthers(o.is.Spec.Resources) {
				r.add(o.object, Finding{Severity: Warning, Field: "spec.serviceAccount", Message: "is carried out as Capsule's controller"})
			}
		}
		for _, o := range m.replications {
			if o.is.Spec.ServiceAccount == nil && !local {
				f := Finding{Severity: Warning, Field: "spec.serviceAccount", Message: "is carried out as Capsule's controller"}
				if m.capsuleOlderThan("0.13.0") {
					f.Severity, f.Message = Error, f.Message+", which before 0.13 creates cluster-scoped objects too"
				}
				r.add(o.object, f)
			}
		}
	}},
	{Rule{
		ID:       "capsule-replicated-network-policy",
		Severity: Warning,
		Title:    "A tenant can delete the NetworkPolicy that isolates it",
		Doc: `A GlobalTenantResource replicates a NetworkPolicy into the tenants' namespaces. The role admin may write NetworkPolicies, and
Capsule 0.14 lets a tenant delete replicated objects by deleting all of a kind. Those of spec.networkPolicies of a Tenant,
deprecated as the field is, are protected at all times. LimitRanges and ResourceQuotas, which admin can only read, replicate well.`,
		Exploit:    "The tenant deletes all NetworkPolicies of a namespace, and its pods reach every other tenant's until Capsule replicates again.",
		Fix:        "Use spec.networkPolicies of the Tenant (capsule.NetworkPolicies).",
		References: []string{"https://projectcapsule.dev/docs/replications/"},
	}, func(m *model, r *report) {
		for _, o := range m.globals {
			for i, resource := range o.is.Spec.Resources {
				for j, item := range resource.RawItems {
					var is metav1.TypeMeta
					if json.Unmarshal(item.Raw, &is) == nil && is.Kind == "NetworkPolicy" {
						r.addf(o.object, index(index("spec.resources", i)+".rawItems", j), "is a NetworkPolicy, which tenants may write")
					}
				}
			}
		}
	}},
	{Rule{
		ID:         "capsule-deprecated-field",
		Severity:   Info,
		Title:      "A deprecated field of Capsule",
		Doc:        `The field still works in Capsule 0.14 and is to go.`,
		Fix:        "Use what takes its place.",
		References: []string{docCapsuleTenants},
	}, func(m *model, r *report) {
		for _, o := range m.tenantObjects {
			for _, d := range deprecatedIn(o.is) {
				r.add(o.object, Finding{Field: d[0], Message: "is deprecated", Fix: "Use " + d[1] + "."})
			}
		}
		for _, o := range m.configurations {
			for field, set := range map[string]bool{"spec.userGroups": len(userGroups(o.is)) > 0, "spec.userNames": len(userNames(o.is)) > 0} {
				if set {
					r.add(o.object, Finding{Field: field, Message: "is deprecated", Fix: "Use TenantOwners, which are Capsule users by themselves (capsule.TenantOwner), or spec.users."})
				}
			}
		}
	}},
}

func checkOwnerGroups(m *model, r *report) {
	check := func(o *object, field string, kind rbac.OwnerKind, name string, owns bool) {
		if kind != rbac.GroupOwner {
			return
		}
		f := Finding{Severity: Warning, Field: field}
		_, accounts := accountsOf(name)
		switch {
		case name == "system:serviceaccounts" || name == "system:authenticated" || name == "system:unauthenticated":
			f.Message = name + " is everybody"
			if owns {
				f.Severity = Error
				f.Exploit = "Every tenant, and every pod, owns this tenant."
			} else {
				f.Exploit = "The controllers of the platform are kept from their work."
			}
		case accounts:
			f.Message = name + " is every ServiceAccount of the namespace"
			if !owns {
				f.Exploit = "An account that an attacker got hold of may make namespaces, if it also owns a tenant."
			}
		default:
			return
		}
		r.add(o, f)
	}
	for _, o := range m.tenantObjects {
		for i, owner := range o.is.Spec.Owners {
			check(o.object, index("spec.owners", i)+".name", owner.Kind, owner.Name, true)
		}
	}
	for _, o := range m.tenantOwners {
		check(o.object, "spec.name", o.is.Spec.Kind, o.is.Spec.Name, true)
	}
	for _, o := range m.configurations {
		for i, user := range o.is.Spec.Users {
			check(o.object, index("spec.users", i)+".name", user.Kind, user.Name, false)
		}
		for i, name := range userGroups(o.is) {
			check(o.object, index("spec.userGroups", i), rbac.GroupOwner, name, false)
		}
	}
}

// replicatesOthers tells whether what is written depends on more than the
// resource itself.
func replicatesOthers(resources []capsulev1beta2.ResourceSpec) bool {
	return slices.ContainsFunc(resources, func(r capsulev1beta2.ResourceSpec) bool {
		return len(r.Generators) > 0 || r.Context != nil || len(r.NamespacedItems) > 0
	})
}

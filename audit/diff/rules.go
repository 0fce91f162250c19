package diff

import (
	"strings"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// A rule says when a change of a field gives more access, or stops less. Of several
// rules for a field the one with the longest path counts.
type rule struct {
	group, kind string // kind is "*" for all kinds of the group
	path        string // of the field and all in it; empty for the object itself
	widens      func(event) bool
	message     string
}

// The groups of the kinds in the table.
const (
	core      = ""
	rbacGroup = "rbac.authorization.k8s.io"
	admission = "admissionregistration.k8s.io"
	capsule   = "capsule.clastix.io"
	kustomize = "kustomize.toolkit.fluxcd.io"
	helm      = "helm.toolkit.fluxcd.io"
	files     = "kustomize.config.k8s.io"
)

const (
	anotherHolder = "somebody more holds the role"
	moreRights    = "the role allows more"
	anotherOwner  = "the tenant has another owner"
	goneQuota     = "a quota is gone"
	higherQuota   = "a quota is raised"
	gonePolicy    = "a policy is gone"
	otherPolicy   = "a policy stops something else than before"
	tenantLimit   = "what the tenant may use is limited in another way"
	otherAccount  = "Flux acts as somebody else"
	otherTenant   = "belongs to another tenant"
)

// rules are the fields that give access or limit it.
var rules = []rule{
	{rbacGroup, "RoleBinding", "", added, anotherHolder},
	{rbacGroup, "RoleBinding", "subjects", gained, anotherHolder},
	{rbacGroup, "RoleBinding", "roleRef", always, "the holders have another role"},
	{rbacGroup, "ClusterRoleBinding", "", added, anotherHolder},
	{rbacGroup, "ClusterRoleBinding", "subjects", gained, anotherHolder},
	{rbacGroup, "ClusterRoleBinding", "roleRef", always, "the holders have another role"},
	{rbacGroup, "Role", "rules", gained, moreRights},
	{rbacGroup, "Role", "rules.resourceNames", limit, moreRights},
	{rbacGroup, "ClusterRole", "", addedToOthers, "other roles allow more: it is aggregated to them"},
	{rbacGroup, "ClusterRole", "rules", gained, moreRights},
	{rbacGroup, "ClusterRole", "rules.resourceNames", limit, moreRights},
	{rbacGroup, "ClusterRole", "aggregationRule", gained, moreRights},
	{rbacGroup, "ClusterRole", "metadata.labels", gainedAggregation, "other roles allow more: it is aggregated to them"},

	{capsule, "TenantOwner", "", added, anotherOwner},
	{capsule, "TenantOwner", "spec", gained, anotherOwner},
	{capsule, "TenantOwner", "metadata.labels", gained, "another tenant may select the owner"},
	{capsule, "Tenant", "spec", limit, tenantLimit},
	{capsule, "Tenant", "spec.owners", gained, anotherOwner},
	{capsule, "Tenant", "spec.permissions", gained, "the tenant selects other owners"},
	{capsule, "Tenant", "spec.additionalRoleBindings", gained, anotherHolder},
	{capsule, "Tenant", "spec.rules", always, tenantLimit},
	{capsule, "Tenant", "spec.data", never, ""},
	{capsule, "Tenant", "spec.namespaceOptions.quota", raised, higherQuota},
	{capsule, "Tenant", "spec.resourceQuotas.items.hard", raised, higherQuota},
	{capsule, "Tenant", "spec.limitRanges.items.limits.max", raised, higherQuota},
	{capsule, "Tenant", "spec.forceTenantPrefix", turnedOff, "namespaces may have any name"},
	{capsule, "Tenant", "spec.cordoned", turnedOff, "the tenant is no longer frozen"},
	{capsule, "Tenant", "spec.preventDeletion", never, ""},
	{capsule, "TenantResource", "spec.namespaceSelector", always, "is replicated to other namespaces"},
	{capsule, "GlobalTenantResource", "spec.tenantSelector", always, "is replicated to other tenants"},
	{capsule, "CapsuleConfiguration", "spec", always, "Capsule tells tenants from others in another way"},
	{capsule, "CustomQuota", "", lost, goneQuota},
	{capsule, "CustomQuota", "spec", raised, higherQuota},
	{capsule, "GlobalCustomQuota", "", lost, goneQuota},
	{capsule, "GlobalCustomQuota", "spec", raised, higherQuota},
	{capsule, "ResourcePool", "", lost, goneQuota},
	{capsule, "ResourcePool", "spec", raised, higherQuota},
	{capsule, "ProxySetting", "", added, "Capsule Proxy lets somebody see more"},
	{capsule, "ProxySetting", "spec", gained, "Capsule Proxy lets somebody see more"},
	{capsule, "GlobalProxySettings", "", added, "Capsule Proxy lets somebody see more"},
	{capsule, "GlobalProxySettings", "spec", gained, "Capsule Proxy lets somebody see more"},

	{core, "ResourceQuota", "", lost, goneQuota},
	{core, "ResourceQuota", "spec", always, "a quota counts something else than before"},
	{core, "ResourceQuota", "spec.hard", raised, higherQuota},
	{core, "LimitRange", "", lost, goneQuota},
	{core, "LimitRange", "spec.limits", lost, goneQuota},
	{core, "LimitRange", "spec.limits.max", raised, higherQuota},
	{core, "Namespace", "metadata.labels[" + names.PodSecurityLabel + "]", lowered, "pods are held to less"},
	{core, "Namespace", "metadata.labels[" + names.TenantLabel + "]", always, otherTenant},
	{core, "Namespace", "metadata.labels[" + names.MemberLabel + "]", always, otherTenant},

	{"networking.k8s.io", "NetworkPolicy", "", lost, gonePolicy},
	{"networking.k8s.io", "NetworkPolicy", "spec", always, otherPolicy},
	{"networking.k8s.io", "NetworkPolicy", "spec.ingress", limit, otherPolicy},
	{"networking.k8s.io", "NetworkPolicy", "spec.egress", limit, otherPolicy},
	{admission, "*", "", lost, gonePolicy},
	{admission, "*", "spec", always, otherPolicy},
	{admission, "*", "spec.validations", lost, otherPolicy},
	{admission, "*", "spec.matchConditions", gained, otherPolicy},
	{admission, "*", "spec.validationActions", lost, otherPolicy},
	{admission, "*", "webhooks", always, otherPolicy},
	{"kyverno.io", "*", "", lost, gonePolicy},
	{"kyverno.io", "*", "spec", always, otherPolicy},
	{"constraints.gatekeeper.sh", "*", "", lost, gonePolicy},
	{"constraints.gatekeeper.sh", "*", "spec", always, otherPolicy},
	{"templates.gatekeeper.sh", "*", "", lost, gonePolicy},
	{"templates.gatekeeper.sh", "*", "spec", always, otherPolicy},

	{kustomize, "Kustomization", "spec.serviceAccountName", lost, otherAccount},
	{kustomize, "Kustomization", "spec.kubeConfig", lost, otherAccount},
	{kustomize, "Kustomization", "spec.targetNamespace", gained, "Flux writes to another namespace"},
	{kustomize, "Kustomization", "spec.sourceRef.namespace", gained, "the source lies in another namespace"},
	{helm, "HelmRelease", "spec.serviceAccountName", lost, otherAccount},
	{helm, "HelmRelease", "spec.kubeConfig", lost, otherAccount},
	{helm, "HelmRelease", "spec.targetNamespace", gained, "Flux writes to another namespace"},
	{names.FluxOperator, "FluxInstance", "spec.cluster", lost, "Flux is installed in another way"},
	{names.FluxOperator, "FluxInstance", "spec.kustomize", lost, "Flux is installed in another way"},
	{files, "Kustomization", "patches", lostLockdown, "a patch of a controller or of its network policy is gone or another"},
}

// ruleOf returns the rule for a field; nil if none applies.
func ruleOf(e event) *rule {
	var found *rule
	for i, r := range rules {
		kind := e.kind()
		if r.group == kind.group && (r.kind == kind.kind || r.kind == "*") && under(e.sub, r.path) && (found == nil || len(r.path) > len(found.path)) {
			found = &rules[i]
		}
	}
	return found
}

// under reports whether a path is that of the rule or lies in it.
func under(path, rule string) bool {
	if rule == "" {
		return path == ""
	}
	rest, ok := strings.CutPrefix(path, rule)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

package audit

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// These rules resolve bindings and roles, and ask what tenants may do beyond
// their namespaces.
var rbacRules = []rule{
	{"rbac-cluster-wide", eachHeld(checkClusterWide)},
	{"rbac-foreign-namespace", join(eachHeld(checkForeignNamespace), each(checkTenantBindings))},
	{"rbac-cluster-admin", join(eachHeld(checkClusterAdmin), each(checkTenantAdmin), each(checkOwnerAdmin))},
	{"rbac-subject-name", join(eachBinding(checkSubjectNames), each(checkTenantSubjects), each(checkOwnerGroupName), each(checkConfigurationNames))},
	{"rbac-namespace-patch", eachHeld(checkNamespacePatch)},
	{"rbac-namespace-subresource", eachHeld(checkNamespaceSubresource)},
}

// A danger is a right that, held in the whole cluster, is as good as
// cluster-admin.
type danger struct {
	verbs, group, resource string
	what                   string
}

var dangers = []danger{
	{"get list watch", "", "secrets", "read the Secrets of every namespace"},
	{"create update patch", "", "pods", "run pods in every namespace, as any account there"},
	{"create update patch", "apps", "deployments", "run pods in every namespace, as any account there"},
	{"create update patch", "apps", "daemonsets", "run pods in every namespace, as any account there"},
	{"create", "", "pods/exec", "run programs in every pod"},
	{"create", "", "serviceaccounts/token", "request a token of any account"},
	{"get create", "", "nodes/proxy", "reach every kubelet"},
	{"create update patch", model.FluxGroup("kustomize"), "kustomizations", "let Flux apply things as any account"},
	{"create update patch", model.FluxGroup("helm"), "helmreleases", "let Flux install things as any account"},
	{"escalate", rbacv1.GroupName, "clusterroles", "give roles more than it has itself"},
	{"escalate", rbacv1.GroupName, "roles", "give roles more than it has itself"},
	{"bind", rbacv1.GroupName, "clusterroles", "bind any ClusterRole"},
	{"create update patch delete", "admissionregistration.k8s.io", "validatingwebhookconfigurations", "change what the API server admits"},
	{"create update patch delete", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", "change what the API server admits"},
	{"create update patch delete", "admissionregistration.k8s.io", "validatingadmissionpolicies", "change what the API server admits"},
	{"create update patch", model.CapsuleGroup, "tenants", "make itself an owner of any tenant"},
	{"create update patch", model.CapsuleGroup, "tenantowners", "make itself an owner of any tenant"},
	{"create update patch delete", model.CapsuleGroup, "capsuleconfigurations", "change Capsule's configuration"},
	{"create update patch", model.CapsuleGroup, "globaltenantresources", "let Capsule create objects in every tenant"},
}

// dangersOf lists the attacks that a role allows a user to whom it is bound in the
// whole cluster. A user may impersonate itself.
func dangersOf(role *model.Role, self string) []string {
	if role.Everything() {
		return []string{"do everything"}
	}
	var found []string
	for _, d := range dangers {
		if role.Allows(d.verbs, d.group, d.resource) {
			found = append(found, d.what)
		}
	}
	for _, rule := range role.Rules {
		for _, resource := range []string{"users", "groups", "serviceaccounts", "uids"} {
			if model.Covers(rule, "impersonate", "", resource) {
				found = append(found, impersonated(resource, rule.ResourceNames, self)...)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// impersonated lists whom a rule lets a user impersonate.
func impersonated(resource string, names []string, self string) []string {
	if len(names) == 0 {
		return []string{"impersonate all " + resource}
	}
	var found []string
	for _, name := range names {
		switch {
		case resource == "serviceaccounts":
			found = append(found, "impersonate the ServiceAccount "+name+" of every namespace")
		case resource == "users" && name != self, resource == "groups":
			found = append(found, "impersonate "+name)
		}
	}
	return found
}

func readsPods(role *model.Role) bool {
	return role.Allows("get list watch", "", "configmaps") || role.Allows("get list watch", "", "pods")
}

func checkClusterWide(_ *model.Model, r *findings, h held) {
	if h.role == nil || h.binding.Namespace != "" {
		return
	}
	found, severity := dangersOf(h.role, h.user), Error
	if h.holder.Shared {
		severity = Warning
	}
	exploit := ""
	if len(found) == 0 {
		if !readsPods(h.role) {
			return
		}
		found, severity = []string{"read the pods and ConfigMaps of every namespace"}, Warning
		exploit = "The tenant reads the settings and logs of every other tenant."
	}
	r.add(h.binding.Object, Finding{Severity: severity, Tenant: h.holder.Name(), Field: h.field, Exploit: exploit,
		Message: fmt.Sprintf("lets %s, as %s, %s in the whole cluster (ClusterRole %s)", h.holder, h.user, strings.Join(found, "; "), h.role.Name)})
}

func checkForeignNamespace(m *model.Model, r *findings, h held) {
	namespace := h.binding.Namespace
	standing := m.Tenancy.Standing(namespace)
	if h.role == nil || standing == model.UnknownStanding || namespace == "kube-public" {
		return
	}
	theirs := h.holder.Tenant != nil && m.Tenancy.Holder(namespace) == h.holder.Tenant
	severalTenants := h.holder.Shared && standing == model.TenantStanding // in one of them
	if theirs || severalTenants || len(dangersOf(h.role, h.user)) == 0 {
		return
	}
	f := Finding{Severity: Error, Tenant: h.holder.Name(), Field: h.field,
		Message: fmt.Sprintf("lets %s, as %s, use %s in namespace %s", h.holder, h.user, h.role.Name, namespace)}
	if standing == model.TenantStanding || h.holder.Shared {
		f.Severity = Warning
		f.Exploit = "The one tenant acts in the other's namespace, Secrets included."
	}
	r.add(h.binding.Object, f)
}

func checkClusterAdmin(m *model.Model, r *findings, h held) {
	namespace := h.binding.Namespace
	if h.role == nil || !h.role.Everything() || m.Tenancy.Standing(namespace) != model.TenantStanding || h.holder.Tenant != m.Tenancy.Holder(namespace) {
		return
	}
	r.add(h.binding.Object, Finding{Severity: Warning, Tenant: h.holder.Name(), Field: "roleRef.name",
		Message: fmt.Sprintf("%s has %s in namespace %s", h.user, h.role.Name, namespace)})
}
